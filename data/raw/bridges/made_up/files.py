"""The raw files as bytes: the survey tool's export, the register of programmes, the file of encounters."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

from made_up import parameters as p
from made_up.people import People, Session
from made_up.questions import COLUMNS, import_id, wording
from made_up.responses import TEST, Response

PROGRAMME_REGISTER = (
    ("programme", "setting", "people_served", "scope", "formats", "condition_focus", "start_year"),
    ("A", "community", "patients", "local", "one-to-one in person;groups", "substance use", "2009"),
    ("B", "community", "patients and families", "national", "groups;courses", "mental illness", "2004"),
    ("C", "healthcare and community", "patients and families", "local", "one-to-one by telephone;groups",
     "chronic lung disease", "2015"),
    ("D", "community", "families", "national", "one-to-one by telephone", "disability in the family", "2001"),
    ("E", "healthcare", "patients and families", "regional", "one-to-one in person;one-to-one by telephone",
     "cancer or transplant", "2012"),
    ("F", "healthcare", "patients and families", "local", "one-to-one by telephone;groups",
     "cancer or transplant", "2010"),
    ("G", "community", "patients", "national", "groups;activities;one-to-one in person",
     "overweight and obesity", "2018"),
)
TIME = "%Y-%m-%d %H:%M:%S"


def _written(rows: Iterable[Sequence[str]], delimiter: str = ",", line_end: str = "\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


def export(
    people: People, rows: list[Response], new: tuple[str, ...] = (), changed: dict[str, str] | None = None
) -> bytes:
    """UTF-8 with a byte-order mark; three header rows; one row a response."""
    columns = (*COLUMNS, *new)
    head = [columns, [wording(c, changed or {}) for c in columns], [import_id(c) for c in columns]]
    return _written(head + [_cells(people, row, columns) for row in rows]).encode("utf-8-sig")


def _cells(people: People, row: Response, columns: Sequence[str]) -> list[str]:
    norwegian = row.fate != TEST and bool(people.norwegian[row.person])
    cells = {
        "StartDate": row.started.strftime(TIME),
        "EndDate": row.ended.strftime(TIME),
        "Status": "Survey Preview" if row.fate == TEST else "IP Address",
        "IPAddress": "*******",
        "Progress": str(row.progress),
        "Duration (in seconds)": str(row.seconds),
        "Finished": "True" if row.progress == 100 else "False",
        "RecordedDate": row.recorded.strftime(TIME),
        "ResponseId": row.response_id,
        "DistributionChannel": row.channel,
        "UserLanguage": "NO" if norwegian else "EN",
        **row.answers,
    }
    return [cells.get(column, "") for column in columns]


def programmes() -> bytes:
    """One row a programme, UTF-8; formats are joined by semicolons."""
    return _written(PROGRAMME_REGISTER).encode("utf-8")


def with_mess(people: People, sessions: list[Session]) -> list[Session]:
    """Sessions with ids of 17 digits, a handful of unknown recipients, and rows that were entered twice."""
    rng = p.stream("encounters")
    known = set(people.ids)
    strangers = [f"{n:04d}" for n in range(1500, 2500) if f"{n:04d}" not in known]
    rows = list(sessions)
    for place in rng.choice(len(sessions), size=p.MESS["encounter_orphans"], replace=False).tolist():
        stranger = strangers[int(rng.integers(len(strangers)))]
        rows.append(replace(sessions[place], recipient=stranger, fate="orphan"))
    rows.sort(key=lambda s: (s.day, s.recipient))
    # Consecutive numbers above 2 to the 53rd: sixteen neighbours become one number when they are read as floats.
    rows = [replace(s, encounter=str(73_000_000_000_000_000 + 1 + k)) for k, s in enumerate(rows)]
    copies = [k for k, s in enumerate(rows) if s.fate == "kept"]
    twice = sorted(rng.choice(copies, size=p.MESS["encounter_duplicates"], replace=False).tolist(), reverse=True)
    for k in twice:
        rows.insert(min(k + 1 + int(rng.integers(0, 40)), len(rows)), replace(rows[k], fate="duplicate"))
    return rows


def encounters(rows: list[Session]) -> bytes:
    """One row a session: semicolons, Windows-1252, Windows line ends, dates DD.MM.YYYY, decimal commas."""
    head = [("encounter_id", "recipient", "supporter", "date", "period", "minutes", "mode", "place", "topics")]
    body = [
        (s.encounter, s.recipient, s.supporter, s.day.strftime("%d.%m.%Y"), str(s.period), _comma(s.minutes), s.mode,
         s.place, s.topics)
        for s in rows
    ]
    return _written(head + body, ";", "\r\n").encode("cp1252")


def _comma(minutes: float) -> str:
    return f"{minutes:.1f}".replace(".", ",").removesuffix(",0")
