"""Rows of a live figure: an area over each row says and shows its numbers, names open the source.

The texts of a row stay silent for screen readers, which hear the row once, by its area.
"""

import altair as alt

from .theme import FONT_SIZE, INK, rows_y

HALF = 0.46  # rows from the middle of a row to the edge of its area
# The field "told" on hover, where the nearest mark counts: Vega-Lite then wraps the row of a mark.
NEAR_TOLD = alt.TooltipValue(alt.ExprRef("(datum.datum || datum).told"))
NO_DOI = "not available"


def doi_url(doi):
    """Where a DOI leads, "" without one."""
    return f"https://doi.org/{doi}" if doi else ""


def where(sources):
    """The rows of the tables that values come from, with their places in the report."""
    told = (f"{s['table']}.csv row {s['row']}: {s['locator']}" for s in sources)
    return "; ".join(dict.fromkeys(told))


def pointing(chart, name, field, views, nearest=False):
    """The chart with a selection of the rows that share ``field`` with the one pointed at.

    ``views``: names of the views in which pointing counts, ending as Altair ends them ("_0", "_1");
    the selection holds in all of them.
    Written for the whole chart, because Altair warns of one that is found in several views.
    """
    select = alt.PointSelectionConfig(
        type="point", on="pointerover", clear="pointerout", fields=[field], nearest=nearest
    )
    chart = chart.copy()
    chart.params = [*_params(chart), alt.TopLevelSelectionParameter(name, select, views=list(views))]
    return chart


def _params(chart):
    return [] if chart.params is alt.Undefined else chart.params


def silent(*layers):
    """The layers without names for screen readers: what they show is said elsewhere."""
    found = [layer.copy() for layer in layers]
    for layer in found:
        layer.mark.aria = False
    return found


def areas(chart, left, right, last, kind, tooltip):
    """An area over each row of the data of ``chart``: ``row``, ``said`` and the fields of ``tooltip``.

    ``kind``: what a row is, as screen readers say it.
    """
    rows = chart.transform_calculate(bottom=f"datum.row + {HALF}")
    rows = rows.transform_calculate(row=f"datum.row - {HALF}")
    mark = dict(fill="transparent", opacity=1, ariaRoleDescription=kind)
    return rows.mark_rect(**mark).encode(
        x=alt.value(left),
        x2=alt.value(right),
        y=rows_y(last),
        y2="bottom:Q",
        description="said:N",
        tooltip=[alt.Tooltip(f"{name}:N") for name in tooltip],
    )


def names(rows, x, last, color=INK, weight="normal"):
    """Names at rows of row, text and url; those with a url open it. A list of layers."""
    layers = []
    for linked in (True, False):
        part = [row for row in rows if bool(row["url"]) == linked]
        mark = dict(align="left", baseline="middle", color=color, fontWeight=weight, fontSize=FONT_SIZE)
        if part:
            mark |= {"ariaRole": "link"} if linked else {"aria": False}
            named = alt.Chart(alt.Data(values=part)).mark_text(**mark)
            named = named.encode(x=alt.value(x), y=rows_y(last), text="text:N")
            layers.append(named.encode(href="url:N", description="text:N") if linked else named)
    return layers
