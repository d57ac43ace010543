"""The distinct sets of effects of the multiverse, as its figure draws them."""

from dataclasses import dataclass

from .. import phrases, wording
from .theme import MUTED, POOLED

OTHER_END = ("dose", "other end")
LONG_NAMES = phrases.PRODUCT_NAMES | {k: v["en"] for k, v in phrases.POPULATION_NAMES.items()}

# class of a data set -> fill, stroke, symbol, words
CLASSES = {
    "excludes": (POOLED, POOLED, "circle", "three or more trials, interval excludes zero"),
    "includes": ("transparent", POOLED, "circle", "three or more trials, interval includes zero"),
    "too_few": (MUTED, MUTED, "cross", "one or two trials: no conclusion"),
}


@dataclass(frozen=True)
class DataSet:
    """All runs that pool the same effects; ``options``: those that occur, for each choice;
    ``runs``: the options of each run."""

    number: int
    rank: int
    kind: str
    k: int
    n_runs: int
    estimate: float
    low: float
    high: float
    options: tuple
    runs: tuple


def data_sets(result):
    """The distinct data sets with an estimate, the lowest first; ValueError without any."""
    groups = {}
    for run in result.runs:
        if run.estimate is not None:
            groups.setdefault(run.data_set, []).append(run)
    if not groups:
        raise ValueError(f"{result.key} holds no estimate to draw")
    ordered = sorted(groups.values(), key=lambda runs: (runs[0].estimate, runs[0].data_set))
    return [_data_set(rank, runs) for rank, runs in enumerate(ordered, start=1)]


def _data_set(rank, runs):
    first = runs[0]
    outside = wording.excludes_zero(first.ci_low, first.ci_high)
    return DataSet(
        number=first.data_set,
        rank=rank,
        kind="too_few" if first.k < 3 else "excludes" if outside else "includes",
        k=first.k,
        n_runs=len(runs),
        estimate=first.estimate,
        low=first.ci_low,
        high=first.ci_high,
        runs=tuple(run.options for run in runs),
        options=tuple(set(column) for column in zip(*(run.options for run in runs), strict=True)),
    )


def occurring(each, result):
    """The options of a data set in words, for each choice."""
    return [
        " or ".join(LONG_NAMES.get(option, option) for option in options if option in occurring)
        for (_, options), occurring in zip(result.choices, each.options, strict=True)
    ]


def named(choice):
    """A choice as a label begins."""
    return f"{choice[0].upper()}{choice[1:]}"


def marked_sets(result, found):
    """The data sets of the main analysis and of its other end of doses, with their names."""
    main = tuple(options[0] for _, options in result.choices)
    names = [name for name, _ in result.choices]
    end = tuple(OTHER_END[1] if n == OTHER_END[0] else o for n, o in zip(names, main, strict=True))
    numbers = {run.options: run.data_set for run in result.runs}
    return [
        (each, name)
        for options, name in ((main, "main analysis"), (end, "other end of doses"))
        for each in found
        if each.number == numbers[options]
    ]


def live_rows(result, found):
    """A row a data set, and one of rank 0 for the runs that leave no trial, if any.

    ``codes``: a run each, the place of its option among those of each choice, digit by digit.
    """
    for each in found:
        estimate = f"{wording.number(each.estimate, 'effect')} "
        estimate += f"[{wording.interval((each.low, each.high), 'effect')}]"
        k, runs = (wording.number(n, "count") for n in (each.k, each.n_runs))
        names = [named(name) for name, _ in result.choices]
        yield {
            "rank": each.rank,
            "kind": each.kind,
            "estimate": each.estimate,
            "low": each.low,
            "high": each.high,
            "codes": [_code(options, result) for options in each.runs],
            "said": f"Set {each.rank} of {len(found)}: {estimate}, k = {k}, {runs} analyses",
            "told": {
                "Difference": estimate,
                "k": k,
                "Analyses": runs,
                **dict(zip(names, occurring(each, result), strict=True)),
            },
        }
    empty = [_code(run.options, result) for run in result.runs if run.estimate is None]
    if empty:
        yield {"rank": 0, "kind": "none", "codes": empty}


def _code(options, result):
    places = (names.index(option) for (_, names), option in zip(result.choices, options, strict=True))
    return "".join(map(str, places))
