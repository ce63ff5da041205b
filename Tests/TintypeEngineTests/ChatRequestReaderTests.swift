import MediaTypes
import MiniCPMV
import TestSupport
import Testing

@testable import tintype_engine

struct ChatRequestReaderTests {
    @Test func `every setting of a request is read`() throws {
        let more = """
            "top_p": 0.5, "top_k": 7, "min_p": 0.1, "repetition_penalty": 1.2, "presence_penalty": 0.3,
            "frequency_penalty": 0.4, "seed": 11, "max_completion_tokens": 99, "stop": ["a", "b"], "stream": true,
            "stream_options": {"include_usage": true}, "priority": 3, "chat_template_kwargs": {"enable_thinking": true},
            "mm_processor_kwargs": {"downsample_mode": "4x", "max_slice_nums": 2, "max_num_frames": 5,
                "stack_frames": 3, "use_image_id": false, "slice_mode": false},
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
            "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "string"}}}
            """
        let read = try ChatRequestReader.read(SampleRequest.body(more: more))
        #expect(read.streams && read.streamsUsage)
        let request = read.generation
        #expect(request.maxTokens == 99 && request.thinks && request.stops == ["a", "b"])
        #expect(request.tools.count == 1 && request.priority == 3)
        #expect(request.form?["type"]?.text == "string")
        #expect(
            request.sampling
                == SamplingOptions(
                    temperature: 0, topK: 7, topP: 0.5, minP: 0.1, repetitionPenalty: 1.2, presencePenalty: 0.3,
                    frequencyPenalty: 0.4, seed: 11))
        #expect(
            request.processing
                == ProcessingOptions(
                    downsampleMode: .x4, maxSliceNums: 2, maxNumFrames: 5, stackFrames: 3, useImageID: false,
                    sliceMode: false))
        let picture = try #require(request.pictures.first)
        #expect(picture.size == PixelSize(width: 20, height: 30) && picture.bytes.allSatisfy { $0 == 90 })
    }

    @Test func `what is left out has the release's defaults`() throws {
        let request = try ChatRequestReader.read(Array(#"{"messages": [{"role": "user", "content": "Hi"}]}"#.utf8))
        #expect(!request.streams && !request.generation.thinks && request.generation.form == nil)
        #expect(request.generation.sampling == SamplingOptions() && request.generation.priority == 0)
        #expect(request.generation.processing == ProcessingOptions())
    }

    @Test(arguments: [
        ("", "no JSON"), ("[1]", "no JSON object"), ("{}", "no messages"), (#"{"messages": []}"#, "no messages"),
        (#"{"messages": [{"content": "x"}]}"#, "no role"), (#"{"messages": [{"role": "pirate"}]}"#, "pirate"),
        (#"{"messages": [{"role": "user", "content": 5}]}"#, "content"),
        (#"{"messages": [{"role": "user", "content": "x"}], "priority": -1}"#, "priority"),
        (#"{"messages": [{"role": "user", "content": "x"}], "priority": 1.5}"#, "priority"),
        (#"{"messages": [{"role": "user", "content": [{"type": "sound"}]}]}"#, "sound"),
        (#"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#, "no address"),
        (#"{"messages": [{"role": "user", "content": [{"type": "video_url", "video_url": {}}]}]}"#, "decodes no files"),
        (#"{"messages": [{"role": "user", "content": [{"type": "video", "video": {"frames": []}}]}]}"#, "lacks one of"),
    ])
    func `a request that cannot be answered is refused by what is wrong`(body: String, words: String) {
        let fault = #expect(throws: (any Error).self) { try ChatRequestReader.read(Array(body.utf8)) }
        let told = fault.map { EngineFault($0) }
        #expect(told?.status == 400 && told?.message.contains(words) == true, "\(String(describing: told))")
        #expect(told?.remedy.isEmpty == false)
    }

    @Test(arguments: [
        (#""max_tokens": -1"#, "max_tokens"), (#""max_tokens": 1e30"#, "max_tokens"), (#""n": 5"#, "“n”"),
        (#""temperature": "hot""#, "temperature"), (#""stop": """#, "stop"), (#""stop": [1]"#, "stop"),
        (#""stream": "yes""#, "stream"), (#""top_k": 1.5"#, "top_k"),
        (#""response_format": {"type": "xml"}"#, "response_format"),
        (#""response_format": {"type": "json_schema"}"#, "no schema"),
        (#""mm_processor_kwargs": {"downsample_mode": "8x"}"#, "downsample_mode"),
        (#""mm_processor_kwargs": {"max_slices": 2}"#, "max_slices"),
        (#""tools": [{"type": "function"}]"#, "no name"),
    ])
    func `a setting of the wrong kind is refused by name`(more: String, words: String) {
        let fault = #expect(throws: (any Error).self) { try ChatRequestReader.read(SampleRequest.body(more: more)) }
        let told = fault.map { EngineFault($0) }
        #expect(told?.status == 400 && told?.message.contains(words) == true, "\(String(describing: told))")
    }

    @Test(arguments: [
        ("P5\n1 1\n255\nabc", "no PPM"), ("P6\n1", "cut off"), ("P6\n1 1\n65535\nabc", "65535"),
        ("P6\n0 4\n255\n", "0 × 4"), ("P6\n2 2\n255\nabc", "three bytes"), ("P6\n1 1\n255\nabcd", "three bytes"),
        ("P6\n99999999 99999999\n255\n", "size"), ("P6\n9999999999 1\n255\nabc", "P6"), ("P6\n1 1\n255", "three bytes"),
    ])
    func `what is no whole picture is refused`(pixmap: String, words: String) {
        let address = "data:image/x-portable-pixmap;base64," + SampleRequest.base64(pixmap)
        let fault = #expect(throws: EngineFault.self) { try PictureAddress.pixels(address) }
        #expect(fault?.status == 400)
        #expect((fault.map { $0.message + $0.remedy } ?? "").contains(words), "\(String(describing: fault))")
    }

    @Test(arguments: ["https://example.org/a.jpg", "file:///etc/passwd", "data:image/png;base64,AAAA", ""])
    func `an address that is no raw picture is refused, and its content not told`(address: String) {
        let fault = #expect(throws: EngineFault.self) { try PictureAddress.pixels(address) }
        #expect(fault?.message.contains("decodes no files") == true && fault?.message.contains("AAAA") == false)
    }

    @Test func `damage to a request never crashes the reader`() {
        let sound = SampleRequest.body(more: #""stop": ["x"], "response_format": {"type": "json_object"}"#)
        for seed in 0..<400 as Range<UInt64> {
            _ = try? ChatRequestReader.read(BrokenBytes.bitFlipped(sound, count: 3, seed: seed))
            _ = try? ChatRequestReader.read(BrokenBytes.truncated(sound, keeping: Double(seed) / 400))
        }
    }
}
