"""What Lighthouse says of the heaviest page of text and of the page with the most charts, on a slow phone.

It comes from npm, in one version, into `_build`; the browser is Debian's Chromium.
"""

import json
import os
import shutil
import subprocess
from statistics import median

from mscreview import paths

from .measures import Row, in_turn
from .readers import charts
from .server import served

PACKAGE = "lighthouse@12.2.3"  # the last that runs with Debian's Node
CATEGORIES = ("performance", "accessibility", "best-practices")
FLAGS = ("--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox --disable-gpu")


def scores(place):
    """Medians of the scores of both pages, which are audited in turn."""
    text, drawn = pages(place.project.html / "chapters")
    with served(place.project.html) as address:
        works = [lambda name=name: audit(f"{address}/chapters/{name}.html") for name in (text, drawn)]
        found = dict(zip((text, drawn), in_turn(*works), strict=True))
    middle = {name: {kind: median(one[kind] for one in of) for kind in CATEGORIES} for name, of in found.items()}
    return [
        _row(f"performance of a page of text, {text}", middle[text]["performance"], 0.92),
        _row(f"performance of a page with charts, {drawn}", middle[drawn]["performance"], 0.85),
        _row("accessibility of both", min(one["accessibility"] for one in middle.values()), 1.0),
        _row("best practices of both", min(one["best-practices"] for one in middle.values()), 1.0),
    ]


def pages(folder):
    """Names of the largest page without charts and of the page with the most."""
    files = {page: len(charts(page)) for page in sorted(folder.glob("*.html"))}
    text = max((page for page in files if not files[page]), key=lambda page: page.stat().st_size)
    return text.stem, max(files, key=files.get).stem


def audit(address):
    """{category: score from 0 to 1} of one page."""
    command = [str(program()), address, *FLAGS, f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed:\n{done.stderr[-3000:]}")
    return {name: one["score"] for name, one in json.loads(done.stdout)["categories"].items()}


def program():
    """Lighthouse; installed if it is not there."""
    folder = paths.lighthouse_folder()
    found = folder / "node_modules" / ".bin" / "lighthouse"
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(folder), "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(["npm", "install", *options, PACKAGE], check=True, stdout=subprocess.DEVNULL)
    return found


def _row(work, score, least):
    return Row(f"Lighthouse: {work}", f"{score:.2f}", "", None, f"at least {least:.2f}", score >= least)
