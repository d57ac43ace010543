"""What a reader can do with the specification curve: hold choices fixed, and point at a data set.

The chart holds every run as a code (`multiverse_sets.live_rows`) and counts those that are
selected with the aggregates of Vega-Lite.
"""

import altair as alt

from .multiverse_sets import LONG_NAMES, named
from .theme import FONT_SIZE, RULE

EVERY = "every"
PALE = 0.15  # opacity of what the fixed choices leave out


def params(result):
    """One choice of options for each choice of the analysis."""
    return [
        alt.param(
            name=_param(name),
            value=EVERY,
            bind=alt.binding_select(
                options=[EVERY, *(str(i) for i in range(len(options)))],
                labels=["every option", *(LONG_NAMES.get(option, option) for option in options)],
                name=named(name),
            ),
        ).param
        for name, options in result.choices
    ]


def selected(result):
    """Transforms: a row a run, with ``match`` (1 or 0), ``selected`` runs of its data set, and
    ``analyses``, all that are selected."""
    tests = (
        f"({_param(name)} == '{EVERY}' || {_param(name)} == datum.code[{i}])"
        for i, (name, _) in enumerate(result.choices)
    )
    rows = alt.Chart().transform_flatten(["codes"], ["code"])
    rows = rows.transform_calculate(match=f"{' && '.join(tests)} ? 1 : 0")
    rows = rows.transform_joinaggregate(selected="sum(match)", groupby=["rank"])
    return rows.transform_joinaggregate(analyses="sum(match)").transform


def once():
    """Each data set once."""
    return alt.Chart().transform_filter("datum.code == datum.codes[0]")


def lit():
    """Opacity: full where selected runs lead."""
    return alt.condition("datum.selected > 0", alt.value(1), alt.value(PALE))


def counted(result, x):
    """How many runs and data sets are selected, and how many of these exclude zero, in words."""
    rows = once().transform_calculate(
        some="datum.rank > 0 && datum.selected > 0 ? 1 : 0",
        three="datum.rank > 0 && datum.kind != 'too_few' && datum.selected > 0 ? 1 : 0",
        outside="datum.kind == 'excludes' && datum.selected > 0 ? 1 : 0",
        without="datum.rank == 0 ? datum.selected : 0",
    )
    sums = {name: f"sum({name})" for name in ("some", "three", "outside", "without")}
    rows = rows.transform_aggregate(analyses="max(analyses)", **sums)
    n = len(result.runs)
    of_all = f"datum.analyses == {n} ? 'All {n} analyses' : datum.analyses + ' of {n} analyses selected'"
    parts = (
        "datum.some + ' distinct sets of effects'",
        "datum.three + ' of them with three or more trials'",
        "datum.outside + ' of these exclude zero'",
        "datum.without + ' analyses leave no trial'",
    )
    rows = rows.transform_calculate(
        heading=of_all,
        lines=" + '\\n' + ".join(parts),
        said=f"({of_all}) + ': ' + " + " + ', ' + ".join(parts),
    )
    mark = dict(align="left", baseline="top", fontSize=FONT_SIZE)
    spoken = dict(ariaRole="img", ariaRoleDescription="pooled result")  # so the page finds it
    heading = rows.mark_text(**mark, **spoken, fontWeight="bold")
    lines = rows.mark_text(**mark, lineBreak="\n", lineHeight=FONT_SIZE + 6, aria=False)
    return [
        heading.encode(x=alt.value(x), y=alt.value(0), text="heading:N", description="said:N"),
        lines.encode(x=alt.value(x), y=alt.value(FONT_SIZE + 8), text="lines:N"),
    ]


def areas(x, height, index):
    """An area over each data set: pointing at it tells its options; the first panel names it."""
    rows = once().transform_filter("datum.rank > 0")
    rows = rows.transform_calculate(left="datum.rank - 0.5", right="datum.rank + 0.5")
    mark = dict(fill="transparent", opacity=1, aria=index == 0, ariaRoleDescription="set of effects")
    area = rows.mark_rect(**mark).encode(x=x("left"), x2="right:Q", y=alt.value(0), y2=alt.value(height))
    told = alt.value(alt.ExprRef("datum.told"))
    return area.encode(tooltip=told, description="said:N").properties(name=f"area_{index}")


def pointed(x):
    """A band through all panels at the data set that a reader points at."""
    rows = once().transform_filter("datum.rank > 0")
    band = alt.condition(alt.param(name="at"), alt.value(0.6), alt.value(0), empty=False)
    return rows.mark_rule(color=RULE, strokeWidth=9, aria=False).encode(x=x("rank"), opacity=band)


def _param(choice):
    return f"only_{choice.replace('-', '_')}"
