"""What a visit of a page fetches beside its text: the icons, pictures and scripts that it needs, and nothing else."""

import re

import pytest
from benchmark.server import served
from fontTools.ttLib import TTFont
from test_book_pages import PAGES

pytestmark = pytest.mark.xdist_group("pages")

ICONS = """
() => [...document.querySelectorAll('i.fa-solid, .fa-solid > i')]
  .map(icon => getComputedStyle(icon, '::before').content)"""
BUNDLE = "_static/vega-bundle.js"


@pytest.fixture(scope="module")
def address(built_book):
    with served(built_book.html) as found:
        yield found


def visited(browser, address, scheme="light", width=1280):
    """(page, {path: status}) of a visit that has come to rest."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    answers = {}
    page.on("response", lambda answer: answers.update({answer.url: answer.status}))
    page.goto(address, wait_until="networkidle")
    return page, answers


def asked(answers, ending):
    return [url for url in answers if re.search(ending, url)]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", PAGES)
def test_a_visit_fetches_what_is_there_and_no_large_set_of_icons(browser, address, name, width):
    page, answers = visited(browser, f"{address}/chapters/{name}.html", width=width)
    assert {url for url, status in answers.items() if status >= 400} == set()
    assert asked(answers, r"fontawesome") == []
    assert len(asked(answers, r"icons\.woff")) == 1
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_small_font_has_every_icon_of_a_page(built_book, browser, address, name):
    letters = TTFont(built_book.html / "_static" / "icons.woff").getBestCmap()
    page, _ = visited(browser, f"{address}/chapters/{name}.html")
    shown = {text.strip('"') for text in page.evaluate(ICONS)}
    assert shown
    assert {text for text in shown if ord(text) not in letters} == set()
    page.close()


def test_the_pictures_of_the_other_shade_are_not_fetched(browser, address):
    page, answers = visited(browser, f"{address}/chapters/glycemic.html")
    assert page.locator("img.shade-dark").count()
    assert asked(answers, r"-dark\.svg") == []
    page.close()


def test_a_page_without_charts_has_what_draws_them_at_hand_for_the_next(browser, address):
    page, answers = visited(browser, f"{address}/chapters/reproduce.html")
    assert not page.locator("figure.chart").count()
    assert asked(answers, BUNDLE) == []
    page.mouse.wheel(0, 400)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    assert asked(answers, BUNDLE)
    page.close()


def test_what_no_page_asks_for_is_not_in_the_book(built_book):
    names = {path.name for path in (built_book.html / "_static").rglob("*")}
    assert {"vega-bundle.js", "icons.woff", "fa-solid-900.woff2"} <= names
    assert {name for name in names if name.endswith((".map", ".ttf", ".po"))} == set()
    assert "fontawesome.js" not in names
