"""The report beside a submission: what authors have still to fill in, what breaks a limit of the
journal, and which of its rules are not known."""

from ..submission import front_counts, over_limits, unfilled


SUMMARY = 2  # the line of the report that counts


def lines(submission, counted, invalid):
    """The lines of the report, as Markdown. ``counted``: {key of a limit: number}; ``invalid``: what
    the DTD finds wrong with the JATS file."""
    missing = unfilled(submission)
    findings = over_limits(submission, {**front_counts(submission), **counted})
    broken = [found for found in findings if found.verdict in ("over", "under")]
    others = [found for found in findings if found not in broken]
    rules = submission.format_rules
    return [
        f"# Report on the submission to {submission.journal}",
        "",
        f"To fill in: {len(missing)}. Limits broken: {len(broken)}. Faults of the JATS file: {len(invalid)}.",
        *_list("To be filled in by the authors", missing),
        *_list("Limits of the journal that are broken", broken),
        *_list("Other limits", others),
        *_list("Faults of the JATS file", invalid),
        *_list("Rules of form, with their source", [_rule(r) for r in rules if r.status == "known"]),
        *_list(
            "Rules of form that no source states: ask the journal",
            [r.rule for r in rules if r.status == "unknown"],
        ),
    ]


def _rule(rule):
    return f"{rule.rule.strip()} ({rule.source.title}, {rule.source.date}: {rule.source.scope})"


def _list(heading, items):
    return ["", f"## {heading}", "", *([f"- {item}" for item in items] or ["None."])]
