import Catalog
import DaemonAPI
import HTTPServing
import Indexing
import MediaTypes

extension Daemon {
    func addTagRoutes(to router: inout Router) {
        router.on("GET", "/v1/tags") { _ in
            let tags = try await catalog.tags().map { TagCount(tag: $0.tag, source: $0.source, count: $0.count) }
            return try .reply(TagsReply(tags: tags, pending: try await pending()))
        }
        router.on("POST", "/v1/tags") { request in
            let wanted = try request.decoded(TagRequest.self)
            guard let path = wanted.mediaPath else { throw RouteError.badRequest("path must be absolute.") }
            let tags = try await catalog.editTags(path, add: wanted.add, remove: wanted.remove)
            indexer.wake()
            return try .reply(FileTagsReply(tags: tags, pending: try await pending()))
        }
    }
}
