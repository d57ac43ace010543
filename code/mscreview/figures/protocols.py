"""Do cohorts give the cells in one way or in many? For each feature, a bar of cohorts by value.

To change the figure of protocol variety, change this file.
"""

import re
import textwrap
from dataclasses import dataclass
from string import ascii_lowercase

from .. import wording
from .figure_data import FigureData
from .theme import INK, MOST_FREQUENT, MUTED, PANEL, SMALL, boxes, canvas, finish, texts

KEY = "protocols.t2dm.msc"
FEATURES = {
    "cell_source": "Source of the cells",
    "route": "Route",
    "n_infusions": "Number of infusions",
    "dose": "Dose, cells per kg and infusion unless stated otherwise",
    "graft": "Donor",
}
NOT_STATED = "not stated"

HEAD, LINE, GAP = 22, 17, 16
CHARACTER = 6.9  # width in pixels at the smallest size, at most
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Layout:
    """Pixels. ``stacked``: the summary stands below the heading, and the number of cohorts below
    the value; ``padding``: what a label leaves free in its part of a bar."""

    width: float
    bar: float
    stacked: bool
    padding: float
    heading_characters: int
    legend_characters: int


WIDE = Layout(
    width=750,
    bar=26,
    stacked=False,
    padding=12,
    heading_characters=100,
    legend_characters=104,
)
NARROW = Layout(
    width=326,
    bar=38,
    stacked=True,
    padding=5,
    heading_characters=42,
    legend_characters=47,
)


def figure(results, key=KEY):
    """Stacked bars of cohorts by value, one for each feature. Returns an Altair chart."""
    if not results[key].n_cohorts:
        raise ValueError(f"{key} holds no cohort to draw")
    wide, narrow = (_bars(results[key], place) for place in (WIDE, NARROW))
    return finish(wide, describe(results, key), data(results, key), narrow=narrow)


def _bars(protocols, place):
    layers, y = [], 0
    for feature in protocols.features:
        drawn, y = _feature(feature, protocols.n_cohorts, y, place)
        layers += drawn
    return canvas(layers, place.width, y)


def describe(results, key=KEY):
    """What the bars show, for readers who do not see them."""
    protocols = results[key]
    told = "; ".join(
        f"{FEATURES[f.feature]}: {_summary(f)}: "
        + ", ".join(f"{_plain(value)} (n = {n})" for value, n in f.values)
        for f in protocols.features
    )
    return (
        f"How {protocols.n_cohorts} cohorts with type 2 diabetes were given mesenchymal stromal cells, "
        f"by feature. {told}."
    )


def data(results, key=KEY):
    """What the bars show as a `FigureData`: a row a part."""
    columns = [("Feature", "text"), ("Value", "text"), ("Cohorts", "count"), ("Share of all", "share")]
    n_cohorts = results[key].n_cohorts
    rows = [
        (FEATURES[feature.feature], value, n, n / n_cohorts)
        for feature in results[key].features
        for value, n in _values(feature)
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- words -----------------------------------------------------------------------------------


def _summary(feature):
    """How many values there are, how many cohorts state one, and the share of the most frequent."""
    if not feature.n_stated:
        return "not stated by any"
    values = "value" if len(feature.values) == 1 else "values"
    return (
        f"{len(feature.values)} {values} in the {feature.n_stated} that state one; "
        f"most frequent {wording.number(feature.largest_share, 'share')}"
    )


def _plain(value):
    """A printed value with its powers of ten and signs as they are set in print."""
    text = re.sub(r"(?<=\d)-(?=\d)", "\N{EN DASH}", value.replace("+/-", "±").replace("'", "’"))
    text = re.sub(r"(?<=\d) ?e(\d+)", lambda m: f" × 10{m[1].translate(SUPERSCRIPTS)}", text)
    return text.replace("randomised", "randomized")  # the spelling of the book


def _values(feature):
    """[(value as in print, number of cohorts)], what is not stated last."""
    values = [(_plain(value), n) for value, n in feature.values]
    return values + [(NOT_STATED, feature.n_not_stated)] * (feature.n_not_stated > 0)


def _width(text):
    """Pixels that a text takes at the smallest size, at most."""
    return max(map(len, text.split("\n"))) * CHARACTER


def _label(text, n, place):
    """A value in its segment; a count of one is seen from the width."""
    if n == 1:
        return text
    count = f"n = {wording.number(n, 'count')}"
    return f"{text}\n{count}" if place.stacked else f"{text} ({count})"


# --- layers ----------------------------------------------------------------------------------


def _feature(feature, n_cohorts, top, place):
    """Heading, bar and legend of one feature, and where the next begins."""
    rows = textwrap.wrap(FEATURES[feature.feature], place.heading_characters)
    heading = [{"x": 0, "y": top + 9, "text": "\n".join(rows)}]
    top += LINE * (len(rows) - 1 + place.stacked)
    summary = [{"x": 0 if place.stacked else place.width, "y": top + 9, "text": _summary(feature)}]
    align = "left" if place.stacked else "right"
    layers = [texts(heading, weight="bold"), texts(summary, align, MUTED, size=SMALL)]
    segments, listed = _segments(feature, n_cohorts, top + HEAD, place)
    legend, bottom = _legend(listed, top + HEAD + place.bar + 4, place)
    return [*layers, *_bar(segments), *legend], bottom + GAP


def _segments(feature, n_cohorts, top, place):
    """[(rectangle, label, kind)], and the values that do not fit as (letter, text)."""
    step, x, segments, listed = place.width / n_cohorts, 0, [], []
    for text, n in _values(feature):
        room, label = n * step - place.padding, _label(text, n, place)
        if _width(label) > room:
            letter, below = ascii_lowercase[len(listed) % 26], text
            label = _label(letter, n, place)
            if _width(label) > room:  # the number stands below too
                label, below = letter, f"{text} (n = {wording.number(n, 'count')})" if n > 1 else text
            listed.append((letter, below))
        kind = "most" if n / (feature.n_stated or 1) == feature.largest_share else "other"
        kind = NOT_STATED if text == NOT_STATED else kind
        cohorts = f"{n} of {n_cohorts} ({wording.number(n / n_cohorts, 'share')})"
        frame = {"x": x, "y": top, "x2": x + n * step, "y2": top + place.bar}
        frame |= {"name": f"{FEATURES[feature.feature].partition(',')[0]}: {text}", "Cohorts": cohorts}
        segments.append((frame, label, kind))
        x += n * step
    return segments, listed


def _legend(listed, top, place):
    """The values behind the letters, side by side where they are short, and where they end."""
    letters, words, x, y = [], [], 0, top + LINE / 2
    for letter, text in listed:
        rows = textwrap.wrap(text, place.legend_characters)
        width = 16 + _width(max(rows, key=len)) + 20
        if x and x + width > place.width:
            x, y = 0, y + LINE
        letters.append({"x": x, "y": y, "text": letter})
        for i, row in enumerate(rows):
            words.append({"x": x + 16, "y": y + i * LINE, "text": row})
        y += LINE * (len(rows) - 1)
        x += width
    layers = [texts(letters, weight="bold", size=SMALL), texts(words, size=SMALL)]
    return layers, y + LINE / 2 if listed else top


def _bar(segments):
    looks = {
        "most": (MOST_FREQUENT, INK, ()),
        "other": (PANEL, INK, ()),
        NOT_STATED: ("transparent", MUTED, (3, 3)),
    }
    for kind, (fill, color, dash) in looks.items():
        chosen = [(frame, label) for frame, label, found in segments if found == kind]
        told = dict(description="name", tooltip=("Cohorts",))
        yield boxes([frame for frame, _ in chosen], fill, MUTED, dash, **told)
        words = [
            {"x": (frame["x"] + frame["x2"]) / 2, "y": _first_line(frame, label), "text": label}
            for frame, label in chosen
        ]
        yield texts(words, "center", color, "bold" if kind == "most" else "normal", SMALL)


def _first_line(frame, label):
    """Where a label begins so that its lines, 15 pixels each, stand in the middle of its part."""
    return (frame["y"] + frame["y2"]) / 2 - label.count("\n") * 7.5
