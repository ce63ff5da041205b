public import MediaTypes

/// What the daemon asks of `tintype-media`: of one file handed over as an open descriptor, of pictures, or of texts.
public enum MediaRequest: Sendable, Codable {
    /// Facts and thumbnails.
    case facts(FactsRequest)
    /// The words in the picture, or in frames of the video.
    case words(Names)
    /// The picture, or frames of the video, for another worker that has the small models.
    case picturesToRead(Names)
    /// The words in pictures that another worker decoded, and first tags, by the small models.
    case look(PicturesToRead)
    /// The picture, or frames of the video, for an engine.
    case pictures(PictureOrder)
    /// What texts mean.
    case meaning(MeaningRequest)

    /// How many open descriptors go with it: the file; the memory in which pictures go from one worker to another; both, in this
    /// order; or none.
    public var descriptorCount: Int {
        switch self {
        case .facts, .words, .pictures, .look: 1
        case .picturesToRead: 2
        case .meaning: 0
        }
    }

    /// As many descriptors as any request has.
    public static let mostDescriptors = 2

    /// What the stage `facts` needs to know besides the bytes.
    public struct FactsRequest: Sendable, Codable {
        /// The file's names.
        public var names: Names
        /// For the thumbnails' Thumb::URI.
        public var uri: String
        /// For the thumbnails' Thumb::MTime: whole seconds since 1970.
        public var modifiedAt: Int64
    }

    /// What a file's path tells: facts by which a picture of a screen is known, which is read with more care.
    public struct Names: Sendable, Codable {
        /// The file's own name, bytes that are no UTF-8 replaced.
        public var name: String
        /// The names of the folders that hold it, outermost first.
        public var folders: [String]

        init(_ path: MediaPath) {
            name = path.name.text
            folders = path.parent?.components.map(\.text) ?? []
        }
    }

    /// Texts to be turned into vectors.
    public struct MeaningRequest: Sendable, Codable {
        /// What the texts are: a question lies elsewhere than its answer would.
        public enum Role: String, Sendable, Codable {
            /// Asked by a person.
            case query
            /// Said of a picture.
            case passage
        }

        /// The texts.
        public var texts: [String]
        /// What they are.
        public var role: Role

        /// A request of these parts.
        public init(texts: [String], role: Role) {
            self.texts = texts
            self.role = role
        }
    }
}

extension MediaRequest {
    /// This as a frame; its descriptors go with it.
    public func frame() throws -> Frame { Frame(header: try WireCoding.encode(self)) }

    /// The request in a frame.
    ///
    /// - Throws: where it is none.
    public init(_ frame: Frame) throws { self = try WireCoding.decode(MediaRequest.self, from: frame.header) }
}
