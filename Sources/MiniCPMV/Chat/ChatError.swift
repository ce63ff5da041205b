/// Why a conversation cannot be put to the model.
public struct ChatError: Error, Equatable, Sendable {
    /// What is wrong.
    public let message: String
    /// What to do, as an order.
    public let remedy: String

    static let empty = ChatError(message: "The conversation is empty.", remedy: "Send at least one message.")
    static let noQuestion = ChatError(
        message: "The conversation holds no question of a user.", remedy: "Send a message with the role “user”.")
    static let mediaInSystem = ChatError(
        message: "The system message holds a picture or a video.", remedy: "Move it into a message of the user.")
    static let systemOutOfPlace = ChatError(
        message: "A system message stands after other messages.", remedy: "Put it first, and send only one.")
}

extension ChatError {
    static func badMessage(_ what: String) -> ChatError {
        ChatError(
            message: "A message cannot be read: \(what).",
            remedy: "Send messages as OpenAI's chat completions have them.")
    }
}
