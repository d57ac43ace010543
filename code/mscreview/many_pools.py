"""Random-effects pooling of many sets of trials at once: the numbers of `synthesis.pool` for thousands of sets.

Inside, sets are columns: [j, i] is trial j of set i. A place without a trial has the variance infinity, so that
its weight is zero, and the effect zero.

The iteration is that of `synthesis`, Fisher scoring from Hedges' estimator, with two short cuts which give the
same answer. Let P be the weight matrix after the mean is removed, s = y'PPy - trace P the score at tau2,
I = trace PP its information, g = tau2 + s / I where a full step leads, v the smallest variance of the set. The
eigenvalues of P are 1 / (l + tau2), every l at least v; with them s, I and y'PPPy are sums of powers of l + tau2
(Viechtbauer 2005, as in `synthesis`, for P, s and I; the rest follows).
1. y'PPy and trace P fall as tau2 rises. Where y'PPy at zero is not above trace P at tau2, the score is negative
   between them, and steps, which are halved rather than pass zero, go down to it: the answer is zero.
2. g' = 2 - 2 y'PPPy / I, but for at most 2 |s / I| / T, T = tau2 + v. Where |g'| < 1 and |s / I| < T / 20, g'' is
   within 20 / T. So if |s / I| is at most (1 - |g'|)^2 T / 100, g changes distances by a factor of less than
   (1 + |g'|) / 2 as far as 2 |s / I| / (1 - |g'|) from tau2. If that is still above zero, Fisher scoring
   converges to the one root there is (Banach's theorem), and Newton's method gets there in two or three steps.
   The same holds for smaller steps.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import ndtri

from .synthesis import MAX_SWINGS, STEP_SIZES, STEP_TOLERANCE, UPPER_TAIL, pool, t_quantiles

MAX_TRIALS = 20  # of which all subsets are made: a million
PART = 2**20  # numbers of each array worked on together: bounds the memory
BLOCK = 2**15  # numbers of each array inside the sums: a few such arrays fit into a cache of a megabyte
MAX_STEPS = 1200  # enough for all but a few in a hundred thousand sets, which are left to `pool`
NEWTON_TOLERANCE = 1e-8  # relative to tau2 + v; what such a step of Newton's leaves is of the order of its square
MODERATE = 1e50  # products of four weights and two effects are far within double precision


@dataclass(frozen=True)
class PooledSets:
    """n meta-analyses as arrays of length n, by REML, interval "HKSJ-adhoc"; fields as in `synthesis.Pooled`.

    k: number of trials. estimate, se, ci_low, ci_high: unit of the effects. tau2: unit squared. i2: percent.
    For k = 1 tau2 and i2 are NaN, and the interval is the trial's own normal one.
    """

    k: np.ndarray
    estimate: np.ndarray
    se: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    tau2: np.ndarray
    i2: np.ndarray


FOUND = tuple(field.name for field in fields(PooledSets))[1:]


def pool_many(effects, variances, members) -> PooledSets:
    """Pool n sets of trials, each as `synthesis.pool` does it by default: its formulas, to nine digits and more.

    effects, variances: shape (k,), the same trials in every set, or (n, k); in one unit and its square.
    members: booleans, shape (n, k): is trial j in set i? Numbers of a trial that is not do not matter.

    Raises ValueError naming index and value of a bad number, or the row of an empty set; PoolingError as `pool`.

    >>> pooled = pool_many([-0.9, -0.2, -0.4], [0.04, 0.05, 0.02], all_subsets(3))
    >>> pooled.k.tolist(), pooled.estimate.round(2).tolist()
    ([1, 1, 2, 1, 2, 2, 3], [-0.9, -0.2, -0.56, -0.4, -0.63, -0.34, -0.5])
    """
    y, v, members = _checked(effects, variances, members)
    k = members.sum(axis=1)
    found = np.empty((len(FOUND), len(k)))
    with np.errstate(all="ignore"):  # what leaves double precision ends as NaN and is left to `pool`
        for part in _slices(len(k), PART // (members.shape[1] or 1) + 1):
            found[:, part] = _pooled(*(np.ascontiguousarray(x[part].T) for x in (y, v, members)), k[part])
    for i in np.flatnonzero(np.isnan(found[0])):
        one = pool(y[i, members[i]], v[i, members[i]])
        found[:, i] = [getattr(one, name) for name in FOUND]  # None becomes NaN
    return PooledSets(k, *found)


def all_subsets(k):
    """Every set of k trials but the empty one, as `members` of shape (2**k - 1, k): row i holds trial j where bit j
    of i + 1 is set, so that the last row holds all trials. ValueError if k is not 1 to 20.
    """
    if not 1 <= k <= MAX_TRIALS:
        raise ValueError(f"k = {k!r}: must be 1 to {MAX_TRIALS}; the number of subsets doubles with every trial")
    return np.arange(1, 2**k)[:, None] & 2 ** np.arange(k) > 0


def _checked(effects, variances, members):
    members = np.asarray(members)
    if members.dtype != bool or members.ndim != 2:
        raise ValueError(f"members must be booleans of shape (n, k), got {members.dtype} of shape {members.shape}")
    y, v = _numbers("effects", effects, members), _numbers("variances", variances, members, above=0)
    if not (filled := members.any(axis=1)).all():
        raise ValueError(f"nothing to pool: k = 0 in members[{np.argmin(filled)}], at least one trial is needed")
    return y, v, members


def _numbers(name, given, members, above=None):
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be an array of numbers, got {given!r}") from None
    n, k = members.shape
    if values.shape not in ((k,), (n, k)):
        raise ValueError(f"{name} must have the shape {(k,)} or {(n, k)} as members have, got {values.shape}")
    good = np.isfinite(values) & (True if above is None else values > above)
    bad = np.argwhere(~good & (members if values.ndim == 2 else members.any(axis=0)))
    if len(bad):
        index, allowed = bad[0].tolist(), "a finite number" + ("" if above is None else f" above {above}")
        raise ValueError(f"{name}{index} = {float(values[tuple(index)])!r}: must be {allowed}")
    return np.broadcast_to(values, members.shape)


def _pooled(y, v, members, k):
    """The rows of `FOUND`; NaN for a set on which `pool` has to decide."""
    largest, v = np.where(members, v, 0.0).max(axis=0), np.where(members, v, np.inf)
    # Effects relative to the most precise trial, for the reason given in `synthesis`; it goes to row 0.
    first = v.argmin(axis=0), np.arange(len(k))
    origin = y[first]
    d = np.where(members, y - origin, 0.0)
    v[0], v[first] = v[first], v[0].copy()
    d[0], d[first] = d[first], d[0].copy()
    moderate = (v[0] > 1 / MODERATE) & (largest < MODERATE) & (abs(d).max(axis=0) < MODERATE)
    y_ppy, trace_p, *_ = _by_blocks(_sums, d, v, np.zeros(len(k)))
    tau2 = np.full(len(k), np.nan)
    tau2[moderate] = _reml(d[:, moderate], v[:, moderate], k[moderate], y_ppy[moderate])
    shift, se, tau2 = _by_blocks(_summary, d, v, tau2, k)
    estimate, reach = origin + shift, se * np.array([-ndtri(UPPER_TAIL), *t_quantiles(k.max())])[k - 1]
    i2 = np.minimum(100.0, 100 * tau2 / (tau2 + (k - 1) / trace_p))
    tau2 = np.where(k > 1, tau2, np.nan)
    return np.stack([estimate, se, estimate - reach, estimate + reach, tau2, i2])


def _reml(d, v, k, y_ppy_at_zero):
    """tau2 of every set, likelihoods not yet compared; NaN where steps of all sizes fail or MAX_STEPS are too few."""
    smallest = v[0]
    # One of the k numbers d is 0: the difference is at least a k-th of the sum of squares and keeps its digits.
    squares = np.einsum("ij,ij->j", d, d) - d.sum(axis=0) ** 2 / k
    start = np.maximum(0.0, squares / np.maximum(k - 1, 1) - np.sum(v, axis=0, where=np.isfinite(v)) / k)
    found, left = np.full(len(k), np.nan), np.arange(len(k))
    tau2, last, swings, attempt = start, np.zeros(len(k)), np.zeros(len(k), int), np.zeros(len(k), int)
    for _ in range(MAX_STEPS):
        y_ppy, trace_p, trace_pp, y_pppy = _by_blocks(_sums, d, v, tau2)
        size = np.array([*STEP_SIZES, np.nan])[attempt]
        step, slope = size * (y_ppy - trace_p) / trace_pp, 1 + size * (1 - 2 * y_pppy / trace_pp)
        room = 1 - abs(slope)
        newton = (abs(step) <= room**2 * (tau2 + smallest) / 100) & (abs(step) <= room * tau2 / 2)
        newton &= slope > -0.9  # below it `pool` might count too many swings before it settles
        zero = y_ppy_at_zero <= trace_p
        step = np.where(zero, -tau2, np.where(newton, step / (1 - slope), step))
        while (beyond := tau2 + step < 0).any():
            step[beyond] /= 2
        tau2, swings = tau2 + step, swings + (step * last < 0)
        tolerance = np.where(newton, NEWTON_TOLERANCE, STEP_TOLERANCE)
        settled = zero | (abs(step) <= tolerance * (tau2 + smallest))
        found[left[settled]] = np.where(tau2 > STEP_TOLERANCE * smallest, tau2, 0.0)[settled]
        again = swings > MAX_SWINGS
        tau2, last, swings = np.where(again, start, tau2), np.where(again, 0.0, step), np.where(again, 0, swings)
        state = (d, v, smallest, y_ppy_at_zero, start, left, tau2, last, swings, attempt + again)
        going_on = np.flatnonzero(~settled & np.isfinite(step))
        if len(going_on) == 0:
            break
        if len(going_on) < len(left):
            state = (array.take(going_on, axis=-1) for array in state)
        d, v, smallest, y_ppy_at_zero, start, left, tau2, last, swings, attempt = state
    return found


def _by_blocks(function, d, v, *rest):
    """What `function` finds in every column, for as many columns at a time as keep its arrays in the cache."""
    blocks = _slices(d.shape[1], BLOCK // len(d) + 1) or [slice(0)]
    return np.concatenate([function(*(array[..., block] for array in (d, v, *rest))) for block in blocks], axis=1)


def _slices(length, width):
    return [slice(first, first + width) for first in range(0, length, width)]


def _sums(d, v, tau2):
    """y'PPy, trace P, trace PP and y'PPPy, without a loss of digits where the first weight dwarfs the rest."""
    w = 1 / (v + tau2)
    w2 = w * w
    total, others, others2 = w.sum(axis=0), _others(w), _others(w2)
    trace_p = np.einsum("ij,ij->j", w, others) / total
    trace_pp = np.einsum("ij,ij->j", w2, others * others + others2) / total**2
    py = w * (d - np.einsum("ij,ij->j", w, d) / total)
    y_pppy = np.einsum("ij,ij,ij->j", w, py, py) - np.einsum("ij,ij->j", w, py) ** 2 / total
    return np.array([np.einsum("ij,ij->j", py, py), trace_p, trace_pp, y_pppy])


def _others(x):
    """For each element the sum of all others of its column, whose first is the largest. Only for that one it has to
    be added: the others of any other are at least half of the total, and a subtraction keeps their digits.
    """
    rest = x[1:].sum(axis=0)
    sums = x[0] + rest - x
    sums[0] = rest
    return sums


def _summary(d, v, tau2, k):
    """The weighted mean of d, its standard error, and tau2, which is 0 where the likelihood is higher there."""
    at_zero, inside = _weighted(d, v, 0.0), _weighted(d, v, tau2)
    gain = -(np.log1p(tau2 / v).sum(axis=0) + np.log(inside[0] / at_zero[0]) + inside[2] - at_zero[2]) / 2
    total, mean, spread = np.where(gain < 0, at_zero, inside)
    se = np.sqrt(np.maximum(1.0, spread / np.maximum(k - 1, 1)) / total)
    return np.stack([mean, se, np.where(gain < 0, 0.0, tau2)])


def _weighted(d, v, tau2):  # sum of the weights, weighted mean of d, weighted sum of squares around it
    w = 1 / (v + tau2)
    mean = np.einsum("ij,ij->j", w, d) / w.sum(axis=0)
    rest = d - mean
    return np.stack([w.sum(axis=0), mean, np.einsum("ij,ij,ij->j", w, rest, rest)])
