"""The book's own search in a real browser: opened as a file without network, and from a server."""

import functools
import html
import re
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

import pytest
from project_copy import LISTS

from mscreview.book.search import SearchEnglishChinese

pytestmark = pytest.mark.xdist_group("pages")

PAGES = (
    *("abstract", "introduction", "methods", "included", "glycemic"),
    *("beta_cell", "safety", "preclinical", "limitations", "reproduce"),
    *LISTS,
)
CHINESE = {
    "疗效": {"abstract"},
    "安全性": {"abstract"},
    "间充质干细胞": {"abstract"},
    "2型糖尿病": {"abstract", "limitations"},
    "糖化血红蛋白": {"abstract", "limitations"},
}
ENGLISH = {
    "HbA1c": {"abstract", "methods", "included", "glycemic", "limitations"},
    "prediction interval": {"abstract", "methods", "glycemic", "limitations"},
    "multiverse": {"methods", "limitations"},
    "deaths": {"abstract", "safety", "limitations"},
    "umbilical": {"included"},
}
SETTLED = "() => document.querySelector('.search-summary')?.innerText"


@pytest.fixture
def visit(browser):
    """visit(address, **options): a page without network, with its `messages` and what it `asked` the web."""
    contexts = []

    def open_page(address, **options):
        contexts.append(browser.new_context(**{"offline": True, **options}))
        page = contexts[-1].new_page()
        page.messages, page.asked = [], []
        page.on(
            "console",
            lambda m: page.messages.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda e: page.messages.append(str(e)))
        page.on(
            "request", lambda r: page.asked.append(r.url) if r.url.startswith("http") else None
        )
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def search(built_book, visit):
    """search(query): the result page, opened as a file, with its results shown."""

    def ask(query, **options):
        page = visit(f"{(built_book.html / 'search.html').as_uri()}?q={quote(query)}", **options)
        page.wait_for_function(SETTLED)
        return page

    return ask


@pytest.fixture
def server(built_book):
    """The address of the book on a web server of this machine."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=built_book.html)
    handler.func.log_message = lambda *arguments: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def found(page):
    """The pages of the results, in their order."""
    links = [link.get_attribute("href") for link in page.query_selector_all("ul.search a")]
    return [re.fullmatch(r"chapters/(\w+)\.html(#.*)?", link)[1] for link in links]


def pages_with(book, word):
    """The pages whose text holds a word; a mark stands for each tag, for words do not span them."""
    texts = {name: book.page(name).partition("<article")[2].partition("</article>")[0] for name in PAGES}
    return {name for name, text in texts.items() if word in html.unescape(re.sub(r"<[^>]*>", "|", text))}


@pytest.mark.parametrize("query", [*CHINESE, "死亡", "C肽", "预测区间", "糖尿病", "糖化血红蛋白（HbA1c）的均值差"])
def test_a_chinese_query_finds_the_pages_that_hold_it(built_book, search, query):
    page = search(query)
    expected = set.intersection(*(pages_with(built_book, word) for word in re.split("[（）]", query)))
    assert expected >= CHINESE.get(query, {"abstract"})
    assert set(found(page)) == expected
    assert page.messages + page.asked == []


@pytest.mark.parametrize("query", ENGLISH)
def test_an_english_query_finds_its_pages(search, query):
    page = search(query)
    assert set(found(page)) >= ENGLISH[query]
    assert page.messages + page.asked == []


def test_a_page_that_has_the_word_in_its_title_comes_first(search):
    assert found(search("safety"))[0] == found(search("deaths"))[0] == "safety"
    assert found(search("glycemic"))[0] == "glycemic"


@pytest.mark.parametrize("query", ["HbA1c 疗效", "疗效 安全性", "疗效 prediction"])
def test_every_word_of_a_query_is_required(search, query):
    """A word of two characters too, which Sphinx takes as optional beside longer ones."""
    assert found(search(query)) == ["abstract"]


@pytest.mark.parametrize("query", ["肿瘤疫苗学", "龘龘", "zzyzx"])
def test_what_the_book_does_not_hold_is_not_found(search, query):
    page = search(query)
    assert found(page) == []
    assert "did not match any documents" in page.inner_text(".search-summary")
    assert page.messages + page.asked == []


def test_the_count_is_that_of_the_results(search):
    page = search("糖化血红蛋白")
    count = len(found(page))
    assert f"found {count} page(s)" in page.inner_text(".search-summary") and count >= 2


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_result_page_is_accessible(search, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": width, "height": 800}
    page = search("预测区间 interval", viewport=size, color_scheme=scheme)
    assert found(page) and page.evaluate("document.documentElement.scrollWidth") <= width
    # The theme puts the title of the book outside its landmarks, on every page.
    title = {"exclude": [[".sidebar-primary-item:has(.navbar-brand)"]]}
    violations = Axe().run(page, context=title).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == []


def test_the_search_is_used_from_a_chapter_with_the_keyboard(built_book, visit):
    page = visit((built_book.html / "chapters" / "methods.html").as_uri())
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open] input[name=q]")
    page.keyboard.insert_text("糖化血红蛋白")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.wait_for_function(SETTLED)
    assert page.locator("#search-results").is_visible()
    page.keyboard.press("Control+k")  # to the field, from there to the results
    assert page.evaluate("document.activeElement.matches('.bd-search-container input')")
    for _ in found(page):
        page.keyboard.press("Tab")
        if "chapters/abstract" in page.evaluate("document.activeElement.href ?? ''"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/chapters/abstract.html")
    assert page.messages + page.asked == []


@pytest.mark.parametrize("width", [1280, 360])
def test_the_search_button_opens_the_search(built_book, visit, width):
    address = (built_book.html / "chapters" / "safety.html").as_uri()
    page = visit(address, viewport={"width": width, "height": 800})
    page.locator("button.search-button__button:visible").first.click()
    page.fill("dialog[open] input[name=q]", "multiverse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=multiverse")
    page.wait_for_function(SETTLED)
    assert "methods" in found(page) and page.messages + page.asked == []


@pytest.mark.parametrize("word", ["间充质干细胞", "multiverse"])
def test_a_server_adds_summaries_with_the_word_marked(server, visit, word):
    page = visit(f"{server}/search.html?q={quote(word)}", offline=False)
    page.wait_for_selector("ul.search li .context .highlighted")
    assert word in page.inner_text("ul.search li .context").lower()
    hosts = {urlsplit(address).netloc for address in page.asked}
    assert hosts == {urlsplit(server).netloc}


def test_entries_of_chinese_are_runs_and_pairs():
    split = SearchEnglishChinese({}).split
    assert split("HbA1c of 2型糖尿病。") == ["HbA1c", "of", "2"] + [
        f"{entry} " for entry in sorted(["2型糖尿病", "2型", "型糖", "糖尿", "尿病"])
    ]
    assert split("采用GRADE评价") == ["GRADE"] + [
        f"{entry} " for entry in sorted(["采用GRADE评价", "采用", "用G", "E评", "评价"])
    ]
    assert split("two words") == ["two", "words"]
