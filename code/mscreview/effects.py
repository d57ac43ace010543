"""From what a paper prints to a mean difference, or Hedges' g, and its variance.

The sources are tried in the order of the analysis plan; the first that applies wins, and its
name travels with the effect as ``effect_source``:

1. ``difference``   a between-arm difference printed with its SE or confidence interval
2. ``final values`` means and SDs of both arms at follow-up
3. ``medians``      medians and quartiles of both arms, converted
4. ``changes``      mean changes with their SDs
5. ``exact p``      an exact p value, both n and the difference of means
6. ``direction``    nothing that gives a variance: the direction only

All effects are treatment minus control, in the unit of the analysis. Hedges' g takes sources 2, 3
and 5 only: it may not mix final values with changes. Counts have their own source, ``counts``.

Every function raises ValueError, naming the argument, its value and what is needed, for a number that
is missing, not finite or impossible: none gives NaN or infinity.
"""

import math
from dataclasses import dataclass, replace

from scipy.special import gammaln, ndtri, stdtr, stdtrit

from .limits import LARGEST, LARGEST_COUNT, SMALLEST, needed


@dataclass(frozen=True)
class Effect:
    """An effect (treatment minus control) with its variance, both in analysis units.

    ``flags`` are codes of remarks that a reader must see beside the number; `wording` has
    their text.
    """

    estimate: float
    variance: float
    effect_source: str
    flags: tuple[str, ...] = ()

    def __post_init__(self):
        needed("estimate", self.estimate, -(LARGEST**3), LARGEST**3)
        needed("variance", self.variance, SMALLEST**4, LARGEST**5)

    @property
    def se(self):
        return math.sqrt(self.variance)


@dataclass(frozen=True)
class Arm:
    """One arm of a trial at one time. Numbers are None where nothing was printed.

    ``n_row`` is the row of outcomes.csv that n comes from, where it is not the arm's own row.
    """

    label: str
    n: float | None
    n_is_randomized: bool = False
    n_row: int | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    events: float | None = None

    def __post_init__(self):
        limits = {
            **dict.fromkeys(("mean", "median", "q1", "q3"), (-LARGEST, LARGEST)),
            "n": (1, LARGEST_COUNT),
            "sd": (SMALLEST, LARGEST),
            "events": (0, LARGEST_COUNT),
        }
        for name, (low, high) in limits.items():
            if (value := getattr(self, name)) is not None:
                needed(f"{name} of arm {self.label!r}", value, low, high)

    def needs(self, *names, least_n=1):
        """Raises ValueError where a number is missing, or n is below ``least_n``."""
        for name in names:
            if getattr(self, name) is None:
                raise ValueError(f"{name} of arm {self.label!r} = None: arm needs {', '.join(names)}")
        needed(f"n of arm {self.label!r}", self.n, least_n, LARGEST_COUNT)


def _degrees(n1, n2):
    """Degrees of freedom of a t test of two groups."""
    needed("n1", n1, 1, LARGEST_COUNT)
    needed("n2", n2, 1, LARGEST_COUNT)
    return needed("n1 + n2 - 2", n1 + n2 - 2, 1, 2 * LARGEST_COUNT)


def mean_difference(treatment, control, effect_source="final values", flags=()):
    """Difference of two means with var = s1^2/n1 + s2^2/n2 (Cochrane Handbook 6.5.2.2).

    Parameters are `Arm` with mean, sd and n; raises ValueError where one is missing.
    """
    for arm in (treatment, control):
        arm.needs("mean", "sd", "n")
    variance = treatment.sd**2 / treatment.n + control.sd**2 / control.n
    return Effect(treatment.mean - control.mean, variance, effect_source, tuple(flags))


def small_sample_factor(df):
    """Hedges' exact J(df) = gamma(df/2) / (sqrt(df/2) gamma((df - 1)/2)) (Hedges 1981).

    It exists for df above 1: four participants in two arms.
    """
    if not df > 1:
        raise ValueError(f"df = {df!r}: a number above 1 is needed, which is n1 + n2 of at least 4")
    return math.exp(gammaln(df / 2) - math.log(math.sqrt(df / 2)) - gammaln((df - 1) / 2))


def g_from_t(t, n1, n2, effect_source, flags=()):
    """Hedges' g from a t statistic, in SD units: J t sqrt(1/n1 + 1/n2).

    var = 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)), as metafor's escalc(measure = "SMD") has it.
    """
    g = small_sample_factor(_degrees(n1, n2)) * needed("t", t) * math.sqrt(1 / n1 + 1 / n2)
    return Effect(g, _g_variance(g, n1, n2), effect_source, tuple(flags))


def hedges_g(treatment, control, effect_source="final values", flags=()):
    """Standardized difference of two means, with the pooled SD of both arms at that time."""
    sd = pooled_sd(treatment, control)
    t = (treatment.mean - control.mean) / (sd * math.sqrt(1 / treatment.n + 1 / control.n))
    return g_from_t(t, treatment.n, control.n, effect_source, flags)


def _g_variance(g, n1, n2):
    return 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))


def pooled_sd(treatment, control):
    """sqrt(((n1 - 1) s1^2 + (n2 - 1) s2^2) / (n1 + n2 - 2)), in the unit of the SDs."""
    for arm in (treatment, control):
        arm.needs("mean", "sd", "n")
    squares = (treatment.n - 1) * treatment.sd**2 + (control.n - 1) * control.sd**2
    return math.sqrt(squares / _degrees(treatment.n, control.n))


def change_sd(sd_before, sd_after, r):
    """SD of a change: sqrt(s0^2 + s1^2 - 2 r s0 s1) (Cochrane Handbook 6.5.2.8), same unit.

    r from -1 to 1.
    """
    for name, sd in (("sd_before", sd_before), ("sd_after", sd_after)):
        needed(name, sd, SMALLEST, LARGEST)
    needed("r", r, -1, 1)
    return math.sqrt(max(0.0, sd_before**2 + sd_after**2 - 2 * r * sd_before * sd_after))


def difference_in_change(before, after, r):
    """Difference in change between two arms, for arms that did not start alike.

    ``before`` and ``after``: (treatment, control) pairs of `Arm` with mean, SD and n. Returns
    (difference, variance); var = sum of change_sd^2 / n, with the n of the later time.
    """
    for arm in (*before, *after):
        arm.needs("mean", "sd", "n")
    changes = [a.mean - b.mean for b, a in zip(before, after, strict=True)]
    variance = sum(
        change_sd(b.sd, a.sd, r) ** 2 / a.n for b, a in zip(before, after, strict=True)
    )
    return changes[0] - changes[1], variance


def from_printed_difference(estimate, se=None, ci=None, df=None, flags=()):
    """A difference that the paper prints with its SE, or with its 95% confidence interval.

    From an interval, se = (high - low) / (2 t(df, 0.975)), Cochrane Handbook 6.5.2.3;
    without df, normal quantiles.
    """
    needed("estimate", estimate)
    if se is None and ci is not None:
        low, high = (needed(f"ci[{n}]", limit) for n, limit in enumerate(ci))
        quantile = stdtrit(needed("df", df, 1, 2 * LARGEST_COUNT), 0.975) if df else ndtri(0.975)
        se = float((high - low) / (2 * quantile))
    needed("se", se, SMALLEST, LARGEST)
    return Effect(float(estimate), float(se) ** 2, "difference", tuple(flags))


def t_from_exact_p(p_value, n1, n2):
    """|t| whose two-sided p with n1 + n2 - 2 degrees of freedom is p_value (Handbook 6.5.2.3).

    Raises ValueError unless 0 < p < 1.
    """
    if not (isinstance(p_value, (int, float)) and 0 < p_value < 1):
        raise ValueError(f"p = {p_value!r}: a p value between 0 and 1 is needed")
    # From the lower tail: 1 - p/2 is 1 in floating point where p is small.
    return needed("t", -float(stdtrit(_degrees(n1, n2), p_value / 2)), 0)


def se_from_exact_p(difference, p_value, n1, n2):
    """SE of a difference of means from its exact two-sided p value: |difference| / t.

    Raises ValueError unless 0 < p < 1 and the difference is not 0.
    """
    t = t_from_exact_p(p_value, n1, n2)
    if needed("difference", difference) == 0:
        raise ValueError("a difference of zero has no SE that a p value could give")
    return abs(difference) / t


def two_sided_p(difference, se, n1, n2):
    """Two-sided p of a difference of means by t with n1 + n2 - 2 degrees of freedom."""
    needed("difference", difference)
    needed("se", se, SMALLEST, LARGEST)
    return 2 * float(stdtr(_degrees(n1, n2), -abs(difference) / se))


def combine_arms(arms, label):
    """Arms of one product (routes, doses) as one arm, Cochrane Handbook 6.5.2.10.

    n = sum of n; mean weighted by n; SD from the pooled sum of squares about the common mean.
    Every arm needs n, mean and SD.
    """
    if len(arms) > 1:
        for arm in arms:
            arm.needs("mean", "sd", "n")
    combined = arms[0]
    for arm in arms[1:]:
        n = combined.n + arm.n
        gap = combined.mean - arm.mean
        squares = (
            (combined.n - 1) * combined.sd**2
            + (arm.n - 1) * arm.sd**2
            + combined.n * arm.n / n * gap**2
        )
        combined = Arm(
            label,
            n,
            combined.n_is_randomized or arm.n_is_randomized,
            mean=(combined.n * combined.mean + arm.n * arm.mean) / n,
            sd=math.sqrt(squares / (n - 1)),
        )
    return combined


def median_arm_to_mean(arm):
    """Mean and SD of an arm from its median, quartiles and n.

    Mean: w (q1 + q3)/2 + (1 - w) median, w = 0.7 + 0.39/n (Luo 2018).
    SD: (q3 - q1) / (2 z((0.75 n - 0.125)/(n + 0.25))) (Wan 2014).
    Returns the `Arm` with both. One participant has no quartiles: n from 2 on.
    """
    arm.needs("median", "q1", "q3", "n", least_n=2)
    w = 0.7 + 0.39 / arm.n
    mean = w * (arm.q1 + arm.q3) / 2 + (1 - w) * arm.median
    sd = (arm.q3 - arm.q1) / (2 * ndtri((0.75 * arm.n - 0.125) / (arm.n + 0.25)))
    return replace(arm, mean=float(mean), sd=float(sd))


def from_medians(treatment, control, make=mean_difference):
    """An effect (`mean_difference` or `hedges_g`) from medians and quartiles, or None where the form forbids it.

    For a quantity that cannot be negative, mean/SD below 1 shows a skew under which the
    conversion misleads: None. Between 1 and 2 the effect carries a flag (analysis plan).
    """
    arms = [median_arm_to_mean(arm) for arm in (treatment, control)]
    ratio = min(arm.mean / arm.sd for arm in arms)
    if ratio < 1:
        return None
    flags = ["converted_from_medians"]
    if ratio < 2:
        flags.append("possibly_skewed")
    return make(*arms, effect_source="medians", flags=flags)


def reading_of_spread(treatment, control, p_text):
    """Whether an unlabeled "±" can be an SD, and whether it can be an SE, by the paper's own p.

    Takes two `Arm` whose ``sd`` holds the printed spread, and the printed between-arm p such as
    "0.0081" or "<0.05". Returns ``(sd_fits, se_fits)``. Without a p both fit. A printed bound
    must hold; an exact p must be met within a factor of ten, because the paper's own test
    (adjusted, or on changes) is not this t test, while the two readings differ by far more.
    """
    if not p_text:
        return True, True
    as_se = [
        Arm(arm.label, arm.n, mean=arm.mean, sd=arm.sd * math.sqrt(arm.n))
        for arm in (treatment, control)
    ]
    return tuple(_fits(pair, p_text) for pair in ((treatment, control), as_se))


def _fits(arms, p_text):
    effect = mean_difference(*arms)
    p = two_sided_p(effect.estimate, effect.se, arms[0].n, arms[1].n)
    if p_text[0] == "<":
        return p < float(p_text.lstrip("<="))
    if p_text[0] == ">":
        return p > float(p_text.lstrip(">="))
    printed = float(p_text)
    return printed / 10 <= p <= printed * 10
