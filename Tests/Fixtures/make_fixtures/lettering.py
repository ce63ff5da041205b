"""The fonts that text is drawn with: Debian's fonts-dejavu-core and fonts-noto-cjk."""

from functools import lru_cache

from PIL import ImageFont

DEJAVU = "/usr/share/fonts/truetype/dejavu/"
FILES = {
    "sans": (DEJAVU + "DejaVuSans.ttf", 0),
    "sans-bold": (DEJAVU + "DejaVuSans-Bold.ttf", 0),
    "serif": (DEJAVU + "DejaVuSerif.ttf", 0),
    "mono": (DEJAVU + "DejaVuSansMono.ttf", 0),
    # The collection's faces differ in the forms of shared characters: 0 is Japanese, 2 simplified Chinese.
    "japanese": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 0),
    "chinese": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
}


@lru_cache
def font(name, size):
    """The font of this name (a key of FILES) at this size in pixels."""
    path, index = FILES[name]
    return ImageFont.truetype(path, size, index=index)
