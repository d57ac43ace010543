"""Subgroups of a pool: compared only with two trials on each side, else counted and said so."""

from dataclasses import replace

from scipy.special import stdtr, stdtrit

from .kinds import PoolResult, SubgroupContrast
from .synthesis import pool

POOLS = ("hba1c.t2dm.any.controlled", "hba1c.both.any.controlled")
MIN_TRIALS = 2
NAMES = {
    "graft": ("autologous", "allogeneic"),
    "product": ("msc", "not_expanded_msc"),
    "blinding": ("stated", "not stated"),
    "population": ("t2dm", "t1dm"),
}


def subgroup_results(found):
    """A `SubgroupContrast` for each pool of `POOLS` and feature of `NAMES`.

    ``found``: results by key. The difference of two pooled estimates (first minus second, Cochrane
    Handbook 10.11.3.1), each by REML with the ad hoc standard error; t interval of
    sqrt(se1^2 + se2^2) with k1 + k2 - 2 degrees of freedom, because both tau^2 are estimated.
    """
    for key in POOLS:
        for by in NAMES:
            if by == "population" and ".both." not in key:
                continue
            yield _contrast(found[key], by)


def _contrast(result: PoolResult, by):
    groups = {name: [] for name in NAMES[by]}
    for trial in result.trials:
        if trial.features[by] in groups:
            groups[trial.features[by]].append(trial)
    sizes = tuple((name, len(trials), _participants(trials)) for name, trials in groups.items())
    comparable = all(len(trials) >= MIN_TRIALS for trials in groups.values())
    base = SubgroupContrast(f"subgroup.{by}.{result.key}", result.key, by, sizes, comparable)
    return _compared(base, groups.values()) if comparable else base


def _participants(trials):
    return sum((t.n_treatment or 0) + (t.n_control or 0) for t in trials)


def _compared(base, groups):
    first, second = (pool([t.effect for t in g], [t.se**2 for t in g]) for g in groups)
    difference = first.estimate - second.estimate
    se = (first.se**2 + second.se**2) ** 0.5
    df = first.k + second.k - 2
    reach = float(stdtrit(df, 0.975)) * se
    return replace(
        base,
        difference=difference,
        ci_low=difference - reach,
        ci_high=difference + reach,
        p=2 * float(stdtr(df, -abs(difference) / se)),
    )
