"""Drawn pictures that stand for photographs: plain shapes, soft gradients, a little grain. Nothing is taken from anywhere."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

import lettering

SIZE = (960, 640)


def gradient(size, top, bottom):
    """A picture that goes from one colour at the top to another at the bottom."""
    strip = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        share = y / max(1, size[1] - 1)
        strip.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom)))
    return strip.resize(size)


def harbour():
    """A white lighthouse with red bands on a rock, a sailing boat on a blue sea."""
    picture = gradient(SIZE, (120, 180, 235), (225, 240, 250))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 380, 960, 640), fill=(28, 98, 150))
    for y in range(400, 640, 24):
        draw.line([(x, y + 4 * math.sin(x / 40 + y)) for x in range(0, 961, 12)], fill=(60, 130, 180), width=3)
    draw.polygon([(600, 420), (680, 340), (820, 330), (960, 400), (960, 480), (640, 470)], fill=(90, 80, 75))
    draw.polygon([(710, 335), (725, 120), (785, 120), (800, 335)], fill=(250, 250, 245))
    for top in (150, 210, 270):
        draw.rectangle((720, top, 791, top + 28), fill=(200, 40, 40))
    draw.rectangle((728, 85, 782, 120), fill=(250, 220, 90))
    draw.polygon([(722, 85), (788, 85), (755, 55)], fill=(120, 20, 20))
    draw.polygon([(180, 430), (400, 430), (360, 480), (220, 480)], fill=(120, 60, 30))
    draw.polygon([(285, 200), (285, 415), (410, 415)], fill=(255, 255, 255))
    draw.polygon([(275, 230), (275, 415), (190, 415)], fill=(240, 235, 220))
    return picture


def mountain():
    """Snow-capped mountains above a dark green forest and a lake."""
    picture = gradient(SIZE, (70, 120, 200), (210, 225, 240))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 460), (220, 160), (400, 420), (560, 90), (800, 430), (880, 330), (960, 420), (960, 640), (0, 640)],
                 fill=(110, 115, 130))
    draw.polygon([(220, 160), (172, 226), (215, 215), (240, 250), (262, 222)], fill="white")
    draw.polygon([(560, 90), (498, 190), (545, 175), (580, 215), (618, 172)], fill="white")
    for x in range(-20, 980, 34):
        draw.polygon([(x, 480), (x + 22, 390), (x + 44, 480)], fill=(20, 70 + x % 40, 45))
    draw.rectangle((0, 480, 960, 640), fill=(60, 110, 140))
    return picture


def birthday():
    """A birthday cake with pink icing and five burning candles on a brown table."""
    picture = gradient(SIZE, (60, 30, 50), (120, 70, 60))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 480, 960, 640), fill=(95, 60, 35))
    draw.ellipse((220, 470, 740, 580), fill=(235, 235, 235))
    draw.rectangle((280, 340, 680, 510), fill=(225, 190, 140))
    draw.ellipse((280, 300, 680, 380), fill=(245, 160, 190))
    for x in range(290, 680, 40):
        draw.ellipse((x, 340, x + 36, 400), fill=(245, 160, 190))
    for index, x in enumerate(range(340, 640, 60)):
        draw.rectangle((x, 220, x + 14, 335), fill=((90, 160, 230), (250, 210, 80), (120, 200, 110))[index % 3])
        draw.ellipse((x - 5, 180, x + 19, 222), fill=(255, 190, 60))
        draw.ellipse((x + 1, 195, x + 13, 220), fill=(255, 250, 200))
    return picture


def city():
    """A city skyline at night, windows lit in yellow, under a full moon."""
    chance = random.Random(4)
    picture = gradient(SIZE, (8, 10, 35), (50, 40, 80))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((740, 60, 830, 150), fill=(245, 245, 220))
    for x in range(0, 960, 80):
        height = chance.randrange(180, 460)
        draw.rectangle((x, 640 - height, x + 72, 640), fill=(20, 22, 34))
        for wx in range(x + 8, x + 62, 16):
            for wy in range(650 - height, 630, 22):
                if chance.random() < 0.5:
                    draw.rectangle((wx, wy, wx + 8, wy + 12), fill=(250, 215, 110))
    return picture


def desert():
    """Orange sand dunes, a green cactus and a setting sun."""
    picture = gradient(SIZE, (250, 150, 90), (255, 215, 150))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((560, 160, 720, 320), fill=(255, 240, 190))
    draw.polygon([(0, 400)] + [(x, 380 + 40 * math.sin(x / 130)) for x in range(0, 961, 20)] + [(960, 640), (0, 640)],
                 fill=(215, 140, 70))
    draw.polygon([(0, 520)] + [(x, 500 + 50 * math.cos(x / 160)) for x in range(0, 961, 20)] + [(960, 640), (0, 640)],
                 fill=(180, 105, 50))
    for box in ((200, 240, 250, 560), (140, 320, 175, 420), (140, 390, 220, 422), (275, 290, 310, 400), (240, 370, 310, 402)):
        draw.rounded_rectangle(box, radius=18, fill=(50, 120, 60))
    return picture


def tulips():
    """A field of red and yellow tulips in rows."""
    picture = gradient(SIZE, (150, 200, 240), (80, 150, 70))
    draw = ImageDraw.Draw(picture)
    for row in range(5):
        for x in range(-30, 980, 70 + row * 6):
            y, size = 250 + row * 80, 18 + row * 7
            draw.line((x, y, x, y + size * 3), fill=(40, 110, 40), width=4)
            draw.polygon([(x - size, y - size), (x - size // 2, y), (x, y - size), (x + size // 2, y), (x + size, y - size),
                          (x + size, y + size // 2), (x, y + size), (x - size, y + size // 2)],
                         fill=(215, 35, 45) if row % 2 else (250, 210, 50))
    return picture


def balloon():
    """A striped hot-air balloon over green hills."""
    picture = gradient(SIZE, (90, 160, 230), (215, 235, 250))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((-200, 460, 620, 900), fill=(90, 160, 80))
    draw.ellipse((380, 480, 1200, 900), fill=(70, 140, 70))
    draw.ellipse((360, 60, 600, 330), fill=(230, 80, 50))
    draw.ellipse((420, 60, 540, 330), fill=(250, 230, 120))
    draw.ellipse((462, 60, 498, 330), fill=(60, 90, 190))
    draw.line((420, 310, 460, 400), fill=(60, 50, 40), width=3)
    draw.line((540, 310, 500, 400), fill=(60, 50, 40), width=3)
    draw.rectangle((455, 400, 505, 440), fill=(130, 85, 45))
    return picture


def street_sign():
    """A blue street sign with white letters on a brick wall."""
    chance = random.Random(7)
    picture = Image.new("RGB", SIZE, (205, 195, 185))
    draw = ImageDraw.Draw(picture)
    for row in range(16):
        for x in range(-60 + row % 2 * 60, 960, 120):
            draw.rectangle((x, row * 40, x + 114, row * 40 + 35), fill=(150 + chance.randrange(30), 75, 60))
    draw.rounded_rectangle((150, 180, 810, 420), radius=20, fill=(20, 60, 140), outline="white", width=8)
    font = lettering.font("sans-bold", 84)
    for y, words in ((230, "HARBOUR"), (320, "STREET 27")):
        draw.text((480 - draw.textlength(words, font=font) / 2, y - 20), words, font=font, fill="white")
    return picture


def compass():
    """A corner of each colour (red, green / blue, yellow) and a black F: no turn or flip of it looks the same."""
    picture = Image.new("RGB", (480, 320), (200, 200, 200))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 159, 106), fill=(220, 30, 30))
    draw.rectangle((320, 0, 479, 106), fill=(30, 160, 50))
    draw.rectangle((0, 213, 159, 319), fill=(30, 60, 210))
    draw.rectangle((320, 213, 479, 319), fill=(240, 220, 40))
    for box in ((200, 90, 225, 240), (200, 90, 290, 115), (200, 150, 270, 172)):
        draw.rectangle(box, fill="black")
    return picture


def pinwheel(turn):
    """One frame of a pinwheel of four colours, turned by `turn` degrees."""
    picture = Image.new("RGB", (160, 120), (235, 240, 245))
    draw = ImageDraw.Draw(picture)
    for index, colour in enumerate(((220, 60, 60), (60, 160, 80), (60, 90, 210), (240, 200, 60))):
        draw.pieslice((30, 10, 130, 110), turn + index * 90, turn + index * 90 + 60, fill=colour)
    return picture


def grainy(picture, strength, seed):
    """The picture with a camera's grain, softened a little."""
    chance = random.Random(seed)
    noise = Image.frombytes("L", (picture.width // 2, picture.height // 2),
                            bytes(128 + chance.randrange(-strength, strength + 1)
                                  for _ in range(picture.width // 2 * (picture.height // 2))))
    noise = noise.resize(picture.size).convert("RGB").filter(ImageFilter.GaussianBlur(1))
    return Image.blend(picture, noise, 0.08)
