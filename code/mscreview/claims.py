"""The claims of the source review against the evidence: one verdict each, by the plan's rules.

Of an effect in patients (C1 to C3), in type 2 diabetes:

- supported: at least 3 trials, the ad hoc interval excludes zero on the claimed side, and the
  certainty is at least low; contradicted: the same on the other side;
- not established: any other controlled evidence, trials that give only a direction included;
- uncontrolled only: changes from baseline and nothing else; not testable: not even those.

Of several pools (the other end of a dose range, the difference in change, several outcomes) the
least favorable decides, so that no choice among them supports a claim. An outcome that no trial
gives a value for neither supports nor blocks; directions decide only where no named outcome has a
pool. Animals (C4, C5) reach "supported in direction only" at best: the size of their effects and
their risk of bias are not known.
"""

from .kinds import Claim
from .outcomes import OUTCOMES
from .synthesis import pool as pool_effects

NEEDED_TRIALS, NEEDED_REPORTS, NEEDED_COMPARISONS = 3, 10, 2
NEEDED_VALUES, LARGEST_SHARE = 3, 0.80
MUCH_INCONSISTENCY = 50.0  # I2 in percent
ALPHA = 0.05
NEWCOMBE_WIDTH = 3.92  # standard errors between 95% limits
SURE_ENOUGH = ("high", "moderate", "low")
LEAST_FAVORABLE_FIRST = ("contradicted", "not established", "supported")

HEADLINE = "hba1c.t2dm.msc.controlled"
VARIANTS = (".other_dose_end", ".change_from_baseline")
WIDEST = ("hba1c.both.any.controlled", "hba1c.both.any.controlled.with_co_intervention")
UMBRELLAS = ("safety.any.all_cause", "safety.serious.all_cause")
INSULIN = ("insulin_iu_per_day", "insulin_iu_per_kg_per_day")
BETA_CELL = tuple(name for name, outcome in OUTCOMES.items() if outcome.beta_cell)
FEATURES = ("cell_source", "route", "n_infusions", "dose")

# What `Claim.numbers` holds for each reason, in this order; None where a pool does not have it.
_POOL = "k estimate ci_low ci_high"
_ANIMALS = "n_improved n_worse n_no_clear_difference n_silent n_reports share_silent sign_p"
_DEATHS = "deaths_in_cell_arms deaths_in_source_review n_stated n_not_mentioned n_not_looked_for"
_SPREAD = "k tau2 tau2_ci_low tau2_ci_high i2"
_SPREADS = f"{_SPREAD} primary_{_SPREAD.replace(' ', ' primary_')}"
_PROTOCOLS = " ".join(["n_cohorts", *(f"{f}_values {f}_largest_share" for f in FEATURES)])
_BY_NUMBERS = {
    _POOL: "excludes_zero excludes_zero_other_way includes_zero certainty_too_low too_few_trials "
    "more_events no_margin",
    "n_better n_worse n_unclear": "directions_only",
    "n_arms": "uncontrolled_only",
    "": "no_evidence",
    _ANIMALS: "directions_agree directions_against directions_mixed too_few_reports",
    "n_comparisons n_cohorts_counted": "too_few_comparisons",
    "n_events n_transient n_lasting": "mostly_transient mostly_lasting transience_unknown",
    _DEATHS + " n_stated_in_source_review": "death_in_cell_arm all_state_none some_silent all_silent",
    _SPREADS: "heterogeneous heterogeneity_not_shown too_few_for_heterogeneity",
    _PROTOCOLS: "protocols_vary protocols_partly_vary protocols_alike",
}
NUMBERS = {c: tuple(of.split()) for of, codes in _BY_NUMBERS.items() for c in codes.split()}
REASON_CODES = tuple(NUMBERS)


def judge_claims(results):
    """The `Claim` of C1 to C10, in order, from {key: result}.

    KeyError where a main pool, its certainty or directions, or another result that a rule names is
    missing; variants, changes from baseline and further groups of events need not be there.
    """
    return [
        _in_patients(results, 1, ("hba1c",)),
        _in_patients(results, 2, INSULIN, ("composite_responders",)),
        _in_patients(results, 3, BETA_CELL),
        _in_animals(results, 4, "animals.glucose"),
        _in_animals(results, 5, "animals.beta_cell"),
        _few_events(results),
        _transient(results),
        _no_deaths(results),
        _heterogeneous(results),
        _not_standardized(results),
    ]


def _claim(number, verdict, reason, decided_by=(), numbers=()):
    return Claim(f"claims.C{number}", number, verdict, reason, tuple(decided_by), tuple(numbers))


def _of(result, names):
    return [getattr(result, name) for name in names.split()]


def _in_patients(results, number, *groups):
    """``groups`` of outcomes: the first with a pooled trial decides, all its pools together."""
    for names in groups:
        found = [one for name in names for one in _pooled(results, name)]
        if found:
            found.sort(key=lambda one: LEAST_FAVORABLE_FIRST.index(one[0]))
            verdict, reason, pool = found[0]
            return _claim(number, verdict, reason, [p.key for *_, p in found], _of(pool, _POOL))
    return _without_pool(results, number, [name for names in groups for name in names])


def _pooled(results, name):
    """(verdict, reason, pool) of one outcome's pools, the least favorable interval first."""
    key = f"{name}.t2dm.msc.controlled"
    pools = [results[key], *(results[key + v] for v in VARIANTS if key + v in results)]
    better = -1 if OUTCOMES[name].lower_is_better else 1
    found = [(*sorted((better * p.ci_low, better * p.ci_high)), p) for p in pools if p.k]
    found.sort(key=lambda one: one[0])
    return [(*_verdict(results, key, *one), one[-1]) for one in found]


def _verdict(results, key, low, high, pool):
    """From limits turned so that above zero is better for the patient. A variant that has no
    certainty of its own takes that of its main pool, `key`."""
    own = f"certainty.{pool.key}"
    if pool.k < NEEDED_TRIALS:
        return "not established", "too_few_trials"
    if low <= 0 <= high:
        return "not established", "includes_zero"
    if results[own if own in results else f"certainty.{key}"].level not in SURE_ENOUGH:
        return "not established", "certainty_too_low"
    return ("supported", "excludes_zero") if low > 0 else ("contradicted", "excludes_zero_other_way")


def _without_pool(results, number, names):
    """Directions of a trial whose cell arm alone had another treatment say nothing of the cells."""
    told = {}
    for key in (f"directions.{name}.t2dm.msc" for name in names):
        rows = [row.direction for row in results[key].rows if row.reason != "co_intervention"]
        told[key] = [rows.count(way) for way in ("better", "worse", "unclear")]
    keys = sorted((key for key in told if any(told[key])), key=lambda key: told[key][0] - told[key][1])
    if keys:
        return _claim(number, "not established", "directions_only", keys, told[keys[0]])
    keys = [f"{name}.t2dm.msc.before_after" for name in names]
    arms = {k: sum(a.role == "treatment" for a in results[k].arms) for k in keys if k in results}
    keys = sorted(filter(arms.get, arms), key=arms.get, reverse=True)
    if keys:
        return _claim(number, "uncontrolled only", "uncontrolled_only", keys, [arms[keys[0]]])
    return _claim(number, "not testable", "no_evidence")


def _in_animals(results, number, key):
    """Reports that say "no clear difference" are shown; the sign test has no place for them."""
    told = results[key]
    n_told = told.n_improved + told.n_worse
    if not n_told + told.n_no_clear_difference:
        return _claim(number, "not testable", "no_evidence", [key])
    verdict = "not established"
    if n_told < NEEDED_REPORTS:
        reason = "too_few_reports"
    elif told.sign_p >= ALPHA:
        reason = "directions_mixed"
    elif told.n_improved > told.n_worse:
        verdict, reason = "supported in direction only", "directions_agree"
    else:
        verdict, reason = "contradicted", "directions_against"
    return _claim(number, verdict, reason, [key], _of(told, _ANIMALS))


def _few_events(results):
    """"Few" has no limit of its own, so the comparison is with control: clearly more events
    contradict it, and nothing supports it, since a harm not shown is not a harm excluded. Risk
    differences are pooled with variances from their Newcombe limits, which exist at zero events."""
    any_event = results[UMBRELLAS[0]]
    found, keys = any_event.comparisons, [any_event.key]
    if len(found) < NEEDED_COMPARISONS:
        return _claim(6, "not testable", "too_few_comparisons", keys, [len(found), any_event.cohorts_cells])
    variances = [((c.ci_high - c.ci_low) / NEWCOMBE_WIDTH) ** 2 for c in found]
    pooled = pool_effects([c.difference for c in found], variances)
    more = pooled.k >= NEEDED_TRIALS and pooled.ci_low > 0
    verdict, reason = ("contradicted", "more_events") if more else ("not established", "no_margin")
    return _claim(6, verdict, reason, keys, _of(pooled, _POOL))


def _transient(results):
    """Participants with an event in cell arms, summed over events of any cause. A person with two
    events counts twice; the umbrella groups count only for cohorts without a named event."""
    keys = [k for k in results if k.startswith("safety.") and k.endswith(".all_cause")]
    keys.sort(key=UMBRELLAS.__contains__)
    rows = []
    for key in keys:
        known = {row.cohort for row in rows} if key in UMBRELLAS else ()
        counted = [r for r in results[key].rows if r.role == "cells" and r.n_with_event]
        rows += [row for row in counted if row.cohort not in known]
    if not rows:
        return _claim(7, "not testable", "no_evidence", keys)
    n_events = sum(row.n_with_event for row in rows)
    said = {way: sum(r.n_with_event for r in rows if r.transient == way) for way in ("yes", "no")}
    verdict, reason = "not testable", "transience_unknown"
    if said["yes"] > n_events / 2:
        verdict, reason = "supported", "mostly_transient"
    elif said["no"] > n_events / 2:
        verdict, reason = "contradicted", "mostly_lasting"
    return _claim(7, verdict, reason, keys, [n_events, said["yes"], said["no"]])


def _no_deaths(results):
    """A death in a cell arm contradicts, whatever its cause; silence supports nothing."""
    deaths = results["deaths"]
    own = {r.cohort for r in deaths.rows if r.in_source_review and r.state == "stated"}
    if deaths.deaths_in_cell_arms:
        verdict, reason = "contradicted", "death_in_cell_arm"
    elif not deaths.n_stated:
        verdict, reason = "not testable", "all_silent"
    elif deaths.n_not_mentioned + deaths.n_not_looked_for:
        verdict, reason = "not established", "some_silent"
    else:
        verdict, reason = "supported", "all_state_none"
    return _claim(8, verdict, reason, [deaths.key], [*_of(deaths, _DEATHS), len(own)])


def _heterogeneous(results):
    """In the set with most trials; the primary set's numbers stand beside it."""
    sets = [results[WIDEST[0]], *(results[key] for key in WIDEST[1:] if key in results)]
    widest, primary = max(sets, key=lambda pool: pool.k), results[HEADLINE]
    if widest.k < NEEDED_TRIALS:
        verdict, reason = "not testable", "too_few_for_heterogeneity"
    elif widest.tau2_ci_low > 0 or widest.i2 >= MUCH_INCONSISTENCY:
        verdict, reason = "supported", "heterogeneous"
    else:
        verdict, reason = "not established", "heterogeneity_not_shown"
    numbers = _of(widest, _SPREAD) + _of(primary, _SPREAD)
    return _claim(9, verdict, reason, [widest.key, primary.key], numbers)


def _not_standardized(results):
    """All four features must vary to support the claim; if all are alike it is contradicted."""
    protocols = results["protocols.t2dm.msc"]
    by_name = {feature.feature: feature for feature in protocols.features}
    features = [by_name[name] for name in FEATURES]
    if not any(feature.n_stated for feature in features):
        return _claim(10, "not testable", "no_evidence", [protocols.key])
    varieties = {_variety(feature) for feature in features}
    verdict, reason = "not established", "protocols_partly_vary"
    if varieties == {"varies"}:
        verdict, reason = "supported", "protocols_vary"
    elif varieties == {"alike"}:
        verdict, reason = "contradicted", "protocols_alike"
    pairs = [(len(f.values), f.largest_share) for f in features]
    numbers = [protocols.n_cohorts, *(number for pair in pairs for number in pair)]
    return _claim(10, verdict, reason, [protocols.key], numbers)


def _variety(feature):
    """"varies": at least 3 values, none in more than 80% of the cohorts that state one; "alike":
    one value above 80%; else "unclear", as where no cohort states it."""
    if feature.n_stated and feature.largest_share > LARGEST_SHARE:
        return "alike"
    return "varies" if len(feature.values) >= NEEDED_VALUES else "unclear"
