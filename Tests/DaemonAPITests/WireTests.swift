import DaemonAPI
import MediaTypes
import Testing

/// What scripts read, byte for byte: a change here breaks them.
struct WireTests {
    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireCoding.encode(value), as: UTF8.self)
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try WireCoding.decode(type, from: Array(json.utf8))
    }

    @Test
    func `a bare hit still has every key of the contract`() throws {
        let hit = SearchHit(path: try Sample.path("/p/a.jpg"), file: 7, asset: nil)
        #expect(
            try json(hit) == """
                {"asset":null,"at":null,"caption":null,"file":7,"is_screenshot":false,"kind":null,"marks":[],\
                "matched":[],"ocr":null,"path":"/p/a.jpg","score":0,"snippet":null,"tags":[],"taken_at":null}
                """)
    }

    @Test
    func `a full hit survives the way there and back`() throws {
        let hit = try Sample.hit()
        #expect(
            try json(hit) == """
                {"asset":3,"at":12.5,"caption":"A cake","file":7,"is_screenshot":true,"kind":"video",\
                "marks":[[2,6]],"matched":["caption"],"ocr":"Happy","path":"/p/a.mp4","score":1.5,"snippet":"A cake",\
                "tags":["cake","mine"],"taken_at":"2024-06-01T12:00:00+02:00"}
                """)
        #expect(try read(SearchHit.self, try json(hit)) == hit)
    }

    @Test
    func `an empty library's status has every key, and says null for an unknown time to go`() throws {
        #expect(
            try json(StatusReport()) == """
                {"assets":0,"engine":{"model":null,"state":"none"},"eta_seconds":null,"failed":0,"files":0,\
                "paused":false,"pending":0,"pid":0,"problems":[],"queued":{"description":0,"facts":0,"words":0},\
                "rate_per_minute":0,"running":[],"undescribed":0,"version":""}
                """)
    }

    @Test
    func `a busy status survives the way there and back`() throws {
        let status = try Sample.status()
        let text = try json(status)
        #expect(text.contains(#""running":[{"path":"/p/a.jpg","since":"2025-06-01T12:00:00.250Z","stage":"words"}]"#))
        #expect(text.contains(#""watching":{"limit":8192,"overflows":1,"watches":12}"#))
        #expect(try read(StatusReport.self, text) == status)
    }

    @Test
    func `a failed job names path, stage, code, message, attempts and time`() throws {
        let job = FailedJob(
            path: try Sample.path("/p/b.png"), stage: .facts, code: "damaged", message: "It ends in the middle.",
            attempts: 2, at: WireTime(1_748_779_200))
        #expect(
            try json(job) == """
                {"at":"2025-06-01T12:00:00.000Z","attempts":2,"code":"damaged","message":"It ends in the middle.",\
                "path":"/p/b.png","stage":"facts"}
                """)
        #expect(try read(FailedJob.self, try json(job)) == job)
    }

    @Test
    func `a file's report survives the way there and back, and an unknown file's has every key`() throws {
        let report = try Sample.fileReport()
        #expect(try read(FileReport.self, try json(report)) == report)
        #expect(
            try json(FileReport(pending: 4)) == """
                {"asset":null,"content_hash":null,"descriptions":[],"facts":null,"files":[],"jobs":[],"pending":4,\
                "why_not":null}
                """)
    }

    @Test
    func `a perceptual hash keeps all its sixteen digits`() throws {
        var facts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: 4, height: 3))
        facts.perceptualHash = 0x0F
        #expect(FactsReport(facts).perceptualHash == "000000000000000f")
    }

    @Test
    func `a member that a newer or older daemon does not send is taken for null`() throws {
        let hit = try read(
            SearchHit.self,
            #"{"path":"/a","file":1,"is_screenshot":false,"tags":[],"matched":[],"marks":[],"score":0,"new":1}"#)
        #expect(hit.caption == nil)
        #expect(hit.asset == nil)
    }

    @Test
    func `marks are taken out of a snippet and counted in Unicode scalars`() throws {
        var hit = SearchHit(path: try Sample.path("/a"), file: 1, asset: nil)
        hit.setSnippet(markedUp: "é\u{2}ça\u{3} va \u{2}\u{3}\u{2}bien", open: "\u{2}", close: "\u{3}")
        #expect(hit.snippet == "éça va bien")
        #expect(hit.marks == [[1, 3]])
    }

    @Test(arguments: ["2025-06-01T12:00:00Z", "2025-06-01T12:00:00.000Z", "2025-06-01T14:00:00+02:00"])
    func `times are read with and without fraction and offset`(text: String) throws {
        #expect(try read([WireTime].self, "[\"\(text)\"]") == [WireTime(1_748_779_200)])
    }

    @Test
    func `a time that no calendar has is written as the nearest one`() throws {
        #expect(WireTime(.infinity).iso8601.hasPrefix("9999-12-31"))
        #expect(WireTime(.nan).iso8601 == "1970-01-01T00:00:00.000Z")
    }

    @Test
    func `a chat request is what OpenAI's clients send, with our own members beside`() throws {
        var request = ChatRequest(messages: [
            ChatMessage(role: "user", content: [.image(url: "file:///a.jpg"), .text("what?")])
        ])
        request.options.downsampleMode = "4x"
        request.options.useImageID = false
        #expect(
            try json(request) == """
                {"downsample_mode":"4x","messages":[{"content":[{"image_url":{"url":"file:///a.jpg"},\
                "type":"image_url"},{"text":"what?","type":"text"}],"role":"user"}],"use_image_id":false}
                """)
        #expect(try read(ChatRequest.self, try json(request)) == request)
        let plain = try read(ChatRequest.self, #"{"messages":[{"role":"user","content":"hi"}]}"#)
        #expect(plain.messages == [ChatMessage(role: "user", content: [.text("hi")])])
    }
}
