"""Draws the test media again: `python3 Tests/Fixtures/make_fixtures`. What it needs stands in ../ORIGIN.md."""

import shutil
import sys
from pathlib import Path

# No __pycache__ among the sources.
sys.dont_write_bytecode = True

import damage
import films
import stills
from manifest import Manifest


def main():
    directory = Path(__file__).resolve().parent.parent / "media"
    shutil.rmtree(directory, ignore_errors=True)
    manifest = Manifest(directory)
    for make in (stills.cameras, stills.odd_facts, stills.formats, stills.pixel_kinds, stills.orientations,
                 stills.screenshots, films.make, damage.make):
        make(manifest)
    manifest.write()
    print(f"{len(manifest.rows)} files in {directory}")


main()
