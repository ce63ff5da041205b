import MediaTypes
import TestSupport

@testable import Describing

/// A picture whose bytes are no JPEG: the client passes them on unread.
let samplePicture = EncodedPicture(bytes: [0xFF, 0xD8, 1, 2, 3], size: PixelSize(width: 4, height: 2))
/// Of a photo.
let photoFacts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: 4, height: 2))
/// Has boilerplate, and tags that are alike.
let sampleAnswer = ScriptedEngineAnswer(
    caption: "This image shows boats.", tags: ["Boat", "boats", "sea"], text: "MARIA", language: "de")

/// A client of a scripted server.
func client(_ server: ScriptedServer, adjust: (inout EngineConfiguration) -> Void = { _ in }) throws
    -> EngineClient
{
    var configuration = try EngineConfiguration(url: server.url)
    adjust(&configuration)
    return EngineClient(configuration)
}
