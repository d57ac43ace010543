"""Each chapter as an executed notebook, in `notebooks/` of the HTML folder, linked at the foot of its page.

It holds what the page's own kernel gave: charts as pictures, tables as HTML, numbers in their language.  The first
cell makes it run by itself anywhere inside a checkout: nothing of a build is needed, and the outputs are the same.
"""

import re
from html import escape
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from freshbook import records
from freshbook.files import write_atomically

from .. import paths
from ..versions import prose
from .cell_text import text_and_url
from .cells import CHART, TABLE
from .pictures import draw, svg_of
from .uses import chapters

FOLDER = "notebooks"
ABOUT = (
    "*A chapter of {title}, as it was executed.  To run it again: inside a checkout of the repository, with "
    "the environment that `make html` makes, by `.venv/bin/jupyter execute` or in an editor with `.venv`.*"
)
FIRST_CELL = """\
import os
import sys
from pathlib import Path

root = next(f for f in [Path.cwd(), *Path.cwd().parents] if (f / "code/mscreview").is_dir())  # of the checkout
os.chdir(root)
sys.path.insert(0, str(root / "code"))

from mscreview.book import notebooks

notebooks.show_pictures_and_tables()"""


# --- in the kernel of a notebook ------------------------------------------------------------------


def show_pictures_and_tables():
    """Let charts and tables of this kernel show as any Jupyter can: as SVG and as HTML."""
    import altair
    from IPython import get_ipython

    from ..figures import theme  # noqa: F401  (sets its own way to show charts, which is replaced here)
    from ..tables.table import Table

    altair.renderers.register("notebook", lambda spec, **metadata: _picture(spec, svg_of))
    altair.renderers.enable("notebook")
    formatter = get_ipython().display_formatter.mimebundle_formatter
    formatter.for_type(Table, lambda table, include=None, exclude=None: _html_table(table.as_json()))


def _picture(spec, draw_svg):
    bare = {name: part for name, part in spec.items() if name != "usermeta"}
    return {"image/svg+xml": draw_svg(bare), "text/plain": spec["description"]}


def _drawn(spec):
    """The picture as the pages have it."""
    return (paths.figures_folder() / f"{draw(spec)}-light.svg").read_text("utf-8")


def _html_table(content):
    numeric = [name in content["numeric"] for name in content["columns"]]
    lines = [_html_row("th", content["columns"], numeric)]
    lines += [_html_row("td", row, numeric) for row in content["rows"]]
    texts = [[text_and_url(cell)[0] for cell in row] for row in (content["columns"], *content["rows"])]
    plain = "\n".join("\t".join(row) for row in texts)
    return {"text/html": "<table>\n" + "\n".join(lines) + "\n</table>", "text/plain": plain}


def _html_row(tag, cells, numeric):
    shown = []
    for cell, is_number in zip(cells, numeric, strict=True):
        text, url = text_and_url(cell)
        inner = f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text)
        shown.append(f'<{tag} style="text-align: {"right" if is_number else "left"}">{inner}</{tag}>')
    return f"<tr>{''.join(shown)}</tr>"


# --- in a build -----------------------------------------------------------------------------------


def notebook_of(app, docname):
    """The executed notebook of a chapter, the same bytes whenever its outputs are the same."""
    source, book = records.read_notebook(app, docname), app.mscreview
    cells = [new_markdown_cell(ABOUT.format(title=app.config.project)), new_code_cell(FIRST_CELL)]
    if source is None:
        text = Path(app.env.doc2path(docname)).read_text("utf-8")
        cells.append(new_markdown_cell(_readable(app, text)))
    else:
        record = records.of_build(book, docname)
        outputs = iter(record["outputs"])
        for cell in source.cells:
            if cell.cell_type == "code":
                cells += _executed(app, cell, next(outputs))
            else:
                cells.append(new_markdown_cell(_readable(app, cell.source)))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # nbformat would draw lots
    for count, cell in enumerate((c for c in cells if c.cell_type == "code"), start=1):
        cell["execution_count"] = count
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _executed(app, cell, outputs):
    """The code cell, and its caption below it."""
    made = new_code_cell(cell.source, outputs=[_for_notebook(output) for output in outputs])
    options = cell.metadata.get("chart") or cell.metadata.get("data-table")
    if not options:
        return [made]
    language = options.get("language", prose.EN)
    return [made, new_markdown_cell(f"**{options['name']}.** {_said(app, options['caption'], language)}")]


def _for_notebook(output):
    data = output.get("data", {})
    if CHART in data:
        data = _picture(data[CHART], _drawn)
    elif TABLE in data:
        data = _html_table(data[TABLE])
    else:
        return nbformat.from_dict(output)
    return new_output("display_data", data=data)


def _readable(app, text):
    """The text as a notebook shows it: roles as what they say, directives as their titles, no targets."""
    lines, fences = [], [("", prose.EN)]
    for line in text.split("\n"):
        marks, language = fences[-1]
        fence = prose.FENCE.match(line)
        if marks and line and not line.strip(marks[0]) and len(line) >= len(marks):
            fences.pop()
        elif fence:
            fences.append((fence["marks"], fence["argument"] if fence["name"] == "language" else language))
            lines += [f"**{fence['argument']}**\n"] * (fence["name"] == "admonition")
        elif not prose.HIDDEN.match(line):
            lines.append(_said(app, line, language))
    return "\n".join(lines).strip()


def _said(app, line, language):
    """A line in which each role is what it shows."""

    def say(role, key, language):
        if role == "num":
            return app.mscreview.entries[key].text(app.mscreview.results, language)
        return app.mscreview_submission.text(key, language)

    line = re.sub(r"\{math\}`([^`]+)`", r"$\1$", line)
    line = prose.FRONT_ROLE.sub(lambda match: say("front", match[1], language), line)
    return prose.ROLE.sub(lambda match: prose.role_text(match, language, say), line)


def _write(app, exception):
    """Write the notebooks of the pages that were written, and delete those of chapters that are gone."""
    if exception is not None or app.builder.name != "html" or not app.mscreview.written:
        return
    names = {file_of(docname): docname for docname in chapters(app.env)}
    for name, docname in names.items():
        if docname in app.mscreview.written:  # a notebook shows what its page shows
            notebook = notebook_of(app, docname)
            nbformat.validate(notebook)
            write_atomically(Path(app.outdir, name), nbformat.writes(notebook) + "\n")
    for path in Path(app.outdir, FOLDER).glob("*.ipynb"):
        if f"{FOLDER}/{path.name}" not in names:
            path.unlink()


def file_of(docname):
    """The notebook of a page, relative to the HTML folder."""
    return f"{FOLDER}/{docname.rpartition('/')[2]}.ipynb"


def setup(app):
    """Write before the stamp, which knows every file of the folder."""
    app.connect("build-finished", _write, priority=500)
