#!/usr/bin/env python3
"""The words that a picture's classes become: everyday ones, with the broader terms that a person searches for.

    make_tag_words.py --synsets imagenet_synsets.txt --out Sources/FirstLook/Tags/tag_words.tsv

`imagenet_synsets.txt` lists the thousand classes' synsets in the network's order (the package timm carries it as
timm/data/_info/imagenet_synsets.txt); WordNet 3.0 is Debian's wordnet-base. Words and broader terms come from WordNet;
what is odd in it for photographs is put right by the tables below. Thresholds were chosen by
looking at the photographs of shared/samples.
"""
import argparse
from pathlib import Path

WORDNET = Path("/usr/share/wordnet/data.noun")

# Broader terms by the place of their synset in WordNet; abstract ones (entity, artifact, instrumentality) are left out.
BROADER = {
    15388: "animal", 1503061: "bird", 2084071: "dog", 2121620: "cat", 2127808: "big cat", 2512053: "fish",
    2159955: "insect", 1661091: "reptile", 1726692: "snake", 1674464: "lizard", 1662784: "turtle", 1639765: "frog",
    1627424: "amphibian", 1772222: "spider", 2484322: "monkey", 2470325: "ape", 2131653: "bear", 2118333: "fox",
    2114100: "wolf", 2329401: "rodent", 2274259: "butterfly", 1604330: "bird of prey", 1816887: "parrot",
    1976957: "crab", 1482330: "shark", 2419796: "antelope", 2503517: "elephant", 2062017: "sea mammal",
    1697178: "crocodile", 4524313: "vehicle", 2958343: "car", 4490091: "truck", 2858304: "boat", 4194289: "ship",
    2686568: "aircraft", 2924116: "bus", 4468005: "train", 2834778: "bicycle", 2913152: "building",
    3748162: "shop", 2898711: "bridge", 3327234: "fence", 3953416: "place of worship", 7555863: "food", 21265: "food",
    7705931: "fruit", 7707451: "vegetable", 7881800: "drink", 7679356: "bread", 7609840: "dessert", 11669921: "flower",
    12992868: "mushroom", 3051540: "clothing", 3497657: "hat", 4199027: "shoes", 3380867: "shoes",
    3405725: "furniture", 3001627: "chair", 3800933: "musical instrument", 3467517: "guitar", 3928116: "piano",
    3249569: "drum", 4565375: "weapon", 3467984: "gun", 3964744: "toy", 3082979: "computer", 4401088: "phone",
    3046257: "clock", 2942699: "camera", 3636248: "lamp", 2876657: "bottle", 2773037: "bag", 4451818: "tool",
    2778669: "ball", 3101986: "cookware", 3528263: "household appliance", 4285146: "sports equipment",
    9359803: "mountain", 9287968: "landscape", 9433442: "shore", 9399592: "landscape", 7846: "person",
    4128837: "sailing ship", 3906997: "pen", 3046921: "clock",
}

# Classes, by their place, whose word in WordNet is not the everyday one, is another thing's too, or wants company.
OWN = {
    7: "rooster, chicken", 8: "hen, chicken", 15: "robin", 21: "bird of prey", 24: "owl", 30: "bullfrog",
    35: "turtle", 49: "crocodile", 50: "alligator", 51: "triceratops, dinosaur", 80: "grouse", 81: "grouse",
    82: "grouse", 83: "grouse", 97: "duck", 98: "duck", 99: "goose", 100: "swan", 101: "elephant", 131: "heron",
    132: "heron", 133: "heron", 134: "crane (bird)", 145: "penguin", 147: "whale", 148: "killer whale, whale",
    151: "chihuahua", 281: "tabby", 282: "tabby", 285: "tabby", 286: "cougar", 296: "polar bear", 321: "butterfly",
    322: "butterfly", 323: "monarch butterfly", 324: "butterfly", 325: "butterfly", 326: "butterfly", 330: "rabbit",
    331: "hare, rabbit", 332: "rabbit", 335: "squirrel", 339: "horse", 341: "pig", 342: "wild boar",
    345: "ox, cattle", 346: "water buffalo, cattle", 348: "sheep", 349: "bighorn sheep", 354: "camel",
    387: "red panda", 388: "panda", 393: "clownfish", 403: "aircraft carrier, ship", 404: "airplane", 405: "airship",
    412: "rubbish bin", 417: "balloon", 418: "pen", 421: "railing", 423: "barber chair, chair", 424: "barbershop",
    427: "barrel", 436: "car", 437: "lighthouse, tower", 440: "beer bottle, beer", 441: "beer glass, beer",
    444: "tandem, bicycle", 449: "boathouse, water", 453: "bookcase, books", 454: "bookshop, books", 458: "plaque",
    460: "pier, water", 462: "broom", 466: "train", 468: "taxi", 472: "canoe, boat", 475: "wing mirror, car",
    476: "carousel", 479: "wheel, car", 480: "cash machine", 484: "catamaran, boat", 487: "mobile phone, phone",
    492: "chest", 494: "bell", 497: "church", 498: "cinema", 500: "cliff dwelling, cliff", 504: "mug",
    508: "keyboard", 510: "container ship, ship", 513: "trumpet", 517: "crane (machine)", 525: "dam, water",
    528: "telephone, phone", 529: "nappy", 536: "harbour, water", 541: "drum", 547: "train", 548: "television",
    553: "filing cabinet", 554: "fireboat, boat", 555: "fire engine", 559: "folding chair, chair",
    560: "football helmet", 562: "fountain, water", 563: "fountain pen, pen", 564: "bed", 567: "frying pan",
    569: "rubbish truck", 573: "go-kart", 576: "gondola, boat", 579: "piano", 580: "greenhouse, plants", 581: "car",
    582: "grocery shop, market", 584: "hair clip", 589: "hair dryer", 592: "hard disk", 598: "television",
    603: "horse cart", 608: "jeans", 609: "jeep", 610: "T-shirt", 618: "ladle", 619: "lamp", 620: "laptop, computer",
    624: "library, books", 625: "lifeboat, boat", 628: "ship", 629: "lipstick", 630: "shoes", 638: "swimsuit",
    639: "swimsuit", 640: "manhole cover", 642: "xylophone", 649: "megalith, stone circle", 650: "microphone",
    651: "microwave oven", 652: "uniform", 654: "minibus, bus", 657: "rocket", 660: "house", 661: "vintage car, car",
    663: "monastery, church", 664: "screen", 665: "moped, motorcycle", 668: "mosque", 670: "scooter, motorcycle",
    671: "mountain bike, bicycle", 672: "tent", 673: "computer mouse", 675: "removal van", 681: "laptop, computer",
    687: "organ", 693: "paddle", 696: "paintbrush", 697: "pyjamas", 703: "bench", 705: "train", 706: "patio",
    707: "phone box, phone", 716: "fence", 717: "pickup truck", 718: "pier, water", 724: "pirate ship",
    728: "plastic bag", 732: "camera", 734: "police van", 737: "bottle", 738: "plant", 744: "rocket", 751: "race car",
    757: "motorhome", 759: "camera", 760: "fridge", 762: "restaurant", 765: "rocking chair, chair", 767: "eraser",
    769: "ruler", 776: "saxophone", 779: "school bus, bus", 780: "schooner, ship", 782: "screen",
    785: "car interior, car", 806: "socks", 812: "space shuttle, rocket", 814: "speedboat, boat", 817: "sports car",
    820: "steam locomotive, train", 829: "tram", 831: "sofa", 832: "stupa, temple", 833: "submarine",
    836: "sunglasses", 847: "tank", 850: "teddy bear", 851: "television", 858: "roof", 861: "toilet", 862: "torch",
    864: "tow truck", 866: "tractor", 867: "lorry", 871: "trimaran, boat", 874: "trolleybus, bus", 880: "unicycle",
    881: "piano", 882: "vacuum cleaner", 890: "volleyball", 895: "warplane, airplane", 896: "sink",
    897: "washing machine", 907: "wine bottle, wine", 912: "fence", 913: "shipwreck, ship", 914: "yacht, boat",
    920: "traffic light", 928: "ice cream", 929: "ice lolly", 930: "baguette", 932: "pretzel",
    933: "cheeseburger, burger", 934: "hot dog", 936: "cabbage", 945: "pepper", 946: "thistle, flower",
    947: "mushroom", 948: "apple", 963: "pizza", 966: "red wine, wine", 967: "espresso, coffee", 968: "cup",
    969: "eggnog", 970: "mountain", 972: "cliff, rocks", 974: "geyser, water", 975: "lake, water, shore",
    976: "headland, coast", 977: "sand, beach, shore", 978: "coast, sea, water, beach, shore", 979: "valley",
    980: "volcano, mountain", 981: "baseball player, baseball", 982: "bridegroom, wedding", 983: "diver",
    984: "rapeseed, flower", 985: "daisy, flower", 986: "orchid, flower", 987: "corn", 989: "rose hip",
    992: "mushroom", 998: "corn",
}

# Classes that say nothing of a photograph: what writing on a page or a screen looks like to the network, and small parts
# that it sees in plain surfaces.
SILENT = {
    419, 438, 446, 455, 478, 488, 506, 519, 533, 535, 542, 549, 551, 556, 557, 584, 588, 591, 600, 616, 622, 623, 631,
    643, 646, 677, 680, 688, 692, 700, 708, 709, 712, 714, 720, 728, 733, 741, 748, 749, 750, 753, 756, 767, 769, 772,
    773, 778, 781, 783, 789, 790, 794, 798, 799, 815, 818, 838, 844, 845, 854, 855, 884, 885, 904, 905, 908, 911, 916,
    917, 918, 921, 922, 971, 999,
}

# What the network sees in pages and screens; where these together are likely, a picture gets no tags.
PAGES = {916, 918, 922, 688, 798, 921}

# Where a term's own threshold is another than the half that all others need: surer where the network is sure of what it
# does not know (honeycombs in flowers, screens in frames), less sure where it is right early.
THRESHOLDS = {
    "aircraft carrier": 0.4, "animal": 0.72, "car": 0.66, "cliff": 0.36, "clothing": 0.4, "corn": 0.75, "fence": 0.35,
    "flower": 0.4, "geyser": 0.95, "honeycomb": 0.9, "house": 0.35, "insect": 0.6, "landscape": 0.4, "mountain": 0.42,
    "palace": 0.8, "pier": 0.35, "plant": 0.42, "rocks": 0.36, "screen": 0.85, "ship": 0.35, "shop": 0.65,
    "sports car": 0.75, "television": 0.85, "tent": 0.7, "tobacco shop": 0.8, "toyshop": 0.7, "water": 0.4,
}

# Broader terms that WordNet has of another meaning: a home theatre is no building, a mobile home drives seldom.
NOT_BROADER = {598: {"building"}, 660: {"vehicle"}}


def read_wordnet() -> dict:
    """By place: the words of a synset, and the places of those above it."""
    nouns = {}
    for line in WORDNET.read_text(encoding="latin-1").splitlines():
        if line.startswith(" "):
            continue
        cells = line.split(" | ")[0].split()
        count = int(cells[3], 16)
        words = [cells[4 + 2 * i].replace("_", " ") for i in range(count)]
        rest = cells[5 + 2 * count:]
        above = [int(rest[i + 1]) for i in range(0, len(rest), 4) if rest[i] in ("@", "@i")]
        nouns[int(cells[0])] = (words, above)
    return nouns


def broader(place: int, nouns: dict) -> list:
    terms, todo, seen = [], list(nouns[place][1]), set()
    while todo:
        place = todo.pop(0)
        if place in seen:
            continue
        seen.add(place)
        if place in BROADER and BROADER[place] not in terms:
            terms.append(BROADER[place])
        todo += nouns[place][1]
    return terms


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--synsets", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    nouns = read_wordnet()
    places = [int(line[1:]) for line in Path(arguments.synsets).read_text().split()]
    lines = [
        "# What each class of ImageNet-1k is called, with its broader terms, in the network's order. Made by",
        "# Tests/Reference/make_tag_words.py from WordNet 3.0 (Debian's wordnet-base), Copyright 2006 by Princeton",
        "# University; its licence permits use, copying, modification and distribution for any purpose, without fee or",
        "# royalty, with this notice; it is provided as is, without warranty.",
    ]
    for number, place in enumerate(places):
        terms = []
        if number not in SILENT:
            own = OWN[number].split(", ") if number in OWN else [nouns[place][0][0]]
            wider = [term for term in broader(place, nouns) if term not in NOT_BROADER.get(number, ())]
            terms = list(dict.fromkeys(own + wider))
        lines.append("\t".join(["page" if number in PAGES else "class", ", ".join(terms)]))
    known = {term for line in lines for term in line.split("\t")[-1].split(", ")}
    assert THRESHOLDS.keys() <= known, THRESHOLDS.keys() - known
    lines += [f"threshold\t{term}\t{value}" for term, value in sorted(THRESHOLDS.items())]
    Path(arguments.out).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
