"""Files broken on purpose: what stopped downloads, bad discs and bad intentions leave behind."""

import random
import struct
import subprocess
import zlib

from PIL import Image


def chunk(kind, body):
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, bit_depth, colour_type, body):
    """A PNG file of these header fields and compressed pixels."""
    header = struct.pack(">IIBBBBB", width, height, bit_depth, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def bit_flipped(data, count, start, seed):
    """The data with `count` bits turned over, none before `start`."""
    chance, broken = random.Random(seed), bytearray(data)
    for _ in range(count):
        broken[chance.randrange(start, len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def black_rows(width, height):
    """The compressed pixels of a black picture of one bit a pixel, made without holding them."""
    packer, row = zlib.compressobj(9), bytes(1 + width // 8)
    return b"".join(packer.compress(row) for _ in range(height)) + packer.flush()


def make(manifest):
    """All broken files. The sound ones must lie on disk."""
    def put(name, data, note, condition, size=("", ""), **facts):
        manifest.path("broken/" + name).write_bytes(data)
        manifest.add("broken/" + name, note, size, condition=condition, **facts)

    def sound(name):
        return manifest.path(name).read_bytes()

    jpeg, whole_png = sound("photos/harbour.jpg"), sound("documents/invoice.png")
    heic, gif = sound("photos/formats/desert.heic"), sound("photos/formats/pinwheel.gif")
    moov_first, moov_last = sound("videos/upright.mp4"), sound("videos/rotated.mp4")

    put("truncated.jpg", jpeg[:len(jpeg) * 6 // 10], "The last two fifths are missing.", "damaged", (960, 640))
    put("truncated.png", whole_png[:len(whole_png) // 2], "The second half is missing.", "damaged", (1000, 1000),
        format="png")
    put("truncated.gif", gif[:len(gif) // 2], "The second half is missing.", "damaged", (160, 120), format="gif")
    put("truncated.heic", heic[:len(heic) // 2], "The second half is missing.", "damaged", (480, 320), format="heic")
    put("truncated-start.mp4", moov_first[:len(moov_first) // 2], "The second half is missing; the index is there.",
        "damaged", (320, 240), kind="video", format="mp4")
    put("truncated-end.mp4", moov_last[:len(moov_last) // 2], "The second half is missing, and the index with it.",
        "hopeless", kind="video", format="mp4")
    put("header-only.jpg", jpeg[:400], "The file stops inside its EXIF.", "hopeless")
    put("bits.jpg", bit_flipped(jpeg, 40, 2000, 1), "40 bits turned over in the picture data.", "damaged", (960, 640))
    put("bits.png", bit_flipped(whole_png, 40, 200, 2), "40 bits turned over in the picture data.", "damaged",
        (1000, 1000), format="png")
    put("bits.mp4", bit_flipped(moov_first, 60, len(moov_first) // 2, 3), "60 bits turned over in the frames.",
        "damaged", (320, 240), kind="video", format="mp4")
    put("exif-offsets.jpg", exif_out_of_bounds(jpeg), "EXIF entries point outside the EXIF.", "damaged", (960, 640))

    put("empty.jpg", b"", "No byte at all.", "hopeless")
    put("noughts.jpg", bytes(4096), "Nothing but zero bytes.", "hopeless")
    put("text.jpg", b"This is a shopping list: bread, milk, candles.\n", "A text file with a picture's name.",
        "hopeless")
    put("page.png", b"<!DOCTYPE html><title>404</title><p>Not found.\n", "A web page saved under a picture's name.",
        "hopeless", format="png")
    put("really-png.jpg", sound("photos/pixels/one-pixel.png"), "A sound PNG with a JPEG's name.", "sound", (1, 1),
        format="png")
    put("no-picture.mp4", voice_only(manifest), "A film with sound only.", "hopeless", kind="video", format="mp4")

    put("huge-header.png", png(100_000, 100_000, 8, 2, zlib.compress(bytes(1000))),
        "A header of 100,000 × 100,000 pixels with a few bytes behind it.", "hopeless", format="png")
    put("huge-header.bmp", b"BM" + struct.pack("<IIIIiiHHIIiiII", 54, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
        "A header of 60,000 × 60,000 pixels with nothing behind it.", "hopeless", format="bmp")
    put("no-width.png", png(0, 100, 8, 2, zlib.compress(bytes(100))), "A header of 0 × 100 pixels.", "hopeless",
        format="png")
    put("bomb.png", png(40_000, 40_000, 1, 0, black_rows(40_000, 40_000)),
        "Valid, and not to be decoded: 1.6 billion black pixels, packed into 0.2 MB.", "hopeless", format="png")


def exif_out_of_bounds(jpeg):
    """The JPEG with the offset to its EXIF sub-directory pointing far behind the block."""
    # Tag 0x8769, type LONG, count 1, as the big-endian block of exiftool's holds it.
    entry = jpeg.find(b"\x87\x69\x00\x04\x00\x00\x00\x01")
    assert entry > 0, "exiftool wrote its block differently"
    return jpeg[:entry + 8] + b"\x7f\xff\xff\xf0" + jpeg[entry + 12:]


def voice_only(manifest):
    """A tone of one second in an MP4 file."""
    path = manifest.path("broken/no-picture.mp4")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=frequency=300:duration=1", "-c:a", "aac",
                    "-b:a", "24k", "-fflags", "+bitexact", "-flags:a", "+bitexact", str(path)], check=True)
    return path.read_bytes()
