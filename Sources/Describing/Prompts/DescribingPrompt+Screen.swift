extension DescribingPrompt {
    /// For screenshots and documents: which program or paper, what it is about, and its words.
    static let screen = DescribingPrompt(
        name: "screen",
        text: """
            You describe a screenshot or document so that its owner can find it again by searching.
            Say which program, web site or kind of document it is and what it is about: its title, the error, amount, \
            person or date that matters. The words matter most: copy them all.
            \(form)
            """)
}
