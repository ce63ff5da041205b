import TestSupport
import Testing

@testable import MiniCPMV

struct AnswerReaderTests {
    private static let tools = try? [
        JSON(
            parsing: Array(
                #"""
                {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"s": {"type": "string"},
                "n": {"type": "integer"}, "x": {"type": "number"}, "b": {"type": "boolean"}, "o": {"type": "object"}, "a": {"type": "array"}}}}}
                """#.utf8))
    ]

    private func read(_ text: String, thinks: Bool = false, tools: [JSON]? = tools, chunk: Int = .max) -> [AnswerPiece]
    {
        var reader = AnswerReader(thinks: thinks, tools: tools ?? [])
        var pieces: [AnswerPiece] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            pieces += reader.append(String(String.UnicodeScalarView(rest.prefix(chunk))))
            rest = rest.dropFirst(chunk)
        }
        return joined(pieces + reader.finish())
    }

    /// Neighbours of a kind in one.
    private func joined(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        pieces.reduce(into: []) { all, piece in
            switch (all.last, piece) {
            case (.text(let before)?, .text(let more)): all[all.count - 1] = .text(before + more)
            case (.reasoning(let before)?, .reasoning(let more)): all[all.count - 1] = .reasoning(before + more)
            default: all.append(piece)
            }
        }
    }

    @Test func `a thought is kept apart from the answer`() {
        #expect(
            read("Let me see.\n\nYes.\n</think>\n\nIt is a cat.", thinks: true)
                == [.reasoning("Let me see.\n\nYes."), .text("It is a cat.")])
        #expect(read("never ends", thinks: true) == [.reasoning("never ends")])
        #expect(read("\n</think>\n\nAt once.", thinks: true) == [.text("At once.")])
        #expect(read("a </think> b", thinks: false) == [.text("a </think> b")])
    }

    @Test func `calls are read with the types that their tool declares`() {
        let text = """
            I look.

            <tool_call>
            <function=f>
            <parameter=s>
            12
            two lines
            </parameter>
            <parameter=n>
            12
            </parameter>
            <parameter=x>
            1.50
            </parameter>
            <parameter=b>
            True
            </parameter>
            <parameter=o>
            {"k": [1]}
            </parameter>
            <parameter=a>
            not a list
            </parameter>
            <parameter=unknown>
            7
            </parameter>
            </function>
            </tool_call>
            <tool_call>
            <function=g>
            </function>
            </tool_call>
            """
        let call = ToolCall(
            name: "f",
            arguments: [
                .init(key: "s", value: .string("12\ntwo lines")), .init(key: "n", value: .number("12")),
                .init(key: "x", value: .number("1.50")), .init(key: "b", value: .boolean(true)),
                .init(key: "o", value: .object([.init(key: "k", value: .array([.number("1")]))])),
                .init(key: "a", value: .string("not a list")), .init(key: "unknown", value: .string("7")),
            ])
        #expect(read(text) == [.text("I look."), .toolCall(call), .toolCall(ToolCall(name: "g", arguments: []))])
    }

    @Test func `a call without its end is read all the same`() {
        let expected = AnswerPiece.toolCall(ToolCall(name: "f", arguments: [.init(key: "n", value: .number("1"))]))
        #expect(read("<tool_call>\n<function=f>\n<parameter=n>\n1") == [expected])
        #expect(read("<tool_call>\n<function=f>\n<parameter=n>\n1\n</function>\n</tool_call>") == [expected])
    }

    @Test func `without tools nothing is a call`() {
        #expect(read("<tool_call>x</tool_call>", tools: []) == [.text("<tool_call>x</tool_call>")])
    }

    @Test func `what is no call is shown as it was written`() {
        #expect(read("a <tool_call>b</tool_call>") == [.text("a<tool_call>b</tool_call>")])
    }

    @Test func `any chunks give the same pieces`() {
        var rng = SeededGenerator(seed: 43)
        let parts = [
            "<tool_call>", "</tool_call>", "<function=f>", "</function>", "<parameter=n>", "</parameter>", "</think>",
            "<think>", "\n",
            "\n\n", " ", "12", "text", "<", "</", "<tool", ">", "ü",
        ]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...14, using: &rng)).map { _ in parts.randomElement(using: &rng) ?? "" }
                .joined()
            for thinks in [false, true] {
                let whole = read(text, thinks: thinks)
                for chunk in [1, 2, 5] {
                    #expect(read(text, thinks: thinks, chunk: chunk) == whole, "\(text.debugDescription)")
                }
            }
        }
    }

    @Test(arguments: [
        (#"one\ntwo"#, "one\ntwo"), (#"`a\nb` c\nd"#, "`a\\nb` c\nd"), ("```\nx\\ny\n``` z\\n", "```\nx\\ny\n``` z\n"),
        (#"$\nu$ and $5\n"#, "$\\nu$ and $5\n"), (#"\(\nabla\)\n"#, "\\(\\nabla\\)\n"),
        (#"\[\neq\]\n"#, "\\[\\neq\\]\n"), (#"$$\nu$$\n"#, "$$\\nu$$\n"),
        (#"C:\\new"#, #"C:\\new"#), (#"end\"#, #"end\"#), ("", ""),
    ])
    func `spelt line ends become line ends, but not in code and mathematics`(text: String, expected: String) {
        for chunk in [1, 2, 3, 100] {
            var (breaks, rest, out) = (LineBreaks(), Array(text.unicodeScalars)[...], "")
            while !rest.isEmpty {
                out += breaks.append(String(String.UnicodeScalarView(rest.prefix(chunk))))
                rest = rest.dropFirst(chunk)
            }
            #expect(out + breaks.finish() == expected)
        }
    }
}
