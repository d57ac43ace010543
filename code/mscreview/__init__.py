"""Synthesis of the evidence on mesenchymal stromal cells in type 2 diabetes.

Reading the tables: evidence, csvtable, schema, codebook, crosschecks, plausible. Choosing and
converting: outcomes, selection, arms, contrasts, effect_sources, responders, effects, units,
derived, baselines. Pooling: synthesis, many_pools, pools, sensitivity, subgroups, multiverse.
Beside pools: before_after, directions, proportions, safety, animals, published, descriptive,
counts. Judging: bias, judgments, certainty, claims. All of it: review, kinds, results.
Showing: wording, statements, phrases, reasons, tables, figures, ledger, bibliography, book.

The public names are loaded on first use (PEP 562), so that a chapter imports, and therefore
depends on, only what it uses::

    from mscreview import load_evidence, analyse, pool

    results = analyse(load_evidence("data"))
    results["hba1c.t2dm.msc.controlled"].estimate
"""

from importlib import import_module

_ROOMS = {
    "load_evidence": "evidence",
    "Evidence": "evidence",
    "EvidenceError": "evidence",
    "analyse": "review",
    "Results": "results",
    "pool": "synthesis",
    "Pooled": "synthesis",
    "leave_one_out": "synthesis",
    "cumulative": "synthesis",
}

__all__ = sorted(_ROOMS)


def __getattr__(name):
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
