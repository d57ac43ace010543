"""Every chart of every page in a real browser, without a network: drawn, whole, silent, with its data."""

import ast
import csv
import importlib
import re

import live
import pytest
from test_book_pages import PAGES


pytestmark = pytest.mark.xdist_group("pages")

# Texts of a chart that stick out of it, by more than a pixel of rounding.
CLIPPED = """
() => [...document.querySelectorAll('.live-chart svg')].flatMap(svg => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(t => {
    const r = t.getBoundingClientRect();
    return r.width && (r.left < box.left - 1 || r.right > box.right + 1
      || r.top < box.top - 1 || r.bottom > box.bottom + 1);
  }).map(t => t.textContent);
})"""
# Level texts of a chart that run into each other.
OVERLAPPING = """
() => [...document.querySelectorAll('.live-chart svg')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')]
    .filter(t => t.textContent.trim() && !/rotate/.test(t.getAttribute('transform')))
    .filter(t => t.getAttribute('opacity') !== '0') // labels of an axis that Vega hides
    .map(t => [t.textContent, t.getBoundingClientRect()]).filter(([, r]) => r.width);
  return texts.flatMap(([a, r], i) => texts.slice(i + 1).filter(([, q]) => {
    const across = Math.min(r.right, q.right) - Math.max(r.left, q.left);
    const down = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
    return across > 2 && down > r.height / 3;
  }).map(([b]) => `${a} | ${b}`));
})"""
WIDER_THAN_THEIR_COLUMN = """
() => [...document.querySelectorAll('.chart-canvas')].filter(c => c.scrollWidth > c.clientWidth).length"""
SMALLEST = """
() => Math.min(...[...document.querySelectorAll('.live-chart svg')].map(svg => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return scale * Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size'))));
}))"""
# Colors of the light theme that are still seen where the site is dark, and the other way round.
SEEN = """
() => [...document.querySelectorAll('.live-chart svg *')].flatMap(e => {
  const style = getComputedStyle(e);
  return ['fill', 'stroke'].filter(n => e.hasAttribute(n)).map(n => style[n]);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_every_chart_is_drawn_whole_and_nothing_is_asked_of_a_network(
    built_book, browser, name, width, scheme
):
    with live.opened(built_book, browser, name, width, scheme) as (page, messages):
        for number in range(page.locator("figure.chart").count()):
            figure = live.drawn(page, number)
            assert figure.locator(".live-chart svg").is_visible()
            assert not figure.locator("img").first.is_visible()
            description = figure.locator('[aria-roledescription="visualization"]')
            assert len(description.get_attribute("aria-label")) > 60
        assert messages == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if page.locator("figure.chart").count():
            assert page.evaluate(CLIPPED) == []
            assert page.evaluate(OVERLAPPING) == []
            assert page.evaluate(WIDER_THAN_THEIR_COLUMN) == 0
            assert page.evaluate(SMALLEST) >= 9.9


@pytest.mark.parametrize("width", [640, 768, 1000, 1200, 1600])
def test_charts_fit_columns_of_any_width_with_legible_letters(built_book, browser, width):
    with live.opened(built_book, browser, "abstract", width) as (page, _):
        live.drawn(page)
        assert page.evaluate(WIDER_THAN_THEIR_COLUMN) == 0
        assert page.evaluate(CLIPPED) == []
        assert page.evaluate(SMALLEST) >= 9


def rgb(color):
    return "rgb({}, {}, {})".format(*(int(color[i : i + 2], 16) for i in (1, 3, 5)))


def test_charts_follow_the_switch_of_the_site_without_a_reload(built_book, browser):
    from mscreview.figures.theme import DARK

    light, dark = ({rgb(c) for c in colors} for colors in (DARK, DARK.values()))
    with live.opened(built_book, browser, "abstract") as (page, messages):
        figure = live.drawn(page)
        live.row(figure, "Zang 2022").click(position={"x": 200, "y": 5})
        before = live.pooled(page, figure)
        assert not dark & set(page.evaluate(SEEN))
        for _ in range(3):  # auto, light, dark, in the order of the theme
            page.locator("button.theme-switch-button:visible").first.click()
            if page.evaluate("document.documentElement.dataset.theme") == "dark":
                break
        assert dark & set(page.evaluate(SEEN)) and not light & set(page.evaluate(SEEN))
        assert live.pooled(page, figure) == before
        assert messages == []


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_pictures_tables_and_code_are_there(built_book, browser, name):
    with live.opened(built_book, browser, name, scripts=False) as (page, _):
        figures = page.locator("figure.chart")
        for number in range(figures.count()):
            picture = figures.nth(number).locator("img.shade-light")
            picture.scroll_into_view_if_needed()
            assert picture.is_visible() and len(picture.get_attribute("alt")) > 60
            assert picture.evaluate("i => i.decode().then(() => i.naturalWidth > 0)")
        beneath = page.locator("details.beneath")
        assert beneath.count() == 2 * figures.count()
        for number in range(beneath.count()):
            beneath.nth(number).locator("summary").click()
            assert beneath.nth(number).locator("table, pre").first.is_visible()


def test_a_chart_that_cannot_run_shows_its_picture(built_book, browser):
    with live.opened(built_book, browser, "introduction") as (page, messages):
        page.route("**/vega-bundle.js*", lambda route: route.abort())
        page.reload()
        figure = page.locator("figure.chart").first
        figure.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        assert figure.locator("img.shade-light").is_visible()
        assert not figure.locator(".live-chart").is_visible()


# --- data and code -----------------------------------------------------------------------------


def figures_of(project, page):
    """[(name, code of the cell, path of the CSV, path and anchor of the code page)] of a page."""
    html = project.page(page)
    folder = project.html / "chapters"
    found = []
    for part in html.split('<figure class="chart')[1:]:
        name = re.search(r'id="([^"]+)"', part)[1]
        target = re.search(r'href="([^"]+\.csv)"', part)[1]
        code = re.search(r"<pre>(.*?)</pre>", part.partition('class="figure-beneath')[2], re.DOTALL)[1]
        link = re.search(r'class="code-link"[^>]* href="([^"#]+)#(\w+)"', part)
        cell = re.sub(r"<[^>]+>", "", code).replace("&quot;", '"').replace("&#39;", "'")
        found.append((name, cell.strip(), folder / target, (folder / link[1], link[2])))
    return found


def call_of(cell, results, change):
    """Call the function of a cell under another name: `change` maps its name."""
    call = ast.parse(cell).body[-1].value
    module = importlib.import_module(f"mscreview.figures.{call.func.value.id}")
    arguments = [ast.literal_eval(a) for a in call.args[1:]]
    options = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
    function = getattr(module, change(call.func.attr))
    accepted = function.__code__.co_varnames[: function.__code__.co_argcount]
    return function(results, *arguments, **{k: v for k, v in options.items() if k in accepted})


def as_text(value):
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", PAGES)
def test_every_csv_is_what_the_results_hold(built_book, results, name):
    for figure, cell, path, (code, anchor) in figures_of(built_book, name):
        data = call_of(cell, results, lambda f: "data" if f == "figure" else f"data_{f}")
        with open(path, encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert head == [column for column, _ in data.columns], figure
        assert rows and rows == [[as_text(v) for v in row] for row in data.rows], figure
        assert f'id="{anchor}"' in code.read_text("utf-8"), figure


def test_every_figure_has_its_data_and_code(built_book):
    counted = {page: len(figures_of(built_book, page)) for page in PAGES}
    shown = {page: built_book.page(page).count('<figure class="chart') for page in PAGES}
    assert counted == shown and sum(counted.values()) >= 20


def test_a_formula_in_a_table_reaches_no_spreadsheet():
    from mscreview.tables.table import harmless

    assert harmless('=cmd("x")') == "'=cmd(\"x\")" and harmless(-0.5) == -0.5
