"""Narrow forms of figures of pools and changes, for phones: the same in a narrower picture."""

import html
import json
import re
import shutil

import pytest
from test_figures_a import CHARTS
from test_live_figures_a import counts, estimates_lit

from mscreview import paths
from mscreview.book.pictures import converter, svg_of
from mscreview.figures import before_after, multiverse, published, trajectories, variants
from mscreview.figures.theme import PHONE_WIDTH, SMALL

MODULES = (before_after, multiverse, published, trajectories, variants)
FIGURES = {name: chart for name, chart in CHARTS.items() if chart[0] in MODULES}

pytestmark = pytest.mark.xdist_group("narrow intervals")


@pytest.fixture(scope="module", params=FIGURES.values(), ids=FIGURES)
def forms(request, results):
    """The specifications of the wide form and of the narrow one, and their pictures."""
    module, arguments = request.param
    wide = module.figure(results, **arguments).to_dict()
    narrow = wide["usermeta"].pop("narrow")
    return (wide, svg_of(wide)), (narrow, svg_of(narrow))


def words(svg):
    """What can be read: words, and numbers that stand in a row rather than on an axis."""
    shown = re.sub(r'<g class="mark-text role-axis-label".*?</g>', "", svg)
    found = re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", shown)
    return {word for text in found for word in html.unescape(text).split()}


def named(svg):
    """What screen readers hear of marks, in the order of the picture."""
    marks = re.findall(r'<[^>]*aria-label="([^"]*)"[^>]*aria-roledescription="([^"]*)"', svg)
    return [(name, kind) for name, kind in marks if kind not in ("axis", "title", "subtitle")]


def selections(spec):
    """Names of what readers set, drag over or point at, with the options of each."""
    return {param["name"]: param.get("bind") for param in spec.get("params", [])}


def test_a_narrow_form_fits_a_phone(forms):
    _, (_, svg) = forms
    width = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1])
    assert width <= PHONE_WIDTH
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]
    assert min(sizes) >= SMALL


def test_a_narrow_form_shows_every_word_and_number_of_the_wide_one(forms):
    (_, wide), (_, narrow) = forms
    assert len(words(wide)) > 10
    assert words(wide) - words(narrow) == set()


def test_a_narrow_form_keeps_links_names_and_what_readers_change(forms):
    (wide_spec, wide), (narrow_spec, narrow) = forms
    links = re.compile(r'href="(http[^"]*)"')
    assert links.findall(narrow) == links.findall(wide)
    assert named(narrow) == named(wide) != []
    assert selections(narrow_spec) == selections(wide_spec)
    assert narrow_spec["description"] == wide_spec["description"]


# --- a range that is dragged over ------------------------------------------------------------

PAGE = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="figures.css"><script src="live.js"></script>
<body style="margin: 0"><div style="margin: 0 24px; max-width: 720px"><figure class="chart" style="margin: 0">
<div class="scroll-box"></div><div class="live-chart" data-chart="one" data-source="one.js" data-narrow="one-narrow.js" hidden></div>
</figure></div>"""


@pytest.fixture(scope="module")
def site(results, tmp_path_factory):
    """A page with the specification curve alone, and the script and styles of the book."""
    folder = tmp_path_factory.mktemp("site")
    spec = multiverse.figure(results).to_dict()
    narrow = {**spec["usermeta"].pop("narrow"), "usermeta": spec["usermeta"]}
    for name, form in (("one", spec), ("one-narrow", narrow)):
        text = f'(window.bookCharts = window.bookCharts || {{}})["{name}"] = {json.dumps(form)};'
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    bundle = f"(function () {{{converter().javascript_bundle()}}})();"
    (folder / "vega-bundle.js").write_text(bundle, encoding="utf-8")
    for name in ("live.js", "figures.css"):
        shutil.copy(paths.ROOT / "_static" / name, folder / name)
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    return folder / "index.html"


def drag(page, first, last):
    """From the middle of one data set to that of another, by their places in the row."""
    sets = page.locator('[aria-roledescription="set of effects"]')
    ends = [sets.nth(i).bounding_box() for i in (first, last)]
    start, end = ((end["x"] + end["width"] / 2, end["y"] + end["height"] / 2) for end in ends)
    # A little beyond the middles, which are in the range then.
    aside = ends[0]["width"] / 4
    page.mouse.move(start[0] - aside, start[1])
    page.mouse.down()
    page.mouse.move(end[0], end[1], steps=5)
    page.mouse.move(end[0] + aside, end[1])
    page.mouse.up()
    page.wait_for_timeout(300)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_dragged_range_is_counted_and_lit_until_reset(site, browser, results, width):
    result = results["multiverse.hba1c"]
    chosen = multiverse.data_sets(result)[9:20]
    numbers = {each.number for each in chosen}
    runs = [run for run in result.runs if run.estimate is not None and run.data_set in numbers]
    said = []
    page = browser.new_page(viewport={"width": width, "height": 1300})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.goto(site.as_uri())
    page.locator("figure.is-live").wait_for()
    box, natural = page.evaluate(
        "() => { const s = document.querySelector('svg'); return [s.clientWidth, s.viewBox.baseVal.width]; }"
    )
    assert abs(box - natural) > 10, "scaled by the page, else nothing is tested"
    drag(page, 9, 19)
    status = page.locator(".chart-status")
    assert status.text_content() == f"{counts(result, runs)}."
    assert sorted(estimates_lit(page)) == sorted(each.estimate for each in chosen)
    page.locator('select[name="only_trials"]').select_option("1")
    page.wait_for_timeout(300)
    blinded = [run for run in runs if "blinded only" in run.options]
    assert status.text_content() == f"{counts(result, blinded)}."
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(300)
    assert status.text_content() == f"{counts(result, result.runs)}."
    assert len(estimates_lit(page)) == len(multiverse.data_sets(result))
    assert page.locator(".brush_brush").get_attribute("aria-hidden") == "true"
    page.close()
    assert said == []
