"""What survey tools put around the answers: Qualtrics' header rows, REDCap's checkbox columns."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.findings import Finding, Where
from pipeline.intake.frame import as_it_stood

_IMPORT_ID = re.compile(r"\s*\{\s*[\"']ImportId[\"']\s*:.*", re.DOTALL)
_CHOICE = re.compile(r"(.*\S)\s*\(choice=(.*)\)\s*", re.DOTALL)
_BOX = re.compile(r"(.+)___(.+)")
_TICKED = ("Checked", "1")
# Column -> the wording that the tool itself gives it: they show the second header row of exports without ImportIds.
_OWN_WORDINGS = {
    "ResponseId": "Response ID",
    "ResponseID": "ResponseID",
    "StartDate": "Start Date",
    "EndDate": "End Date",
}


def laid_out(cells: Cells, layout: str, where: Where) -> Cells:
    """The cells without what the layout adds; ``Mistakes`` where the file is not laid out as declared."""
    looks = likely_layout(cells)
    if layout == "qualtrics":
        if looks != "qualtrics":
            raise Mistakes.one(
                where("layout"), f"{cells.source} has no rows of wordings and ImportIds below its names.",
                "Write layout: plain, or export again from Qualtrics with its header rows.",
            )  # fmt: skip
        return _qualtrics(cells)
    if looks == "qualtrics":
        raise Mistakes.one(
            where("layout"), f"{cells.source} has Qualtrics' header rows below its names.", "Write layout: qualtrics."
        )
    return _redcap(cells) if layout == "redcap" else cells


def likely_layout(cells: Cells) -> str:
    """``qualtrics``, ``redcap`` or ``plain``, by what stands in a file that was read without a layout."""
    if _header_rows(cells.text):
        return "qualtrics"
    names = as_it_stood(cells).values()
    if "redcap_event_name" in names or any(_CHOICE.fullmatch(n) or _BOX.fullmatch(n) for n in names):
        return "redcap"
    return "plain"


def _header_rows(text: pd.DataFrame) -> int:
    """How many rows below the names are not answers: wordings and ImportIds (2), wordings alone (1), none (0)."""
    if len(text) > 1:
        ids = [cell for cell in text.iloc[1] if cell]
        if ids and sum(bool(_IMPORT_ID.fullmatch(cell)) for cell in ids) > len(ids) / 2:
            return 2
    own = [name for name in _OWN_WORDINGS if name in text]
    return int(len(text) > 0 and bool(own) and all(text[name].iloc[0] == _OWN_WORDINGS[name] for name in own))


def _qualtrics(cells: Cells) -> Cells:
    rows = _header_rows(cells.text)
    labels = {str(name): wording.strip() for name, wording in cells.text.iloc[0].items() if wording.strip()}
    told = Finding(cells.source, "header rows below the names", str(rows))
    return replace(cells, text=cells.text.iloc[rows:], labels=labels, findings=(*cells.findings, told))


def _redcap(cells: Cells) -> Cells:
    """Wordings and choices from the names of checkbox columns; names themselves stay as they are.

    A labelled export calls a box ``Wording (choice=Label)``: that gives ``labels`` and, for the code of a ticked box,
    ``value_labels``. A raw one calls it ``variable___code``, which holds no wording.
    """
    labels, value_labels, boxes = dict(cells.labels), dict(cells.value_labels), 0
    for column, name in as_it_stood(cells).items():
        if choice := _CHOICE.fullmatch(name):
            labels[column] = choice[1]
            ticked = next((t for t in _TICKED if (cells.text[column] == t).any()), _TICKED[0])
            value_labels[column] = {ticked: choice[2]}
        elif name != column:
            labels[column] = name  # a wording that stands over several columns, which are numbered
        boxes += bool(choice or _BOX.fullmatch(name))
    told = Finding(cells.source, "checkbox columns", str(boxes))
    return replace(cells, labels=labels, value_labels=value_labels, findings=(*cells.findings, told))
