import MediaTypes

extension PictureProcessing {
    /// How our own engine looks at the pictures of one medium that is described. A photo tells what it shows at a glance,
    /// and each slice costs as much as the overview; a screen's words need slices.
    init(describing facts: MediaFacts, frames: Int) {
        self.init()
        downsampleMode = "16x"
        maxSliceNums = facts.isScreenshot ? 4 : 1
        maxNumFrames = frames
        stackFrames = 1
        useImageID = false
    }
}
