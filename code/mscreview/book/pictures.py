"""Static pictures of charts: drawn once, named by content, in two shades for HTML, vector for paper.

The chart's Vega-Lite specification comes out of the chapter's kernel; the pictures are made here,
outside kernels. Builders that take no SVG get what they take (`PaperPicture`) when they write.

Drawing takes as long as reading the pages does, and neither can use a second core. So a process
beside the build draws too, from the last picture on, while the build goes from the first: what is
there already is not drawn again, and neither waits for the other.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from sphinx.transforms.post_transforms.images import ImageConverter

from freshbook import records, sealed
from freshbook.digests import digest_value
from freshbook.files import write_atomically

from .. import paths
from .cells import CHART

DRAWING_VERSION = 3  # raise it when the drawing below changes
PRINT_DPI = 300
WORTH_A_PROCESS = 5  # pictures: fewer are drawn before another process has begun
POINTS_PER_PIXEL = 72 / 96
CLIP = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")


def draw(spec):
    """Make the pictures of a specification if they are not there yet, or damaged; returns their stem."""
    stem, wanted, seal = _place(spec)
    if not sealed.covers(seal, wanted):
        _draw(spec, *wanted)
        sealed.cover(seal, wanted)
    return stem


def _place(spec):
    """(stem, the two pictures, their seal) of a specification."""
    stem = digest_value([spec, drawing_library(), DRAWING_VERSION])
    folder = paths.figures_folder()
    return stem, [folder / f"{stem}-{shade}.svg" for shade in ("light", "dark")], folder / f"{stem}.seal"


def drawing_library():
    from importlib.metadata import version

    return version("vl-convert-python")


def _draw(spec, light_path, dark_path):
    from ..figures.theme import in_dark

    light = svg_of(spec)
    write_atomically(light_path, light)
    write_atomically(dark_path, in_dark(light))


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


def _draw_ahead(app, env, docnames):
    """Begin to draw, beside this process, what the pages to be read will show and is not there."""
    missing = [spec for page in docnames for spec in _charts(app, page) if not _place(spec)[2].exists()]
    if len(missing) < WORTH_A_PROCESS:
        return
    with tempfile.TemporaryFile("w+") as given:
        given.write(json.dumps(missing))
        given.seek(0)
        command = [sys.executable, "-c", f"from {__name__} import draw_backwards; draw_backwards({os.getpid()})"]
        environment = {**os.environ, "PYTHONPATH": str(paths.CODE)}
        # What it cannot draw the build cannot either, and says so itself.
        app.mscreview.drawing = subprocess.Popen(command, stdin=given, stderr=subprocess.DEVNULL, env=environment)


def _charts(app, page):
    """The specifications of the charts of a page, without what goes beside them."""
    record = records.of_build(app.fresh, page) if records.is_notebook(app, page) else None
    outputs = [output for cell in record["outputs"] for output in cell] if record else []
    charts = [output["data"][CHART] for output in outputs if CHART in output.get("data", {})]
    return [{name: part for name, part in chart.items() if name != "usermeta"} for chart in charts]


def _end_drawing(app, exception):
    if drawing := app.mscreview.drawing:
        drawing.terminate()
        drawing.wait()


def draw_backwards(build):
    """Draw the charts on standard input, a list, from the last on, until told to end or the process ``build``, which
    asked for them, is gone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # not in the middle of a file
    for spec in reversed(json.load(sys.stdin)):
        if os.getppid() == build:
            draw(spec)


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
    """Register the pictures for paper; draw ahead once chapters have been executed, before pages are read."""
    app.add_post_transform(PaperPicture)
    app.connect("env-before-read-docs", _draw_ahead, priority=900)
    app.connect("build-finished", _end_drawing)
