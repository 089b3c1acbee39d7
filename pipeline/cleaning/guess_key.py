"""Which column of an export names its rows, and which their wave."""

from __future__ import annotations

import re

from pipeline.cleaning.scalars import printable
from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells

_MOST_WAVES = 12
_ID_WORDS = "id|ptid|pid|participant|respondent|record|record_id|responseid|case|nr|no|lbnr|løbenr|number"
ID_COLUMN = re.compile(rf"(^|[_ ])({_ID_WORDS})([_ ]|$)|.*(id|nr)$", re.I)
_WAVE = re.compile(r"wave|timepoint|time_point|visit|redcap_event_name|occasion", re.I)
_NO_ID = r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{1,2}:\d{2}.*|[-−]?\d*[.,]\d+|.{41,}"
"""Dates, times, decimals and long texts name no row."""
SYSTEM = {
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
    "LocationLongitude", "DistributionChannel", "UserLanguage",
}  # fmt: skip
"""Columns that a survey tool adds."""


def key_of(cells: Cells) -> tuple[str, str | None, bool]:
    """The id column, the wave column if there is one, and whether some rows share an id."""
    text = cells.text
    named = [c for c in text.columns if ID_COLUMN.search(c)]
    waves = [c for c in text.columns if _WAVE.search(c) and 1 < text[c].nunique() <= _MOST_WAVES]
    named, waves = ([c for c in found if printable(c) == c] for found in (named, waves))
    waves = [w for w in waves if all(printable(v) == v for v in text[w].unique())]
    text = text[[c for c in text.columns if printable(c) == c]]
    own = [c for c in named if c not in SYSTEM]
    padded = [c for c in text.columns if c not in named and text[c].str.fullmatch(r"0\d+|\d{6,}").mean() > 0.5]
    tool = [c for c in named if c in SYSTEM]
    rest = [c for c in text.columns if c not in named and not text[c].str.fullmatch(_NO_ID).any()]
    for group, repeats in (([*own, *padded], 0.0), ([*own, *padded], 0.1), ([*tool, *rest], 0.0)):
        for column in group:
            if (text[column] == "").any():
                continue
            for wave in [None, *(w for w in waves if w != column)]:
                key = [column] if wave is None else [column, wave]
                again = text.duplicated(key).mean()
                if again <= repeats:
                    return column, wave, bool(again)
    raise Mistakes.one(cells.source, f"no column tells the {len(text):,} rows apart.",
                       "Add a column with one id a row (any code that is not a name), export again.")  # fmt: skip
