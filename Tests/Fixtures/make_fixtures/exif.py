"""EXIF blocks, written by exiftool, so that no code of ours or of Pillow's decides what they look like."""

import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image


def tags(make="", model="", lens="", taken="", subsecond="", offset="", exposure="", aperture="", iso="", focal="",
         latitude=None, longitude=None, altitude=None, orientation=None):
    """exiftool's arguments for these facts; `taken` is "YYYY:MM:DD HH:MM:SS", `offset` "+02:00"."""
    values = {"Make": make, "Model": model, "LensModel": lens, "DateTimeOriginal#": taken, "CreateDate#": taken,
              "SubSecTimeOriginal": subsecond, "SubSecTimeDigitized": subsecond, "OffsetTimeOriginal": offset,
              "OffsetTimeDigitized": offset, "ExposureTime": exposure, "FNumber": aperture, "ISO": iso,
              "FocalLength": focal}
    arguments = [f"-EXIF:{name}={value}" for name, value in values.items() if value != ""]
    if latitude is not None:
        arguments += [f"-GPSLatitude={abs(latitude)}", f"-GPSLatitudeRef={'N' if latitude >= 0 else 'S'}",
                      f"-GPSLongitude={abs(longitude)}", f"-GPSLongitudeRef={'E' if longitude >= 0 else 'W'}"]
    if altitude is not None:
        arguments += [f"-GPSAltitude={abs(altitude)}", f"-GPSAltitudeRef#={0 if altitude >= 0 else 1}"]
    if orientation is not None:
        arguments.append(f"-EXIF:Orientation#={orientation}")
    return arguments


def write(path, arguments):
    """Writes tags into a file."""
    subprocess.run(["exiftool", "-q", "-overwrite_original", *arguments, str(path)], check=True)


def block(arguments):
    """The EXIF block with these tags, as the image formats carry it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "carrier.jpg"
        Image.new("RGB", (8, 8)).save(path)
        write(path, arguments)
        return Image.open(io.BytesIO(path.read_bytes())).info["exif"]
