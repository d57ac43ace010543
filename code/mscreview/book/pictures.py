"""Static pictures of charts: drawn once, named by content, in two shades for HTML, vector for paper.

The chart's Vega-Lite specification comes out of the chapter's kernel; the pictures are made here,
outside kernels. Builders that take no SVG get what they take (`PaperPicture`) when they write.
"""

import io
import json
import re
from functools import cache
from pathlib import Path

from sphinx.transforms.post_transforms.images import ImageConverter

from freshbook import sealed
from freshbook.digests import digest_value
from freshbook.files import write_atomically

from .. import paths

DRAWING_VERSION = 3  # raise it when the drawing below changes
PRINT_DPI = 300
POINTS_PER_PIXEL = 72 / 96
CLIP = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")


def draw(spec):
    """Make the pictures of a specification if they are not there yet, or damaged; returns their stem."""
    stem = digest_value([spec, drawing_library(), DRAWING_VERSION])
    folder = paths.figures_folder()
    wanted = [folder / f"{stem}-{shade}.svg" for shade in ("light", "dark")]
    seal = folder / f"{stem}.seal"
    if not sealed.covers(seal, wanted):
        _draw(spec, folder, stem)
        sealed.cover(seal, wanted)
    return stem


def drawing_library():
    from importlib.metadata import version

    return version("vl-convert-python")


def _draw(spec, folder, stem):
    from ..figures.theme import in_dark

    light = svg_of(spec)
    write_atomically(folder / f"{stem}-light.svg", light)
    write_atomically(folder / f"{stem}-dark.svg", in_dark(light))


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


class PaperPicture(ImageConverter):
    """Pictures for builders that take no SVG."""

    conversion_rules = [("image/svg+xml", "application/pdf"), ("image/svg+xml", "image/png")]

    def is_available(self):
        return True

    def convert(self, source, target):
        """Draw the picture in the file ``source`` as PDF, or as PNG for a Word file."""
        svg = Path(source).read_text("utf-8")
        made = png_of(svg) if Path(target).suffix == ".png" else pdf_of(svg)
        write_atomically(Path(target), made)
        return True


def png_of(svg):
    """The picture as PNG with `PRINT_DPI` dots an inch, at the size that it has on a page."""
    return converter().svg_to_png(svg, scale=POINTS_PER_PIXEL, ppi=PRINT_DPI)


def pdf_of(svg):
    """The picture as PDF, vectors and text."""
    return normalized(converter().svg_to_pdf(svg))


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
    """Register the pictures for paper."""
    app.add_post_transform(PaperPicture)
