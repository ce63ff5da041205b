"""Photographs in every format, with and without EXIF, and the eight orientations."""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

import exif
import heic_turn
import scenes
import screens

# How the stored pixels come from the upright picture, so that EXIF's orientation turns them back.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(picture, orientation):
    """The picture as a camera held that way stores it."""
    turn = STORED[orientation]
    return picture if turn is None else picture.transpose(turn)


def heif(picture, path, arguments=(), quality=60):
    """Encodes HEIC by libheif's own encoder, with this EXIF."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.png"
        picture.save(source)
        subprocess.run(["heif-enc", "-q", str(quality), "-o", str(path), str(source)], check=True,
                       stdout=subprocess.DEVNULL)
    if arguments:
        exif.write(path, arguments)


def cameras(manifest):
    """Photographs that carry everything a camera writes."""
    facts = dict(taken_local="2024-06-01T14:32:05.120", offset_minutes=120, make="Canon", model="Canon EOS R6",
                 lens="RF24-105mm F4 L IS USM", exposure_time=0.004, f_number=8, iso=200, focal_length=35,
                 latitude=43.2951, longitude=5.3614, altitude=12.5, orientation=1)
    tags = exif.tags(make="Canon", model="Canon EOS R6", lens="RF24-105mm F4 L IS USM", taken="2024:06:01 14:32:05",
                     subsecond="12", offset="+02:00", exposure="1/250", aperture="8", iso="200", focal="35",
                     latitude=43.2951, longitude=5.3614, altitude=12.5, orientation=1)
    scenes.grainy(scenes.harbour(), 90, 1).save(manifest.path("photos/harbour.jpg"), quality=78)
    exif.write(manifest.path("photos/harbour.jpg"), tags)
    manifest.add("photos/harbour.jpg", scenes.harbour.__doc__, scenes.SIZE, **facts)

    scenes.mountain().save(manifest.path("photos/mountain.jpg"), quality=80)
    exif.write(manifest.path("photos/mountain.jpg"), exif.tags(
        make="NIKON CORPORATION", model="NIKON D750", lens="AF-S Nikkor 50mm f/1.8G", taken="2019:12:31 23:59:59",
        exposure="1.3", aperture="1.8", iso="6400", focal="50", latitude=-43.5950, longitude=170.1418, altitude=-3))
    manifest.add("photos/mountain.jpg", scenes.mountain.__doc__ + " South and east, below the sea, no offset.",
                 scenes.SIZE, taken_local="2019-12-31T23:59:59.000", make="NIKON CORPORATION", model="NIKON D750",
                 lens="AF-S Nikkor 50mm f/1.8G", exposure_time=1.3, f_number=1.8, iso=6400, focal_length=50,
                 latitude=-43.5950, longitude=170.1418, altitude=-3)

    scenes.city().save(manifest.path("photos/city.jpg"), quality=80, progressive=True)
    exif.write(manifest.path("photos/city.jpg"), exif.tags(
        make="Google", model="Pixel 7", taken="2023:11:05 01:30:00", subsecond="987", offset="-08:00",
        exposure="1/15", aperture="1.85", iso="1600", focal="6.81", latitude=37.7749, longitude=-122.4194))
    manifest.add("photos/city.jpg", scenes.city.__doc__ + " A progressive JPEG, west of Greenwich.", scenes.SIZE,
                 taken_local="2023-11-05T01:30:00.987", offset_minutes=-480, make="Google", model="Pixel 7",
                 exposure_time=0.066667, f_number=1.85, iso=1600, focal_length=6.81, latitude=37.7749,
                 longitude=-122.4194)

    scenes.birthday().save(manifest.path("photos/birthday.jpg"), quality=80)
    manifest.add("photos/birthday.jpg", scenes.birthday.__doc__ + " No EXIF.", scenes.SIZE)

    scenes.street_sign().save(manifest.path("photos/street-sign.jpg"), quality=75)
    exif.write(manifest.path("photos/street-sign.jpg"), exif.tags(
        make="Apple", model="iPhone 13", lens="iPhone 13 back dual wide camera 5.1mm f/1.6",
        taken="2022:07:14 09:05:00", offset="+05:30"))
    manifest.add("photos/street-sign.jpg", scenes.street_sign.__doc__, scenes.SIZE, make="Apple", model="iPhone 13",
                 lens="iPhone 13 back dual wide camera 5.1mm f/1.6", taken_local="2022-07-14T09:05:00.000",
                 offset_minutes=330, language="eng", lines=["HARBOUR", "STREET 27"])


def odd_facts(manifest):
    """EXIF that is there but says nothing usable."""
    small = scenes.tulips().resize((240, 160))
    for name, note, tags in (
        ("no-fix.jpg", "GPS at 0, 0: a camera without a fix.", exif.tags(make="Canon", latitude=0.0, longitude=0.0)),
        ("no-date.jpg", "A date of noughts: a camera whose clock was never set.",
         exif.tags(make="Canon", taken="0000:00:00 00:00:00")),
        ("no-such-day.jpg", "The 30th of February.", exif.tags(make="Canon", taken="2023:02:30 12:00:00")),
    ):
        path = manifest.path("photos/odd/" + name)
        small.save(path, quality=80)
        exif.write(path, tags)
        manifest.add("photos/odd/" + name, note, small.size, make="Canon")


def formats(manifest):
    """The same facts in every format that can carry them, and pictures in formats that cannot."""
    tags = exif.tags(make="Apple", model="iPhone 13", lens="iPhone 13 back camera", taken="2021:03:04 05:06:07",
                     subsecond="089", offset="+01:00", exposure="1/120", aperture="1.6", iso="50", focal="5.1",
                     latitude=52.5163, longitude=13.3777)
    facts = dict(taken_local="2021-03-04T05:06:07.089", offset_minutes=60, make="Apple", model="iPhone 13",
                 lens="iPhone 13 back camera", exposure_time=0.008333, f_number=1.6, iso=50, focal_length=5.1,
                 latitude=52.5163, longitude=13.3777)
    block = exif.block(tags)
    path = lambda name: manifest.path("photos/formats/" + name)
    size = (480, 320)

    heif(scenes.desert().resize(size), path("desert.heic"), tags)
    manifest.add("photos/formats/desert.heic", scenes.desert.__doc__, size, format="heic", **facts)
    scenes.tulips().resize(size).save(path("tulips.webp"), quality=75, exif=block)
    manifest.add("photos/formats/tulips.webp", scenes.tulips.__doc__, size, format="webp", **facts)
    scenes.balloon().resize(size).save(path("balloon.avif"), quality=60, exif=block)
    manifest.add("photos/formats/balloon.avif", scenes.balloon.__doc__, size, format="avif", **facts)
    scenes.mountain().resize(size).save(path("mountain.tiff"), compression="tiff_lzw")
    exif.write(path("mountain.tiff"), tags)
    manifest.add("photos/formats/mountain.tiff", scenes.mountain.__doc__, size, format="tiff", **facts)
    scenes.harbour().resize(size).quantize(64).save(path("harbour.png"))
    exif.write(path("harbour.png"), tags)
    manifest.add("photos/formats/harbour.png", scenes.harbour.__doc__ + " A palette PNG with an eXIf chunk.", size,
                 format="png", **facts)

    scenes.desert().resize((240, 160)).save(path("desert.bmp"))
    manifest.add("photos/formats/desert.bmp", scenes.desert.__doc__, (240, 160), format="bmp")
    frames = [scenes.pinwheel(turn).quantize(16) for turn in range(0, 90, 15)]
    frames[0].save(path("pinwheel.gif"), save_all=True, append_images=frames[1:], duration=200, loop=0)
    manifest.add("photos/formats/pinwheel.gif", "A turning pinwheel of four colours: six frames of 0.2 s.", (160, 120),
                 format="gif", duration=1.2)
    frames = [scenes.pinwheel(turn) for turn in range(0, 90, 30)]
    frames[0].save(path("pinwheel.webp"), save_all=True, append_images=frames[1:], duration=200, loop=0, quality=60)
    manifest.add("photos/formats/pinwheel.webp", "The pinwheel as an animated WebP: three frames of 0.2 s.",
                 (160, 120), format="webp", duration=0.6)


def pixel_kinds(manifest):
    """Pixels other than 8-bit RGB, and sizes that are easily got wrong."""
    path = lambda name: manifest.path("photos/pixels/" + name)
    size = (240, 160)
    picture = scenes.compass().resize(size)
    picture.convert("L").save(path("grey.jpg"), quality=80)
    manifest.add("photos/pixels/grey.jpg", "The compass picture in shades of grey.", size)
    picture.convert("CMYK").save(path("cmyk.jpg"), quality=80)
    manifest.add("photos/pixels/cmyk.jpg", "The compass picture in CMYK, inverted as Adobe writes it.", size)
    clear = picture.convert("RGBA")
    clear.paste((0, 0, 0, 0), (60, 40, 180, 120))
    clear.save(path("transparent.png"))
    manifest.add("photos/pixels/transparent.png", "The compass picture with a see-through middle.", size, format="png")
    Image.linear_gradient("L").resize((64, 64)).convert("I").point(lambda v: v * 257).convert("I;16").save(path("deep.png"))
    manifest.add("photos/pixels/deep.png", "A grey ramp of 16 bits a pixel, dark above.", (64, 64), format="png")
    picture.convert("1").save(path("two-colours.png"))
    manifest.add("photos/pixels/two-colours.png", "The compass picture in black and white, one bit a pixel.", size,
                 format="png")
    odd = picture.resize((131, 67))
    odd.save(path("odd-size.jpg"), quality=80)
    manifest.add("photos/pixels/odd-size.jpg", "The compass picture at 131 × 67: no multiple of a JPEG block.", odd.size)
    Image.new("RGB", (1, 1), (12, 34, 56)).save(path("one-pixel.png"))
    manifest.add("photos/pixels/one-pixel.png", "One dark blue pixel.", (1, 1), format="png")
    Image.new("RGB", (1, 5000), (200, 100, 50)).save(path("thread.png"))
    manifest.add("photos/pixels/thread.png", "One pixel wide, 5,000 high.", (1, 5000), format="png")


def orientations(manifest):
    """The compass picture as EXIF's eight orientations, which all look the same once applied."""
    picture = scenes.compass()
    for orientation in STORED:
        name = f"orientation/{orientation}.jpg"
        stored(picture, orientation).save(manifest.path(name), quality=85)
        exif.write(manifest.path(name), exif.tags(orientation=orientation))
        manifest.add(name, scenes.compass.__doc__, picture.size, orientation=orientation)
    for name, format in (("orientation/6.png", "png"), ("orientation/6.webp", "webp"), ("orientation/6.tiff", "tiff")):
        options = {"tiff": {"compression": "tiff_lzw"}, "png": {}, "webp": {"quality": 80}}[format]
        stored(picture, 6).save(manifest.path(name), **options)
        exif.write(manifest.path(name), exif.tags(orientation=6))
        manifest.add(name, scenes.compass.__doc__, picture.size, format=format, orientation=6)
    # As phones write it: the container turns the picture, and EXIF says the same once more.
    path = manifest.path("orientation/6.heic")
    heif(stored(picture, 6), path, exif.tags(orientation=6), quality=80)
    path.write_bytes(heic_turn.turned(path.read_bytes(), 3))
    manifest.add("orientation/6.heic", scenes.compass.__doc__ + " Turned by the container; EXIF repeats it.", picture.size,
                 format="heic", orientation=6)


def screenshots(manifest):
    """Pictures of screens, and documents with words."""
    def png(name, picture, note, language, lines, **facts):
        picture.quantize(32, dither=Image.Dither.NONE).save(manifest.path(name), optimize=True)
        manifest.add(name, note, picture.size, format="png", language=language, lines=lines, **facts)

    shot = dict(screenshot="yes")
    png("screenshots/Screenshot from 2024-06-01 12-00-00.png", screens.terminal(), screens.terminal.__doc__, "eng",
        screens.TERMINAL, **shot)
    png("screenshots/Screenshot_20240305-081500.png", screens.chat(), screens.chat.__doc__, "eng", screens.CHAT, **shot)
    png("screenshots/dialog-english.png", screens.dialog(screens.DIALOG, "sans"), "A dialog in English.", "eng",
        screens.DIALOG, **shot)
    png("screenshots/Bildschirmfoto vom 2023-02-17 18-45-10.png", screens.dialog(screens.DIALOG_GERMAN, "sans"),
        "A dialog in German.", "deu", screens.DIALOG_GERMAN, **shot)
    png("screenshots/dialog-russian.png", screens.dialog(screens.DIALOG_RUSSIAN, "sans"), "A dialog in Russian.", "rus",
        screens.DIALOG_RUSSIAN, **shot)
    png("screenshots/dialog-chinese.png", screens.dialog(screens.DIALOG_CHINESE, "chinese", (1920, 1080)),
        "A dialog in Chinese.", "chi_sim", screens.DIALOG_CHINESE, **shot)
    png("screenshots/page-japanese.png", screens.japanese_page(), screens.japanese_page.__doc__, "jpn",
        screens.PAGE_JAPANESE, **shot)
    png("documents/invoice.png", screens.invoice(), screens.invoice.__doc__, "eng", screens.INVOICE)
    png("documents/letter-german.png", screens.german_letter(), screens.german_letter.__doc__, "deu",
        screens.LETTER_GERMAN)

    scenes.grainy(screens.receipt(), 60, 3).save(manifest.path("documents/receipt.jpg"), quality=80)
    exif.write(manifest.path("documents/receipt.jpg"), exif.tags(
        make="samsung", model="SM-G991B", taken="2024:02:29 19:20:21", offset="+01:00"))
    manifest.add("documents/receipt.jpg", screens.receipt.__doc__, (960, 640), make="samsung", model="SM-G991B",
                 taken_local="2024-02-29T19:20:21.000", offset_minutes=60, language="eng", lines=screens.RECEIPT)
