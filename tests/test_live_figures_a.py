"""Figures of pools and changes, alive in a browser: what a reader sets or points at, they show."""

import json
import re

import pytest
from playwright.sync_api import sync_playwright

from mscreview import wording
from mscreview.book.pictures import converter
from mscreview.figures import before_after, published, small_studies, trajectories, variants

pytestmark = pytest.mark.xdist_group("live figures a")


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        options = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def bundle():
    return f"(function () {{{converter().javascript_bundle()}}})();"


@pytest.fixture
def live(chromium, bundle):
    """Opens a chart as a page does; at the end the console must have stayed silent."""
    pages, said = [], []

    def show(chart):
        page = chromium.new_page(viewport={"width": 900, "height": 900})
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda problem: said.append(str(problem)))
        page.set_content('<div id="chart"></div><div id="controls"></div>')
        page.add_script_tag(content=bundle)
        page.evaluate(
            """async (spec) => {
                const options = {ast: true, renderer: "svg", actions: false, bind: "#controls"};
                window.view = (await vegaEmbed("#chart", spec, options)).view;
            }""",
            chart.to_dict(),
        )
        return page

    yield show
    for page in pages:
        page.close()
    assert said == []


def named(page, kind):
    """Names that screen readers hear of the marks of a kind."""
    found = page.locator(f'[aria-roledescription="{kind}"]')
    return [each.get_attribute("aria-label") for each in found.all()]


def unnamed(page):
    """Marks that screen readers would meet without a name, or with one that Vega made up."""
    return page.evaluate(
        """() => [...document.querySelectorAll('[role="graphics-symbol"]')]
            .filter((mark) => !mark.closest('[aria-hidden="true"]'))
            .filter((mark) => / mark( container)?$/.test(mark.getAttribute('aria-roledescription')))
            .map((mark) => mark.outerHTML)"""
    )


def texts(page):
    return page.locator("svg text").all_text_contents()


def link(page, text):
    """Where a click on the text leads."""
    return page.locator("svg").get_by_text(text, exact=True).evaluate("(mark) => mark.__data__.href")


def drawn(page):
    """Once what was set is drawn."""
    page.evaluate("async () => { await window.view.runAsync(); }")
    page.wait_for_timeout(50)


def tooltip(page):
    """{name: value} of what is shown beside the pointer."""
    shown = page.locator("#vg-tooltip-element.visible tr")
    shown.first.wait_for()
    return dict(row.locator("td").all_text_contents() for row in shown.all())


# --- change from baseline --------------------------------------------------------------------

CHANGES = "hba1c.both.any.before_after"


def limits(page):
    """(low, high) of each arm as the chart computes them, None without an interval."""
    marks = page.evaluate(
        """() => [...document.querySelectorAll('[aria-roledescription="arm"]')]
            .map((mark) => mark.__data__.datum)"""
    )
    return [(mark.get("low"), mark.get("high")) for mark in marks if "t" in mark]


def test_slider_sets_the_intervals_to_those_of_the_results(live, results):
    page = live(before_after.figure(results))
    arms = [arm for arm in results[CHANGES].arms if arm.intervals]
    slider = page.get_by_label("Assumed correlation r")
    for r, *_ in [*arms[0].intervals, arms[0].intervals[2]]:
        slider.fill(f"{r:g}")
        drawn(page)
        for (low, high), arm in zip(limits(page), arms, strict=True):
            assert (low, high) == pytest.approx(arm.interval(r), abs=1e-9)
            change = wording.number(arm.change, "effect")
            words = f"{change} [{wording.interval(arm.interval(r), 'effect')}]"
            assert words in texts(page)
            assert any(name.endswith(words) for name in named(page, "arm"))
        assert named(page, "pooled result") == [f"Intervals at r = {r:.1f}"]
        assert f"bar: interval at r = {r:.1f}; line: r = 0; ticks: r = 0.9" in texts(page)


def test_an_arm_tells_what_its_change_is_made_of(live, results):
    page = live(before_after.figure(results))
    arms = results[CHANGES].arms
    names = named(page, "arm")
    assert [name.split(",")[0] for name in names] == [arm.label for arm in arms]
    index = next(i for i, arm in enumerate(arms) if arm.label == "Cai 2016")
    page.locator('[aria-roledescription="arm"]').nth(index).hover(position={"x": 300, "y": 10})
    told = tooltip(page)
    assert told["Before"] == f"{arms[index].mean_before:.2f} (SD {arms[index].sd_before:.2f})"
    assert told["DOI"] == arms[index].doi
    assert link(page, "Cai 2016") == f"https://doi.org/{arms[index].doi}"
    assert unnamed(page) == []


# --- values over time ------------------------------------------------------------------------


def shades(page):
    """{trial: opacities of its symbols}."""
    marks = page.evaluate(
        """() => [...document.querySelectorAll('[aria-roledescription="value"]')]
            .map((mark) => [mark.__data__.datum.told.Trial, mark.getAttribute('opacity')])"""
    )
    return {trial: {float(shade) for name, shade in marks if name == trial} for trial, _ in marks}


def test_a_trial_pointed_at_stands_out_until_the_pointer_leaves(live, results):
    page = live(trajectories.figure(results))
    points = results["trajectories.hba1c"].points
    assert len(named(page, "value")) == len(points)
    assert unnamed(page) == []
    assert shades(page) == {p.label: {1.0} for p in points}
    target = next(p for p in points if p.label == "Zang 2022" and p.months > 0)
    value = wording.number(target.value, "mean")
    place = page.locator(f'[aria-label^="Zang 2022"][aria-label$=": {value}"]').bounding_box()
    page.mouse.move(place["x"] + 10, place["y"] + 8)  # beside it: the nearest counts
    told = tooltip(page)
    assert (told["Arm"], told["DOI"]) == (target.arm_label, target.doi)
    limits = wording.interval((target.spread_low, target.spread_high), "mean")
    assert told["Spread"].startswith(limits)
    expected = {p.label: {1.0 if p.label == "Zang 2022" else trajectories.PALE} for p in points}
    assert shades(page) == expected
    page.mouse.move(880, 880)
    drawn(page)
    assert shades(page) == {p.label: {1.0} for p in points}


# --- rows of pools ---------------------------------------------------------------------------

HEADLINE = "hba1c.t2dm.msc.controlled"


def hover(page, kind, index):
    """Points at the empty middle of a row."""
    page.locator(f'[aria-roledescription="{kind}"]').nth(index).hover()


def test_each_variant_tells_of_which_trials_it_is(live, results):
    page = live(variants.figure(results))
    pools = [results[HEADLINE], *results.variants(HEADLINE)]
    said = named(page, "analysis")
    assert len(said) == len(pools)
    assert unnamed(page) == []
    for i, pool in enumerate(pools):
        limits = wording.interval((pool.ci_low, pool.ci_high), "effect")
        assert f"{wording.number(pool.estimate, 'effect')} [{limits}]" in said[i]
    hover(page, "analysis", 4)
    assert tooltip(page)["Trials"] == ", ".join(trial.label for trial in pools[4].trials)


def test_each_published_estimate_tells_its_source(live, results):
    page = live(published.figure(results))
    rows = results["published.hba1c"].rows
    assert len(named(page, "earlier estimate")) == len(rows)
    assert len(named(page, "estimate of this review")) == 4
    assert unnamed(page) == []
    hover(page, "earlier estimate", 2)
    told = tooltip(page)
    assert (told["DOI"], told["Participants"]) == (rows[2].doi, wording.number(rows[2].n, "count"))
    assert link(page, rows[0].label) == f"https://doi.org/{rows[0].doi}"
    hover(page, "estimate of this review", 0)
    page.wait_for_timeout(50)
    main = results[HEADLINE]
    assert tooltip(page)["Trials"] == ", ".join(trial.label for trial in main.trials)


def test_a_trial_of_the_funnel_lights_its_step(live, results):
    page = live(small_studies.figure(results))
    steps = results["small_studies.hba1c.both.any.controlled"].steps
    kinds = ("trial in a funnel", "cumulative pool")
    assert [len(named(page, kind)) for kind in kinds] == [len(steps)] * 2
    assert unnamed(page) == []
    place = page.locator(f'[aria-label^="{steps[1].label}"]').bounding_box()
    page.mouse.move(place["x"] + 8, place["y"] + 2)
    told = tooltip(page)
    assert told["Trial"] == steps[1].label
    assert told["DOI"] == results["hba1c.both.any.controlled"].trials[1].doi
    for kind in kinds:
        marks = page.locator(f'[aria-roledescription="{kind}"]').all()
        lit = [float(mark.get_attribute("opacity")) == 1 for mark in marks]
        assert lit == [i == 1 for i in range(len(steps))]
