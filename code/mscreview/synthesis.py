"""Random-effects pooling of trial effects: one estimate, its intervals, the heterogeneity between trials.

Model: effect_i ~ Normal(mu, v_i + tau2), v_i known (the variance of the effect of trial i), mu and tau2 unknown.
Units: effects in any one unit u; variances, tau2 and its interval in u squared; the rest as named below.
`validation/README.md` compares every number with metafor.

Sources
    DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188 (estimator "DL").
    Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385 (estimator "PM").
    Hedges LV. Psychol Bull 1983;93:388-395 (start of REML); Viechtbauer W. J Educ Behav Stat 2005;30:261-293 (REML).
    Viechtbauer W. Stat Med 2007;26:37-52 (Q-profile interval); J Stat Softw 2010;36(3):1-48 (metafor, I2 from tau2).
    Hartung J, Knapp G. Stat Med 2001;20:3875-3889; IntHout J et al. BMC Med Res Methodol 2014;14:25 (interval "HKSJ").
    Knapp G, Hartung J. Stat Med 2003;22:2693-2710; Rover C et al. BMC Med Res Methodol 2015;15:99 ("HKSJ-adhoc").
    Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159 (prediction interval).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from scipy.special import chdtrc, chdtri, ndtri, stdtrit

ESTIMATORS = ("REML", "DL", "PM")
INTERVALS = ("Wald", "HKSJ", "HKSJ-adhoc")
UPPER_TAIL = 0.025  # every interval is two-sided, 95%
MAX_ITERATIONS = 20_000  # as validation/reference.R allows metafor
MAX_SWINGS = 500  # changes of direction; metafor's default allows 100 iterations in all
STEP_SIZES = (1.0, 0.5, 0.25, 0.125, 0.0625)  # of Fisher scoring, each tried where the one before fails
STEP_TOLERANCE = 1e-13  # relative to tau2 + the smallest variance; a few hundred rounding errors


class PoolingError(ArithmeticError):
    """The numbers are valid but no result can be computed: an iteration does not settle, or a value overflows."""


@dataclass(frozen=True)
class Pooled:
    """One random-effects meta-analysis of `k` trials; plain Python floats, None where a quantity does not exist.

    estimate, se, ci_low, ci_high, pi_low, pi_high: unit of the effects; `se` is the one that the interval uses
    (Wald: inverse square root of the summed weights; HKSJ: times sqrt(q_w); HKSJ-adhoc: times sqrt(max(1, q_w))).
    pi_low, pi_high: 95% prediction interval, None below three trials. tau2, tau2_ci_low, tau2_ci_high: unit squared,
    95% Q-profile interval. i2: percent (0 to 100). q, q_df, q_p: Cochran's test of homogeneity.
    weights: percent, in input order, sum 100. For k = 1 there is no pool: all from pi_low to q_p and tau2_method are
    None, and the interval is the trial's own normal one (ci_method "Wald").
    """

    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None
    tau2: float | None
    tau2_ci_low: float | None
    tau2_ci_high: float | None
    i2: float | None
    q: float | None
    q_df: int | None
    q_p: float | None
    weights: tuple[float, ...]
    tau2_method: str | None
    ci_method: str


def pool(effects, variances, tau2="REML", ci="HKSJ-adhoc") -> Pooled:
    """Pool k trial effects with inverse-variance weights w_i = 1 / (v_i + tau2).

    effects, variances: sequences of k numbers (k >= 1), in one unit and its square, each variance above 0.
    tau2: "REML", "DL" or "PM". ci: "Wald" (normal quantiles), "HKSJ" or "HKSJ-adhoc" (t with k - 1 degrees of freedom).
    mu = sum(w y) / sum(w); q_w = sum(w (y - mu)^2) / (k - 1);
    prediction interval mu -/+ t(k - 1) sqrt(tau2 + se_adhoc^2), whichever `ci` is asked.

    Raises ValueError naming the index and value of a bad number, PoolingError if no number can be computed.

    >>> pooled = pool([-0.9, -0.2, -0.4], [0.04, 0.05, 0.02])
    >>> pooled.k, round(pooled.estimate, 2)
    (3, -0.5)
    """
    if ci not in INTERVALS:
        raise ValueError(f"ci = {ci!r}: must be one of {', '.join(INTERVALS)}")
    return pool_with_intervals(effects, variances, tau2)[ci]


def pool_with_intervals(effects, variances, tau2="REML") -> dict[str, Pooled]:
    """{ci: what `pool` gives} for each of `INTERVALS`, with the iterations done once. Arguments, units and errors as in
    `pool`.
    """
    y, v = _checked(effects, variances)
    if tau2 not in ESTIMATORS:
        raise ValueError(f"tau2 = {tau2!r}: must be one of {', '.join(ESTIMATORS)}")
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return dict.fromkeys(INTERVALS, _single(y, v)) if len(y) == 1 else _pooled(y, v, tau2)
    except (FloatingPointError, OverflowError, ZeroDivisionError) as error:
        raise PoolingError(
            f"effects from {y.min():g} to {y.max():g} with variances from {v.min():g} to {v.max():g} "
            f"leave the range of double precision ({error}); express them in a unit nearer to 1"
        ) from error


def leave_one_out(effects, variances, tau2="REML", ci="HKSJ-adhoc") -> tuple[Pooled, ...]:
    """Pool k times, each time without one trial: result i leaves out trial i (input order). Arguments, units and errors
    as in `pool`; ValueError also for a single trial.
    """
    y, v = _checked(effects, variances)
    if len(y) < 2:
        raise ValueError("leave_one_out needs at least 2 trials (k >= 2), got 1: nothing is left to pool")
    return tuple(pool(np.delete(y, i), np.delete(v, i), tau2, ci) for i in range(len(y)))


def cumulative(effects, variances, tau2="REML", ci="HKSJ-adhoc") -> tuple[Pooled, ...]:
    """Pool the first trial, the first two, and so on, in input order: result i holds i + 1 trials. Arguments, units and
    errors as in `pool`.
    """
    y, v = _checked(effects, variances)
    return tuple(pool(y[: i + 1], v[: i + 1], tau2, ci) for i in range(len(y)))


def t_quantiles(k) -> tuple[float, ...]:
    """The 97.5% quantiles of t with 1 to k - 1 degrees of freedom, for the intervals of pools of 2 to k trials."""
    return tuple(float(stdtrit(df, 1 - UPPER_TAIL)) for df in range(1, k))


def _checked(effects, variances):
    y, v = _vector("effects", effects), _vector("variances", variances)
    if len(y) != len(v):
        raise ValueError(f"effects and variances must have one length, got {len(y)} effects and {len(v)} variances")
    if len(y) == 0:
        raise ValueError("nothing to pool: k = 0, at least one trial (k >= 1) is needed")
    positive = np.isfinite(v) & (v > 0)
    rules = (("effects", y, np.isfinite(y), "a finite number"), ("variances", v, positive, "a finite number above 0"))
    for name, values, good, allowed in rules:
        if not good.all():
            i = int(np.argmin(good))  # the first bad one
            raise ValueError(f"{name}[{i}] = {float(values[i])!r}: must be {allowed}")
    return y, v


def _vector(name, values):
    try:
        if (vector := np.asarray(values, dtype=float)).ndim == 1:
            return vector
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{name} must be a flat sequence of numbers, got {values!r}")


def _single(y, v):
    estimate, se = float(y[0]), sqrt(v[0])
    reach = float(-ndtri(UPPER_TAIL)) * se
    absent = (None,) * 9  # pi_low to q_p
    return Pooled(1, estimate, se, estimate - reach, estimate + reach, *absent, (100.0,), None, "Wald")


def _pooled(y, v, method):
    k = len(y)
    # Effects relative to the most precise trial: so its residual keeps all digits where its weight dwarfs the rest.
    d = y - (origin := float(y[np.argmin(v)]))
    if method == "PM":  # where the generalized Q equals its expectation
        tau2 = _tau2_at(d, v, k - 1.0)
    else:
        tau2 = _reml(d, v) if method == "REML" else _dersimonian_laird(d, v)
    w, shift, spread = _weighted(d, v, tau2)
    estimate, se_wald, q_w = origin + shift, 1 / sqrt(w.sum()), spread / (k - 1)
    se_adhoc = se_wald * sqrt(max(1.0, q_w))
    t = float(stdtrit(k - 1, 1 - UPPER_TAIL))
    reach_new = t * sqrt(tau2 + se_adhoc**2)
    q = _weighted(d, v, 0.0)[2]
    shared = dict(
        pi_low=estimate - reach_new if k >= 3 else None,
        pi_high=estimate + reach_new if k >= 3 else None,
        tau2=tau2,
        tau2_ci_low=_tau2_at(d, v, float(chdtri(k - 1, UPPER_TAIL))),
        tau2_ci_high=_tau2_at(d, v, float(chdtri(k - 1, 1 - UPPER_TAIL))),
        i2=min(100.0, 100 * tau2 / (tau2 + (k - 1) / _trace(1 / v))),  # rounding may pass 100
        q=q,
        q_df=k - 1,
        q_p=float(chdtrc(k - 1, q)),
        weights=tuple((100 * w / w.sum()).tolist()),
        tau2_method=method,
    )
    if not isfinite(estimate + reach_new + q + shared["tau2_ci_high"]):  # a dot product overflows silently
        raise OverflowError("a sum is not finite")
    spreads = {"Wald": (se_wald, float(-ndtri(UPPER_TAIL))), "HKSJ": (se_wald * sqrt(q_w), t), "HKSJ-adhoc": (se_adhoc, t)}
    return {
        ci: Pooled(k, estimate, se, estimate - se * quantile, estimate + se * quantile, ci_method=ci, **shared)
        for ci, (se, quantile) in spreads.items()
    }


def _weighted(d, v, tau2):  # weights, weighted mean of d, weighted sum of squares around it (the generalized Q)
    w = 1 / (v + tau2)
    mean = float(w @ d / w.sum())
    return w, mean, float(w @ (d - mean) ** 2)


def _others(x):
    """For each element the sum of all others, added rather than subtracted, so that a dominant one costs no digits."""
    sums = np.zeros(len(x))
    sums[1:] = np.cumsum(x[:-1])
    sums[:-1] += np.cumsum(x[:0:-1])[::-1]
    return sums


def _trace(w):  # of P = W - W 1 (1'W 1)^-1 1'W, the weight matrix after the mean is removed
    return float(w @ _others(w) / w.sum())


def _dersimonian_laird(d, v):
    return max(0.0, (_weighted(d, v, 0.0)[2] - (len(d) - 1)) / _trace(1 / v))


def _tau2_at(d, v, target):
    """The tau2 >= 0 at which the generalized Q falls to `target`; 0 where it is not above it at tau2 = 0.

    1 / Q is increasing and concave in tau2 (Q is a sum of terms c^2 / (lambda + tau2)), so Newton steps on it from 0
    approach the root from the left without a bracket or an upper limit.
    """
    tau2 = 0.0
    for _ in range(MAX_ITERATIONS):
        w, mean, q = _weighted(d, v, tau2)
        excess = q - target
        if excess <= 0:
            return tau2
        step = q * excess / (target * float(np.sum((w * (d - mean)) ** 2)))
        tau2 += step
        if step <= STEP_TOLERANCE * tau2:
            return tau2
    raise PoolingError(f"no tau2 brings the generalized Q to {target!r} in {MAX_ITERATIONS} steps")


def _reml(d, v):
    """Fisher scoring on the path of metafor, so that the same of several likelihood maxima is reached. Where it swings
    for ever, metafor stops and its help advises smaller steps: here each failure halves them (control `stepadj` there).
    """
    for step_size in STEP_SIZES:
        tau2 = _scored(d, v, step_size)
        if tau2 is not None:  # a local maximum lower than the likelihood at zero is no estimate
            return tau2 if _log_likelihood_gain(d, v, tau2) >= 0 else 0.0
    raise PoolingError("REML does not converge: Fisher scoring neither settles nor does so with smaller steps")


def _scored(d, v, step_size):
    """tau2 after Fisher scoring from Hedges' estimator, steps halved at the boundary; None if it does not settle."""
    tau2, smallest, last, swings = max(0.0, float(np.var(d, ddof=1) - v.mean())), float(v.min()), 0.0, 0
    for _ in range(MAX_ITERATIONS):
        step = step_size * _fisher_step(d, v, tau2)
        while tau2 + step < 0:
            step /= 2
        tau2, swings, last = tau2 + step, swings + (step * last < 0), step
        if abs(step) <= STEP_TOLERANCE * (tau2 + smallest):
            return tau2 if tau2 > STEP_TOLERANCE * smallest else 0.0  # what halving leaves at the boundary is zero
        if swings > MAX_SWINGS:
            break
    return None


def _fisher_step(d, v, tau2):
    """(y'PPy - trace P) / trace PP, the REML score over its expected information (Viechtbauer 2005)."""
    w, mean, _ = _weighted(d, v, tau2)
    total, others, w2 = w.sum(), _others(w), w**2
    trace_pp = w2 @ (others**2 + _others(w2)) / total**2
    return float((np.sum((w * (d - mean)) ** 2) - w @ others / total) / trace_pp)


def _log_likelihood_gain(d, v, tau2):  # restricted log-likelihood at tau2 minus that at 0
    (w0, _, q0), (w, _, q) = _weighted(d, v, 0.0), _weighted(d, v, tau2)
    return float(-(np.log1p(tau2 / v).sum() + np.log(w.sum() / w0.sum()) + q - q0) / 2)
