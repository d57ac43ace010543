"""The live forest plot: what it pools in the page is what Python pools, for every choice of trials."""

import json
import re
from itertools import chain, combinations

import live
import numpy as np
import pytest

from mscreview import pool, wording
from mscreview.book.pictures import converter
from mscreview.figures import forest, live_pool
from mscreview.synthesis import t_quantiles

pytestmark = pytest.mark.xdist_group("pages")

HEADLINE = "hba1c.t2dm.msc.controlled"
WIDEST = "hba1c.both.any.controlled"
EXACT = ("estimate", "ci_low", "ci_high", "tau2", "q")


def subsets(trials, least=0):
    sizes = range(len(trials), least - 1, -1)
    return list(chain.from_iterable(combinations(trials, size) for size in sizes))


def assert_pooled(found, trials):
    """What the page pooled is what `pool` gives for these trials."""
    expected = pool([t.effect for t in trials], [t.se**2 for t in trials])
    assert found["k"] == expected.k
    for field in EXACT:
        assert found[field] == pytest.approx(getattr(expected, field), abs=1e-3), field
    assert found["i2"] == pytest.approx(expected.i2, abs=0.1)
    if expected.k >= 3:
        assert found["pi_low"] == pytest.approx(expected.pi_low, abs=1e-3)
        assert found["pi_high"] == pytest.approx(expected.pi_high, abs=1e-3)
    else:
        assert found["pi_low"] is None
    for trial, weight in zip(trials, expected.weights, strict=True):
        assert found["weights"][trial.study_id] == pytest.approx(weight, abs=0.01)


def words(result, trials):
    """The beginning of the accessible name."""
    got = pool([t.effect for t in trials], [t.se**2 for t in trials])
    kind = wording.KINDS[result.measure]
    ci = wording.interval((got.ci_low, got.ci_high), kind)
    name = {"MD": "MD", "SMD": "g", "RD": "RD"}[result.measure]
    return f"Pooled {name} {wording.number(got.estimate, kind)}, 95% CI {ci}, k = {got.k}"


# --- in the book -------------------------------------------------------------------------------


def test_clicking_each_subset_of_the_headline_gives_the_numbers_of_python(built_book, browser, results):
    result = results[HEADLINE]
    with live.opened(built_book, browser, "abstract") as (page, messages):
        figure = live.drawn(page)
        before = list(result.trials)
        for chosen in subsets(result.trials):
            kept = list(chosen)
            for trial in result.trials:
                if (trial in kept) != (trial in before):
                    live.row(figure, trial.label).click(position={"x": 200, "y": 5})
            before = kept
            found = live.pooled(page, figure)["main"]
            if len(kept) >= 2:
                assert_pooled(found, kept)
                assert live.said(figure).startswith(words(result, kept))
            else:
                assert found["k"] == len(kept)
                assert live.said(figure).startswith(("One trial, nothing", "No trial left")[1 - len(kept)])
                assert "Pooled" not in figure.locator(".chart-canvas").inner_text()
        assert messages == []


def test_a_phone_gets_its_own_form_within_its_width(built_book, browser, results):
    result = results[HEADLINE]
    with live.opened(built_book, browser, "abstract", width=360) as (page, messages):
        figure = live.drawn(page)
        live.row(figure, "Zang 2022").click()
        kept = [t for t in result.trials if t.study_id != "zang2022"]
        assert_pooled(live.pooled(page, figure)["main"], kept)
        canvas = figure.locator(".chart-canvas")
        assert "left out" in canvas.inner_text()
        assert canvas.evaluate("c => c.scrollWidth <= c.clientWidth")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.wait_for_function("() => !document.querySelector('.live-chart').matches('.is-narrow')")
        assert_pooled(live.pooled(page, figure)["main"], kept)
        assert messages == []


def test_the_other_end_of_the_dose_range_is_pooled_again_too(built_book, browser, results):
    other = results[f"{HEADLINE}.other_dose_end"]
    with live.opened(built_book, browser, "abstract") as (page, _):
        figure = live.drawn(page)
        assert_pooled(live.pooled(page, figure)["other"], list(other.trials))
        left = [t for t in other.trials if t.study_id != "zang2022"]
        live.row(figure, "Zang 2022").click()
        assert_pooled(live.pooled(page, figure)["other"], left)


def test_keys_alone_leave_a_trial_out_and_say_the_result(built_book, browser, results):
    result = results[HEADLINE]
    with live.opened(built_book, browser, "abstract") as (page, messages):
        figure = live.drawn(page)
        figure.locator("select").first.focus()
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.getAttribute('aria-label') || ''"))
        assert [r.partition(",")[0] for r in reached if ", in the pool" in r] == [
            t.label for t in result.trials
        ]
        first = live.row(figure, result.trials[0].label)
        first.focus()
        for key in ("Enter", " ", "Enter"):
            page.keyboard.press(key)
        live.settled(page)
        name = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert name.startswith(result.trials[0].label) and name.endswith("left out")
        expected = words(result, result.trials[1:])
        assert figure.locator('[role="status"]').inner_text().startswith(expected)
        figure.get_by_role("button", name="Reset").press("Enter")
        live.settled(page)
        assert figure.locator('[role="status"]').inner_text().startswith(words(result, result.trials))
        assert messages == []


def test_each_choice_of_each_filter_pools_the_trials_that_it_names(built_book, browser, results):
    result = results[WIDEST]
    with live.opened(built_book, browser, "glycemic") as (page, messages):
        number = page.locator("figure.chart").evaluate_all(
            "all => all.findIndex(f => f.id === 'fig-forest-any')"
        )
        figure = live.drawn(page, number)
        names = ("Diabetes", "Cells", "Donor", "Blinding", "Source")
        features = dict(zip(names, ("population", "product", "graft", "blinding", "source"), strict=True))
        seen = set()
        for name, feature in features.items():
            choice = figure.get_by_role("combobox", name=name)
            for value in {t.features[feature] for t in result.trials}:
                choice.select_option(value)
                kept = [t for t in result.trials if t.features[feature] == value]
                found = live.pooled(page, figure)["main"]
                text = figure.locator(".chart-canvas").inner_text()
                seen.add(min(len(kept), 3))
                if len(kept) >= 2:
                    assert_pooled(found, kept)
                assert ("Two trials: no conclusion" in text) == (len(kept) == 2)
                assert ("One trial: nothing to pool" in text) == (len(kept) == 1)
                assert figure.locator("path[stroke='#8a3c00']").count() == (2 if len(kept) >= 3 else 0)
            choice.select_option("all")
        assert {1, 3} <= seen
        figure.get_by_role("combobox", name="Blinding").select_option("not stated")
        figure.get_by_role("combobox", name="Diabetes").select_option("t2dm")
        figure.get_by_role("combobox", name="Donor").select_option("autologous")
        assert live.pooled(page, figure)["main"]["k"] == 0
        assert live.said(figure) == "No trial left, nothing is known, k = 0"
        assert messages == []


def test_hovering_tells_source_and_reason_and_the_name_opens_the_doi(built_book, browser, results):
    trial = results[HEADLINE].trials[0]
    with live.opened(built_book, browser, "abstract") as (page, _):
        figure = live.drawn(page)
        live.row(figure, trial.label).hover(position={"x": 200, "y": 5})
        tip = page.locator("#vg-tooltip-element")
        tip.wait_for(state="visible")
        assert trial.effect_source in tip.inner_text() and trial.doi in tip.inner_text()
        assert trial.sources[0]["locator"] in tip.inner_text()
        figure.locator("path[fill='#b3003b']").first.hover(force=True)
        page.wait_for_function("() => /high/.test(document.querySelector('#vg-tooltip-element').innerText)")
        assert "printed for one of several doses" in tip.inner_text()
        asked = []
        page.context.set_offline(False)
        page.context.route("**/*", lambda route: (asked.append(route.request.url), route.abort()))
        with page.context.expect_page():
            figure.locator("text", has_text=trial.label).click()
        page.wait_for_timeout(300)
        assert asked == [f"https://doi.org/{trial.doi}"]


# --- every pool that is drawn, and hard ones -----------------------------------------------------


def drawn_keys(root):
    texts = [path.read_text("utf-8") for path in (root / "chapters").glob("*.md")]
    return [HEADLINE, *re.findall(r'forest\.figure\(results, "([^"]+)"', "\n".join(texts))]


@pytest.fixture(scope="module")
def blank(browser):
    page = browser.new_page()
    page.set_content("<figure class='chart'><div class='live-chart'></div></figure>")
    bundle = converter().javascript_bundle()
    page.add_script_tag(content=f"(function () {{ {bundle} }})();")
    yield page
    page.close()


EMBED = """async spec => {
  const place = document.querySelector('.live-chart');
  const options = {ast: true, renderer: 'svg', actions: false};
  place.view = (await window.vegaEmbed(place, spec, options)).view;
}"""
LEAVE_OUT = "(place, out) => { place.view.signal('out', out); return place.view.runAsync().then(() => 0); }"


def assert_every_subset(page, spec, trials):
    page.evaluate(EMBED, spec)
    place = page.locator(".live-chart")
    for chosen in subsets(trials, least=2):
        place.evaluate(LEAVE_OUT, [t.study_id for t in trials if t not in chosen])
        assert_pooled(live.pooled(page, page.locator("figure"))["main"], list(chosen))


def test_every_subset_of_every_drawn_pool(blank, results, root):
    keys = drawn_keys(root)
    assert len(keys) >= 8
    for key in keys:
        assert_every_subset(blank, forest.figure(results, key).to_dict(), results[key].trials)


class Made:
    """A trial made for this test, as `pool` sees it."""

    def __init__(self, number, effect, se):
        self.study_id, self.effect, self.se = f"made{number}", effect, se


@pytest.mark.parametrize("spread", [0.0, 0.3, 5.0])
def test_every_subset_of_seven_made_trials(blank, spread):
    """From no heterogeneity to much, with precise and vague trials."""
    import altair as alt

    draw = np.random.default_rng(20261124)
    trials = [
        Made(i, float(draw.normal(0, spread + 0.1)), float(draw.choice([0.05, 0.3, 1.5])))
        for i in range(7)
    ]
    rows = [
        {"id": t.study_id, "pool": "main", "effect": t.effect, "variance": t.se**2} for t in trials
    ]
    chart = alt.Chart(alt.Data(values=rows)).mark_text(invalid=None).encode(text="estimate:Q")
    chart = chart.transform_calculate(kept="indexof(out, datum.id) < 0 ? 1 : 0")
    chart = live_pool.pooled(chart, t_quantiles(len(trials)))
    chart = chart.add_params(alt.param(name="out", value=[]))
    assert_every_subset(blank, chart.to_dict(), trials)


def test_the_static_picture_shows_the_numbers_of_the_results(results, root):
    for key in drawn_keys(root):
        result = results[key]
        spec = forest.figure(results, key).to_dict()
        svg = converter().vegalite_to_svg(json.dumps(spec))
        texts = re.findall(r"<text[^>]*>([^<]+)</text>", svg)
        kind = wording.KINDS[result.measure]
        if result.k > 1:
            ci = wording.interval((result.ci_low, result.ci_high), kind)
            assert f"{wording.number(result.estimate, kind)} [{ci}]" in texts
        if result.pi_low is not None:
            assert f"[{wording.interval((result.pi_low, result.pi_high), kind)}]" in texts
        for trial in result.trials:
            assert trial.label in texts
            weight = wording.number(trial.weight, "percent") if result.k > 1 else "no pool"
            assert weight in texts
        for trial in result.not_pooled:
            assert trial.label in texts


def test_a_diamond_is_drawn_for_three_trials_or_more(results, root):
    for key in drawn_keys(root):
        svg = converter().vegalite_to_svg(json.dumps(forest.figure(results, key).to_dict()))
        assert ('fill="#8a3c00"' in svg) == (results[key].k >= 3), key
