"""Figures of pools and changes, alive in a browser: what a reader sets or points at, they show."""

import pytest

from mscreview import wording
from mscreview.book.pictures import converter
from mscreview.figures import (
    before_after,
    multiverse,
    multiverse_live,
    published,
    small_studies,
    trajectories,
    variants,
)

pytestmark = pytest.mark.xdist_group("live figures a")


@pytest.fixture(scope="module")
def bundle():
    return f"(function () {{{converter().javascript_bundle()}}})();"


@pytest.fixture
def live(browser, bundle):
    """Opens a chart as a page does; at the end the console must have stayed silent."""
    pages, said = [], []

    def show(chart):
        page = browser.new_page(viewport={"width": 900, "height": 900})
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
            .filter((mark) => !mark.matches('[class*="brush_brush"]')) // the page hides it from them
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
    place = page.locator(f'path[aria-label^="{steps[1].label}"]').first.bounding_box()
    page.mouse.move(place["x"] + 8, place["y"] + 2)
    told = tooltip(page)
    assert told["Trial"] == steps[1].label
    assert told["DOI"] == results["hba1c.both.any.controlled"].trials[1].doi
    for kind in kinds:
        marks = page.locator(f'[aria-roledescription="{kind}"]').all()
        lit = [float(mark.get_attribute("opacity")) == 1 for mark in marks]
        assert lit == [i == 1 for i in range(len(steps))]


# --- all combinations of choices -------------------------------------------------------------

FIXED = (
    {},
    {"population": "t2dm"},
    {"population": "t2dm", "product": "msc", "dose": "other end"},
    {"trials": "blinded only", "sources": "abstract or paper"},
    {"population": "both", "co-intervention": "pooled", "variance": "from p where printed"},
    {"population": "t1dm", "trials": "blinded only"},  # leaves no trial
)


def chosen(result, fixed):
    """The runs with these options."""
    names = [name for name, _ in result.choices]
    wanted = {names.index(name): option for name, option in fixed.items()}
    return [run for run in result.runs if all(run.options[i] == o for i, o in wanted.items())]


def counts(result, runs):
    """What the chart must say of these runs."""
    pooled = [run for run in runs if run.estimate is not None]
    three = {run.data_set for run in pooled if run.k >= 3}
    outside = {r.data_set for r in pooled if r.k >= 3 and wording.excludes_zero(r.ci_low, r.ci_high)}
    ends = [wording.number(end([run.estimate for run in pooled]), "effect") for end in (min, max) if pooled]
    span = "estimates from {} to {}".format(*ends) if pooled else "no estimate"
    n = len(result.runs)
    start = f"All {n} analyses" if len(runs) == n else f"{len(runs)} of {n} analyses selected"
    return (
        f"{start}: {span}, {len({run.data_set for run in pooled})} distinct sets of effects, "
        f"{len(three)} of them with three or more trials, {len(outside)} of these exclude zero, "
        f"{len(runs) - len(pooled)} analyses leave no trial"
    )


def estimates_lit(page):
    """Estimates of the data sets that do not pale."""
    return page.evaluate(
        """() => {
            const marks = [...document.querySelectorAll('g.mark-symbol path')].map((m) => m.__data__);
            return marks.filter((m) => m && m.opacity === 1 && 'estimate' in m.datum && 'low' in m.datum
                && m.shape !== 'triangle-up' && m.shape !== 'triangle-down').map((m) => m.datum.estimate);
        }"""
    )


def dots(page):
    """(rank, choice, option, whether it is lit) of the dots below."""
    return page.evaluate(
        """() => [...document.querySelectorAll('g.mark-symbol path')].map((m) => m.__data__)
            .filter((m) => m && 'option' in m.datum)
            .map((m) => [m.datum.rank, m.datum.choice, m.datum.option, m.opacity === 1])"""
    )


def fix(page, result, fixed):
    """Sets the choices; those not named to every option."""
    for name, options in result.choices:
        value = str(options.index(fixed[name])) if name in fixed else multiverse_live.EVERY
        page.locator(f'select[name="only_{name.replace("-", "_")}"]').select_option(value)
    drawn(page)


def test_fixed_choices_are_counted_as_in_the_results(live, results):
    page = live(multiverse.figure(results))
    result = results["multiverse.hba1c"]
    sets = multiverse.data_sets(result)
    rank = {each.number: each.rank for each in sets}
    for fixed in (*FIXED, {}):
        fix(page, result, fixed)
        runs = chosen(result, fixed)
        assert named(page, "pooled result") == [counts(result, runs)]
        estimates = {run.data_set: run.estimate for run in runs if run.estimate is not None}
        assert sorted(estimates_lit(page)) == sorted(estimates.values())
        expected = {
            (rank[run.data_set], i, options.index(option))
            for run in runs
            if run.estimate is not None
            for i, (option, (_, options)) in enumerate(zip(run.options, result.choices, strict=True))
        }
        shown = dots(page)
        assert {tuple(dot) for *dot, lit in shown if lit} == expected
        assert len(shown) == sum(len(options) for each in sets for options in each.options)


def test_each_choice_has_a_named_list_of_its_options(live, results):
    page = live(multiverse.figure(results))
    for name, options in results["multiverse.hba1c"].choices:
        choice = page.locator("select", has=page.locator("option")).and_(
            page.get_by_role("combobox", name=f"{name[0].upper()}{name[1:]}")
        )
        assert choice.locator("option").count() == len(options) + 1


def test_a_data_set_pointed_at_tells_its_choices(live, results):
    page = live(multiverse.figure(results))
    sets = multiverse.data_sets(results["multiverse.hba1c"])
    said = named(page, "set of effects")
    assert len(said) == len(sets)
    assert unnamed(page) == []
    hover(page, "set of effects", 20)
    told = tooltip(page)
    limits = wording.interval((sets[20].low, sets[20].high), "effect")
    assert told["Difference"] == f"{wording.number(sets[20].estimate, 'effect')} [{limits}]"
    assert told["Difference"] in said[20]
    assert told["Analyses"] == wording.number(sets[20].n_runs, "count")
    places = page.evaluate(
        """() => [...document.querySelectorAll('g.mark-rule line')].map((m) => m.__data__)
            .filter((m) => m && 'codes' in m.datum && m.strokeWidth === 9 && m.opacity > 0)
            .map((m) => m.datum.rank)"""
    )
    assert places == [21] * 3, "a band in each panel"
