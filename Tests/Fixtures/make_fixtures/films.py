"""Clips of a few seconds, encoded by ffmpeg from drawn frames."""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

import lettering
import screens

COLOURS = ((200, 40, 40), (40, 160, 60), (40, 70, 200))
EXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-threads", "1", "-map_metadata", "-1"]


def counting(index):
    """A second's frame: red, then green, then blue, each with its number."""
    picture = Image.new("RGB", (320, 240), COLOURS[index])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 60, 30), fill="white")
    draw.text((120, 70), str(index), font=lettering.font("sans-bold", 96), fill="white")
    return picture


def encode(path, frames, arguments, sound=False):
    """Encodes each still for a second at ten frames a second."""
    with tempfile.TemporaryDirectory() as folder:
        for index in range(len(frames) * 10):
            frames[index // 10].save(Path(folder) / f"{index}.png")
        command = ["ffmpeg", "-v", "error", "-y", "-framerate", "10", "-i", f"{folder}/%d.png"]
        if sound:
            command += ["-f", "lavfi", "-i", f"sine=frequency=440:duration={len(frames)}", "-c:a", "aac", "-b:a", "24k"]
        subprocess.run(command + ["-pix_fmt", "yuv420p", *EXACT, *arguments, str(path)], check=True)


def make(manifest):
    """All clips."""
    counts = [counting(index) for index in range(3)]
    h264 = ["-c:v", "libx264", "-preset", "slow", "-crf", "26", "-g", "20", "-bf", "2"]
    path = manifest.path

    encode(path("videos/upright.mp4"), counts, h264 + ["-metadata", "creation_time=2024-05-04T10:11:12Z",
                                                       "-movflags", "+faststart"], sound=True)
    manifest.add("videos/upright.mp4", "Red with a 0, green with a 1, blue with a 2, a second each; with sound.",
                 (320, 240), kind="video", format="mp4", duration=3, taken_local="2024-05-04T10:11:12.000",
                 offset_minutes=0)
    # A copy with a display matrix: what a phone held upright writes. ffmpeg 5.1 turns by this against the clock.
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(path("videos/upright.mp4")), "-c", "copy", *EXACT,
                    "-metadata:s:v", "rotate=270", "-metadata", "creation_time=2024-05-04T10:11:12Z",
                    "-metadata", "location=+43.2951+005.3614/", str(path("videos/rotated.mp4"))], check=True)
    manifest.add("videos/rotated.mp4", "The same clip, to be shown turned by 90° clockwise (the white patch at the upper right); with a location.",
                 (240, 320), kind="video", format="mp4", duration=3, orientation=6,
                 taken_local="2024-05-04T10:11:12.000", offset_minutes=0, latitude=43.2951, longitude=5.3614)
    encode(path("videos/holiday.mov"), counts, h264 + [
        "-movflags", "use_metadata_tags", "-metadata", "com.apple.quicktime.make=Apple",
        "-metadata", "com.apple.quicktime.model=iPhone 13",
        "-metadata", "com.apple.quicktime.creationdate=2023-08-15T18:30:00+0200",
        "-metadata", "com.apple.quicktime.location.ISO6709=+48.8584+002.2945+035.000/",
        "-metadata", "creation_time=2023-08-15T16:30:00Z"])
    manifest.add("videos/holiday.mov", "The same frames as a phone's QuickTime file, with its keys.", (320, 240),
                 kind="video", format="mov", duration=3, taken_local="2023-08-15T18:30:00.000", offset_minutes=120,
                 make="Apple", model="iPhone 13", latitude=48.8584, longitude=2.2945, altitude=35)

    slides = [screens.slide(index) for index in range(3)]
    encode(path("videos/slides.webm"), slides, ["-c:v", "libvpx-vp9", "-crf", "40", "-b:v", "0", "-g", "10"])
    manifest.add("videos/slides.webm", "Three slides of a talk, a second each; VP9.", (640, 360), kind="video",
                 format="webm", duration=3, language="eng", lines=screens.SLIDES)
    for name, format, codec in (("vp8.webm", "webm", ["-c:v", "libvpx", "-crf", "30", "-b:v", "200k"]),
                                ("hevc.mp4", "mp4", ["-c:v", "libx265", "-crf", "32", "-x265-params",
                                                     "log-level=error:pools=none:frame-threads=1", "-tag:v", "hvc1"]),
                                ("av1.mkv", "mkv", ["-c:v", "libaom-av1", "-crf", "45", "-cpu-used", "6"]),
                                ("mpeg4.avi", "avi", ["-c:v", "mpeg4", "-q:v", "8"])):
        encode(path("videos/codecs/" + name), counts, codec)
        manifest.add("videos/codecs/" + name, "The red, green and blue seconds in another codec.", (320, 240),
                     kind="video", format=format, duration=3)
