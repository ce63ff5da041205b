"""Drawn screenshots and documents. Each function returns the picture; the lines written in it stand in `TEXTS`."""

from PIL import Image, ImageDraw

import lettering
import scenes

TERMINAL = [
    "anna@harbour:~/tides$ make test",
    "cc -O2 -Wall -o tides tides.c",
    "running 14 tests",
    "test spring_tide ... ok",
    "test neap_tide ... ok",
    "test leap_second ... FAILED",
    "error: expected 86401 but found 86400",
    "13 passed, 1 failed in 2.84 seconds",
    "anna@harbour:~/tides$ git commit -m \"Fix the leap second\"",
]
DIALOG = ["Unsaved changes", "The document \"Voyage plan\" has been changed.",
          "Do you want to save it before closing?", "Discard", "Cancel", "Save"]
DIALOG_GERMAN = ["Speicherplatz knapp", "Auf dem Laufwerk sind nur noch 312 MB frei.",
                 "Möchten Sie große Dateien löschen?", "Später", "Aufräumen"]
DIALOG_RUSSIAN = ["Обновление системы", "Доступно новое обновление программы.",
                  "Перезагрузите компьютер после установки.", "Отмена", "Установить"]
DIALOG_CHINESE = ["系统设置", "网络连接已断开", "请检查无线网络设置", "取消", "确定"]
PAGE_JAPANESE = ["天気予報", "明日の東京は晴れのち曇り", "最高気温は二十三度です", "傘は必要ありません"]
CHAT = ["Marina", "Are we still meeting at the lighthouse?", "Yes, at half past six.",
        "Bring the blue umbrella please!"]
INVOICE = ["NORTHWIND CHANDLERY", "Invoice 2024-0317", "Rope, 12 mm, 20 m", "18.40", "Brass shackle", "9.95",
           "Varnish, 1 litre", "13.82", "Total due 42.17 EUR", "Please pay within 14 days."]
LETTER_GERMAN = ["Sehr geehrte Frau Möller,", "vielen Dank für Ihre Bewerbung als Leuchtturmwärterin.",
                 "Wir würden Sie gern am Dienstag kennenlernen.", "Mit freundlichen Grüßen", "Jörg Weiß"]
RECEIPT = ["CAFE LIGHTHOUSE", "2 Espresso 5.20", "1 Apple cake 4.10", "TOTAL 9.30 EUR", "Thank you!"]
SLIDES = ["Spring meeting", "Agenda and budget", "Questions welcome"]


def terminal():
    """A dark terminal, 1280 × 800."""
    picture = Image.new("RGB", (1280, 800), (24, 26, 32))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1280, 34), fill=(50, 52, 60))
    for row, line in enumerate(TERMINAL):
        colour = (240, 110, 100) if "FAILED" in line or "error" in line else (220, 225, 220)
        draw.text((24, 60 + row * 34), line, font=lettering.font("mono", 22), fill=colour)
    return picture


def dialog(lines, face, size=(1280, 800)):
    """A desktop with one dialog: a title, sentences, and buttons with the last word as the default one."""
    picture = scenes.gradient(size, (70, 100, 140), (120, 150, 180))
    draw = ImageDraw.Draw(picture)
    left, top = size[0] // 2 - 360, size[1] // 2 - 150
    draw.rectangle((left, top, left + 720, top + 300), fill=(245, 245, 245))
    draw.rectangle((left, top, left + 720, top + 46), fill=(225, 228, 232))
    buttons = 3 if len(lines) == 6 else 2
    draw.text((left + 20, top + 8), lines[0], font=lettering.font(face, 22), fill="black")
    for row, line in enumerate(lines[1:-buttons]):
        draw.text((left + 40, top + 84 + row * 46), line, font=lettering.font(face, 24), fill=(30, 30, 30))
    for index, word in enumerate(lines[-buttons:]):
        x, default = left + 700 - (buttons - index) * 190, index == buttons - 1
        draw.rectangle((x, top + 232, x + 170, top + 278), fill=(50, 110, 200) if default else (215, 218, 222))
        font = lettering.font(face, 22)
        draw.text((x + 85 - draw.textlength(word, font=font) / 2, top + 238), word, font=font,
                  fill="white" if default else "black")
    return picture


def japanese_page():
    """A page in Japanese, large type on white, 1080 × 1920."""
    picture = Image.new("RGB", (1080, 1920), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1080, 90), fill=(40, 90, 160))
    for row, line in enumerate(PAGE_JAPANESE):
        draw.text((60, 180 + row * 120), line, font=lettering.font("japanese", 72 if row == 0 else 56), fill=(20, 20, 20))
    draw.ellipse((360, 900, 720, 1260), fill=(250, 190, 60))
    return picture


def chat():
    """A conversation on a phone, 1080 × 2400."""
    picture = Image.new("RGB", (1080, 2400), (236, 239, 241))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1080, 190), fill=(0, 121, 107))
    draw.text((60, 95), CHAT[0], font=lettering.font("sans-bold", 52), fill="white")
    for row, line in enumerate(CHAT[1:]):
        font = lettering.font("sans", 44)
        width, top = draw.textlength(line, font=font) + 60, 300 + row * 190
        left = 40 if row % 2 == 0 else 1040 - width
        draw.rounded_rectangle((left, top, left + width, top + 120), radius=30,
                               fill="white" if row % 2 == 0 else (200, 240, 205))
        draw.text((left + 30, top + 32), line, font=font, fill=(20, 20, 20))
    return picture


def invoice():
    """A scanned invoice, 1000 × 1000."""
    picture = Image.new("RGB", (1000, 1000), (252, 252, 250))
    draw = ImageDraw.Draw(picture)
    draw.text((80, 80), INVOICE[0], font=lettering.font("serif", 44), fill="black")
    draw.text((80, 180), INVOICE[1], font=lettering.font("sans", 30), fill="black")
    draw.line((80, 250, 920, 250), fill="black", width=3)
    for row in range(3):
        draw.text((80, 290 + row * 64), INVOICE[2 + row * 2], font=lettering.font("sans", 30), fill="black")
        draw.text((800, 290 + row * 64), INVOICE[3 + row * 2], font=lettering.font("sans", 30), fill="black")
    draw.line((80, 500, 920, 500), fill="black", width=3)
    draw.text((80, 540), INVOICE[8], font=lettering.font("sans-bold", 40), fill="black")
    draw.text((80, 680), INVOICE[9], font=lettering.font("sans", 30), fill="black")
    return picture


def german_letter():
    """A letter, 1000 × 700."""
    picture = Image.new("RGB", (1000, 700), (250, 249, 244))
    draw = ImageDraw.Draw(picture)
    for line, y in zip(LETTER_GERMAN, (110, 230, 290, 430, 520)):
        draw.text((90, y), line, font=lettering.font("serif", 29), fill=(25, 25, 35))
    return picture


def receipt():
    """A photograph of a till receipt lying slightly askew on a table."""
    paper = Image.new("RGBA", (420, 520), (248, 246, 240, 255))
    draw = ImageDraw.Draw(paper)
    for line, y in zip(RECEIPT, (40, 150, 220, 330, 430)):
        draw.text((40, y), line, font=lettering.font("mono", 32), fill=(40, 40, 45))
    paper = paper.rotate(2, expand=True, resample=Image.Resampling.BICUBIC)
    table = scenes.gradient((960, 640), (120, 85, 60), (90, 60, 40))
    table.paste(paper, (260, 40), paper)
    return table


def slide(index):
    """One slide of a talk, 640 × 360: a frame of the film with words."""
    picture = Image.new("RGB", (640, 360), ((240, 245, 250), (250, 245, 235), (235, 250, 240))[index])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 640, 60), fill=((30, 70, 140), (150, 80, 30), (40, 110, 70))[index])
    draw.text((60, 140), SLIDES[index], font=lettering.font("sans-bold", 46), fill=(20, 20, 30))
    return picture
