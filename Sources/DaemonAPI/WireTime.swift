import FoundationEssentials

/// A moment; in JSON, ISO 8601 in UTC to the millisecond: `2025-06-01T12:00:00.250Z`.
public struct WireTime: Hashable, Sendable, Comparable {
    /// Seconds since 1970, to the millisecond.
    public var secondsSince1970: Double

    /// The moment this many seconds after 1970 began; what lies outside the years 1 to 9999 becomes their edge.
    public init(_ secondsSince1970: Double) {
        let bounded = secondsSince1970.isNaN ? 0 : min(max(secondsSince1970, -62_135_596_800), 253_402_300_799)
        self.secondsSince1970 = (bounded * 1000).rounded() / 1000
    }

    /// The moment as ISO 8601 in UTC.
    public var iso8601: String { Date(timeIntervalSince1970: secondsSince1970).formatted(Self.style) }

    /// The earlier one is less.
    public static func < (left: WireTime, right: WireTime) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}

extension WireTime: Codable {
    /// Reads ISO 8601 with or without a fraction.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let date = (try? Self.style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
        guard let date else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is no ISO 8601 time")
        }
        self.init(date.timeIntervalSince1970)
    }

    /// Writes `iso8601`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}
