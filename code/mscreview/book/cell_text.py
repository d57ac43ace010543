"""What a cell of a table says, and what it opens."""

import re
from urllib.parse import urlsplit

from docutils import nodes

from ..bibliography import DOI_ADDRESS

ADDRESS = re.compile(r"https?://\S+")
DOI = re.compile(r"10\.\d{4,9}/\S+")  # as in `schema`, which a build without changes does not load


def text_and_url(cell):
    """What a cell says and what it opens, "" for nothing; an address is short for the eye: a DOI as
    such, of another the host."""
    if isinstance(cell, nodes.Node):
        return cell.astext(), ""
    if isinstance(cell, dict):
        return cell["text"], cell["url"] if ADDRESS.fullmatch(cell["url"]) else ""
    text = str(cell)
    doi = text.removeprefix(DOI_ADDRESS)
    if DOI.fullmatch(doi):
        return f"doi:{doi}", DOI_ADDRESS + doi
    if ADDRESS.fullmatch(text):
        return urlsplit(text).netloc.removeprefix("www."), text
    return text, ""
