import MediaTypes

/// The few facts that we look up in an XMP packet, as attribute or as element. No XML is parsed: the packet comes from
/// the file, and looking for a name cannot be talked into expanding anything.
enum XMPPacket {
    /// When the picture was created, by the first of these properties that is there.
    static func captureTime(_ packet: [UInt8]) -> CaptureTime? {
        let properties = ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"]
        for property in properties {
            if let text = value(of: property, in: packet),
                let time = TimeText.captureTime(text, source: .exif)
            {
                return time
            }
        }
        return nil
    }

    private static func value(of property: String, in packet: [UInt8]) -> String? {
        let packet = packet[...]
        guard let name = packet.firstRange(of: Array(property.utf8)) else { return nil }
        // `name="value"`, `name='value'` or `<name>value</name>`.
        let tail = packet[name.upperBound...].prefix(64).drop { $0 == UInt8(ascii: "=") }
        guard let opening = tail.first, [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ">")].contains(opening)
        else { return nil }
        let closing = opening == UInt8(ascii: ">") ? UInt8(ascii: "<") : opening
        return String(decoding: tail.dropFirst().prefix { $0 != closing }, as: UTF8.self)
    }
}
