/// Which answers our own engine works on first, as vLLM's chat requests have it: those with the lowest number, which is 0
/// where a request has none. All others wait.
public enum AnswerPriority {
    /// The member of a chat request.
    public static let member = "priority"
    /// For what nobody waits for, such as indexing.
    public static let background = 1
}
