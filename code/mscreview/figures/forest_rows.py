"""What a reader can do with the rows of a forest plot: leave trials out, see sources and reasons.

A trial is left out by a click or a key on its row, or by a filter; `_static/live.js` puts its id
into the parameter ``out``.
"""

import altair as alt

from .. import phrases, reasons, wording
from .forest_layout import STEP, y
from .live_rows import NO_DOI, doi_url, where
from .measures import MEASURES
from .theme import JUDGMENTS, PAPER

# feature of a trial -> (name of its filter, words for its values)
FILTERS = {
    "population": ("Diabetes", {k: v["en"] for k, v in phrases.POPULATION_NAMES.items()}),
    "product": ("Cells", phrases.PRODUCT_NAMES),
    "graft": ("Donor", {"autologous": "autologous", "allogeneic": "allogeneic", "both": "both in each patient"}),
    "blinding": ("Blinding", {"stated": "blinded", "not stated": "open or not stated"}),
    "source": ("Source", {"full": "abstract or paper", "secondary": "partly secondary"}),
}
ALL = "all"
SOURCE = ("Effect from", "Where", "DOI")  # what hovering tells of a trial


def to_pool(trial, result):
    """What pooling needs of a trial, and what its row can be left out by."""
    features = {name: trial.features[name] for name in filters(result)}
    ends = {"low": trial.ci_low, "high": trial.ci_high}
    return {"id": trial.study_id, "effect": trial.effect, "variance": trial.se**2, **ends, **features}


def filters(result):
    """The features in which the trials of a pool differ, with the values that occur."""
    found = {
        name: list(dict.fromkeys(trial.features[name] for trial in result.trials))
        for name in FILTERS
        if all(trial.features.get(name) for trial in result.trials)
    }
    return {name: values for name, values in found.items() if len(values) > 1}


def params(result):
    """``out``: ids of the trials that were clicked out; one choice for each filter."""
    yield alt.param(name="out", value=[])
    for name, values in filters(result).items():
        label, words = FILTERS[name]
        names = ["all", *(words[value] for value in values)]
        choice = alt.binding_select(options=[ALL, *values], labels=names, name=label)
        yield alt.param(name=f"only_{name}", value=ALL, bind=choice)


def hint(result):
    """How to use the plot, and which filters would change nothing."""
    shared = [
        words.get(result.trials[0].features[name], "")
        for name, (_, words) in FILTERS.items()
        if result.trials and name not in filters(result)
    ]
    if result.k < 2:
        opens = any(trial.doi for trial in result.trials)
        return "One trial: there is nothing to pool." + (" Its name opens the report." if opens else "")
    alike = f" All trials here: {'; '.join(shared)}." if shared else ""
    return f"Select a row to leave its trial out, again to put it back; a name opens the report.{alike}"


def kept(result):
    wanted = [f"(only_{n} == '{ALL}' || only_{n} == datum.{n})" for n in filters(result)]
    return " && ".join(["indexof(out, datum.id) < 0", *wanted]) + " ? 1 : 0"


def hit_areas(result, place):
    """What a click or a key acts on: the whole row, with a name that says its state.

    Its rows are its own, so that it stays the same element, and keeps the focus, when the pool changes.
    """
    name = MEASURES[result.measure][0].partition(",")[0]
    kind = wording.KINDS[result.measure]
    rows = [
        {
            **{k: v for k, v in to_pool(t, result).items() if k not in ("effect", "variance", "low", "high")},
            "top": place.middle(i - 0.5),
            "bottom": place.middle(i + 0.5),
            **_source(t),
            "name": f"{t.label}, {name} {wording.number(t.effect, kind)}, "
            f"95% CI {wording.interval((t.ci_low, t.ci_high), kind)}",
        }
        for i, t in enumerate(result.trials)
    ]
    if not rows:
        return []
    area = alt.Chart(alt.Data(values=rows)).transform_calculate(kept=kept(result))
    area = area.transform_calculate(said="datum.name + (datum.kept == 1 ? ', in the pool' : ', left out')")
    mark = dict(fill="transparent", cursor="pointer", ariaRole="button", ariaRoleDescription="trial")
    return [
        area.mark_rect(**mark, opacity=1).encode(
            x=alt.XValue(place.left),
            x2=alt.X2Value(place.right),
            y=y("top"),
            y2=alt.Y2("bottom:Q"),
            description=alt.Description("said:N"),
            tooltip=[alt.Tooltip(f"{name}:N") for name in SOURCE],
        )
    ]


def names(result, place):
    """Names of the trials: hover tells how the effect was obtained, a click opens the DOI."""
    rows = [
        {
            "row": i,
            "text": trial.label,
            "url": doi_url(trial.doi),
            **_source(trial),
        }
        for i, trial in enumerate(result.trials)
    ]
    linked = [row for row in rows if row["url"]]
    return [
        place.text(part, place.study, link=link, tooltip=SOURCE)
        for part, link in ((linked, True), ([r for r in rows if not r["url"]], False))
        if part
    ]


def _source(trial):
    """How the effect was obtained, and where it stands."""
    obtained = "; ".join([trial.effect_source, *(phrases.FLAGS[flag] for flag in trial.flags)])
    told = (obtained, where(trial.sources), trial.doi or NO_DOI)
    return dict(zip(SOURCE, told, strict=True))


def judgments(result, place):
    """A dot for each domain of the risk of bias, the overall judgment last; the reason on hover."""
    rows = []
    for row, trial in enumerate(result.trials):
        told = [(d.name, d.judgment, _reason(d)) for d in trial.bias]
        told.append(("overall", trial.bias_overall, "by the rule of the tool"))
        for i, (domain, judgment, reason) in enumerate(told):
            x = place.judgments + i * STEP + (3 if i == len(trial.bias) else 0)
            words = {"Domain": domain, "Judgment": judgment, "Reason": reason}
            rows.append({"y": place.mark_y(row), "x": x, "symbol": JUDGMENTS[judgment][1], **words})
    layers = []
    for judgment, (color, _) in JUDGMENTS.items():
        chosen = [row for row in rows if row["Judgment"] == judgment]
        if chosen:
            base = alt.Chart(alt.Data(values=chosen))
            place = dict(x=alt.X("x:Q", scale=None, axis=None), y=y())
            tooltip = [alt.Tooltip(f"{name}:N") for name in ("Domain", "Judgment", "Reason")]
            dot = base.mark_point(shape="circle", filled=True, color=color, size=125, opacity=1, aria=False)
            sign = base.mark_text(baseline="middle", color=PAPER, fontWeight="bold", aria=False)
            layers.append(dot.encode(**place, tooltip=tooltip))
            layers.append(sign.encode(**place, text=alt.Text("symbol:N"), tooltip=tooltip))
    return layers


def _reason(domain):
    words = reasons.JUDGMENTS[domain.reason]
    return f"{words}: {domain.words}" if domain.words else words
