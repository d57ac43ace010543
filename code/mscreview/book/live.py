"""What live charts need on the site: one bundle of Vega, and the dark shade of every color.

Both are written before the pages, because Sphinx gives a checksum of style sheets to every page.
"""

from pathlib import Path

from freshbook import sealed
from freshbook.files import write_atomically

from .. import paths
from .formats import on_screen
from .pictures import converter, drawing_library

BUNDLE = "vega-bundle.js"
SHADES = "chart-shades.css"


def _write(app):
    if not on_screen(app.builder):
        return
    static = Path(app.outdir, "_static")
    for name, text in ((BUNDLE, _bundle()), (SHADES, _shades())):
        if not (static / name).exists() or (static / name).read_text("utf-8") != text:
            write_atomically(static / name, text)


def _bundle():
    """Vega, Vega-Lite and Vega-Embed in one classic script, kept between builds.

    In a function of its own: the bundle's names would else be those of the page.
    """
    path = paths.figures_folder() / f"vega-{drawing_library()}.js"
    seal = path.with_suffix(".seal")
    if not sealed.covers(seal, [path]):
        write_atomically(path, f"(function () {{\n{converter().javascript_bundle()}\n}})();\n")
        sealed.cover(seal, [path])
    return path.read_text("utf-8")


def _shades():
    """The theme's dark colors in place of its light ones, on screens, when the site is dark."""
    from ..figures.theme import DARK

    rules = [
        f'html[data-theme="dark"] .live-chart svg [{name}="{light}"] {{ {name}: {dark}; }}'
        for light, dark in DARK.items()
        for name in ("fill", "stroke")
    ]
    return "@media screen {\n" + "\n".join(rules) + "\n}\n"


def setup(app):
    """Write the files when the output folder is known, and name the style sheet in every page."""
    app.connect("builder-inited", _write)
    app.add_css_file(SHADES)
