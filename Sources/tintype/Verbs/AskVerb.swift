import ArgumentParser
import DaemonAPI
import MediaTypes

/// `tintype ask FILE… QUESTION`
struct AskVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Ask the engine about one picture, several, or a video.",
        usage: "tintype ask <file> ... <question> [options]",
        discussion: """
            Examples:
              tintype ask IMG_2041.jpg "what is on the whiteboard?"
              tintype ask before.png after.png "what has changed?"
              tintype ask --think receipt.jpg "is the sum right?"
              tintype ask --max-frames 32 talk.mp4 "list the slides' titles"
            """)

    /// How strongly pictures are condensed.
    enum Downsampling: String, ExpressibleByArgument, CaseIterable {
        case four = "4x"
        case sixteen = "16x"
    }

    @Argument(help: ArgumentHelp("The files, and last the question.", valueName: "file"))
    var operands: [String]

    @Option(help: "How strongly pictures are condensed: 4x sees more, 16x is faster.")
    var downsample: Downsampling?

    @Option(help: "The most slices a large picture is cut into.")
    var maxSlices: Int?

    @Option(help: "The most frames taken of a video.")
    var maxFrames: Int?

    @Option(help: "How many frames are put together into one picture.")
    var stackFrames: Int?

    @Flag(name: .customLong("no-image-id"), help: "Do not number the pictures for the model.")
    var withoutImageID = false

    @Flag(help: "Let the model think before it answers.")
    var think = false

    @Option(help: "The answer's longest length in tokens.")
    var maxTokens: Int?

    func validate() throws {
        guard operands.count >= 2 else { throw ValidationError("Name at least one file, and then the question.") }
        for (name, value) in [
            ("--max-slices", maxSlices), ("--max-frames", maxFrames), ("--stack-frames", stackFrames),
            ("--max-tokens", maxTokens),
        ] {
            if let value, value < 1 { throw ValidationError("\(name) must be at least 1.") }
        }
    }

    func perform(in session: Session) async throws -> CommandStatus {
        let request = try request()
        let console = session.console
        var answer = TrailingLine()
        var hasThought = false
        for try await piece in try await session.daemon().chat(request) {
            switch piece {
            case .thought(let text):
                hasThought = true
                console.think(SafeText.block(text))
            case .text(let text):
                if hasThought, !answer.hasText { console.note("\n") }
                try console.results.write(answer.add(console.results.isTerminal ? SafeText.block(text) : text).utf8)
                try console.results.flush()
            }
        }
        guard answer.hasText else {
            if hasThought {
                throw CommandFailure(
                    message: "The model came to no answer: all of its words went into its thought.",
                    remedy: "Allow a longer answer with --max-tokens, or ask without --think.")
            }
            throw CommandFailure(
                message: "The engine gave no answer.", remedy: "Ask again, or look at `tintype doctor`.")
        }
        try console.results.write(answer.end().utf8)
        return .done
    }

    private func request() throws -> ChatRequest {
        if let last = operands.last, last.utf8.count < 4096, (try? CommandLinePath.readableFile(last)) != nil {
            throw CommandFailure(
                status: .wrongUse, message: "The question is missing: the last word, \(last), is a file.",
                remedy: "Write the question behind the files, in quotation marks.")
        }
        let parts = try operands.dropLast().map { file -> ChatPart in
            let path = try CommandLinePath.readableFile(file)
            return MediaKind(fileName: path.name) == .video ? .video(url: path.fileURI) : .image(url: path.fileURI)
        }
        let question = ChatPart.text(operands.last ?? "")
        var request = ChatRequest(messages: [ChatMessage(role: "user", content: parts + [question])])
        request.stream = true
        request.options.downsampleMode = downsample?.rawValue
        request.options.maxSliceNums = maxSlices
        request.options.maxNumFrames = maxFrames
        request.options.stackFrames = stackFrames
        request.options.useImageID = withoutImageID ? false : nil
        request.enableThinking = think ? true : nil
        request.maxTokens = maxTokens
        return request
    }
}

/// Sees to it that an answer that comes in pieces ends with exactly one line feed.
private struct TrailingLine {
    private(set) var hasText = false
    private var heldBack = ""

    mutating func add(_ piece: String) -> String {
        let text = heldBack + piece
        let body = text.prefix(upTo: text.lastIndex { !$0.isNewline }.map(text.index(after:)) ?? text.startIndex)
        heldBack = String(text[body.endIndex...])
        if !body.isEmpty { hasText = true }
        return String(body)
    }

    func end() -> String { "\n" }
}
