import DaemonAPI
import Foundation
import Glibc
import Logging

/// The daemon: watches, queues, owns the catalog, answers on the socket.
@main
struct Tintyped {
    private static let help = """
        tintyped: looks at your photos, screenshots and videos and answers on a Unix socket.

        It is started by systemd or by the command line `tintype`; there is nothing to pass to it.
        Settings: $XDG_CONFIG_HOME/tintype/config.toml. TINTYPE_HOME=DIR keeps everything in one folder.

          --version   print the version
          --help      print this
        """

    static func main() async {
        switch Array(CommandLine.arguments.dropFirst()) {
        case []: exit(await run())
        case ["--version"]: print(TintypeVersion.current)
        case ["--help"], ["-h"]: print(help)
        default:
            say("tintyped takes no arguments but --version and --help.")
            exit(64)
        }
    }

    private static func run() async -> CInt {
        ProcessSettings.apply()
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = ProcessSettings.logLevel
            return handler
        }
        do {
            try await Daemon.run()
            return 0
        } catch is AnotherInstance {
            // Whoever started us wanted a daemon, and there is one.
            say("Another tintyped already works for you.")
            return 0
        } catch {
            say("tintyped cannot run: \(error)")
            return 2
        }
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
