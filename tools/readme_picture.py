"""Draws the picture of the README from the results: ``python tools/readme_picture.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "code"))

PICTURE = ROOT / "images" / "headline.svg"


def picture():
    """The headline forest plot as SVG on white, from the tables as they are now."""
    from mscreview import analyse, load_evidence
    from mscreview.book.pictures import svg_of
    from mscreview.figures import forest

    spec = forest.figure(analyse(load_evidence(ROOT / "data"))).to_dict()
    return svg_of({**spec, "background": "white"})


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
