import Foundation
import MediaTypes
import TestSupport
import Testing
import Tokenization

@testable import MiniCPMV

struct AnswerGrammarTests {
    private let tokenizer: Tokenizer
    private let vocabulary: GrammarVocabulary
    private let stop: TokenID

    init() throws {
        let path = Fixtures.directory.text + "/Reference/tiny/tokenizer.json"
        tokenizer = try Tokenizer(tokenizerJSON: [UInt8](Data(contentsOf: URL(filePath: path))), named: path)
        stop = try #require(tokenizer.tokenID(of: "<|im_end|>"))
        vocabulary = GrammarVocabulary(tokenizer, stopTokens: [stop])
    }

    private func schema(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    /// An answer of random allowed tokens, brought to its end after so many.
    private func randomAnswer(_ schema: JSON, _ rng: inout SeededGenerator, budget: Int) throws -> JSON {
        var cursor = GrammarCursor(try AnswerGrammar(schema: schema, vocabulary: vocabulary))
        var tokens: [TokenID] = []
        func take(_ token: TokenID) {
            tokens.append(token)
            cursor.accept(token)
        }
        while !cursor.isComplete {
            for token in cursor.forced() { take(token) }
            let mask = cursor.allowed
            let allowed = (0..<TokenID(tokenizer.vocabularySize)).filter { mask.contains($0) }
            guard let token = allowed.randomElement(using: &rng), tokens.count < budget else {
                #expect(!allowed.isEmpty)
                for token in cursor.closing() { take(token) }
                break
            }
            if token == stop { break }
            take(token)
        }
        let bytes = Array(tokens.map { tokenizer.bytes(of: $0) }.joined())
        #expect(String(validating: bytes, as: UTF8.self) != nil)
        return try JSON(parsing: bytes)
    }

    private static let schemas = [
        #"{"type":"object","properties":{"caption":{"type":"string"},"tags":{"type":"array","items":{"type":"string"},"maxItems":3},"text":{"type":"string"}},"required":["caption","tags","text"],"additionalProperties":false}"#,
        #"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":["number","null"]},"c":{"type":"boolean"}},"required":["b"]}"#,
        #"{"type":"string","minLength":2,"maxLength":5}"#,
        #"{"type":"array","items":{"enum":["x","yy",3,null,{"k":[1]}]},"minItems":2,"maxItems":4}"#,
        ##"{"anyOf":[{"type":"integer"},{"type":"object","properties":{"n":{"$ref":"#/$defs/node"}},"required":["n"]}],"$defs":{"node":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["v","next"]}}}"##,
        #"{"const":"only this ä"}"#, "{\"const\":\"de\u{301}compose\u{301}\"}", #"{}"#, #"{"type":"object"}"#,
        #"{"type":"object","additionalProperties":{"type":"integer"}}"#,
        #"{"type":"object","properties":{"s":{"type":"string","nullable":true}},"required":["s"],"additionalProperties":false}"#,
    ]

    @Test(arguments: schemas) func `whatever is chosen, the answer follows its schema`(text: String) throws {
        let schema = try schema(text)
        var rng = SeededGenerator(seed: 51)
        for round in 0..<40 {
            let answer = try randomAnswer(schema, &rng, budget: round % 4 * 20)
            #expect(SchemaCheck(root: schema).allows(answer, schema), "\(answer.compactText)")
        }
    }

    @Test func `text that composition would change is closed byte for byte`() throws {
        let key = "e\u{301}"
        let form = try schema(
            "{\"type\":\"object\",\"properties\":{\"\(key)\":{\"type\":\"integer\"}},\"required\":[\"\(key)\"]}")
        var cursor = GrammarCursor(try AnswerGrammar(schema: form, vocabulary: vocabulary))
        let closing = cursor.closing()
        for token in closing { cursor.accept(token) }
        #expect(cursor.isComplete)
        let bytes = Array(closing.map { tokenizer.bytes(of: $0) }.joined())
        #expect(String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{301}"))
    }

    @Test func `what only may come is forced, but for the token that meets a free text`() throws {
        let grammar = try AnswerGrammar(
            schema: schema(#"{"type":"object","properties":{"caption":{"type":"string"}},"required":["caption"]}"#),
            vocabulary: vocabulary)
        var cursor = GrammarCursor(grammar)
        let forced = cursor.forced()
        let text = tokenizer.detokenize(forced, skipsSpecial: false)
        #expect(!text.isEmpty && #"{"caption": ""#.hasPrefix(text) && text != #"{"caption": ""#)
        for token in forced { cursor.accept(token) }
        #expect(cursor.forced().isEmpty && !cursor.allowed.isEmpty)
        let whole = GrammarCursor(try AnswerGrammar(schema: schema(#"{"const":[1,2]}"#), vocabulary: vocabulary))
        #expect(tokenizer.detokenize(whole.forced(), skipsSpecial: false) == "[1, 2]")
    }

    @Test(arguments: [
        (##"{"type":"string","pattern":"a+"}"##, "pattern"),
        (##"{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"required":["a"]}"##, "a"),
        (##"{"$ref":"#"}"##, ""), (##"{"type":"banana"}"##, "banana"),
        (##"{"type":"string","minLength":9,"maxLength":2}"##, "minLength"),
        (#"{"type":"object","properties":{},"required":["x"]}"#, "x"), ("7", ""), (#"{"anyOf":[]}"#, ""),
        (#"{"enum":[]}"#, ""),
        (#"{"type":"array","items":{"type":"string"},"minItems":100000}"#, "minItems"),
        (##"{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}"##, ""),
    ])
    func `a schema that cannot be followed is refused`(text: String, named: String) throws {
        let schema = try schema(text)
        let error = #expect(throws: ModelError.self) { try AnswerGrammar(schema: schema, vocabulary: vocabulary) }
        #expect(error?.code == .badRequest && (named.isEmpty || error?.message.contains(named) == true))
    }

    @Test func `a schema that names itself without end is followed where it can be`() throws {
        let schema = try schema(##"{"anyOf":[{"$ref":"#"},{"type":"integer"}]}"##)
        var rng = SeededGenerator(seed: 53)
        #expect(try randomAnswer(schema, &rng, budget: 20).integer != nil)
    }

    @Test func `alternatives within alternatives are followed up to a bound`() throws {
        let levels = (0..<20).map { level in
            let next = ##"{"type":"array","minItems":1,"items":{"$ref":"#/$defs/d\##(level + 1)"}}"##
            return #""d\#(level)":{"anyOf":[\#(next),\#(next)]}"#
        }
        let form = try schema(
            ##"{"$ref":"#/$defs/d0","$defs":{"##
                + (levels + [##""d20":{"type":"null"}"##]).joined(separator: ",") + "}}")
        let machine = GrammarMachine(try SchemaNodes(form))
        var stacks = machine.start
        for byte in [UInt8](repeating: UInt8(ascii: "["), count: 20) {
            stacks = machine.advanced(stacks, byte)
            #expect((1...1024).contains(stacks.count))
        }
        for byte in Array("null".utf8) + [UInt8](repeating: UInt8(ascii: "]"), count: 20) {
            stacks = machine.advanced(stacks, byte)
        }
        #expect(stacks.contains { $0.isComplete })
    }

    @Test func `deep and wide schemas have a bound`() throws {
        var deep = #"{"type":"integer"}"#
        for _ in 0..<20 { deep = #"{"type":"array","items":\#(deep)}"# }
        _ = try AnswerGrammar(schema: schema(deep), vocabulary: vocabulary)
        let wide = "{\"anyOf\":[" + Array(repeating: #"{"type":"null"}"#, count: 5000).joined(separator: ",") + "]}"
        let tooWide = try schema(wide)
        #expect(throws: ModelError.self) { try AnswerGrammar(schema: tooWide, vocabulary: vocabulary) }
    }
}

/// Whether a value follows a schema: a plain reading of it, apart from the grammar.
private struct SchemaCheck {
    let root: JSON

    func allows(_ value: JSON, _ schema: JSON) -> Bool {
        if let reference = schema["$ref"]?.text {
            var target: JSON? = root
            for step in reference.split(separator: "/").dropFirst() { target = target?[String(step)] }
            return target.map { allows(value, $0) } ?? false
        }
        if let constant = schema["const"] { return value == constant }
        if let values = schema["enum"]?.elements { return values.contains(value) }
        if let schemas = schema["anyOf"]?.elements { return schemas.contains { allows(value, $0) } }
        var types = schema["type"]?.text.map { [$0] } ?? schema["type"]?.elements?.compactMap(\.text) ?? []
        if schema["nullable"]?.flag == true { types.append("null") }
        return types.isEmpty || types.contains { isOf($0, value, schema) }
    }

    private func isOf(_ type: String, _ value: JSON, _ schema: JSON) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .boolean): return true
        case ("integer", .number(let literal)): return Int(literal) != nil
        case ("number", .number(let literal)): return Double(literal)?.isFinite == true
        case ("string", .string(let text)):
            let count = text.unicodeScalars.count
            return count >= schema["minLength"]?.integer ?? 0 && count <= schema["maxLength"]?.integer ?? .max
        case ("array", .array(let elements)):
            let isInBounds =
                elements.count >= schema["minItems"]?.integer ?? 0
                && elements.count <= schema["maxItems"]?.integer ?? .max
            return isInBounds && elements.allSatisfy { element in schema["items"].map { allows(element, $0) } ?? true }
        case ("object", .object(let members)):
            let properties = schema["properties"]?.members ?? []
            let required = schema["required"]?.elements?.compactMap(\.text) ?? []
            let hasAll = required.allSatisfy { name in members.contains { $0.key == name } }
            return hasAll
                && members.allSatisfy { member in
                    if let known = properties.first(where: { $0.key == member.key }) {
                        return allows(member.value, known.value)
                    }
                    if let values = schema["additionalProperties"], values.members != nil {
                        return allows(member.value, values)
                    }
                    return properties.isEmpty
                }
        default: return false
        }
    }
}
