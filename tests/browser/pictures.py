"""The pictures of docs/pictures, which both READMEs show, from what `make shots` took; `make pictures`.

A page has few colours, so a palette of 128 makes a picture small and changes nothing a reader sees.
"""

from __future__ import annotations

import sys

from PIL import Image

from tests.browser.server import ROOT
from tests.browser.shots import LANGUAGES, SHOTS

PICTURES = ROOT / "docs" / "pictures"
TAKEN = {
    "wall": "wall-1920x1080",
    "board": "board-1280x800-whole",
    "stock": "stock-1280x800-whole",
}
"""Name of a picture to the shot it is made of."""
COLOURS = 128


def main() -> int:
    """Write every picture in both languages; 1 where a shot is missing."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, shot in TAKEN.items():
            taken = SHOTS / language / f"{shot}.png"
            if not taken.exists():
                sys.stderr.write(f"{taken.relative_to(ROOT)} is missing: make shots takes it\n")
                return 1
            picture = PICTURES / f"{name}.{language}.png"
            with Image.open(taken) as image:
                few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                few.save(picture, optimize=True)
            sys.stderr.write(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1024} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
