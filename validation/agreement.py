"""How far this package and metafor agree: one row per quantity, computed from the pinned reference, never typed.

    python validation/agreement.py        prints a Markdown table and writes validation/agreement.csv
"""

from __future__ import annotations

import sys
from math import floor, isnan, log10
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
RELATIVE_TOLERANCE = 1e-6
# For zeros. metafor stops at 1e-12 (its control threshold), so a tau2 that is 0 here can be 1e-13 there; the trial
# variances of this review are above 1e-4, so 1e-9 is far below anything that could change a printed digit.
ABSOLUTE_TOLERANCE = 1e-9
# Differences outside the tolerance that were traced to metafor (README.md, "What does not agree").
EXPLAINED = {("far-from-zero", "tau2_ci_high")}
TESTS = {"z": "Wald", "knha": "HKSJ", "adhoc": "HKSJ-adhoc"}
QUANTITIES = (
    *("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high"),
    *("tau2", "tau2_ci_low", "tau2_ci_high", "i2", "q", "q_df", "q_p", "weights"),
)


def compare(reference_csv=HERE / "reference.csv", cases_csv=HERE / "cases.csv") -> pd.DataFrame:
    """Every number of metafor beside ours: columns case, method, ci, quantity, ours, metafor, difference.

    reference_csv: output of reference.R. cases_csv: its input (case, yi, vi). Weights (percent) give one row per trial.
    Quantities that this review does not report (the prediction interval of two trials) are left out.
    """
    from mscreview.synthesis import pool

    cases = {name: rows for name, rows in pd.read_csv(cases_csv, dtype={"case": str}).groupby("case", sort=False)}
    rows = []
    reference = pd.read_csv(reference_csv, dtype={"case": str, "weights": str}, float_precision="round_trip")
    for theirs in reference.to_dict("records"):
        trials, ci = cases[theirs["case"]], TESTS[theirs["test"]]
        ours = pool(trials["yi"], trials["vi"], tau2=theirs["method"], ci=ci)
        for quantity in QUANTITIES:
            for a, b in _pairs(getattr(ours, quantity), theirs[quantity]):
                rows.append((theirs["case"], theirs["method"], ci, quantity, a, b, abs(a - b)))
    return pd.DataFrame(rows, columns=["case", "method", "ci", "quantity", "ours", "metafor", "difference"])


def _pairs(ours, theirs):
    if ours is None or (isinstance(theirs, float) and isnan(theirs)):
        return []
    if isinstance(ours, tuple):
        return zip(ours, map(float, theirs.split()), strict=True)
    return [(float(ours), float(theirs))]


def agreement(reference_csv=HERE / "reference.csv", cases_csv=HERE / "cases.csv") -> pd.DataFrame:
    """One row per quantity: comparisons, the largest relative difference where metafor's number is not zero (above
    1e-9), the digits that this agrees to, how many are zero, the largest absolute difference there, how many
    comparisons exceed the tolerance, and how many known differences were left out of all of these.
    """
    table = []
    for quantity, every in compare(reference_csv, cases_csv).groupby("quantity", sort=False):
        explained = is_explained(every)
        rows = every[~explained]
        zero = rows["metafor"].abs() < ABSOLUTE_TOLERANCE
        relative = (rows["difference"] / rows["metafor"].abs())[~zero].max()
        table.append(
            {
                "quantity": quantity,
                "comparisons": len(rows),
                "largest_relative_difference": float(relative),
                "digits_agreed": _digits(float(relative)),
                "zeros": int(zero.sum()),
                "largest_difference_at_zeros": float(rows["difference"][zero].max()) if zero.any() else 0.0,
                "outside_tolerance": int((~within_tolerance(rows)).sum()),
                "explained": int(explained.sum()),
            }
        )
    return pd.DataFrame(table)


def within_tolerance(rows: pd.DataFrame) -> pd.Series:
    """For rows of `compare`: is the difference within 1e-6 of metafor's number, or within 1e-9?"""
    return rows["difference"] <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * rows["metafor"].abs()


def is_explained(rows: pd.DataFrame) -> pd.Series:
    """For rows of `compare`: is this one of the differences traced to metafor?"""
    return pd.Series([pair in EXPLAINED for pair in zip(rows["case"], rows["quantity"])], index=rows.index, dtype=bool)


def _digits(relative):
    """Significant digits agreed, at most the 15 that a double holds for certain."""
    return 15 if relative == 0 else min(15, floor(-log10(relative)))


def markdown(table: pd.DataFrame) -> str:
    """The table as Markdown, without the optional dependency that pandas wants for it."""
    header = "| " + " | ".join(name.replace("_", " ") for name in table.columns) + " |"
    rule = "|" + " --- |" * len(table.columns)
    cells = ([f"{x:.1e}" if isinstance(x, float) else str(x) for x in row] for row in table.itertuples(index=False))
    return "\n".join([header, rule, *("| " + " | ".join(row) + " |" for row in cells)])


def main():
    sys.path.insert(0, str(HERE.parent / "code"))
    table = agreement()
    # Three digits: the last ones of a rounding error differ between processors and would only make noise in git diff.
    table.to_csv(HERE / "agreement.csv", index=False, float_format="%.2e", lineterminator="\n")
    print(markdown(table))
    return 1 if table["outside_tolerance"].any() else 0


if __name__ == "__main__":
    sys.exit(main())
