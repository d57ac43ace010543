"""Random-effects pooling as Vega-Lite transforms: a chart pools again when its rows are left out.

The same model as `synthesis`: REML for tau2, ad hoc Hartung-Knapp interval, prediction interval
with t(k - 1). Written in the transforms of the chart, so that the page needs no statistics of its
own and the static picture takes the same path. tau2 is where a straight line between the ends of
the last of `CELLS` ** `ROUNDS` cells crosses zero; tests compare every subset of every drawn pool
with `synthesis`.

Where the likelihood has several maxima, the one next to Hedges' estimator is sought, which is
where `synthesis` and metafor begin. Sources of the formulas: `synthesis`.
"""

import altair as alt

CELLS = 8  # parts into which each round cuts the bracket of tau2
ROUNDS = 5


def pooled(chart, t_quantiles, by="pool"):
    """The chart with pooled fields in every row.

    Rows hold ``effect``, ``variance``, ``low`` and ``high`` (the trial's own interval), ``kept``
    (1 or 0) and the field ``by``: each of its values is pooled by itself. ``t_quantiles``: those of
    the `PoolResult`. Adds, in units of the effect: k, estimate, ci_low, ci_high, wald_low,
    wald_high, pi_low, pi_high, tau2, i2 and weight (percent), q. For k = 1 the trial's own
    interval; for k = 0 and where a quantity does not exist, null.
    """
    steps = _bracketed(_Steps(), by)
    for _ in range(ROUNDS):
        steps = _narrowed(steps, by)
    steps = _interpolated(steps, by)
    steps = _statistics(_weighted(steps, by), t_quantiles)
    chart = chart.copy(deep=False)
    before = [] if chart.transform is alt.Undefined else chart.transform
    chart.transform = [*before, *steps]
    return chart


class _Steps(list):
    """Transforms, written once: Altair would copy and check the whole chart at each of a hundred."""

    def calculate(self, **terms):
        self.extend({"calculate": term, "as": name} for name, term in terms.items())
        return self

    def joinaggregate(self, op, groupby, **fields):
        found = [{"op": op, "field": field, "as": name} for name, field in fields.items()]
        self.append({"joinaggregate": found, "groupby": groupby})
        return self

    def flatten(self, field, name):
        self.append({"flatten": [field], "as": [name]})
        return self

    def filter(self, condition):
        self.append({"filter": condition})
        return self


def _bracketed(steps, by):
    """A bracket of tau2: above Hedges' estimator if the score is positive there, else below.

    The score is negative at SS / (k - 1) + the largest variance: there SS / tau2^2 is at most
    (k - 1) / (largest variance + tau2), while the score is at most the first minus the second.
    """
    steps = _sums(steps, [by], k="datum.kept", sum_y="datum.kept * datum.effect")
    steps = steps.calculate(center="datum.k > 0 ? datum.sum_y / datum.k : 0")
    steps = steps.calculate(d="datum.effect - datum.center")
    steps = _sums(steps, [by], ss="datum.kept * datum.d * datum.d", sum_v="datum.kept * datum.variance")
    steps = steps.joinaggregate("max", [by], largest="_sum_v")
    steps = steps.calculate(
        at="datum.k > 1 ? max(0, datum.ss / (datum.k - 1) - datum.sum_v / datum.k) : 0"
    )
    steps = _score(steps, [by])
    steps = steps.calculate(
        upper="datum.score > 0 ? datum.ss / (datum.k - 1) + datum.largest : datum.at"
    )
    return steps.calculate(lower="datum.score > 0 ? datum.at : 0")


def _narrowed(steps, by):
    """One round: of the cells of the bracket keep the one in which the score turns negative.

    Flattening makes new rows each time, so that fields may be written again under their names;
    Vega does not calculate again in rows that it takes as unchanged.
    """
    step = f"(datum.upper - datum.lower) / {CELLS}"
    steps = _scored(steps, by, CELLS, f"datum.lower + datum.cell * {step}")
    steps = steps.calculate(positive="datum.score > 0 ? datum.cell : 0")
    steps = steps.joinaggregate("max", [by], best="positive")
    steps = steps.filter("datum.cell == datum.best")
    steps = steps.calculate(upper=f"datum.at + {step}")
    return steps.calculate(lower="datum.at")


def _interpolated(steps, by):
    """Zero of the score by a straight line between both ends of the bracket; 0 if it is negative there already."""
    steps = _scored(steps, by, 2, "datum.cell ? datum.upper : datum.lower")
    steps = steps.joinaggregate("max", [by], most="score").joinaggregate("min", [by], least="score")
    steps = steps.filter("datum.cell == 0")
    part = "datum.most / (datum.most - datum.least)"
    return steps.calculate(
        found=f"datum.score > 0 ? datum.lower + (datum.upper - datum.lower) * {part} : 0"
    )


def _scored(steps, by, count, at):
    """Each row ``count`` times, numbered by ``cell``, with the score at a tau2 that depends on it."""
    steps = steps.calculate(parts=f"sequence({count})").flatten("parts", "cell").calculate(at=at)
    return _score(steps, [by, "cell"])


def _score(steps, groupby):
    """The REML score at tau2 = ``at``: sum w^2 (y - mu)^2 - sum w + sum w^2 / sum w."""
    steps = steps.calculate(w="datum.kept / (datum.variance + datum.at)")
    steps = _sums(
        steps,
        groupby,
        a="datum.w",
        b="datum.w * datum.d",
        c="datum.w * datum.w",
        e="datum.w * datum.w * datum.d",
        f="datum.w * datum.w * datum.d * datum.d",
    )
    return steps.calculate(
        score="datum.f - 2 * datum.b / datum.a * datum.e"
        " + (pow(datum.b / datum.a, 2) + 1 / datum.a) * datum.c - datum.a"
    )


def _weighted(steps, by):
    """Sums with the weights that the tau2 found gives and with those at zero.

    A maximum with a lower likelihood than at zero is no estimate.
    """
    steps = _with_weights(steps, by, "datum.found", "")
    steps = _with_weights(steps, by, "0", "0")
    steps = _sums(steps, [by], logs="datum.kept * log(1 + datum.found / datum.variance)")
    return steps.calculate(
        zero="datum.found == 0 || datum.logs + log(datum.a / datum.a0) + datum.spread - datum.spread0 > 0"
    )


def _with_weights(steps, by, tau2, suffix):
    """Weights, their sum, weighted mean, weighted spread; the sum of squared weights."""
    w, a, mean = f"w{suffix}", f"a{suffix}", f"mean{suffix}"
    steps = steps.calculate(**{w: f"datum.kept / (datum.variance + {tau2})"})
    sums = {a: f"datum.{w}", f"b{suffix}": f"datum.{w} * datum.d", f"c{suffix}": f"datum.{w} * datum.{w}"}
    steps = _sums(steps, [by], **sums)
    steps = steps.calculate(**{mean: f"datum.b{suffix} / datum.{a}"})
    return _sums(steps, [by], **{f"spread{suffix}": f"datum.{w} * pow(datum.d - datum.{mean}, 2)"})


def _statistics(steps, t_quantiles):
    """Estimate, intervals and heterogeneity from the sums."""
    several = "datum.k > 1"
    terms = {
        "tau2": f"{several} ? (datum.zero ? 0 : datum.found) : null",
        "a": "datum.zero ? datum.a0 : datum.a",
        "spread": "datum.zero ? datum.spread0 : datum.spread",
        "mean": "datum.zero ? datum.mean0 : datum.mean",
        "w": "datum.zero ? datum.w0 : datum.w",
        "t": f"{several} ? {list(t_quantiles)}[datum.k - 2] : null",
        "q": f"{several} ? datum.spread0 : null",
        "estimate": "datum.k > 0 ? datum.center + datum.mean : null",
        "wald_se": "1 / sqrt(datum.a)",
        "weight": "100 * datum.w / datum.a",
        "i2": f"{several} ? 100 * datum.tau2 / (datum.tau2 + (datum.k - 1) / (datum.a0 - datum.c0 / datum.a0)) : null",
        "se": f"{several} ? datum.wald_se * sqrt(max(1, datum.spread / (datum.k - 1))) : datum.wald_se",
        "new_se": "sqrt(datum.tau2 + datum.se * datum.se)",
    }
    for name, se, reach, smallest in (
        ("wald", "wald_se", "1.959963984540054", 2),
        ("ci", "se", "datum.t", 2),
        ("pi", "new_se", "datum.t", 3),
    ):
        for end, sign in (("low", "-"), ("high", "+")):
            value = f"datum.estimate {sign} {reach} * datum.{se}"
            terms[f"{name}_{end}"] = f"datum.k >= {smallest} ? {value} : null"
    return steps.calculate(**terms)  # in this order: later ones use earlier ones


def _sums(steps, groupby, **terms):
    """Each term in a field "_name", and its sum over the group in "name"."""
    steps = steps.calculate(**{f"_{name}": term for name, term in terms.items()})
    return steps.joinaggregate("sum", groupby, **{name: f"_{name}" for name in terms})
