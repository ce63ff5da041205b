/// File systems whose changes other machines make without this kernel's knowledge.
enum RemoteFileSystem {
    /// The name of the file system with this magic number (statfs(2), linux/magic.h); `nil`: inotify sees its changes.
    ///
    /// FUSE counts: sshfs, rclone and the like share one number, and local ones among them lose only promptness.
    static func name(magic: Int64) -> String? {
        switch magic {
        case 0x6969: "NFS"
        case 0x517B: "SMB"
        case 0xFF53_4D42: "CIFS"
        case 0xFE53_4D42: "SMB2"
        case 0x6573_5546: "FUSE"
        case 0x0102_1997: "9P"
        case 0x00C3_6400: "Ceph"
        case 0x5346_414F, 0x6B41_4653: "AFS"
        case 0x7375_7245: "Coda"
        case 0x0BD0_0BD0: "Lustre"
        case 0x0116_1970: "GFS2"
        case 0x786F_4256: "VirtualBox shared folder"
        default: nil
        }
    }
}
