"""Forms for phones of displays and flow: they fit, and tell the same as the wide ones."""

import dataclasses
import html
import json
import re

import pytest

from mscreview.book.pictures import svg_of
from mscreview.figures import animals, direction_cells, directions, flow, flow_boxes, safety, small_studies
from mscreview.figures.theme import PHONE_WIDTH, SMALL
from mscreview.results import Results

POOLS = "small_studies.hba1c.both.any.controlled"


def cohorts(results, *asked):
    columns = direction_cells.columns_of(results, *asked)
    return [text for text, _ in direction_cells.rows_of(columns)]


def with_few_trials(results):
    few = dataclasses.replace(results.by_key[POOLS], k=4, steps=())
    return small_studies.figure(Results({**results.by_key, POOLS: few}))


FORMS = {  # figure, and the names that it must show
    "directions": (directions.figure, lambda results: cohorts(results, "both", "any")),
    "directions of the primary question": (
        lambda results: directions.figure(results, "t2dm", "msc"),
        lambda results: cohorts(results, "t2dm", "msc"),
    ),
    "animals": (
        animals.figure,
        lambda results: [animals._label(row) for row in results["animals"].rows]
        + [animals.short_model(row.model) for row in results["animals"].rows],
    ),
    "safety": (safety.figure, lambda results: [safety._title(event) for event in safety._shown(results)]),
    "flow": (flow.figure, lambda results: [word for box in flow_boxes.boxes_of(results) for word in box.words]),
    "small_studies": (small_studies.figure, lambda results: [step.label for step in results[POOLS].steps]),
    "small_studies of few trials": (with_few_trials, lambda results: ["need k = 5."]),
}
WITH_TICKS = "small_studies"  # as many ticks as fit


@pytest.fixture(scope="module", params=FORMS)
def drawn(request, results):
    """Name, the names to show, and the wide and the narrow picture."""
    figure, names = FORMS[request.param]
    spec = figure(results).to_dict()
    return request.param, names(results), svg_of(spec), svg_of(spec["usermeta"]["narrow"])


def words(svg):
    """All that is written, line by line."""
    found = re.findall(r"<(?:text|tspan)[^>]*>([^<]+)", svg)
    return " ".join(html.unescape(" ".join(found)).split())


def numbers(svg):
    return sorted(re.findall(r"\d[\d.,]*\d|\d", words(svg)))


def told(svg):
    """Names of marks for readers who do not see them, those of axes left out."""
    found = re.findall(r'<(?:path|text)[^>]*aria-label="([^"]*)"', svg)
    return sorted(" ".join(html.unescape(name).split()) for name in found)


def test_a_narrow_form_fits_a_phone_with_legible_letters(drawn):
    *_, narrow = drawn
    assert float(re.search(r'<svg[^>]* width="([\d.]+)"', narrow)[1]) <= PHONE_WIDTH
    assert min(map(float, re.findall(r'font-size="([\d.]+)px"', narrow))) >= SMALL >= 11


def test_a_narrow_form_shows_every_name(drawn):
    _, names, wide, narrow = drawn
    assert names
    for name in names:
        assert name in words(wide) and name in words(narrow)


def test_a_narrow_form_shows_the_same_numbers(drawn):
    name, _, wide, narrow = drawn
    assert name == WITH_TICKS or numbers(narrow) == numbers(wide)


def test_a_narrow_form_keeps_links_and_spoken_names(drawn):
    name, _, wide, narrow = drawn
    links = [sorted(re.findall(r'<a [^>]*href="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert links[0] == links[1] and told(wide) == told(narrow)
    assert (links[0] and told(wide)) or name.endswith("few trials")


CROWDED = """() => {
  const frame = document.querySelector("svg").getBoundingClientRect();
  const texts = [...document.querySelectorAll("svg text")].filter((one) => one.textContent
    && one.getAttribute("opacity") !== "0"); // as Vega hides ticks that lack room
  const boxes = texts.map((one) => one.getBoundingClientRect());
  const found = texts.filter((one, i) => boxes[i].left < frame.left || boxes[i].right > frame.right
    || boxes[i].top < frame.top || boxes[i].bottom > frame.bottom).map((one) => one.textContent);
  boxes.forEach((a, i) => boxes.slice(0, i).forEach((b, j) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 0 && high > 2) found.push(texts[i].textContent + " / " + texts[j].textContent);
  }));
  return found;
}"""


def test_no_letters_of_a_narrow_form_are_cut_or_lie_on_others(drawn, browser):
    *_, narrow = drawn
    page = browser.new_page()
    page.set_content(narrow)
    assert page.evaluate(CROWDED) == []
    page.close()


FRAMED = """() => [...document.querySelectorAll("svg a path")].map((path) => {
  const box = path.getBoundingClientRect();
  const texts = [...document.querySelectorAll("svg text")].map((one) => one.getBoundingClientRect());
  const inside = texts.filter((text) => {
    const x = (text.left + text.right) / 2, y = (text.top + text.bottom) / 2;
    return box.left < x && x < box.right && box.top < y && y < box.bottom;
  });
  return Math.min(...inside.flatMap((text) => [text.left - box.left, box.right - text.right]));
})"""


def test_words_fit_the_boxes_of_the_narrow_flow(results, browser):
    page = browser.new_page()
    page.set_content(svg_of(flow.figure(results).to_dict()["usermeta"]["narrow"]))
    free = page.evaluate(FRAMED)
    assert len(free) == len(flow_boxes.boxes_of(results)) and min(free) >= 4
    page.close()


PAGE = """<!doctype html><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="figures.css">
<body style="margin: 0 12px"><figure class="chart"><div><div class="live-chart" hidden data-source="wide.js"
data-narrow="chart.js" data-chart="one"></div></div></figure><div style="height: 3000px"></div><script src="live.js"></script>"""


@pytest.fixture
def phone(results, browser, root):
    """A page on a phone with the display of directions, drawn by the script of the book."""
    import vl_convert

    narrow = directions.figure(results).to_dict()["usermeta"]["narrow"]
    files = {
        "": PAGE,
        "figures.css": (root / "_static/figures.css").read_text("utf-8"),
        "live.js": (root / "_static/live.js").read_text("utf-8"),
        "vega-bundle.js": f"(function(){{{vl_convert.javascript_bundle()}}})();",
        "chart.js": f'window.bookCharts = {{"one-narrow": {json.dumps({**narrow, "usermeta": {}})}}};',
    }
    kinds = {"": "text/html", "css": "text/css", "js": "text/javascript"}

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        route.fulfill(body=files.get(name, ""), content_type=kinds.get(name.rpartition(".")[2]))

    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    context.route("**", answer)
    page = context.new_page()
    page.goto("http://book.test/")
    page.wait_for_selector(".is-narrow svg")
    yield page
    context.close()


def outermost(page):
    """Places of the first and the last symbol from left to right."""
    marks = page.locator('.mark-symbol [role="graphics-symbol"][aria-label]').all()
    boxes = sorted((mark.bounding_box() for mark in marks), key=lambda box: box["x"])
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in (boxes[0], boxes[-1])]


def test_a_tap_tells_and_the_hint_stays_on_the_screen(phone):
    hint = phone.locator("#vg-tooltip-element.visible")
    for x, y in outermost(phone):
        phone.touchscreen.tap(x, y)
        hint.wait_for()
        box = hint.bounding_box()
        assert 0 <= box["x"] and box["x"] + box["width"] <= 360 and box["y"] >= 0
        assert "Known from" in hint.inner_text()
        phone.touchscreen.tap(300, 790)  # beside the marks
        hint.wait_for(state="hidden")


def test_a_scroll_takes_the_hint_away(phone):
    phone.touchscreen.tap(*outermost(phone)[0])
    hint = phone.locator("#vg-tooltip-element.visible")
    hint.wait_for()
    phone.evaluate("window.scrollBy(0, 300)")
    hint.wait_for(state="hidden")
