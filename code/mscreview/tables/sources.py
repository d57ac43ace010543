"""Where what a table or figure shows can be looked up."""

from .. import wording
from .table import Link


def address(doi, source_url=""):
    """The address of a report: its DOI, else the first page that it was read at; "" without both."""
    return f"https://doi.org/{doi}" if doi else source_url.split(" ; ")[0]


def opening(label, found, url=""):
    """The name of a report (``found`` holds its DOI) that opens it; ``url``: the address without a DOI."""
    return Link(label, address(found.doi, url))


def named(results, row):
    """The name of a trial or arm of a result that opens its report."""
    included = results["studies.included"].rows
    report = next(report for report in included if report.study_id == row.study_id)
    return opening(row.label, report, report.source_url)


def addresses(results):
    """{study_id: address} of the included reports."""
    return {row.study_id: address(row.doi, row.source_url) for row in results["studies.included"].rows}


def where(sources):
    """Rows of the tables with their place in the source: "outcomes.csv row 21: Abstract"."""
    places = {}
    for source in sources:
        rows = places.setdefault((source["table"], source["locator"]), [])
        rows.append(str(source["row"]))
    told = [
        f"{table}.csv row{'s' * (len(rows) > 1)} {', '.join(rows)}" + (f": {locator}" if locator else "")
        for (table, locator), rows in places.items()
    ]
    return "; ".join(told) or wording.MISSING["en"]
