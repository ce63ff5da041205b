import CPlatform
import Glibc
import MediaTypes

/// Why a directory could not be opened or listed.
enum DirectoryFailure: Error, Equatable {
    /// There is no such directory, or a link or file is in its place.
    case gone
    /// We may not read it; the errno.
    case unreadable(Int32)
    /// It may work later: the errno of too many open files, no memory, an error of the device.
    case transient(Int32)

    init(_ code: Int32) {
        switch code {
        case ENOENT, ENOTDIR, ELOOP, ENODEV, ESTALE: self = .gone
        case EACCES, EPERM: self = .unreadable(code)
        default: self = .transient(code)
        }
    }
}

/// What a name in a directory stands for.
enum EntryStatus: Equatable {
    case missing
    case file(FileStatus)
    case directory(DirectoryKey)
    /// A link, a socket, a device: never followed, never opened.
    case other
    case failed(Int32)
}

/// What a directory says of an entry without a look at it.
enum EntryType { case file, directory, other, unknown }

/// A directory that is open: what is asked of it holds for this very directory, whatever its path is by now.
struct DirectoryHandle: ~Copyable {
    let descriptor: Int32
    let key: DirectoryKey

    /// Opens the directory. A link in its place is not followed, except where a person named it as a root.
    init(_ path: MediaPath, isRoot: Bool) throws(DirectoryFailure) {
        let descriptor = path.withCString { platform_open_directory($0, isRoot ? 0 : O_NOFOLLOW) }
        guard descriptor >= 0 else { throw DirectoryFailure(-descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            let code = errno
            close(descriptor)
            throw DirectoryFailure(code)
        }
        self.descriptor = descriptor
        key = DirectoryKey(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
    }

    deinit { close(descriptor) }

    /// What `name` stands for in this directory.
    func status(_ name: FileName) -> EntryStatus {
        var facts = stat()
        let code = (name.bytes + [0]).withUnsafeBytes { bytes in
            guard let base = bytes.assumingMemoryBound(to: CChar.self).baseAddress else { return EINVAL }
            return fstatat(descriptor, base, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
        }
        guard code == 0 else { return code == ENOENT || code == ENOTDIR ? .missing : .failed(code) }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return .file(FileStatus(facts))
        case S_IFDIR: return .directory(DirectoryKey(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino)))
        default: return .other
        }
    }

    /// Calls `body` for every entry but `.` and `..`. Throws rather than pass off part of a directory as the whole.
    func forEachEntry(_ body: (FileName, EntryType) -> Bool) throws(DirectoryFailure) {
        // closedir closes what it was given, and we still need ours.
        let copy = dup(descriptor)
        guard copy >= 0 else { throw .transient(errno) }
        guard let stream = fdopendir(copy) else {
            close(copy)
            throw .transient(errno)
        }
        defer { closedir(stream) }
        rewinddir(stream)
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw DirectoryFailure(errno) }
                return
            }
            guard let name = platform_entry_name(entry) else { continue }
            let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
            if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { continue }
            guard body(FileName(bytes), EntryType(entry.pointee.d_type)) else { return }
        }
    }

    /// Whether there is nothing in it; a directory that cannot be read counts as one that has something.
    func isEmpty() -> Bool {
        var isEmpty = true
        do {
            try forEachEntry { _, _ in
                isEmpty = false
                return false
            }
        } catch { return false }
        return isEmpty
    }

    /// The file system's name where it lies on another machine; `nil`: it is local.
    func remoteFileSystem() -> String? { RemoteFileSystem.name(magic: platform_file_system_magic(descriptor)) }
}

extension EntryType {
    fileprivate init(_ type: UInt8) {
        switch Int(type) {
        case Int(DT_REG): self = .file
        case Int(DT_DIR): self = .directory
        case Int(DT_UNKNOWN): self = .unknown
        default: self = .other
        }
    }
}

extension FileStatus {
    fileprivate init(_ facts: stat) {
        func seconds(_ time: timespec) -> Double { Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }
        self.init(
            identity: FileIdentity(
                device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino), byteCount: Int64(facts.st_size),
                modifiedAt: seconds(facts.st_mtim)),
            changedAt: seconds(facts.st_ctim))
    }
}
