import MediaTypes

extension VideoFrames {
    /// As part of a chat message.
    var json: JSONValue {
        [
            "type": "video",
            "video": [
                "frames": .array(frames.map { .string($0) }),
                "frame_indices": .array(frameIndices.map { .integer($0) }), "fps": .number(fps),
                "duration": .number(duration), "total_num_frames": .integer(totalNumFrames),
            ],
        ]
    }
}

/// How our own engine looks at the pictures of one medium that is described.
struct LocalProcessing: Hashable, Sendable {
    /// Tiles beside the overview.
    var slices: Int
    /// Frames of a video.
    var frames: Int

    /// A photo tells what it shows at a glance, and each tile costs as much as the overview; a screen's words need tiles.
    init(for facts: MediaFacts, frames: Int) {
        slices = facts.isScreenshot ? 4 : 1
        self.frames = frames
    }

    var json: JSONValue {
        [
            "downsample_mode": "16x", "max_slice_nums": .integer(slices), "max_num_frames": .integer(frames),
            "stack_frames": 1, "use_image_id": false,
        ]
    }
}
