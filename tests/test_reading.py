"""The pages as they are read: on a wide screen, on a phone, on paper, in either language, by anyone."""

import re

import live
import pytest
from test_book_pages import HEADLINE, PAGES

from mscreview import ledger

pytestmark = pytest.mark.xdist_group("pages")

SIZES = [(1280, 800), (360, 740)]
EN, ZH = "English", "中文"
CARDS = {
    f"{HEADLINE}.{name}" for name in ("k", "eligible_trials", "n_participants", "estimate", "ci", "pi")
} | {
    *(f"safety.serious.all_cause.{name}" for name in ("events_cells", "n_cells", "cells_ci")),
    *(f"deaths.{name}" for name in ("deaths_in_cell_arms", "n_not_mentioned", "n_not_looked_for")),
}


@pytest.fixture
def visit(built_book, browser):
    """Opens a page of the book by name, in a context of its own; all are closed at the end."""
    contexts = []

    def open_page(name, size=SIZES[0], **options):
        width, height = size
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        name, _, rest = name.partition("?")
        path, _, anchor = name.partition("#")
        folder = built_book.html / "chapters" if path in PAGES else built_book.html
        address = (folder / f"{path}.html").as_uri()
        page.goto(address + (f"?{rest}" if rest else "") + (f"#{anchor}" if anchor else ""))
        return page

    yield open_page
    for context in contexts:
        context.close()


def bottom(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


# --- the landing page ------------------------------------------------------------------------


@pytest.mark.parametrize("language", [EN, ZH])
def test_answer_cards_and_the_figure_begin_in_the_first_screen(visit, language):
    page = visit("abstract")
    button(page, language).click()
    answer, cards = page.locator(".answer:visible"), page.locator(".cards:visible")
    figure = page.locator("#fig-headline")
    assert answer.count() == cards.count() == 1
    assert 0 < bottom(answer) < bottom(cards) < figure.bounding_box()["y"]
    assert figure.bounding_box()["y"] < 600, "the trials of the figure are seen too"
    assert cards.locator("li:visible").count() == 6


@pytest.mark.parametrize(("code", "place"), [("en", 0), ("zh-Hans", 1)])
def test_cards_show_the_results(visit, results, code, place):
    entries = ledger.entries(results)
    texts = {"num-" + re.sub(r"[._]", "-", key): entries[key].text(results, code) for key in CARDS}
    cards = visit("abstract").locator(".cards").nth(place)
    assert cards.evaluate("c => c.closest('[lang]').lang") == code
    links = cards.locator("a.num").all()
    shown = {a.get_attribute("href").partition("#")[2]: a.text_content() for a in links}
    assert shown == texts
    level = entries[f"certainty.{HEADLINE}.level"].text(results, code)
    assert cards.locator("strong", has_text=re.compile(f"^{level}$")).count() == 1
    assert cards.locator("li strong").count() == 6, "each card has its number in large"
    assert "**" not in cards.text_content()


# --- one language at a time ------------------------------------------------------------------


def shown_languages(page):
    """The languages of the abstract, or of the summary of findings, that can be seen."""
    parts = page.locator(".bd-article div[lang]").all()
    return {part.get_attribute("lang") for part in parts if part.is_visible()}


def pressed(page):
    return page.locator(".language-switch button[aria-pressed=true]").all_text_contents()


@pytest.mark.parametrize("name", ["abstract", "limitations"])
def test_the_keyboard_chooses_the_language(visit, name):
    page = visit(name)
    assert (shown_languages(page), pressed(page)) == ({"en"}, [EN])
    button(page, EN).focus()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus is seen"
    page.keyboard.press("Space")
    assert (shown_languages(page), pressed(page)) == ({"zh-Hans"}, [ZH])
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert (shown_languages(page), pressed(page)) == ({"en"}, [EN])


def test_headings_and_code_of_the_other_language_go_with_it(visit):
    page = visit("abstract")
    headings = page.locator(".bd-article h2:visible")
    assert [h.partition("#")[0] for h in headings.all_text_contents()] == ["Abstract"]
    button(page, ZH).click()
    assert [h.partition("#")[0] for h in headings.all_text_contents()] == ["摘要"]
    page = visit("limitations")
    assert not page.locator("div.cell:has(#tab-findings-zh)").is_visible()


def test_both_places_share_the_choice_and_remember_it(visit):
    page = visit("abstract")
    button(page, ZH).click()
    page.wait_for_timeout(500)  # the browser stores in a process of its own, and no reader is faster
    page.goto(page.url.replace("abstract", "limitations"))
    assert (shown_languages(page), pressed(page)) == ({"zh-Hans"}, [ZH])
    page.reload()
    assert pressed(page) == [ZH]


def test_a_browser_that_stores_nothing_still_switches(visit, browser, built_book):
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
    )
    page = context.new_page()
    page.goto((built_book.html / "chapters" / "abstract.html").as_uri())
    button(page, ZH).click()
    assert shown_languages(page) == {"zh-Hans"}
    context.close()


@pytest.mark.parametrize("name", ["abstract", "limitations"])
def test_without_scripts_both_languages_are_shown_and_no_button(visit, name):
    page = visit(name, java_script_enabled=False)
    assert page.locator(".bd-article div[lang=en]").first.is_visible()
    assert page.locator(".bd-article div[lang=zh-Hans]").first.is_visible()
    assert not page.locator(".language-switch").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["abstract", "limitations"])
def test_paper_has_both_languages_light_and_nothing_to_click(visit, name, scheme):
    page = visit(name, color_scheme=scheme)
    page.emulate_media(media="print", color_scheme=scheme)
    assert shown_languages(page) == {"en", "zh-Hans"}
    screen_only = "button, summary, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-footer, .cell_input"
    assert page.locator(screen_only).locator("visible=true").count() == 0
    color = "e => getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).map(Number)"
    for place in ("h1", "p", "td p", "figcaption"):
        for text in page.locator(f".bd-article {place}").all()[:3]:
            assert max(text.evaluate(color)) < 100, (place, "dark letters on paper")
    images = [image for image in page.locator("figure.chart img").all() if image.is_visible()]
    assert all("shade-light" in image.get_attribute("class") for image in images)
    charts = page.locator(".live-chart svg:visible")
    assert len(images) + charts.count() == page.locator("figure.chart").count()
    for text in charts.locator("text").all()[:3]:
        fill = text.evaluate("e => getComputedStyle(e).fill.match(/\\d+/g).map(Number)")
        assert max(fill[:3]) < 120, "dark letters on paper"
    assert page.locator(".bd-article h1:visible").count() == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("limitations#tab-findings-zh", "zh-Hans"),
        ("limitations#tab-findings", "en"),
        ("abstract?highlight=%E7%96%97%E6%95%88", "zh-Hans"),
        ("abstract?highlight=glycemic", "en"),
        ("abstract#no-such-place", "en"),
    ],
)
def test_an_address_shows_the_language_that_it_leads_to(visit, name, shown):
    page = visit(name)
    assert shown_languages(page) == {shown}
    anchor = name.partition("#")[2]
    if anchor.startswith("tab"):
        assert -1 <= page.locator(f"#{anchor}").bounding_box()["y"] < 400


def test_links_of_the_page_show_what_was_hidden(visit):
    page = visit("abstract")
    contents = page.locator("#pst-page-toc-nav")
    for _ in range(2):  # the second time the address changes back and forth
        contents.get_by_text("摘要").click()
        assert shown_languages(page) == {"zh-Hans"}
        assert page.get_by_role("heading", name="摘要").is_visible()
        contents.get_by_text("Abstract").click()
        assert shown_languages(page) == {"en"}
    button(page, ZH).click()
    contents.get_by_text("Abstract").click()  # the address stays the same
    assert shown_languages(page) == {"en"}


# --- every page, for everyone ----------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*PAGES, "genindex", "search", "code/figures/forest"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, name, size, scheme):
    """With every chart drawn, and its data and code open."""
    from axe_playwright_python.sync_playwright import Axe

    # Without motion: buttons fade from one shade to the other, and axe would meet them in between.
    page = visit(name, size, color_scheme=scheme, offline=True, reduced_motion="reduce")
    for number in range(page.locator("figure.chart").count()):
        live.drawn(page, number)
    page.evaluate("document.querySelectorAll('details.beneath').forEach(d => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    violations = Axe().run(page).response["violations"]
    found = [(v["id"], n["target"], n["failureSummary"]) for v in violations for n in v["nodes"]]
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["abstract", "limitations"])
def test_axe_finds_nothing_in_chinese_with_all_code_open(visit, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(name, color_scheme=scheme, reduced_motion="reduce")
    button(page, ZH).click()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.wait_for_timeout(500)  # the code fades in
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], n["target"]) for v in violations for n in v["nodes"]] == []


def test_what_scrolls_on_a_phone_is_reached_by_the_keyboard_and_named(visit):
    page = visit("limitations", SIZES[1])
    live.drawn(page)
    boxes = page.locator(".scroll-box:has(table):visible").all()
    wide = [box for box in boxes if box.evaluate("b => b.scrollWidth > b.clientWidth")]
    assert len(wide) >= 2
    for box in wide:
        assert box.get_attribute("tabindex") == "0" and box.get_attribute("aria-label")
    names = [box.get_attribute("aria-label") for box in boxes if box.get_attribute("role") == "region"]
    assert len(names) == len(set(names))
    wide[0].focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")


@pytest.mark.parametrize("name", PAGES)
def test_neighbors_and_contents_are_on_every_page(visit, name):
    page, place = visit(name), PAGES.index(name)
    for css, expected in ((".left-prev", place - 1), (".right-next", place + 1)):
        link = page.locator(f".prev-next-area {css}")
        inside = 0 <= expected < len(PAGES)
        assert link.count() == int(inside)
        if inside:
            assert link.get_attribute("href") == f"{PAGES[expected]}.html"
            assert link.locator(".prev-next-title").is_visible()
            assert len(link.locator(".prev-next-title").text_content()) > 5
    entries = page.locator("#pst-page-toc-nav a:visible")
    headings = [h for h in page.locator(".bd-article > section > section > h2").all()]
    assert entries.count() >= len(headings) > 0
    for link in entries.all():
        assert page.locator(link.get_attribute("href")).count() == 1
