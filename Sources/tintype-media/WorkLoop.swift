import CPlatform
import Glibc
import MediaTypes
import MediaWorker

/// What a worker does with files: decoding them, or taking the first look.
protocol FileWork {
    /// The answer to a request. Faults of the file are answers, too.
    func reply(to request: MediaRequest, file descriptor: Int32) -> WorkerReply
}

/// Takes requests off the socket one by one, until it ends.
struct WorkLoop {
    let channel: FrameChannel
    let work: any FileWork

    /// Runs until the daemon closes the socket.
    func run(saying readiness: WorkerReadiness) {
        do {
            try channel.send(WorkerReply.ready(readiness).frame())
            while true {
                let (frame, descriptor) = try channel.receive(limits: .request, takesDescriptor: true)
                guard let descriptor else { throw ChannelError.malformed("a request without a file") }
                let request = try MediaRequest(frame)
                let reply = work.reply(to: request, file: descriptor)
                close(descriptor)
                try channel.send(reply.frame())
                // A large picture's buffers would otherwise stay with us until the next one.
                platform_trim_memory()
            }
        } catch {
            // The daemon is gone, or does not make sense: either way there is nobody to work for.
        }
    }
}
