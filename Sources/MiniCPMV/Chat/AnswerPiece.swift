/// A piece of what the model says.
public enum AnswerPiece: Sendable, Equatable {
    /// Its thought.
    case reasoning(String)
    /// Its answer.
    case text(String)
    /// A tool that it calls for.
    case toolCall(ToolCall)
}
