"""Links to a chapter's notebook, to services that run it, and `times.json`, the one file that holds times.

``{notebooks}`` lists the notebooks, ``{launch}`` the services; each page has its own links at its foot.  A service
needs the public address of the repository, from ``submission.yml``; until there is one, nothing links there.
"""

import json
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from freshbook import records
from freshbook.files import write_atomically

from .. import paths
from .notebooks import file_of
from .uses import chapters


def services(address, page=""):
    """[(name, address)] of what opens a repository ready to run, at the notebook of a page if one is named.

    Binder knows GitHub and GitLab by short names and any other repository by its address; Codespaces is of GitHub.
    """
    parts = urlsplit(address)
    name = parts.path.strip("/").removesuffix(".git")
    if not name:
        return []
    kinds = {"github.com": f"gh/{name}", "gitlab.com": f"gl/{quote(name, safe='')}"}
    place = kinds.get(parts.hostname, f"git/{quote(address, safe='')}")
    notebook = f"?labpath={quote(f'_build/html/{file_of(page)}', safe='')}" if page else ""
    found = [("Binder", f"https://mybinder.org/v2/{place}/HEAD{notebook}")]
    return found + [("Codespaces", f"https://codespaces.new/{name}")] * (parts.hostname == "github.com")


class LaunchDirective(SphinxDirective):
    """The services, or which field makes them appear."""

    def run(self):
        found = services(self.env.app.mscreview_submission.public_address)
        if not found:
            words = " holds no address of the repository yet; links to services that run it will stand here."
            return [nodes.paragraph("", "", nodes.literal(text="public_address"), nodes.Text(" in "),
                                    nodes.literal(text=paths.SUBMISSION.name), nodes.Text(words))]
        links = [nodes.reference("", f"Open in {name}", refuri=address) for name, address in found]
        return [nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", "", link)) for link in links))]


class notebook_list(nodes.General, nodes.Element):  # noqa: N801
    """The place of the list of notebooks: titles are known when all pages were read."""


class NotebooksDirective(SphinxDirective):
    """A link to the notebook of each chapter, in the order of the book."""

    def run(self):
        return [notebook_list()]


def _fill(app, doctree, docname):
    for place in list(doctree.findall(notebook_list)):
        found = nodes.bullet_list()
        for page in chapters(app.env):
            file = "../" * docname.count("/") + file_of(page)
            link = nodes.reference("", app.env.titles[page].astext(), refuri=file, internal=True)
            found += nodes.list_item("", nodes.paragraph("", "", link))
        place.replace_self(found)


def _foot(app, pagename, templatename, context, doctree):
    """Put the links of a chapter at its end."""
    if pagename not in chapters(app.env):
        return
    own = context["pathto"](file_of(pagename), 1)
    links = [f'<a href="{own}" download>Download this chapter as an executed notebook</a>']
    links += [
        f'<a href="{escape(address)}">Open in {name}</a>'
        for name, address in services(app.mscreview_submission.public_address, pagename)
    ]
    context["body"] += f'<p class="downloads screen-only">{" · ".join(links)}</p>\n'


def _write_times(app, exception):
    """Write how long each chapter ran when it was last executed; nothing else in the folder depends on a clock."""
    if exception is not None or app.builder.name != "html":
        return
    seconds = {}
    for page in sorted(app.env.found_docs):
        record = records.of_build(app.mscreview, page)
        if record and "seconds" in record:  # a build of an older version kept none
            seconds[page] = record["seconds"]
    text = json.dumps({"execution_seconds": seconds}, indent=1)
    write_atomically(Path(app.outdir, paths.TIMES), text + "\n")


def setup(app):
    """Register the directives, the foot of pages and the file of times; before the stamp is written."""
    app.add_node(notebook_list)
    app.add_directive("notebooks", NotebooksDirective)
    app.add_directive("launch", LaunchDirective)
    app.connect("doctree-resolved", _fill)
    app.connect("html-page-context", _foot)
    app.connect("build-finished", _write_times, priority=500)
