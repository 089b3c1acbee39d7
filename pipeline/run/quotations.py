"""Chosen quotations as files: what the door reads, what a second reader reads, and the log of what is hidden.

All of them quote people, so they stay under ``data/processed``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.disclosure.quotations import Candidate, Judged, from_dicts, released_quotations, to_dicts
from pipeline.files import Workspace, read_json, write_bytes, write_json
from pipeline.run.names import THEMES
from pipeline.study import Study
from pipeline.tables.as_csv import guarded
from pipeline.themes.chosen import Chosen
from pipeline.themes.traces import Trace

FOLDER = "quotations"
CANDIDATES, TO_READ, LOG = "candidates.json", "quotations.txt", "redactions.csv"
LINE = 10
"""Words on a line of what the second reader reads, so that they are easily counted."""
HEAD = """\
FOR THE SECOND READER. These are people's own words: this file stays where the data are.

For each quotation: its words, ten on a line, each line with the number of its first word; then the words as they would
be printed. Words by which a person could be found are hidden in the study file, by their numbers:
  redact: [{from: 7-9, to: "[place]"}]
What to look at twice is an aid. That nothing is listed clears nothing: jobs, families, events and the way in which
someone speaks are found by reading alone. Whoever has read a quotation and lets it pass adds its last line, with their
initials or role and the day, to it in the study file. If a word or the tag changes after that, it must be read again.
"""


def save_quotations(folder: Path, judged: Judged) -> None:
    """Three files."""
    write_json(folder / FOLDER / CANDIDATES, to_dicts(judged.candidates))
    write_bytes(folder / FOLDER / TO_READ, to_read(judged).encode("utf-8"))
    write_bytes(folder / FOLDER / LOG, log(judged.chosen))


def load_quotations(folder: Path) -> tuple[Candidate, ...]:
    """What ``save_quotations`` wrote for the door; none where no quotation is chosen."""
    path = folder / FOLDER / CANDIDATES
    return from_dicts(read_json(path)) if path.is_file() else ()


def words_said(workspace: Workspace, study: Study) -> tuple[list[str], list[str]] | None:
    """Every coded passage of the study's files, and the quotations that may be printed; None without interviews."""
    from pipeline.run.codings import read_coded

    opened = read_coded(workspace, study)
    if opened is None:
        return None
    candidates = load_quotations(workspace.stage(study.name, THEMES))
    printed = [one.words for one in released_quotations(candidates, study.release)]
    return opened.coding.segments["quotation"].tolist(), printed


def to_read(judged: Judged) -> str:
    """What a second reader reads before anything is printed."""
    parts = [HEAD]
    for one, candidate, found in zip(judged.chosen, judged.candidates, judged.traces, strict=True):
        parts.append("\n".join(_one(one, candidate, found)))
    return "\n\n".join(parts) + "\n"


def _one(one: Chosen, candidate: Candidate, traces: tuple[Trace, ...]) -> Iterator[str]:
    title = f"{one.theme}, {one.number}"
    yield title
    yield "=" * len(title)
    yield f"{one.document}; {one.where}"
    yield ""
    words = one.words.split(" ")
    yield from (f"{at + 1:>4} | {' '.join(words[at : at + LINE])}" for at in range(0, len(words), LINE))
    yield ""
    yield f"As it would be printed: “{candidate.words}” ({candidate.tag or 'no tag: no one in particular'})"
    yield f"The tag stands for {candidate.people} people."
    yield from (f"Look twice, word {_numbers(t)}: {t.kind}: {t.words}" for t in traces)
    cleared = f"will be printed, cleared by {one.declared.cleared_by} on {one.declared.on}"
    yield f"Stands: {candidate.barred or cleared}."
    yield f"To clear it: cleared_by: …, on: …, fingerprint: \"{candidate.fingerprint}\""


def _numbers(trace: Trace) -> str:
    return str(trace.first) if trace.first == trace.last else f"{trace.first}-{trace.last}"


def log(chosen: tuple[Chosen, ...]) -> bytes:
    """Every place that is hidden: of which quotation, which words by number, the words, and what stands instead."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["theme", "quotation", "first word", "last word", "words", "instead"])
    for one in chosen:
        for first, last, words, to in one.hidden:
            lines.writerow([guarded(one.theme), one.number, first, last, guarded(words), guarded(to)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
