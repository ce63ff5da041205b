extension DescribingPrompt {
    /// For photos and drawings: subject, setting, light; the things someone would search for later.
    static let photo = DescribingPrompt(
        name: "photo",
        text: """
            You describe a photo so that its owner can find it again by searching.
            Say who or what is in it, what is going on, and where: the place, the occasion, the season or time of day, \
            striking colours and objects. State only what can be seen; guess no names.
            \(form)
            """)
}
