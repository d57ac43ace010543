"""The content security policy of each page: nothing from other hosts, no script that the build did not write.

It stands in the page itself, so it also holds for a page opened as a file or put on any server. Scripts within a page
are allowed by their digests. Vega draws by its interpreter and needs no evaluation; it styles what it draws, which is
why styles within the page are allowed.
"""

import base64
import hashlib
import re
from pathlib import Path

from freshbook.files import write_atomically

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
# The policy stands after the encoding, which must be among the first bytes of a page.
BEFORE = re.compile(r"<head[^>]*>(\s*<meta charset[^>]*>)?")
START_PAGE = "index"  # where the table of contents sends readers on to the first chapter


def policy(page):
    """The policy for the text of a page."""
    scripts = dict.fromkeys(map(_digest, INLINE_SCRIPT.findall(page)))
    allowed = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())


def _digest(script):
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _put_into_pages(app, exception):
    if exception is not None or app.builder.name != "html":
        return
    for name in sorted({*app.mscreview.written, START_PAGE}):
        path = Path(app.outdir, f"{name}.html")
        if path.exists():
            _put_into(path)


def _put_into(path):
    page = path.read_text("utf-8")
    if "Content-Security-Policy" not in page:
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
        head = BEFORE.search(page)
        end = head.end() if head else 0
        write_atomically(path, page[:end] + meta + page[end:])


def setup(app):
    """After everything else that writes into pages, before the folder gets its stamp (`freshness`)."""
    app.connect("build-finished", _put_into_pages, priority=950)
