"""Puts the box "turn me" (`irot`, ISO/IEC 23008-12) into a HEIC file that heif-enc wrote, as phones write it."""

import struct


def turned(data, quarter_turns):
    """The file with its primary item turned against the clock by so many quarters when it is shown."""
    meta, meta_size = box(data, 0, len(data), b"meta")
    iprp, iprp_size = box(data, meta + 12, meta + meta_size, b"iprp")
    ipco, ipco_size = box(data, iprp + 8, iprp + iprp_size, b"ipco")
    ipma, ipma_size = box(data, iprp + 8, iprp + iprp_size, b"ipma")
    iloc, _ = box(data, meta + 12, meta + meta_size, b"iloc")
    # ipma: flags 0, version 0, then an entry an item; the first entry is the primary item's.
    assert data[ipma + 8:ipma + 12] == bytes(4) and ipco < ipma, "heif-enc lays its boxes out differently"
    index = sum(1 for _ in children(data, ipco + 8, ipco + ipco_size)) + 1
    count_at = ipma + 18
    entry_end = count_at + 1 + data[count_at]

    out = bytearray(data)
    out[count_at] += 1
    for start, size, more in ((meta, meta_size, 10), (iprp, iprp_size, 10), (ipco, ipco_size, 9), (ipma, ipma_size, 1)):
        out[start:start + 4] = struct.pack(">I", size + more)
    move_extents(out, iloc, 10)
    out[entry_end:entry_end] = bytes([0x80 | index])
    end = ipco + ipco_size
    out[end:end] = struct.pack(">I", 9) + b"irot" + bytes([quarter_turns])
    return bytes(out)


def children(data, start, end):
    """The boxes between two offsets: where each begins, its size, its type."""
    while start + 8 <= end:
        size = struct.unpack(">I", data[start:start + 4])[0]
        yield start, size, data[start + 4:start + 8]
        start += size


def box(data, start, end, kind):
    """Where the first box of this type begins, and its size."""
    return next((at, size) for at, size, type in children(data, start, end) if type == kind)


def move_extents(out, iloc, distance):
    """Adds `distance` to where every item's bytes lie in the file."""
    version, sizes = out[iloc + 8], out[iloc + 12]
    assert version in (0, 1) and sizes == 0x44 and out[iloc + 13] >> 4 in (0, 4), "an item table of another shape"
    base_size = out[iloc + 13] >> 4
    at = iloc + 16
    for _ in range(struct.unpack(">H", out[iloc + 14:iloc + 16])[0]):
        at += 2 + (2 if version == 1 else 0) + 2 + base_size
        extents = struct.unpack(">H", out[at:at + 2])[0]
        at += 2
        for _ in range(extents):
            offset = struct.unpack(">I", out[at:at + 4])[0]
            out[at:at + 4] = struct.pack(">I", offset + distance)
            at += 8
