"""Statistics of counted events: shares, their differences and ratios, and the sign test.

Counts and group sizes are whole numbers, as int or float. Every function raises ValueError, naming
the argument and its value, where a count is not whole, is negative or exceeds its group, or where
a group has nobody in it. Intervals are two-sided with 95% confidence.
"""

import math
from numbers import Real

from scipy.special import bdtr, betaincinv, ndtri

from .limits import LARGEST_COUNT, needed

_TAIL = 0.025  # on each side of a 95% interval
_LARGEST_SIGNS = 2**31 - 1  # above it SciPy's binomial distribution is silently wrong


def clopper_pearson(events, n):
    """Exact limits ``(low, high)`` of the share events/n (Clopper and Pearson 1934).

    low and high are the 2.5% quantile of Beta(x, n - x + 1) and the 97.5% quantile of
    Beta(x + 1, n - x), x the events; 0 below no event and 1 above n events. For no event the upper
    limit is 1 - 0.025^(1/n).
    """
    _check(events=events, n=n)
    low = betaincinv(events, n - events + 1, _TAIL) if events > 0 else 0.0
    high = betaincinv(events + 1, n - events, 1 - _TAIL) if events < n else 1.0
    return float(low), float(high)


def newcombe(events_1, n_1, events_2, n_2):
    """Hybrid score limits ``(low, high)`` of the difference of shares p1 - p2.

    Newcombe 1998, Stat Med 17:873-890, method 10: with Wilson limits (l, u) of each share,
    low = d - sqrt((p1 - l1)^2 + (u2 - p2)^2), high = d + sqrt((u1 - p1)^2 + (p2 - l2)^2).
    """
    _check(events_1=events_1, n_1=n_1)
    _check(events_2=events_2, n_2=n_2)
    p_1, p_2 = events_1 / n_1, events_2 / n_2
    (low_1, high_1), (low_2, high_2) = _wilson(events_1, n_1), _wilson(events_2, n_2)
    below = math.hypot(p_1 - low_1, high_2 - p_2)
    above = math.hypot(high_1 - p_1, p_2 - low_2)
    # In floating point a Wilson limit can pass 0 or 1 in its last digit.
    return max(-1.0, p_1 - p_2 - below), min(1.0, p_1 - p_2 + above)


def risk_difference(events_1, n_1, events_2, n_2):
    """``(p1 - p2, variance)`` as shares, variance = p1 (1 - p1)/n1 + p2 (1 - p2)/n2.

    Deeks and Higgins 2010, Statistical algorithms in Review Manager 5, without continuity
    correction: the variance is 0 where in each group nobody or everybody has the event. A caller
    must not weight by its inverse then.
    """
    _check(events_1=events_1, n_1=n_1)
    _check(events_2=events_2, n_2=n_2)
    p_1, p_2 = events_1 / n_1, events_2 / n_2
    return p_1 - p_2, p_1 * (1 - p_1) / n_1 + p_2 * (1 - p_2) / n_2


def log_risk_ratio(events_1, n_1, events_2, n_2):
    """``(log(p1/p2), variance)``, natural logarithm, variance = 1/x1 - 1/n1 + 1/x2 - 1/n2.

    Where one of the four cells (with and without the event) is zero, 0.5 is added to all four, so
    to each group 1 (metafor's ``add = 1/2, to = "only0"``). Two groups without any event then give
    a number too, although they say nothing of a ratio; leaving them out is up to the caller.
    """
    _check(events_1=events_1, n_1=n_1)
    _check(events_2=events_2, n_2=n_2)
    if 0 in (events_1, n_1 - events_1, events_2, n_2 - events_2):
        events_1, n_1, events_2, n_2 = events_1 + 0.5, n_1 + 1, events_2 + 0.5, n_2 + 1
    estimate = math.log(events_1 / n_1) - math.log(events_2 / n_2)
    return estimate, 1 / events_1 - 1 / n_1 + 1 / events_2 - 1 / n_2


def peto(tables):
    """Peto's ``(log odds ratio, se)`` of several trials, fixed effect.

    ``tables``: (events_t, n_t, events_c, n_c) of each trial. log OR = sum(O - E) / sum(V) and
    se = 1/sqrt(sum V), O the treated with the event, m the events and N = n_t + n_c of a trial,
    E = n_t m/N, V = n_t n_c m (N - m) / (N^2 (N - 1)) (Yusuf 1985, Prog Cardiovasc Dis 27:335-371).
    A trial in which nobody or everybody has the event adds nothing; raises ValueError where no
    trial adds anything.
    """
    excess = information = 0.0
    for events_t, n_t, events_c, n_c in tables:
        _check(events_t=events_t, n_t=n_t)
        _check(events_c=events_c, n_c=n_c)
        events, n = events_t + events_c, n_t + n_c
        excess += events_t - n_t * events / n
        information += n_t * n_c * events * (n - events) / (n**2 * (n - 1))
    if information == 0:
        raise ValueError(f"tables = {tables!r}: no trial has both people with and without the event")
    return excess / information, 1 / math.sqrt(information)


def sign_test(n_better, n_worse):
    """Exact two-sided p that better and worse are equally likely; None where both counts are 0.

    Twice the probability that Binomial(n, 1/2) is at most the smaller count, at most 1.
    """
    _check(n_better=n_better)
    _check(n_worse=n_worse)
    n = int(needed("n_better + n_worse", n_better + n_worse, 0, _LARGEST_SIGNS))
    if n == 0:
        return None
    return min(1.0, 2 * float(bdtr(min(n_better, n_worse), n, 0.5)))


def _wilson(events, n):
    """Score limits of a share (Wilson 1927)."""
    z = float(ndtri(1 - _TAIL))
    center = events + z**2 / 2
    half = z * math.sqrt(events * (n - events) / n + z**2 / 4)
    return (center - half) / (n + z**2), (center + half) / (n + z**2)


def _check(**counts):
    """One count, or a count of events and the size of its group, by their names as arguments."""
    (name, events), *group = counts.items()
    if not _is_count(events):
        raise ValueError(f"{name} = {events!r}: a whole number from 0 to {LARGEST_COUNT:g} is needed")
    for size_name, size in group:
        if not _is_count(size) or size == 0:
            raise ValueError(f"{size_name} = {size!r}: a whole number from 1 to {LARGEST_COUNT:g} is needed")
        if events > size:
            raise ValueError(f"{name} = {events!r}: at most {size_name} = {size!r} is possible")


def _is_count(value):
    return isinstance(value, Real) and 0 <= value <= LARGEST_COUNT and value == int(value)
