"""From the evidence to the results: every pool and count of the manuscript."""

from dataclasses import asdict, replace

from scipy.special import ndtri

from .arms import arms_of
from .bias import facts, is_blinded
from .contrasts import contrast_of, from_means_and_p
from .counts import counts
from .derived import derived_n
from .results import NotPooled, PoolResult, Results, Trial
from .selection import Question, select
from .synthesis import pool

HEADLINE = Question("hba1c", "t2dm", "msc")
QUESTIONS = (
    HEADLINE,
    Question("hba1c", "t2dm", "msc_or_with_others"),
    Question("hba1c", "t2dm", "any"),
)
UNITS = {"hba1c": "percentage points"}
TITLES = {"hba1c": "HbA1c"}
NORMAL_95 = float(ndtri(0.975))


def analyse(evidence):
    """All results of the review from `Evidence`; returns `Results`.

    Keys: ``outcome.population.product.design[.variant]`` for pools, ``screening.*`` and
    ``studies.*`` for counts.
    """
    pools = {}
    for question in QUESTIONS:
        selected, contrasts = trials_of(evidence, question)
        result = pool_result(evidence, question, selected, contrasts)
        pools[result.key] = result
        if question == HEADLINE:
            for variant in _headline_variants(evidence, question, selected, contrasts):
                pools[variant.key] = variant
    return Results(pools, counts(evidence), evidence.notes)


def trials_of(evidence, question):
    """The eligible trials and their contrasts (None without a usable time), in table order."""
    selected = select(evidence, question)
    contrasts = [None if s.reason else contrast_of(evidence, question, s) for s in selected]
    return selected, contrasts


def pool_result(evidence, question, selected, contrasts, variant="", dropped=None, tau2="REML"):
    """One `PoolResult`. ``dropped``: study_id -> reason code, for trials a variant leaves out."""
    dropped = dropped or {}
    if variant != "with_co_intervention":
        dropped = {**_reasons(_confounded(contrasts), "co_intervention"), **dropped}
    used = [
        c for c in contrasts if c and c.effect and c.study["study_id"] not in dropped
    ]
    used.sort(key=lambda c: (c.study["year"], c.study["label"]))
    key = f"{question.key}.{variant}" if variant else question.key
    sizes = [(c.treatment.n or 0, c.control.n or 0) for c in used]
    base = PoolResult(
        key=key,
        title=TITLES[question.outcome],
        unit=UNITS[question.outcome],
        k=len(used),
        n_treatment=sum(n for n, _ in sizes),
        n_control=sum(n for _, n in sizes),
        n_participants=sum(sum(pair) for pair in sizes),
        n_eligible_trials=len(selected),
        n_eligible_randomized=sum(_number(s.study["n_randomised"]) or 0 for s in selected),
        tau2_method=tau2,
        not_pooled=_not_pooled(selected, contrasts, dropped),
    )
    return _with_statistics(evidence, base, used, tau2) if used else base


def _with_statistics(evidence, base, used, tau2):
    effects = [c.effect.estimate for c in used]
    variances = [c.effect.variance for c in used]
    fits = {ci: pool(effects, variances, tau2=tau2, ci=ci) for ci in ("HKSJ-adhoc", "Wald", "HKSJ")}
    main, wald, hksj = fits.values()
    names = (
        "estimate se ci_low ci_high pi_low pi_high tau2 tau2_ci_low tau2_ci_high i2 q q_df q_p"
    ).split()
    months = [c.months for c in used]
    return replace(
        base,
        **{name: getattr(main, name) for name in names},
        wald_low=wald.ci_low,
        wald_high=wald.ci_high,
        hksj_low=hksj.ci_low,
        hksj_high=hksj.ci_high,
        months_low=min(months),
        months_high=max(months),
        trials=tuple(_trial(evidence, c, w) for c, w in zip(used, main.weights, strict=True)),
    )


def _trial(evidence, contrast, weight):
    effect, study = contrast.effect, contrast.study
    half = NORMAL_95 * effect.se
    return Trial(
        study_id=study["study_id"],
        label=study["label"],
        doi=study["doi"],
        months=contrast.months,
        n_treatment=contrast.treatment.n,
        n_control=contrast.control.n,
        effect=effect.estimate,
        se=effect.se,
        ci_low=effect.estimate - half,
        ci_high=effect.estimate + half,
        weight=weight,
        effect_source=effect.effect_source,
        mean_treatment=contrast.treatment.mean,
        sd_treatment=contrast.treatment.sd,
        mean_control=contrast.control.mean,
        sd_control=contrast.control.sd,
        p_printed=contrast.p_printed,
        flags=contrast.flags,
        facts=tuple(asdict(f) for f in facts(evidence, contrast)),
        sources=tuple(asdict(s) for s in contrast.sources),
    )


def _not_pooled(selected, contrasts, dropped):
    out = []
    for choice, contrast in zip(selected, contrasts, strict=True):
        study = choice.study
        if choice.reason:
            reason, direction, sources = choice.reason, "", ()
        elif study["study_id"] in dropped:
            reason, direction, sources = dropped[study["study_id"]], contrast.direction, ()
        elif contrast.effect is None:
            reason, direction, sources = "direction_only", contrast.direction, contrast.sources
        else:
            continue
        out.append(
            NotPooled(
                study["study_id"],
                study["label"],
                study["doi"],
                reason,
                direction,
                _number(study["n_randomised"]),
                tuple(asdict(s) for s in sources),
            )
        )
    return tuple(out)


def _number(value):
    return float(value) if value == value else None


# --- the sensitivity analyses of the headline ----------------------------------------------


def _headline_variants(evidence, question, selected, contrasts):
    """Every sensitivity analysis of the plan that these trials allow, as `PoolResult`."""

    def variant(name, changed=contrasts, **options):
        return pool_result(evidence, question, selected, changed, name, **options)

    pooled = [c for c in contrasts if c and c.effect and c not in _confounded(contrasts)]
    ends = [c.other_ends[0] if c and c.other_ends else c for c in contrasts]
    if ends != contrasts:
        yield variant("other_dose_end", ends)
    for tau2 in ("DL", "PM"):
        yield variant(tau2.lower(), tau2=tau2)
    for contrast in pooled:
        study_id = contrast.study["study_id"]
        yield variant(f"without_{study_id}", dropped={study_id: "left_out"})
    open_trials = [c for c in pooled if not is_blinded(evidence, c)]
    yield variant("blinded_only", dropped=_reasons(open_trials, "blinding_not_stated"))
    secondary = [c for c in pooled if not _is_full_source(c)]
    yield variant("full_sources_only", dropped=_reasons(secondary, "secondary_source"))
    if _confounded(contrasts):
        yield variant("with_co_intervention")
    later = [_usable(evidence, question, s, c) for s, c in zip(selected, contrasts, strict=True)]
    if later != contrasts:
        yield variant("next_usable_time", later)
    with_n = [derived_n(evidence, s, c) for s, c in zip(selected, contrasts, strict=True)]
    if with_n != contrasts:
        yield variant("derived_n", with_n)
    pairs = zip(selected, contrasts, strict=True)
    printed = [_printed_change(evidence, question, s, c) for s, c in pairs]
    if printed != contrasts:
        yield variant("printed_change", printed)


def _reasons(contrasts, reason):
    return {c.study["study_id"]: reason for c in contrasts}


def _confounded(contrasts):
    """Contrasts whose arms differ by more than the cells."""
    return [c for c in contrasts if c and c.effect and c.study["co_intervention_in_cell_arm_only"]]


def _usable(evidence, question, selected, contrast):
    """The contrast, or where it gives no effect the next nearest report and time that does."""
    if not contrast or contrast.effect:
        return contrast
    others = (contrast_of(evidence, question, other) for other in selected.others)
    return next((other for other in others if other.effect), contrast)


def _is_full_source(contrast):
    return contrast.sources[0].source_level in ("abstract", "paper table")


def _printed_change(evidence, question, selected, contrast):
    """The contrast from the changes that the paper prints, where they contradict its means."""
    if not contrast or not contrast.effect or contrast.effect.effect_source != "final values":
        return contrast
    changes = arms_of(evidence, question, selected, is_change="yes")
    return from_means_and_p(evidence, selected, changes, is_change="yes") or contrast
