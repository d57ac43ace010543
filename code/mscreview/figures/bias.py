"""How far can each controlled trial be trusted? Judgments by domain, and their sums over a pool.

To change the risk-of-bias figures, change this file.
"""

import textwrap

from .. import phrases, reasons, wording
from ..tables.sources import addresses
from .bias_layout import HEADING, LINE, NARROW, WIDE
from .figure_data import FigureData
from .keys import side_by_side
from .theme import JUDGMENTS, MUTED, PANEL, PAPER, SMALL
from .theme import boxes, canvas, finish, lines, names, symbols, texts

OVERALL = "overall"
TOOLS = {"RoB 2": "Randomized trials, RoB 2", "ROBINS-I": "Other controlled studies, ROBINS-I"}
POOLS = {"msc": "MSC alone", "any": "any cell product"}  # the first that holds a trial is named
NO_POOL = "not pooled"


def figure(results, outcome="hba1c", population="t2dm"):
    """Traffic lights of the controlled trials of a population, RoB 2 and ROBINS-I apart.

    Pooled trials come first. Returns an Altair chart.
    """
    told = describe(results, outcome, population), data(results, outcome, population)
    studies = _judged(results, outcome, population)
    holder, opened = _pool_names(results, outcome, population), addresses(results)
    by_tool = {tool: _ordered(studies, tool, holder) for tool in TOOLS}
    wide, narrow = (_all_lights(by_tool, holder, opened, place) for place in (WIDE, NARROW))
    return finish(wide, *told, narrow=narrow)


def _all_lights(by_tool, holder, opened, place):
    layers, y = [], 0
    for tool, studies in by_tool.items():
        if studies:
            layers += _section(tool, studies, holder, opened, y, place)
            key = _key_height(studies[0], place)
            y += HEADING + place.heads + place.with_key(len(studies) * place.row, key) + 10
    legend, bottom = _legend(y + 10, place)
    return canvas([*layers, *legend], place.width, bottom)


def describe(results, outcome="hba1c", population="t2dm"):
    """What the lights show, for readers who do not see them."""
    holder = _pool_names(results, outcome, population)
    studies = _judged(results, outcome, population)
    told = "; ".join(f"{s.label} ({holder[s.study_id]}) {s.overall}" for s in studies)
    return (
        f"Risk of bias of controlled trials in {phrases.POPULATION_NAMES[population]['en']} for "
        f"{phrases.OUTCOME_NAMES[outcome]['en']}. Overall: {told}. By domain: {_told(studies)}."
    )


def data(results, outcome="hba1c", population="t2dm"):
    """What the lights show as a `FigureData`: a row a light."""
    columns = ("Tool", "Trial", "In the pool of", "Domain", "Judgment", "Reason", "Source")
    holder = _pool_names(results, outcome, population)
    studies, opened = _judged(results, outcome, population), addresses(results)
    rows = [
        (tool, study.label, holder[study.study_id], *light, opened[study.study_id])
        for tool in TOOLS
        for study in _ordered(studies, tool, holder)
        for light in _lights_of(study)
    ]
    return FigureData(tuple((name, "text") for name in columns), tuple(rows))


def summary(results, outcome="hba1c", population="t2dm", product="msc"):
    """Stacked bars: judgments of the pooled trials in each domain. Returns an Altair chart."""
    asked = (results, outcome, population, product)
    wide, narrow = (_all_bars(_pooled(*asked), place) for place in (WIDE, NARROW))
    return finish(wide, describe_summary(*asked), data_summary(*asked), narrow=narrow)


def _all_bars(studies, place):
    layers, y = [], 0
    for tool in TOOLS:
        chosen = [s for s in studies if s.tool == tool]
        if chosen:
            layers += _bars(tool, chosen, y, place)
            y += HEADING + (len(chosen[0].domains) + 1) * place.bar + 10
    legend, bottom = _legend(y + 10, place)
    return canvas([*layers, *legend], place.width, bottom)


def describe_summary(results, outcome="hba1c", population="t2dm", product="msc"):
    """What the bars show, for readers who do not see them."""
    studies = _pooled(results, outcome, population, product)
    return (
        f"Risk of bias by domain over the {len(studies)} pooled trials of "
        f"{phrases.OUTCOME_NAMES[outcome]['en']} in {phrases.POPULATION_NAMES[population]['en']}, "
        f"{phrases.PRODUCT_NAMES[product]}. {_told(studies)}."
    )


def data_summary(results, outcome="hba1c", population="t2dm", product="msc"):
    """What the bars show as a `FigureData`: a row a part of a bar."""
    columns = (("Tool", "text"), ("Domain", "text"), ("Judgment", "text"), ("Trials", "count"))
    studies = _pooled(results, outcome, population, product)
    rows = [
        (tool, domain, word, len(labels), ", ".join(labels))
        for tool in TOOLS
        for domain, found in _by_domain([s for s in studies if s.tool == tool]).items()
        for word, labels in _parts(found)
    ]
    return FigureData((*columns, ("Names", "text")), tuple(rows))


def _told(studies):
    """The judgments of each domain, counted, by tool."""
    told = []
    for tool in TOOLS:
        for name, found in _by_domain([s for s in studies if s.tool == tool]).items():
            counts = ", ".join(f"{word} {len(labels)}" for word, labels in _parts(found))
            told.append(f"{tool}, {name}: {counts}")
    return "; ".join(told)


# --- what is drawn ---------------------------------------------------------------------------


def _judged(results, outcome, population):
    """`Bias` of the studies of a population in the order of the study table."""
    keys = {key.rsplit(".", 1)[1]: key for key in results.keys_below(f"bias.{outcome}")}
    rows = results["studies.included"].rows
    wanted = [r.study_id for r in rows if r.population == population and r.study_id in keys]
    found = [results[keys[study_id]] for study_id in wanted]
    return [study for study in found if study.tool in TOOLS]


def _pool_names(results, outcome, population):
    """{study_id: words for the narrowest pool that holds it}."""
    names = {study.study_id: NO_POOL for study in _judged(results, outcome, population)}
    for product in reversed(POOLS):
        pool = results[f"{outcome}.{population}.{product}.controlled"]
        names |= {trial.study_id: POOLS[product] for trial in pool.trials}
    return names


def _pooled(results, outcome, population, product):
    pool = results[f"{outcome}.{population}.{product}.controlled"]
    return [results[f"bias.{outcome}.{trial.study_id}"] for trial in pool.trials]


def _ordered(studies, tool, holder):
    """The studies judged by a tool, those of the narrowest pool first."""
    order = [*POOLS.values(), NO_POOL]
    chosen = [study for study in studies if study.tool == tool]
    return sorted(chosen, key=lambda study: order.index(holder[study.study_id]))


def _lights_of(study):
    """(domain, judgment, reason with the words of the source), the overall judgment last."""
    for domain in study.domains:
        reason = reasons.JUDGMENTS[domain.reason]
        yield domain.name, domain.judgment, f"{reason}: {domain.words}" if domain.words else reason
    yield OVERALL, study.overall, "by the rule of the tool"


def _by_domain(studies):
    """{domain: [(label, judgment)]}, the overall judgment last."""
    found = {}
    for study in studies:
        for domain, judgment, _ in _lights_of(study):
            found.setdefault(domain, []).append((study.label, judgment))
    return found


def _parts(found):
    """[(judgment, labels of the studies)], best first."""
    parts = [(word, [label for label, judgment in found if judgment == word]) for word in JUDGMENTS]
    return [(word, labels) for word, labels in parts if labels]


# --- layers ----------------------------------------------------------------------------------


def _heading(text, y, place):
    yield boxes([{"x": 0, "y": y, "x2": place.width, "y2": y + 18}], PANEL)
    yield texts([{"x": 4, "y": y + 9, "text": text}], weight="bold")


def _section(tool, studies, holder, opened, top, place):
    """Heading, column heads, a row for each study, and the names of the domains."""
    yield from _heading(f"{TOOLS[tool]} ({len(studies)})", top, place)
    y = top + HEADING + place.heads / 2
    codes = [f"D{i + 1}" for i in range(len(studies[0].domains))]
    heads = [(place.column(i), code) for i, code in enumerate(codes)]
    heads.append((place.column(len(codes), True), "All"))
    left = [{"x": 4, "y": place.name_y(y), "text": "Trial"}]
    left.append({"x": place.pool, "y": place.pool_y(y), "text": "In the pool of"})
    yield texts(left, weight="bold", size=SMALL)
    yield texts([{"x": x, "y": y, "text": t} for x, t in heads], "center", weight="bold", size=SMALL)
    first = top + HEADING + place.heads
    yield from _domain_names(studies[0], codes, place.key_y(y, first + len(studies) * place.row), place)
    rows = [(s, first + (i + 0.5) * place.row) for i, s in enumerate(studies)]
    labels = [
        {"x": 4, "y": place.name_y(y), "text": s.label, "Source": opened[s.study_id]} for s, y in rows
    ]
    yield from names(labels)
    pools = [{"x": place.pool, "y": place.pool_y(y), "text": holder[s.study_id]} for s, y in rows]
    yield texts(pools, color=MUTED)
    below = [y + place.row / 2 for _, y in rows]
    yield lines([{"x": 0, "y": y, "x2": place.rows_end, "y2": y} for y in below], width=0.5)
    lights = [
        (place.column(i, i == len(codes)), y, judgment, f"{study.label}, {domain}: {judgment}", reason)
        for study, y in rows
        for i, (domain, judgment, reason) in enumerate(_lights_of(study))
    ]
    yield from _lights(lights)


def _lights(lights):
    """Filled circles with a symbol; ``lights`` are (x, y, judgment, name, reason)."""
    for word, (color, symbol) in JUDGMENTS.items():
        rows = [light for light in lights if light[2] == word]
        circles = [{"x": x, "y": y, "name": name, "Reason": reason} for x, y, _, name, reason in rows]
        told = dict(description="name", tooltip=("Reason",))
        yield symbols(circles, "circle", color, color, 220, **told)
        signs = [{"x": x, "y": y, "text": symbol} for x, y, *_ in rows]
        yield texts(signs, "center", PAPER, "bold")


def _named(study, codes, place):
    """Lines of the key: "D2  deviations from" and "      intended interventions"."""
    for code, domain in zip(codes, study.domains, strict=True):
        for i, part in enumerate(textwrap.wrap(domain.name, place.key_characters)):
            yield ("" if i else code), part
    yield "All", OVERALL


def _key_height(study, place):
    return LINE * (len(list(_named(study, ["D"] * len(study.domains), place))) - 1)


def _domain_names(study, codes, y, place):
    named = [(code, part, y + i * LINE) for i, (code, part) in enumerate(_named(study, codes, place))]
    keys = [{"x": place.key, "y": at, "text": code} for code, _, at in named]
    yield texts(keys, weight="bold", size=SMALL)
    yield texts([{"x": place.key + 26, "y": at, "text": part} for _, part, at in named], size=SMALL)


def _bars(tool, studies, top, place):
    """A bar for each domain, as long as there are studies, cut by judgment."""
    yield from _heading(f"{TOOLS[tool]} ({len(studies)})", top, place)
    step = (place.bar_right - place.bar_left) / len(studies)
    heads, parts = [], {word: [] for word in JUDGMENTS}
    for i, (name, found) in enumerate(_by_domain(studies).items()):
        y, x = top + HEADING + (i + 0.5) * place.bar, place.bar_left
        heads.append({"x": 4, "y": y - place.bar_below / 2, "text": name})
        middle = y + place.bar_below / 2
        for word, labels in _parts(found):
            n = wording.number(len(labels), "count")
            part = {"x": x, "y": middle - 9, "x2": x + len(labels) * step, "y2": middle + 9}
            parts[word].append(part | {"name": f"{name}: {word} {n}", "Trials": ", ".join(labels)})
            x += len(labels) * step
    yield texts(heads)
    for word, (color, symbol) in JUDGMENTS.items():
        yield boxes(parts[word], color, PAPER, description="name", tooltip=("Trials",))
        middles = [
            {
                "x": (part["x"] + part["x2"]) / 2,
                "y": (part["y"] + part["y2"]) / 2,
                "text": f"{symbol} {part['name'].rpartition(' ')[2]}",
            }
            for part in parts[word]
        ]
        yield texts(middles, "center", PAPER, "bold")


def _legend(top, place):
    """The meaning of each symbol, and where it ends."""
    at, layers = side_by_side([24 + 6 * len(word) for word in JUDGMENTS], 20, place.width), []
    for (left, line), (word, (color, symbol)) in zip(at, JUDGMENTS.items(), strict=True):
        x, y = 12 + left, top + line * HEADING
        layers.append(symbols([{"x": x, "y": y}], "circle", color, color, 220))
        layers.append(texts([{"x": x, "y": y, "text": symbol}], "center", PAPER, "bold"))
        layers.append(texts([{"x": x + 15, "y": y, "text": word}], size=SMALL))
    return layers, y + 12
