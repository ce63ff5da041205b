import DaemonAPI
import Glibc
import MediaTypes

/// Opens files with the desktop's program for them.
enum DesktopOpener {
    /// Opens what was found.
    static func open(_ hit: SearchHit) throws {
        guard let path = hit.mediaPath, let nowhere = MediaPath("/dev/null") else { return }
        let start = ChildProcess.Start(
            program: Array("xdg-open".utf8), arguments: [path.bytes], isDetached: true, output: nowhere)
        do {
            _ = try ChildProcess(start)
        } catch {
            throw CommandFailure(
                message: "xdg-open cannot be started: \(String(cString: strerror(error.errno))).",
                remedy: "Install xdg-utils, or pass the paths on yourself: tintype find … --files")
        }
    }
}
