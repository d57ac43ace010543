"""Forms for phones of displays and flow: they fit, and tell the same as the wide ones."""

import dataclasses
import html
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


EMBED = """async (spec) => {
  const tooltip = {theme: "custom", anchor: "mark", position: ["top", "bottom"]};
  await vegaEmbed("#chart", spec, {ast: true, renderer: "svg", actions: false, tooltip});
}"""


def test_a_hint_of_a_narrow_form_stays_on_the_screen(results, browser, root):
    import vl_convert

    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.set_content('<body style="margin: 0 12px"><div class="live-chart is-narrow"><div id="chart"></div></div>')
    page.add_style_tag(content=(root / "_static/figures.css").read_text("utf-8"))
    page.add_script_tag(content=f"(function(){{{vl_convert.javascript_bundle()}}})();")
    page.evaluate(EMBED, directions.figure(results).to_dict()["usermeta"]["narrow"])
    marks = page.locator('.mark-symbol [role="graphics-symbol"][aria-label]')
    places = [mark.bounding_box() for mark in marks.all()]
    for place in (min(places, key=lambda box: box["x"]), max(places, key=lambda box: box["x"])):
        page.mouse.move(1, 1)
        page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        hint = page.locator("#vg-tooltip-element.visible").bounding_box()
        assert 0 <= hint["x"] and hint["x"] + hint["width"] <= 360 and hint["y"] >= 0
    page.close()
