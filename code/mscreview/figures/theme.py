"""The look of every figure: one meaning for each color, safe for color-blind readers."""

import altair as alt

FONT = "DejaVu Sans, Verdana, sans-serif"
FONT_SIZE = 12

# meaning -> color on paper and light pages
INK = "#1a1a1a"  # text and axes
MUTED = "#595f69"  # secondary text, trials without a value
RULE = "#c3c7ce"  # grid and separators
TRIAL = "#0b5394"  # a single trial
POOLED = "#8a3c00"  # a pooled estimate
PREDICTION = "#c98a4b"  # a prediction interval
CONFIRMED = "#00705a"  # a safeguard that a source states
CONTRARY = "#b3003b"  # a safeguard that a source contradicts

# the same meanings on dark pages
DARK = {
    INK: "#f0f0f0",
    MUTED: "#a9b1bd",
    RULE: "#4a515c",
    TRIAL: "#7db8f0",
    POOLED: "#f2a65e",
    PREDICTION: "#b98a5c",
    CONFIRMED: "#4fc9ae",
    CONTRARY: "#ff7a9c",
}


def finish(chart, description):
    """Give a chart the theme and the description that screen readers speak."""
    return chart.properties(
        description=description, background="transparent", padding=4
    ).configure(
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=INK,
            titleColor=INK,
            labelFontSize=FONT_SIZE,
            titleFontSize=FONT_SIZE,
            titleFontWeight="normal",
            domainColor=MUTED,
            tickColor=MUTED,
            gridColor=RULE,
        ),
        text=alt.MarkConfig(fontSize=FONT_SIZE, color=INK),
    )


def for_dark(spec):
    """The specification with every color of the theme in its dark shade."""
    if isinstance(spec, dict):
        return {key: for_dark(value) for key, value in spec.items()}
    if isinstance(spec, list):
        return [for_dark(value) for value in spec]
    return DARK.get(spec, spec) if isinstance(spec, str) else spec


def _as_specification(spec, **metadata):
    """A chart as plain Vega-Lite, the same bytes at every run.

    Altair's default renderer adds random ids and scripts of a foreign host; its "mimetype" renderer
    names a type that notebooks refuse.
    """
    return {"application/vnd.vegalite.v6+json": spec, "text/plain": spec.get("description", "")}


alt.renderers.register("book", _as_specification)
alt.renderers.enable("book")
