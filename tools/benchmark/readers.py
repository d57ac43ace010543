"""What a reader waits for: sizes of pages and charts, a first and a next visit, a click in the forest plot."""

import json
import re
import shutil
from collections import Counter
from contextlib import contextmanager
from statistics import median

import live
from playwright.sync_api import sync_playwright

from mscreview.versions import prose

from .measures import RUNS, Row, duration, size
from .server import compressed, served

KB, MB = 1000, 1000**2
# The attributes that name the specification of a chart: the form for a desk, and that for a phone.
SOURCES = {form: re.compile(rf' data-{form}="([^"]+)"') for form in ("source", "narrow")}
SPECIFICATION = re.compile(r"\] = (.*);\n$", re.DOTALL)  # as `book/charts.py` writes it
CHROMIUM = {
    "executable_path": shutil.which("chromium"),
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
SLOWDOWN = 4  # of the CPU
CLICKS = 10  # in each of `RUNS` visits
HELD = 80  # milliseconds from press to release, as by a hand
TASKS = {"scripts": "Script", "styles": "RecalcStyle", "layout": "Layout"}  # as Chromium measures them
# For each click the time from the event until a frame with the last change of the drawing has been painted.
ANSWERS = """
canvas => {
  const answers = (window.answers = []), channel = new MessageChannel();
  let begun = 0;
  channel.port1.onmessage = () => (answers[answers.length - 1] = performance.now() - begun);
  canvas.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    begun = event.timeStamp;
    answers.push(NaN);
  }, true);
  new MutationObserver(() => requestAnimationFrame(() => begun && channel.port2.postMessage(0)))
    .observe(canvas, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


def sizes(place):
    """The largest page, and the charts of the page where they are largest."""
    html = place.project.html / "chapters"
    pages = sorted(html.glob("*.html"))
    largest = max(pages, key=lambda page: page.stat().st_size)
    packed = f"{size(len(compressed(str(largest))))} compressed"
    drawn = {page.stem: charts(page) for page in pages}
    heaviest = max(drawn, key=lambda name: weight(drawn[name]))
    twice = {name: found for name, files in drawn.items() if (found := repeated_tables(files))}
    also = f"{heaviest}, {len(drawn[heaviest])} charts"
    seen = f"{sum(twice.values())} on {len(twice)} pages"
    return [
        _limited("Largest page, HTML", largest.stat().st_size, 150 * KB, f"{largest.stem}, {packed}"),
        _limited("Specifications of the charts of a page, compressed", weight(drawn[heaviest]), 40 * KB, also),
        Row("Tables that stand in the charts of a page before", seen, "", None, "no table twice", not twice),
    ]


def charts(page, form=None):
    """The files of a page's chart specifications in one form, for a desk or a phone; else in that which weighs more."""
    if form is None:
        return max((charts(page, form) for form in SOURCES), key=weight)
    return [(page.parent / source).resolve() for source in SOURCES[form].findall(page.read_text("utf-8"))]


def weight(files):
    """Bytes of files as they are sent."""
    return sum(len(compressed(str(file))) for file in files)


def repeated_tables(files):
    """How many tables stand in the specifications of a page again; a list of one row is none."""
    found = Counter()
    for file in files:
        found.update(_tables(json.loads(SPECIFICATION.search(file.read_text("utf-8"))[1])))
    return sum(number - 1 for number in found.values())


def _tables(part):
    """Each list of records that a specification draws from, as text."""
    if isinstance(part, list):
        for one in part:
            yield from _tables(one)
    if isinstance(part, dict):
        held = [*part.get("datasets", {}).values(), (part.get("data") or {}).get("values")]
        yield from (json.dumps(rows, sort_keys=True) for rows in held if isinstance(rows, list) and len(rows) > 1)
        for name in part.keys() - {"data", "datasets"}:
            yield from _tables(part[name])


def visits(place):
    """Bytes sent for a first page with all its charts drawn, and for the page after it; of the heaviest."""
    names = list(prose.chapters(place.project.folder))
    first, following = {}, {}
    with served(place.project.html) as address, chromium() as browser:
        for name, after in zip(names, [*names[1:], names[0]], strict=True):
            with visitor(browser) as (page, sent):
                visit(page, f"{address}/chapters/{name}.html")
                first[name] = sum(sent)
                sent.clear()
                visit(page, f"{address}/chapters/{after}.html")
                following[after] = sum(sent)
    rows = (("First visit, with Vega", first, 1.3 * MB), ("Next page", following, 200 * KB))
    return [_limited(f"{work}, compressed", max(of.values()), most, max(of, key=of.get)) for work, of, most in rows]


@contextmanager
def chromium():
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


@contextmanager
def visitor(browser):
    """(page, bytes of each answer that came over the network) of a reader who has been nowhere yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, sent = context.new_page(), []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    yield page, sent
    context.close()


def visit(page, address):
    """Open a page and read it to its end, until every chart is drawn."""
    page.goto(address, wait_until="networkidle")
    for number in range(page.locator("figure.chart .live-chart").count()):
        live.drawn(page, number)
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    page.wait_for_load_state("networkidle")


def clicks(place):
    """How long the live forest plot takes to answer a click on a trial, on a slow computer."""
    answers = []
    with chromium() as browser:
        for _ in range(RUNS):
            with live.opened(place.project, browser, "abstract") as (page, _):
                answers += answered(page)
    middle = median(answers) * 0.001
    work = f"Click in the live forest plot, CPU {SLOWDOWN} times slower"
    seen = f"{duration(middle)}, {len(answers)} clicks, slowest {duration(max(answers) * 0.001)}"
    return [Row(work, seen, "", middle / 0.04, "at most 40 ms", middle <= 0.04)]


def answered(page):
    """Milliseconds of each of `CLICKS` clicks on one trial, which leave it out and take it in again."""
    row, _ = _slowed(page)
    live.drawn(page).locator(".chart-canvas svg").evaluate(ANSWERS)
    _click(row, CLICKS)
    return page.evaluate("answers")


def by_task(place):
    """{task of the browser: seconds} of a click, with the pointer before it and the spoken result after it."""
    with chromium() as browser, live.opened(place.project, browser, "abstract") as (page, _):
        row, session = _slowed(page)
        session.send("Performance.enable")
        before = _seconds(session)
        _click(row, CLICKS)
        return {task: (now - before[task]) / CLICKS for task, now in _seconds(session).items()}


def _slowed(page):
    """(the row of a trial in the live forest plot, the session that slows the CPU)."""
    figure = live.drawn(page)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    row = figure.locator('[aria-roledescription="trial"]').first
    before = live.said(figure)
    _click(row, 1)  # brings the pointer there
    if live.said(figure) == before:
        raise RuntimeError("a click on a trial did not change the pooled result")
    return row, session


def _click(row, times):
    for _ in range(times):
        row.click(position={"x": 200, "y": 5}, delay=HELD)
        row.page.wait_for_timeout(300)


def _seconds(session):
    """{task: seconds of the page until now}."""
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    named = {name: found[f"{metric}Duration"] for name, metric in TASKS.items()}
    return named | {"painting and the rest": found["TaskDuration"] - sum(named.values())}


def _limited(work, number, most, also):
    """A row for bytes that have a limit."""
    return Row(work, f"{size(number)}, {also}", "", number / most, f"at most {size(most)}", number <= most)
