"""Static pictures of charts: drawn once, named by content, vector for paper, two shades for HTML.

The chart's Vega-Lite specification comes out of the chapter's kernel; the pictures are made here,
outside kernels: SVG in light and dark for HTML, PDF for LaTeX, PNG for Word.
"""

import io
import json
from functools import cache
from pathlib import Path

from .. import paths
from . import sealed
from .digests import digest_value
from .files import write_atomically

PNG_SCALE = 4  # 72 dots per inch times 4.2: just over 300 at the drawn size
DRAWING_VERSION = 1  # raise it when the drawing below changes


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

    convert = converter()
    light, dark = json.dumps(spec), json.dumps(for_dark(spec))
    write_atomically(folder / f"{stem}-light.svg", convert.vegalite_to_svg(light))
    write_atomically(folder / f"{stem}-dark.svg", convert.vegalite_to_svg(dark))
    write_atomically(folder / f"{stem}-light.pdf", normalized(convert.vegalite_to_pdf(light)))
    png = convert.vegalite_to_png(light, scale=PNG_SCALE)
    write_atomically(folder / f"{stem}-light.png", png)


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
