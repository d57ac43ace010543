"""Captions with roles, and names to refer to, for figures and tables made by directives."""

from docutils import nodes


def target_name(directive, node, name):
    """Make the node a target that {numref} can name."""
    node["names"].append(nodes.fully_normalize_name(name))
    directive.state.document.note_explicit_target(node, node)
    directive.set_source_info(node)


def add_caption(directive, node, text, make=nodes.caption):
    """Parse the caption, roles included, and put it into the node."""
    parsed, messages = directive.state.inline_text(text.replace("\n", " "), directive.lineno)
    caption = make(text, "", *parsed)
    directive.set_source_info(caption)
    node += caption
    node += messages
