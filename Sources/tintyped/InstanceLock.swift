import Glibc
import MediaTypes

/// Holds the library for one daemon: two would lease each other's jobs. The kernel lets go when we die, however we die.
struct InstanceLock: ~Copyable {
    private let descriptor: CInt

    /// Takes the lock in `directory`.
    ///
    /// - Returns: `nil` where another daemon holds it.
    /// - Throws: `StartError` where the lock's file cannot be made.
    init?(directory: MediaPath) throws(StartError) {
        let file = directory.appending(FileName("tintyped.lock"))
        descriptor = file.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard descriptor >= 0 else {
            throw StartError(
                message: "\(file.text) cannot be made: \(String(cString: strerror(errno))).",
                remedy: "Check that the folder belongs to you and the disk is not full.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}

/// The library is in another daemon's hands: no fault, there is nothing left to do.
struct AnotherInstance: Error {}

/// Why the daemon cannot start.
struct StartError: Error, CustomStringConvertible {
    /// What happened, naming the thing.
    var message: String
    /// What to do, as an order.
    var remedy: String?

    var description: String { remedy.map { "\(message) \($0)" } ?? message }
}
