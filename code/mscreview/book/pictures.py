"""Static pictures of charts: drawn once, named by content, vector for paper, two shades for HTML.

The chart's Vega-Lite specification comes out of the chapter's kernel; the pictures are made here,
outside kernels: SVG in light and dark for HTML, PDF for LaTeX, PNG for Word.
"""

import io
import json
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .. import paths
from . import sealed
from .captions import add_caption, target_name
from .digests import digest_value
from .files import write_atomically

PNG_SCALE = 4  # 72 dots per inch times 4.2: just over 300 at the drawn size
DRAWING_VERSION = 1  # raise it when the drawing below changes


class ChartDirective(SphinxDirective):
    """``{chart}`` holds JSON: ``name``, ``caption`` and ``content``, a Vega-Lite specification."""

    has_content = True

    def run(self):
        given = json.loads("\n".join(self.content))
        spec = given["content"]
        stem = draw(spec)
        folder = paths.figures_folder().relative_to(paths.ROOT).as_posix()
        figure = nodes.figure(classes=["chart"])
        target_name(self, figure, given["name"])
        for shade in ("light", "dark"):
            uri = f"/{folder}/{stem}-{shade}.*"
            # Not the theme's only-dark: it hides the caption that follows.
            figure += nodes.image(uri=uri, alt=spec["description"], classes=[f"shade-{shade}"])
        add_caption(self, figure, given["caption"])
        return [figure]


def draw(spec):
    """Make the pictures of a specification if they are not there yet, or damaged; returns their stem."""
    stem = digest_value([spec, _drawing_library(), DRAWING_VERSION])
    folder = paths.figures_folder()
    endings = ("light.svg", "dark.svg", "light.pdf", "light.png")
    wanted = [folder / f"{stem}-{ending}" for ending in endings]
    seal = folder / f"{stem}.seal"
    if not sealed.covers(seal, wanted):
        _draw(spec, folder, stem)
        sealed.cover(seal, wanted)
    return stem


def _drawing_library():
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


def setup(app):
    """Register the directive."""
    app.add_directive("chart", ChartDirective)
