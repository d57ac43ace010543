"""What a reader can do with the specification curve: hold choices fixed, drag over a range of
estimates, and point at a data set.

The chart holds every run as a code (`multiverse_sets.live_rows`) and counts those that are
selected with the aggregates of Vega-Lite.
"""

import altair as alt

from .. import wording
from .multiverse_sets import LONG_NAMES, named
from .theme import FONT_SIZE, MUTED, RULE

EVERY = "every"
PALE = 0.15  # opacity of what the fixed choices or the dragged range leave out
HINT = "Drag over the curve or hold a choice fixed: all that is left is counted."


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


def brush(view):
    """The range of data sets that a reader drags over in a view; its field is that of `areas`."""
    look = alt.BrushConfig(fill=MUTED, fillOpacity=0.15, stroke=MUTED)
    select = alt.IntervalSelectionConfig(type="interval", encodings=["x"], mark=look, zoom=False)
    return alt.TopLevelSelectionParameter("brush", select, views=[view])


def selected(result):
    """Transforms: a row a run, with ``match`` (1 or 0), ``selected`` runs of its data set, and
    ``analyses``, all that are selected."""
    tests = [
        f"({_param(name)} == '{EVERY}' || {_param(name)} == datum.code[{i}])"
        for i, (name, _) in enumerate(result.choices)
    ]
    tests.append("(!isValid(brush.left) || inrange(datum.rank, brush.left))")
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


def counted(result, place):
    """How many runs and data sets are selected, their estimates, and what excludes zero, in words."""
    rows = once().transform_calculate(
        some="datum.rank > 0 && datum.selected > 0 ? 1 : 0",
        three="datum.rank > 0 && datum.kind != 'too_few' && datum.selected > 0 ? 1 : 0",
        outside="datum.kind == 'excludes' && datum.selected > 0 ? 1 : 0",
        without="datum.rank == 0 ? datum.selected : 0",
        value="datum.selected > 0 ? datum.estimate : null",  # none at rank 0
    )
    ends = {"lowest": "min(value)", "highest": "max(value)"}
    sums = {name: f"sum({name})" for name in ("some", "three", "outside", "without")}
    rows = rows.transform_aggregate(analyses="max(analyses)", **sums, **ends)
    n = len(result.runs)
    of_all = f"datum.analyses == {n} ? 'All {n} analyses' : datum.analyses + ' of {n} analyses selected'"
    low, high = (f"format(datum.{end}, ',.{wording.DECIMALS['effect']}f')" for end in ends)
    span = f"{low} == {high} ? 'estimate ' + {low} : 'estimates from ' + {low} + ' to ' + {high}"
    parts = (
        f"(isValid(datum.lowest) ? {span} : 'no estimate')",
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
    x, top = alt.XValue(place.choice_x), place.count_y
    return [
        heading.encode(x, alt.YValue(top), text=alt.Text("heading:N"), description=alt.Description("said:N")),
        lines.encode(x, alt.YValue(top + FONT_SIZE + 8), text=alt.Text("lines:N")),
    ]


def areas(x, height, index):
    """An area over each data set: pointing at it tells its options; the first panel names it."""
    rows = once().transform_filter("datum.rank > 0")
    rows = rows.transform_calculate(left="datum.rank - 0.5", right="datum.rank + 0.5")
    mark = dict(fill="transparent", opacity=1, aria=index == 0, ariaRoleDescription="set of effects")
    area = rows.mark_rect(**mark).encode(
        x=x("left"),
        x2=alt.X2("right:Q"),
        y=alt.YValue(0),
        y2=alt.Y2Value(height),
        tooltip=alt.TooltipValue(alt.ExprRef("datum.told")),
        description=alt.Description("said:N"),
    )
    area.name = f"area_{index}"
    return area


def pointed(x, place):
    """A band through all panels at the data set that a reader points at."""
    rows = once().transform_filter("datum.rank > 0")
    band = alt.condition(alt.param(name="at"), alt.value(0.6), alt.value(0), empty=False)
    return rows.mark_rule(color=RULE, strokeWidth=place.band, aria=False).encode(x=x("rank"), opacity=band)


def _param(choice):
    return f"only_{choice.replace('-', '_')}"
