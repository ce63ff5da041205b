import MediaTypes
import TestSupport
import Testing

@testable import tintyped

struct ConfigurationTests {
    @Test func `nothing set means the defaults`() throws {
        #expect(try ConfigurationFile.parse("") == Configuration())
        let missing = try #require(MediaPath("/nonexistent/config.toml"))
        #expect(try ConfigurationFile.read(missing) == Configuration())
    }

    @Test func `every setting is read`() throws {
        let configuration = try ConfigurationFile.parse(
            """
            [watch]
            exclude = ["*.bak", "private"]
            [words]
            languages = ["eng", "deu"]
            [engine]
            url = "unix:/run/engine.sock"
            model = "minicpm"
            key = "secret"
            timeout_seconds = 30
            concurrency = 4
            """)
        var engine = Configuration.Engine(url: "unix:/run/engine.sock")
        engine.model = "minicpm"
        engine.key = "secret"
        engine.timeoutSeconds = 30
        engine.concurrency = 4
        #expect(configuration.exclusions == ["*.bak", "private"])
        #expect(configuration.wordLanguages == ["eng", "deu"])
        #expect(configuration.engine == engine)
    }

    @Test func `all faults are told at once, each with its place`() {
        let faults = #expect(throws: ConfigurationFaults.self) {
            try ConfigurationFile.parse(
                """
                watsch = 1
                words = "eng"
                [watch]
                exclude = "*.bak"
                [engine]
                url = "ftp://x"
                """)
        }
        let text = faults?.faults.joined(separator: "\n") ?? ""
        #expect(text.contains("watsch is not a setting") && text.contains("[words]"))
        #expect(text.contains("[watch] exclude") && text.contains("ftp://x"))
    }

    @Test(arguments: [
        "[engine]\nurl = \"unix:/s\"\ntimeout_seconds = 0", "[engine]\nurl = \"unix:/s\"\nconcurrency = \"4\"",
    ])
    func `numbers out of range are refused`(text: String) {
        #expect(throws: ConfigurationFaults.self) { try ConfigurationFile.parse(text) }
    }

    @Test func `what is no TOML is told with its line`() {
        let faults = #expect(throws: ConfigurationFaults.self) { try ConfigurationFile.parse("[watch]\nexclude = [") }
        #expect(faults?.faults.first?.hasPrefix("line ") == true)
    }

    @Test func `the key never stands in an error`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("[engine]\nkey = \"hunter2\"\nurl = 5\n", to: "config.toml")
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(path) }
        #expect(error?.description.contains("hunter2") == false)
    }
}
