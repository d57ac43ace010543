"""The forms of figures for phones: within the column, legible, and with all that the wide ones tell."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
import vl_convert

from mscreview.book.pictures import svg_of
from mscreview.figures import bias, evidence_map, missing, protocols
from mscreview.figures.theme import DARK, PHONE_WIDTH, SMALL

FIGURES = {
    "evidence_map": evidence_map.figure,
    "evidence_map_t2dm": lambda results: evidence_map.figure(results, ("t2dm",)),
    "missing": missing.figure,
    "missing_t1dm": lambda results: missing.figure(results, "t1dm"),
    "bias": bias.figure,
    "bias_insulin_t1dm": lambda results: bias.figure(results, "insulin_iu_per_day", "t1dm"),
    "bias_summary": bias.summary,
    "protocols": protocols.figure,
}
EMBED = """async (spec) => {
  const tooltip = {theme: "custom", anchor: "mark", position: ["top", "bottom"]};
  await vegaEmbed("#chart", spec, {ast: true, renderer: "svg", actions: false, tooltip});
}"""
HREF = "{http://www.w3.org/1999/xlink}href"


@pytest.fixture(scope="module")
def drawn(results):
    """{figure: (wide, narrow)} as SVG, drawn when first asked for."""
    made = {}

    def draw(name):
        if name not in made:
            spec = FIGURES[name](results).to_dict()
            made[name] = svg_of(spec), svg_of(spec["usermeta"]["narrow"])
        return made[name]

    return draw


@pytest.fixture(scope="module")
def page(browser):
    """A page as wide as a phone, with the font that the pictures are drawn in."""
    made = browser.new_page(viewport={"width": 360, "height": 800})
    yield made
    made.close()


every_figure = pytest.mark.parametrize("name", FIGURES)


def names(svg):
    """How often each accessible name occurs."""
    labels = (node.get("aria-label") for node in ElementTree.fromstring(svg).iter())
    return Counter(label for label in labels if label)


def links(svg):
    """How often each (address, name of what opens it) occurs."""
    found = Counter()
    for node in ElementTree.fromstring(svg).iter():
        address = node.get(HREF) or node.get("href")
        if address:
            found.update((address, mark.get("aria-label")) for mark in node if mark.get("aria-label"))
    return found


@every_figure
def test_it_fits_the_column_of_a_phone(drawn, name):
    width = re.search(r'<svg[^>]* width="([\d.]+)"', drawn(name)[1])
    assert float(width[1]) <= PHONE_WIDTH


@every_figure
def test_its_letters_are_legible(drawn, name):
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)(?:px)?"', drawn(name)[1])}
    assert sizes and min(sizes) >= SMALL >= 11


@every_figure
def test_it_names_every_mark_of_the_wide_form(drawn, name):
    wide, narrow = map(names, drawn(name))
    assert len(wide) >= 10 and narrow == wide


@every_figure
def test_it_opens_the_same_sources(drawn, name):
    wide, narrow = map(links, drawn(name))
    assert (wide or name in ("bias_summary", "protocols")) and narrow == wide


@every_figure
def test_it_has_only_colors_with_a_dark_shade(drawn, name):
    colors = set(re.findall(r"#[0-9a-f]{6}", drawn(name)[1]))
    assert colors and colors <= set(DARK)


@every_figure
def test_no_text_is_cut_off_or_covers_another(drawn, page, name):
    page.set_content(f'<body style="margin: 0">{drawn(name)[1]}</body>')
    said = page.evaluate("""() => {
      const frame = document.querySelector("svg").getBoundingClientRect();
      const texts = [...document.querySelectorAll("svg text")].filter((one) => one.textContent.trim());
      const boxes = texts.map((one) => [one.textContent, one.getBoundingClientRect()]);
      const outside = boxes.filter(([, b]) => b.left < frame.left || b.right > frame.right
        || b.top < frame.top || b.bottom > frame.bottom).map(([text]) => text);
      // Boxes of letters hold the space above and below them, 2 pixels of which may be shared.
      const covers = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
      const pairs = boxes.flatMap(([text, a], i) =>
        boxes.slice(i + 1).filter(([, b]) => covers(a, b)).map(([other]) => `${text} / ${other}`));
      return { count: texts.length, outside, pairs };
    }""")
    assert said["count"] > 10 and said["outside"] == [] and said["pairs"] == []


@pytest.mark.parametrize("name", ["evidence_map_t2dm", "missing", "bias"])
def test_what_a_hover_tells_lies_within_the_screen(results, page, root, name):
    page.set_content('<div class="live-chart is-narrow"><div id="chart"></div></div>')
    page.add_style_tag(content=(root / "_static/figures.css").read_text("utf-8"))
    page.add_script_tag(content=f"(function(){{{vl_convert.javascript_bundle()}}})();")
    page.evaluate(EMBED, FIGURES[name](results).to_dict()["usermeta"]["narrow"])
    marks = page.locator(".role-mark [aria-label]")
    for i in (0, marks.count() // 2, marks.count() - 1):
        marks.nth(i).evaluate("mark => mark.scrollIntoView({block: 'center'})")
        box = marks.nth(i).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        told = page.locator("#vg-tooltip-element.visible")
        told.get_by_text(marks.nth(i).get_attribute("aria-label"), exact=True).wait_for(timeout=5000)
        place = told.bounding_box()
        assert place["x"] >= 0 and place["x"] + place["width"] <= 360


def test_the_map_repeats_its_heads_for_every_group(results):
    """A screen holds about one group: heads above the first alone would be out of sight."""
    spec = evidence_map.figure(results, ("t2dm",)).to_dict()
    for form, times in ((spec, 1), (spec["usermeta"]["narrow"], 2)):
        words = Counter(row.get("text") for layer in form["layer"] for row in layer["data"]["values"])
        assert all(words[head] == times for head, _ in evidence_map.COLUMNS)


def test_a_touch_of_a_long_name_does_not_reach_a_cell(results):
    """In the missing-data map names may be longer than their column; cells lie below them."""
    layers = missing.figure(results).to_dict()["usermeta"]["narrow"]["layer"]
    rows = [row for layer in layers for row in layer["data"]["values"] if "x2" in row and "name" in row]
    cells = [row for row in rows if ", " in row["name"] and row["y2"] - row["y"] == 18]
    labels = [row for row in rows if ", " not in row["name"]]
    assert cells and labels
    touching = [
        (label["name"], cell["name"])
        for label in labels
        for cell in cells
        if min(label["y2"], cell["y2"]) - max(label["y"], cell["y"]) > 1
    ]
    assert touching == []
