import Foundation
import MiniCPMV

/// Requests as clients send them.
enum SampleRequest {
    /// A PPM of one colour, as the engine takes pictures.
    static func picture(width: Int = 20, height: Int = 30, value: UInt8 = 90) -> String {
        let bytes = Array("P6\n\(width) \(height)\n255\n".utf8) + [UInt8](repeating: value, count: width * height * 3)
        return "data:image/x-portable-pixmap;base64," + Data(bytes).base64EncodedString()
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    /// A question about one picture, greedy, with more members of the body.
    static func body(_ text: String = "What is this?", more: String = #""max_tokens": 12"#) -> [UInt8] {
        Array(
            """
            {"messages": [{"role": "user", "content": [
              {"type": "image_url", "image_url": {"url": "\(picture())"}}, {"type": "text", "text": "\(text)"}
            ]}], "temperature": 0, \(more)}
            """.utf8)
    }
}
