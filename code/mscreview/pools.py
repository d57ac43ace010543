"""Pools: the trials of a question with their effects, pooled, each with the reason where not."""

from dataclasses import dataclass, replace

from scipy.special import ndtri

from .baselines import difference_in_change_of
from .bias import facts, is_blinded
from .effect_sources import contrast_of
from .evidence import FULL_SOURCES
from .kinds import NotPooled, PoolResult, Trial
from .outcomes import OUTCOMES
from .proportions import newcombe
from .responders import counted_contrast
from .selection import select
from .synthesis import pool_with_intervals, t_quantiles

NORMAL_95 = float(ndtri(0.975))
STATISTICS = (
    "estimate se ci_low ci_high pi_low pi_high tau2 tau2_ci_low tau2_ci_high i2 q q_df q_p"
).split()


@dataclass(frozen=True)
class Candidates:
    """The eligible trials of a question: parallel tuples of `Selected` and `Contrast` (None where no
    time is usable), in table order."""

    question: object
    selected: tuple
    contrasts: tuple

    def pairs(self):
        """(selected, contrast) of each trial."""
        return zip(self.selected, self.contrasts, strict=True)

    def changed(self, change):
        """The same trials with ``change(selected, contrast)`` for each contrast that is there."""
        contrasts = tuple(c and change(s, c) for s, c in self.pairs())
        return replace(self, contrasts=contrasts)


def effect_of(evidence, question, selected):
    """The `Contrast` of one selected trial, by the measure of its outcome."""
    counted = OUTCOMES[question.outcome].measure == "RD"
    return (counted_contrast if counted else contrast_of)(evidence, question, selected)


def candidates_of(evidence, question, split_probable=False):
    """`Candidates` of a question; ``split_probable`` counts probable overlaps as separate cohorts."""
    selected = tuple(select(evidence, question, split_probable))
    contrasts = tuple(
        None if s.reason else effect_of(evidence, question, s) for s in selected
    )
    return Candidates(question, selected, contrasts)


def confounded(candidates):
    """Contrasts with an effect whose arms differ by more than the cells."""
    return [
        c
        for c in candidates.contrasts
        if c and c.effect and c.study["co_intervention_in_cell_arm_only"]
    ]


def reasons(contrasts, reason):
    """{study_id: reason} for `pool_result`."""
    return {c.study["study_id"]: reason for c in contrasts}


def pool_result(evidence, candidates, variant="", dropped=None, tau2="REML"):
    """One `PoolResult`. ``dropped``: study_id -> reason code, for trials a variant leaves out."""
    dropped = dropped or {}
    if variant != "with_co_intervention":
        dropped = {**reasons(confounded(candidates), "co_intervention"), **dropped}
    used = [
        c
        for c in candidates.contrasts
        if c and c.effect and c.study["study_id"] not in dropped
    ]
    used.sort(key=lambda c: (c.study["year"], c.study["label"]))
    base = _without_statistics(candidates, used, variant, dropped, tau2)
    return _with_statistics(evidence, candidates.question, base, used, tau2) if used else base


def _without_statistics(candidates, used, variant, dropped, tau2):
    question = candidates.question
    outcome = OUTCOMES[question.outcome]
    sizes = [(c.treatment.n or 0, c.control.n or 0) for c in used]
    return PoolResult(
        key=f"{question.key}.{variant}" if variant else question.key,
        title=outcome.title,
        unit=outcome.unit,
        k=len(used),
        n_treatment=sum(n for n, _ in sizes),
        n_control=sum(n for _, n in sizes),
        n_participants=sum(sum(pair) for pair in sizes),
        n_eligible_trials=len(candidates.selected),
        n_eligible_randomized=sum(_size(s.study) or 0 for s in candidates.selected),
        measure=outcome.measure,
        tau2_method=tau2,
        not_pooled=_not_pooled(candidates, dropped),
    )


def _with_statistics(evidence, question, base, used, tau2):
    effects = [c.effect.estimate for c in used]
    variances = [c.effect.variance for c in used]
    pooled = pool_with_intervals(effects, variances, tau2)
    main, wald, hksj = (pooled[ci] for ci in ("HKSJ-adhoc", "Wald", "HKSJ"))
    months = [c.months for c in used]
    pairs = zip(used, main.weights, strict=True)
    result = replace(
        base,
        **{name: getattr(main, name) for name in STATISTICS},
        wald_low=wald.ci_low,
        wald_high=wald.ci_high,
        hksj_low=hksj.ci_low,
        hksj_high=hksj.ci_high,
        months_low=min(months),
        months_high=max(months),
        t_quantiles=t_quantiles(base.k),
        trials=tuple(trial_of(evidence, question, c, w) for c, w in pairs),
    )
    if base.k > 1 or base.measure != "RD":
        return result
    # One trial: the score interval, which is exact enough at small counts where the normal is not.
    low, high = result.trials[0].ci_low, result.trials[0].ci_high
    return replace(result, ci_low=low, ci_high=high)


def trial_of(evidence, question, contrast, weight):
    """One pooled contrast as a `Trial`; ``weight`` in percent."""
    effect, study = contrast.effect, contrast.study
    treatment, control = contrast.treatment, contrast.control
    half = NORMAL_95 * effect.se
    low, high = effect.estimate - half, effect.estimate + half
    if effect.effect_source == "counts":
        low, high = newcombe(treatment.events, treatment.n, control.events, control.n)
    change = difference_in_change_of(evidence, question, contrast)
    reach = change and NORMAL_95 * change.se
    return Trial(
        study_id=study["study_id"],
        label=study["label"],
        doi=study["doi"],
        months=contrast.months,
        n_treatment=treatment.n,
        n_control=control.n,
        effect=effect.estimate,
        se=effect.se,
        ci_low=low,
        ci_high=high,
        weight=weight,
        effect_source=effect.effect_source,
        mean_treatment=treatment.mean,
        sd_treatment=treatment.sd,
        mean_control=control.mean,
        sd_control=control.sd,
        p_printed=contrast.p_printed,
        flags=contrast.flags + (("baselines_differ",) if change else ()),
        facts=tuple(dict(vars(f)) for f in facts(evidence, contrast)),
        sources=tuple(dict(vars(s)) for s in contrast.sources),
        events_treatment=treatment.events,
        events_control=control.events,
        change_effect=change and change.estimate,
        change_ci_low=change and change.estimate - reach,
        change_ci_high=change and change.estimate + reach,
        features=features_of(evidence, contrast),
    )


def features_of(evidence, contrast):
    """What a reader may select trials by: population, product, graft, blinding and source."""
    study = contrast.study
    levels = {source.source_level for source in contrast.sources}
    return {
        "population": study["population_group"],
        "product": study["product_class"],
        "graft": study["graft"],
        "blinding": "stated" if is_blinded(evidence, contrast) else "not stated",
        "source": "full" if levels <= set(FULL_SOURCES) else "secondary",
    }


def _not_pooled(candidates, dropped):
    out = []
    for choice, contrast in candidates.pairs():
        study = choice.study
        if choice.reason:
            reason, direction, sources = choice.reason, "", ()
        elif study["study_id"] in dropped:
            reason, direction = dropped[study["study_id"]], contrast.direction
            sources = contrast.sources
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
                _size(study),
                tuple(dict(vars(s)) for s in sources),
            )
        )
    return tuple(out)


def _size(study):
    """Participants randomized, else those in both arms; None where neither was printed."""
    if study["n_randomised"] == study["n_randomised"]:
        return float(study["n_randomised"])
    both = study["n_treated"] + study["n_control"]
    return float(both) if both == both else None
