"""Maps, bias, directions, safety and flow alive in a real browser: hovers, clicks, a clean console."""

import json
import re

import pytest

from mscreview.figures import (
    animals,
    bias,
    directions,
    evidence_map,
    flow,
    missing,
    protocols,
    safety,
)

FIGURES = {
    "evidence_map": lambda results: evidence_map.figure(results, ("t2dm",)),
    "missing": missing.figure,
    "safety": safety.figure,
    "bias": bias.figure,
    "bias_summary": bias.summary,
    "flow": flow.figure,
    "animals": animals.figure,
    "protocols": protocols.figure,
    "directions": directions.figure,
}
EMBED = """async (spec) => {
  const options = {ast: true, renderer: "svg", actions: false, tooltip: {theme: "custom"}};
  await vegaEmbed("#chart", spec, {...options, loader: {target: "_blank"}});
}"""

pytestmark = pytest.mark.xdist_group("live figures")


@pytest.fixture(scope="module")
def context(browser, root):
    """A browser without network; every address outside answers with its own words."""
    made = browser.new_context(viewport={"width": 900, "height": 1200})
    made.route(re.compile("^https?://"), lambda route: route.fulfill(body=route.request.url))
    yield made
    made.close()


@pytest.fixture(scope="module")
def live(context, root, results):
    """{figure: page that shows it}, drawn once, and what each page said in the console."""
    import vl_convert

    bundle = f"(function(){{{vl_convert.javascript_bundle()}}})();"
    css = (root / "_static/figures.css").read_text("utf-8")
    made = {}

    def show(name):
        if name not in made:
            page = context.new_page()
            page.said = []
            page.on("console", lambda message: page.said.append(message.text))
            page.on("pageerror", lambda error: page.said.append(str(error)))
            page.set_content('<div class="live-chart"><div id="chart"></div></div>')
            page.add_style_tag(content=css)
            page.add_script_tag(content=bundle)
            page.evaluate(EMBED, json.loads(json.dumps(FIGURES[name](results).to_dict())))
            made[name] = page
        return made[name]

    return show


def marks(page):
    """The marks with a name, axes left out."""
    return page.locator('.role-mark :is([role="graphics-symbol"], [role="link"])[aria-label]')


def mark(page, name):
    (found,) = [each for each in marks(page).all() if each.get_attribute("aria-label") == name]
    return found


def hover(page, which):
    """What a hover over a mark tells, as text; "" for nothing."""
    which.scroll_into_view_if_needed()
    box = which.bounding_box()
    page.mouse.move(1, 1)
    # In one step: a hint of a mark on the way would lie below the pointer.
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(60)
    tooltip = page.locator("#vg-tooltip-element.visible")
    return tooltip.inner_text() if tooltip.count() else ""


def named_rows(spec):
    for layer in spec["layer"]:
        if "description" in layer["encoding"]:
            field = layer["encoding"]["description"]["field"]
            yield from (row[field] for row in layer["data"]["values"])


@pytest.mark.parametrize("name", FIGURES)
def test_every_named_mark_is_there_and_tells_its_name(live, results, name):
    """One in so many of the marks, the last among them."""
    page = live(name)
    wanted = list(named_rows(FIGURES[name](results).to_dict()))
    names = marks(page).evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert sorted(names) == sorted(wanted)
    for i in {*range(0, len(names), max(1, len(names) // 8)), len(names) - 1}:
        assert names[i] in hover(page, marks(page).nth(i)), names[i]


@pytest.mark.parametrize("name", FIGURES)
def test_the_console_stays_clean(live, name):
    page = live(name)
    hover(page, marks(page).first)
    assert page.said == []


@pytest.mark.parametrize("name", FIGURES)
def test_only_marks_with_a_name_are_told_to_screen_readers(live, name):
    unnamed = live(name).locator('[role="graphics-symbol"]:not([aria-label])')
    assert unnamed.count() == 0
    texts = live(name).locator("svg .mark-text.role-mark")
    hidden = texts.evaluate_all("all => all.filter(one => one.getAttribute('aria-hidden') !== 'true').length")
    assert texts.count() > 0 and hidden == 0


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut_off(live, name):
    """Every text and mark lies within the drawing."""
    outside = live(name).evaluate("""() => {
      const frame = document.querySelector("#chart svg").getBoundingClientRect();
      return [...document.querySelectorAll("#chart svg text, #chart svg path")].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width + box.height > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1
          || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
      }).map((one) => one.outerHTML);
    }""")
    assert outside == []


def test_a_light_tells_why(live, results):
    study = results["bias.hba1c.zang2022"]
    domain = next(domain for domain in study.domains if domain.words)
    page = live("bias")
    told = hover(page, mark(page, f"{study.label}, {domain.name}: {domain.judgment}"))
    assert "Reason" in told and domain.words in told


def test_a_cell_of_the_map_opens_its_source(live, context, results):
    page = live("evidence_map")
    cell = mark(page, "Zang 2022, HbA1c: number with spread, or count")
    assert "outcomes.csv" in hover(page, cell)
    with context.expect_page() as opened:
        page.mouse.down()
        page.mouse.up()
    opened.value.wait_for_load_state()
    (zang,) = [row for row in results["studies.included"].rows if row.study_id == "zang2022"]
    assert opened.value.url == f"https://doi.org/{zang.doi}"
    opened.value.close()


def test_a_name_opens_its_source(live, context, results):
    page = live("bias")
    study = results["bias.hba1c.skyler2015"]
    assert f"https://doi.org/{study.doi}" in hover(page, mark(page, study.label))
    with context.expect_page() as opened:
        page.mouse.down()
        page.mouse.up()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"https://doi.org/{study.doi}"
    opened.value.close()
