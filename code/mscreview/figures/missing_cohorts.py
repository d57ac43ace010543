"""The eligible trials of the missing-data map, and the pools that they could be in."""

from dataclasses import dataclass

COLUMNS = {
    "hba1c": "HbA1c",
    "fpg": "Fasting glucose",
    "ppg": "Post-prandial glucose",
    "insulin_iu_per_day": "Insulin, IU/day",
    "insulin_iu_per_kg_per_day": "Insulin, IU/kg/day",
    "composite_responders": "Composite response",
    "hba1c_responders": "HbA1c below 7%",
    "c_peptide_fasting": "C-peptide, fasting",
    "c_peptide_stimulated": "C-peptide, stimulated",
    "c_peptide_auc": "C-peptide, area",
    "homa_b": "HOMA-B",
    "homa_ir": "HOMA-IR",
}
POOLED = "pooled"
SHARES = {"msc": "Share in the pool, MSC alone", "any": "Share in the pool, any cell product"}


@dataclass(frozen=True)
class Cohort:
    """One eligible trial; ``found``: what it gives to each outcome, a `Trial` or a `NotPooled`."""

    label: str
    n_randomized: float | None
    only_cells: bool
    found: dict

    @property
    def states(self):
        """{outcome: `POOLED` or a reason}."""
        return {outcome: getattr(trial, "reason", POOLED) for outcome, trial in self.found.items()}

    @property
    def study_id(self):
        """Of the report that names the trial."""
        return next(iter(self.found.values())).study_id


def pools_of(results, population):
    """{product: {outcome: `PoolResult`}}."""
    return {
        product: {name: results[f"{name}.{population}.{product}.controlled"] for name in COLUMNS}
        for product in SHARES
    }


def cohorts_of(results, pools):
    """The trials of all pools by year, one for each cohort: its outcomes may come from different
    reports."""
    reports = {row.study_id: row for row in results["studies.included"].rows}
    only_cells = {reports[trial.study_id].cohort for _, trial in _members(pools["msc"])}
    of_cohort = {}
    for outcome, trial in _members(pools["any"]):
        of_cohort.setdefault(reports[trial.study_id].cohort, []).append((outcome, trial))
    cohorts = [_cohort(found, name in only_cells) for name, found in of_cohort.items()]
    years = [min(reports[t.study_id].year or 0 for _, t in found) for found in of_cohort.values()]
    pairs = zip(years, cohorts, strict=True)
    return [cohort for _, cohort in sorted(pairs, key=lambda pair: (pair[0], pair[1].label))]


def _cohort(found, only_cells):
    sizes = [getattr(trial, "n_randomized", None) for _, trial in found]  # pooled ones name none
    return Cohort(
        label=found[0][1].label,
        n_randomized=next((n for n in sizes if n is not None), None),
        only_cells=only_cells,
        found=dict(found),
    )


def _members(pools):
    for outcome, pool in pools.items():
        for trial in (*pool.trials, *pool.not_pooled):
            yield outcome, trial
