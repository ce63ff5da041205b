import CPlatform
import Glibc
import MediaTypes
import MediaWorker

/// What a worker does: decoding files, taking the first look, or turning texts into vectors.
protocol WorkerTask {
    /// The answer to a request. Faults of the file are answers, too.
    ///
    /// - Parameter descriptors: the open files that the request has, as many as its `descriptorCount`.
    func reply(to request: MediaRequest, descriptors: [CInt]) -> WorkerReply
}

/// Takes requests off the socket one by one, until it ends.
struct WorkLoop {
    let channel: FrameChannel
    let task: any WorkerTask

    /// Runs until the daemon closes the socket.
    func run(saying readiness: WorkerReadiness) {
        do {
            try channel.send(WorkerReply.ready(readiness).frame())
            while true {
                let (frame, descriptors) = try channel.receive(
                    limits: .request, descriptors: MediaRequest.mostDescriptors)
                let request = try MediaRequest(frame)
                guard request.descriptorCount == descriptors.count else {
                    throw ChannelError.malformed("a request without its files, or files without use")
                }
                let reply = task.reply(to: request, descriptors: descriptors)
                for descriptor in descriptors { close(descriptor) }
                try channel.send(reply.frame())
                // A large picture's buffers would otherwise stay with us until the next one.
                platform_trim_memory()
            }
        } catch {
            // The daemon is gone, or does not make sense: either way there is nobody to work for.
        }
    }
}
