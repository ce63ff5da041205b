import Glibc

/// A file's bytes, mapped: read from the disk when touched, shared between processes, given back by the system when
/// memory is short.
///
/// Sendable since nobody writes to it.
public final class WeightMap: @unchecked Sendable {
    /// The file, for messages.
    public let path: String
    /// All its bytes.
    let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// - Throws: where it cannot be opened, is no file, or is empty.
    public convenience init(path: String) throws(WeightFileError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotOpen(path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        try self.init(descriptor: file, path: path)
    }

    /// Maps a file that somebody else opened: a process without a file system can use what it is handed. The descriptor stays the
    /// caller's to close.
    ///
    /// - Throws: where it is no file, or is empty.
    public init(descriptor file: Int32, path: String) throws(WeightFileError) {
        self.path = path
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .cannotOpen(path, reason: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path, reason: "it is no file") }
        guard status.st_size > 0 else { throw .malformed(path, "the file is empty") }
        let size = Int(status.st_size)
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED else {
            throw .cannotOpen(path, reason: String(cString: strerror(errno)))
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    /// Lets the system take back the whole pages of a range; they are read again where they are used again.
    func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let (start, end) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
        guard start < end, let base = bytes.baseAddress else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
