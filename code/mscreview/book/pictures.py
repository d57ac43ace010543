"""Static pictures of charts: drawn once, named by content, vector for paper, two shades for HTML.

The chart's Vega-Lite specification comes out of the chapter's kernel; the pictures are made here,
outside kernels: SVG in light and dark for HTML, PDF for LaTeX, PNG for Word.
"""

import io
import json
import re
from functools import cache
from pathlib import Path

from .. import paths
from . import sealed
from .digests import digest_value
from .files import write_atomically

PNG_SCALE = 4  # 72 dots per inch times 4.2: just over 300 at the drawn size
DRAWING_VERSION = 2  # raise it when the drawing below changes
CLIP = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")


def draw(spec):
    """Make the pictures of a specification if they are not there yet, or damaged; returns their stem."""
    stem = digest_value([spec, drawing_library(), DRAWING_VERSION])
    folder = paths.figures_folder()
    endings = ("light.svg", "dark.svg", "light.pdf", "light.png")
    wanted = [folder / f"{stem}-{ending}" for ending in endings]
    seal = folder / f"{stem}.seal"
    if not sealed.covers(seal, wanted):
        _draw(spec, folder, stem)
        sealed.cover(seal, wanted)
    return stem


def drawing_library():
    from importlib.metadata import version

    return version("vl-convert-python")


def _draw(spec, folder, stem):
    from ..figures.theme import for_dark

    convert, light = converter(), svg_of(spec)
    write_atomically(folder / f"{stem}-light.svg", light)
    write_atomically(folder / f"{stem}-dark.svg", svg_of(for_dark(spec)))
    write_atomically(folder / f"{stem}-light.pdf", normalized(convert.svg_to_pdf(light)))
    write_atomically(folder / f"{stem}-light.png", convert.svg_to_png(light, scale=PNG_SCALE))


def svg_of(spec):
    """The picture as SVG, the same in every process: Vega goes on counting its clipping paths."""
    svg = converter().vegalite_to_svg(json.dumps(spec))
    numbers = {name: i for i, name in enumerate(dict.fromkeys(CLIP.findall(svg)), 1)}
    return CLIP.sub(lambda found: f"clip{numbers[found[0]]}", svg)


@cache
def converter():
    """vl-convert with the font of the theme, so that a picture is the same on every machine."""
    import matplotlib
    import vl_convert

    vl_convert.register_font_directory(str(Path(matplotlib.get_data_path(), "fonts", "ttf")))
    return vl_convert


def normalized(pdf):
    """The PDF with nothing in it that differs from call to call."""
    import pikepdf

    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        document.save(made, deterministic_id=True)
    return made.getvalue()
