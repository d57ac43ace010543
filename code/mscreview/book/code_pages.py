"""The source of each figure module as a page of the book, so that "code" works offline too."""

import re

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from freshbook.freshness import are_links_fresh

from .. import paths

FOLDER = "code"  # of the pages


def link_to(module, function):
    """Nodes that lead to a function: ``module`` is a path below the package."""
    where = f"code/mscreview/{module}"
    link = code_link(module=module, function=function)
    link += nodes.literal(text=f"{function}() in {where}")
    return [link]


class code_link(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A link to a function on the page of its module."""


def _page(module):
    return f"{FOLDER}/{module.removesuffix('.py')}"


def _modules():
    return sorted((paths.PACKAGE / "figures").glob("*.py"))


def page_names():
    """Names of the pages, one for each module of the figures."""
    return [_page(f"figures/{path.name}") for path in _modules()]


def _pages(app):
    """The pages, through the theme's own template; none if those in the folder are as they would be."""
    for path in () if are_links_fresh(app) else _modules():
        module = f"figures/{path.name}"
        title = f"Code of {module}"
        body = f"<section><h1>{title}</h1>\n{_colored(path.read_text('utf-8'))}</section>"
        context = {"title": title, "body": body, "pagename": _page(module), "meta": {}}
        yield _page(module), context, "page.html"


def _colored(source):
    """The source in color, with an anchor at each function of the module."""
    html = highlight(source, PythonLexer(), HtmlFormatter(cssclass="highlight"))
    named = re.sub(
        r'^(<span></span>)?(<span class="k">def</span><span class="w"> </span><span class="nf">)(\w+)',
        r'\1<span id="\3"></span>\2\3',
        html.replace('<div class="highlight"><pre>', '<div class="highlight"><pre tabindex="0">\n'),
        flags=re.MULTILINE,
    )
    return named


def _visit(translator, node):
    builder = translator.builder
    uri = builder.get_relative_uri(builder.current_docname, _page(node["module"]))
    target = f"{uri}#{node['function']}"
    translator.body.append(translator.starttag(node, "a", "", CLASS="code-link", href=target))


def _depart(translator, node):
    translator.body.append("</a>")


def setup(app):
    """Register the pages and the links to them."""
    nothing = (lambda translator, node: None,) * 2
    others = {name: nothing for name in ("latex", "text", "man", "texinfo")}
    app.add_node(code_link, html=(_visit, _depart), **others)
    app.connect("html-collect-pages", _pages)
