import Foundation
import MediaTypes
import TOMLKit

/// Reads `config.toml`: strictly, so that a misspelt key is told and not ignored.
struct ConfigurationFile {
    private var faults: [String] = []

    /// The configuration in this file; the defaults where there is none.
    static func read(_ file: MediaPath) throws(ConfigurationError) -> Configuration {
        guard let bytes = FileManager.default.contents(atPath: file.text) else {
            guard FileManager.default.fileExists(atPath: file.text) else { return Configuration() }
            throw ConfigurationError(file: file, faults: ["it cannot be read: check its permissions."])
        }
        do throws(ConfigurationFaults) {
            return try parse(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw ConfigurationError(file: file, faults: error.faults)
        }
    }

    /// The configuration in this text.
    static func parse(_ text: String) throws(ConfigurationFaults) -> Configuration {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationFaults(faults: ["line \(error.source.begin.line): \(error.description)"])
        } catch {
            throw ConfigurationFaults(faults: ["it is not TOML: \(error)"])
        }
        var reader = ConfigurationFile()
        let configuration = reader.configuration(in: table)
        guard reader.faults.isEmpty else { throw ConfigurationFaults(faults: reader.faults) }
        return configuration
    }

    private mutating func configuration(in table: TOMLTable) -> Configuration {
        var configuration = Configuration()
        reject(table, except: ["watch", "words", "engine", "models"], in: nil)
        if let watch = section("watch", of: table) {
            reject(watch, except: ["exclude"], in: "watch")
            configuration.exclusions = strings("exclude", of: watch, in: "watch") ?? []
        }
        if let models = section("models", of: table) {
            // The command line fetches models; here it is only checked, so that every fault is told in one place.
            reject(models, except: ["hub"], in: "models")
            if let hub = string("hub", of: models, in: "models"),
                !["http://", "https://"].contains(where: hub.hasPrefix)
            {
                faults.append("[models] hub \"\(hub)\" opens with neither http:// nor https://.")
            }
        }
        if let words = section("words", of: table) {
            reject(words, except: ["languages"], in: "words")
            configuration.wordLanguages = strings("languages", of: words, in: "words")
        }
        if let engine = section("engine", of: table) {
            configuration.localEngine = localEngine(in: engine)
            configuration.engine = self.engine(in: engine)
        }
        return configuration
    }

    private mutating func localEngine(in table: TOMLTable) -> Configuration.LocalEngine {
        var engine = Configuration.LocalEngine()
        if let minutes = integer("idle_minutes", of: table, in: "engine", within: 1...1440) {
            engine.idleMinutes = minutes
        }
        engine.threads = integer("threads", of: table, in: "engine", within: 1...256)
        return engine
    }

    private mutating func engine(in table: TOMLTable) -> Configuration.Engine? {
        reject(
            table, except: ["url", "model", "key", "timeout_seconds", "concurrency", "idle_minutes", "threads"],
            in: "engine")
        guard let url = string("url", of: table, in: "engine") else {
            let isForAnother = ["model", "key", "timeout_seconds", "concurrency"].contains { table[$0] != nil }
            if table["url"] == nil, isForAnother {
                faults.append("[engine] needs a url, as \"unix:/run/engine.sock\".")
            }
            return nil
        }
        guard ["unix:", "http://", "https://"].contains(where: url.hasPrefix) else {
            faults.append("[engine] url \"\(url)\" opens with none of unix:, http:// and https://.")
            return nil
        }
        var engine = Configuration.Engine(url: url)
        engine.model = string("model", of: table, in: "engine")
        engine.key = string("key", of: table, in: "engine")
        if let seconds = integer("timeout_seconds", of: table, in: "engine", within: 1...86_400) {
            engine.timeoutSeconds = seconds
        }
        if let count = integer("concurrency", of: table, in: "engine", within: 1...256) { engine.concurrency = count }
        return engine
    }

    private mutating func reject(_ table: TOMLTable, except known: Set<String>, in section: String?) {
        for key in table.keys.sorted() where !known.contains(key) {
            let place = section.map { "[\($0)] " } ?? ""
            faults.append("\(place)\(key) is not a setting; known are \(known.sorted().joined(separator: ", ")).")
        }
    }

    private mutating func section(_ name: String, of table: TOMLTable) -> TOMLTable? {
        guard let value = table[name] else { return nil }
        if value.table == nil { faults.append("\(name) must be a section, as [\(name)].") }
        return value.table
    }

    private mutating func string(_ key: String, of table: TOMLTable, in section: String) -> String? {
        guard let value = table[key] else { return nil }
        if value.string == nil { faults.append("[\(section)] \(key) must be text in quotes.") }
        return value.string
    }

    private mutating func strings(_ key: String, of table: TOMLTable, in section: String) -> [String]? {
        guard let value = table[key] else { return nil }
        let texts = value.array.map { array in array.map(\.string) } ?? [nil]
        let strings = texts.compactMap(\.self)
        guard strings.count == texts.count else {
            faults.append("[\(section)] \(key) must be a list of texts, as [\"a\", \"b\"].")
            return nil
        }
        return strings
    }

    private mutating func integer(
        _ key: String, of table: TOMLTable, in section: String, within range: ClosedRange<Int>
    ) -> Int? {
        guard let value = table[key] else { return nil }
        guard let number = value.int, range.contains(number) else {
            faults.append("[\(section)] \(key) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }
}

/// The faults of a configuration's text.
struct ConfigurationFaults: Error { var faults: [String] }
