extension DescribingPrompt {
    /// For videos: the frames are one course of events.
    static let video = DescribingPrompt(
        name: "video",
        text: """
            You describe a video so that its owner can find it again by searching. You get frames of it in their order, \
            each after the time at which it was taken.
            Say who or what is in it, what happens from beginning to end, and where. Describe the video as a whole, not \
            frame after frame. State only what can be seen; guess no names.
            \(form)
            """)
}
