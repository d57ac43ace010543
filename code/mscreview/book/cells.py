"""Outputs of cells as pages need them: charts become {chart}, tables {data-table} directives.

MyST-NB parses an output of type text/markdown as MyST, so both become real figures and tables
with captions, numbers and targets, in every output format.
"""

import json

import nbformat

CHART = "application/vnd.vegalite.v6+json"
TABLE = "application/vnd.mscreview.table+json"


def for_pages(output, cell):
    """The output to hand to MyST-NB; outputs that are neither chart nor table stay."""
    data = output.get("data", {})
    for mime, directive in ((CHART, "chart"), (TABLE, "data-table")):
        if mime in data:
            return _as_directive(directive, data[mime], cell)
    return output


def _as_directive(directive, content, cell):
    options = cell.metadata.get(directive)
    if not options or set(options) - {"language", "supplement"} != {"name", "caption"}:
        raise ValueError(f"a cell that draws a {directive} needs `{directive}:` with name and caption")
    # ASCII only: docutils would break the line at a U+2028 or U+0085 inside a label.
    code = {"code": cell.source} if directive == "chart" else {}
    body = json.dumps({**options, **code, "content": content}, sort_keys=True, separators=(",", ":"))
    # A fence longer than any run of backquotes that the content could hold.
    fence = "`" * 12
    text = f"{fence}{{{directive}}}\n{body}\n{fence}\n"
    return nbformat.v4.new_output("display_data", data={"text/markdown": text})


def setup(app):
    """Let MyST-NB parse markdown outputs as MyST."""
    app.connect("config-inited", _configure)


def _configure(app, config):
    config.nb_render_markdown_format = "myst"
    config.nb_mime_priority_overrides = [("manuscript", "text/markdown", 1)]
