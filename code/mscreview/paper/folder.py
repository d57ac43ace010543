"""The folder for an editor: manuscript, figures, tables, supplementary files, checklists, cover sheet,
JATS, and a report of what is still missing or beyond the journal's limits.

Manuscript, figures and tables are what `make_pdf` and `make_docx` built just before.
"""

import datetime
import hashlib
import os
import shutil

from .. import ledger, paths
from ..submission import cover_sheet
from ..tables import judged, screened
from ..tables.table import as_csv
from . import checklists, floats, front, jats, measures, places, report, tree, word
from .png import dots_per_inch

PARTS = ("manuscript", "supplement")
STREAMS = ("clinical", "preclinical")


def write_folder(submission, results):
    """Write the folder; returns the lines of its report."""
    folder = paths.submission_folder()
    fresh = folder.with_suffix(".part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    blocks = {part: tree.read_part(part) for part in PARTS}
    found = [one for part in PARTS for one in floats.find(blocks[part])]
    pictures = floats.write_figures(found, fresh / "figures")
    floats.write_tables(found, fresh / "tables", front.metadata(submission, "manuscript"))
    _manuscript(fresh)
    _supplementary(fresh / "supplementary", results)
    _checklists(fresh, submission)
    xml = fresh / "manuscript.xml"
    jats.write_jats(xml, submission, blocks["manuscript"], pictures, _date())
    counted = measures.counts(blocks["manuscript"])
    counted["figure_dpi"] = min(dots_per_inch(path) for path in (fresh / "figures").glob("*.png"))
    _cover_sheet(fresh, submission, counted, measures.core_tip(blocks["manuscript"]))
    lines = report.lines(submission, counted, jats.problems(xml))
    (fresh / "report.md").write_text("\n".join(lines) + "\n", "utf-8")
    _checksums(fresh)
    # An editor's folder is never half of one run and half of another.
    old = folder.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return lines


def _date():
    """The day of this version; the same for the same commit (`SOURCE_DATE_EPOCH` of the Makefile)."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def _manuscript(folder):
    supplementary = folder / "supplementary"
    supplementary.mkdir()
    for part, place in zip(PARTS, (folder, supplementary), strict=True):
        shutil.copyfile(paths.word_folder() / f"{part}.docx", place / f"{part}.docx")
        shutil.copyfile(paths.latex_folder() / f"{part}.pdf", place / f"{part}.pdf")


def _supplementary(folder, results):
    """Data with codebook, search log, excluded records, risk of bias, GRADE profile, ledger."""
    shutil.copytree(paths.DATA, folder / "data")
    shutil.copyfile(paths.DATA / "search_log.csv", folder / "search_log.csv")
    lists = screened.lists(results)
    for stream in STREAMS:
        _csv(folder / f"excluded_{stream}.csv", lists[f"records-{stream}-exclude"][1])
        _csv(folder / f"awaiting_{stream}.csv", lists[f"records-{stream}-awaiting"][1])
    _csv(folder / "risk_of_bias.csv", judged.bias(results))
    _csv(folder / "grade_profile.csv", judged.grade(results))
    _csv(folder / "summary_of_findings.csv", judged.summary_of_findings(results))
    _csv(folder / "summary_of_findings_zh.csv", judged.summary_of_findings(results, "zh-Hans"))
    entries = [
        (e.key, e.text(results, "en"), e.text(results, "zh-Hans"), e.exact(), e.meaning)
        for e in ledger.entries(results).values()
    ]
    columns = ("key", "text_en", "text_zh", "value", "formula")
    (folder / "results_ledger.csv").write_text(as_csv(columns, entries), "utf-8")
    results.to_json(folder / "results.json")


def _csv(path, table):
    path.write_text(as_csv(table.columns, [map(str, row) for row in table.rows]), "utf-8")


def _checklists(folder, submission):
    known = places.read_places({part: paths.latex_folder() / "typeset" / f"{part}.aux" for part in PARTS})
    for name in checklists.ITEMS:
        checklist = checklists.load_checklist(name)
        rows = checklists.filled(checklist, known)
        checklists.write_checklist(checklist, rows, submission.text("title"), folder)


def _cover_sheet(folder, submission, counted, core_tip):
    rows = [*cover_sheet(submission, counted), ("Core tip", core_tip)]
    (folder / "cover_sheet.csv").write_text(as_csv(("field", "text"), rows), "utf-8")
    blocks = [front.heading("Cover sheet"), *(front.line(field, text) for field, text in rows)]
    word.write_blocks(blocks, folder / "cover_sheet.docx", front.metadata(submission, "manuscript"))


def _checksums(folder):
    """A list of all files with their SHA-256, as ``sha256sum --check`` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    ]
    (folder / "checksums.sha256").write_text("".join(lines), "utf-8")
