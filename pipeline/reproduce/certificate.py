"""The certificate of a verification: a page that an editor understands, and the same as JSON. Released values alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline import __version__
from pipeline.report.html import frame, written_page
from pipeline.reproduce.cause import Change
from pipeline.reproduce.elsewhere import plain
from pipeline.reproduce.judge import key_words
from pipeline.reproduce.numbers import Number, Verdict
from pipeline.reproduce.tolerance import WORDS, Shown
from pipeline.reproduce.verdict import Verification, Whole, sentences

MOST = 500
"""Lines of a list on the page; the JSON has them all."""
MEANING = {
    Whole.REPRODUCED: (
        "Every stage was run again from the raw data, in an empty folder and without anything that an earlier run "
        "left. What came out is what was committed, number by number and file by file."
    ),
    Whole.NOT_REPRODUCED: (
        "Every stage was to be run again from the raw data, in an empty folder. What came of it is not what was "
        "committed, or was made from other inputs than the manifest names. The lists say what, and the likely cause."
    ),
    Whole.NOT_RUN: (
        "The raw data are not here, so that nothing was checked of the numbers. This page says what is needed and whom "
        "to ask. It is no sign that the numbers are right, or wrong."
    ),
    Whole.UNCHANGED: (
        "Only hashes were compared: no file was touched since it was made, and all that it was made from is the same. "
        "Nothing was run."
    ),
    Whole.CHANGED: (
        "Only hashes were compared, and some are not those that the manifest names. Nothing was run: whether the "
        "numbers are the same all the same, 'alongside verify' without --quick will tell."
    ),
}


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    words: Sequence[str] = ()
    caption: str = ""
    heads: Sequence[str] = ()
    lines: Sequence[Sequence[str]] = ()


def as_page(found: Verification) -> bytes:
    """The certificate as one self-contained page, UTF-8."""
    closing = f"Made with Alongside {__version__}, by 'alongside verify{' --quick' if found.quick else ''}'."
    said = frame(f"Certificate: {found.title or found.study}", "certificate", closing, found.made_up)
    parts = [
        _counts(found),
        _numbers(found),
        _files(found),
        _inputs(found),
        _needed(found),
        _how(found),
        _around(found),
    ]
    sections = [_in_plain_words(part) for part in parts if part is not None]
    words = {"verdict": found.whole, "said": " ".join(sentences(found)), "meaning": MEANING[found.whole]}
    return written_page("certificate.html.j2", {**said, **words, "sections": sections})


def _in_plain_words(part: Section) -> Section:
    """Names of files and numbers are a stranger's."""
    lines = [[plain(cell) for cell in line] for line in part.lines]
    return replace(part, words=[plain(words) for words in part.words], lines=lines)


def _counts(found: Verification) -> Section | None:
    if found.judged is None or found.quick:
        return None
    numbers, files = found.numbers(), found.files()
    lines = [(v, f"{numbers[v]:,}", f"{files[v]:,}") for v in numbers]
    words = []
    if numbers[Verdict.WITHIN] or files[Verdict.WITHIN]:
        words.append(
            "WITHIN TOLERANCE: the last digits may differ on another kind of machine or with other packages, and here "
            "one of these is not as the manifest names it. Where both are, not one digit may differ."
        )
    return Section("counts", "What was compared", words, "Verdicts", ("Verdict", "Numbers", "Files"), lines)


def _numbers(found: Verification) -> Section | None:
    parted = found.judged.parted_numbers if found.judged else []
    if not found.judged or not parted:
        return None
    words = [
        f"They first part at the stage {found.judged.stage}. Likely cause: {', '.join(found.judged.causes)}.",
        *_cut(len(parted)),
    ]
    lines = [(key_words(n.key), n.verdict, _shown(n.old), _shown(n.new)) for n in parted[:MOST]]
    heads = ("Number", "Verdict", "As committed", "As replayed")
    return Section("numbers", "Numbers that differ", words, "Numbers that differ", heads, lines)


def _shown(side: Shown | None) -> str:
    """As printed; the value too where the text alone does not tell the two apart from a reader."""
    if side is None:
        return "not there"
    return side.text if side.value in ("", side.text) else f"{side.text} ({side.value})"


def _files(found: Verification) -> Section | None:
    parted = found.judged.parted_files if found.judged else []
    lines = [(f.name, f.verdict, f.where, ", ".join(f.causes)) for f in parted[:MOST]]
    heads = ("File", "Verdict", "Where", "Likely cause")
    return (
        Section("files", "Files that differ", _cut(len(parted)), "Files that differ", heads, lines) if lines else None
    )


def _cut(many: int) -> list[str]:
    return [f"The first {MOST:,} of {many:,}; the JSON beside this page has them all."] if many > MOST else []


def _inputs(found: Verification) -> Section | None:
    """What the numbers follow from, as far as it is not as the committed manifest names it."""
    if not found.changes:
        words = (
            "Study file, raw data, notebooks, parameters, code, Python and packages are those that the manifest names."
        )
        return Section("inputs", "What they were made from", [words]) if found.judged else None
    lines = [(c.what, c.cause, c.old, c.new) for c in found.changes[:MOST]]
    heads = ("What", "Kind of cause", "In the manifest", "Here")
    return Section(
        "inputs", "What they were made from", _cut(len(found.changes)), "Not as the manifest names it", heads, lines
    )


def _needed(found: Verification) -> Section | None:
    if not found.wanted:
        return None
    words = [*found.wanted, *([found.stand_in] if found.stand_in else [])]
    words += [f"The made-up data can't stand for {what}." for what in found.not_drawn]
    return Section("needed", "What is needed", words)


def _how(found: Verification) -> Section:
    words = [f"Held against the committed reports: {found.source}."] if found.source else []
    if found.proof:
        words.append(
            f"The check was checked: {found.proof}, was changed, and the comparison saw it. The study's counts, scores "
            "and tables were computed a second time in memory and are those of the replay."
        )
    if found.total:
        words.append(f"It took {found.total:,.0f} seconds and at most {found.memory:,} MiB of memory.")
    if found.kept:
        words.append(
            f"What the replay made lies in {found.kept} until the next verification. It may hold rows of people."
        )
    if not found.quick:
        words += [f"Tolerance, {kind}: {what}." for kind, what in WORDS.items()]
    lines = [(stage, f"{seconds:,.1f}") for stage, seconds in found.seconds.items()]
    return Section("how", "How it was checked", words, "Stages that were run", ("Stage", "Seconds"), lines)


def _around(found: Verification) -> Section:
    words = [f"{found.python} on {found.machine}.", found.lock.sentence]
    lines = [(name, locked, here) for name, locked, here in found.lock.moved]
    lines += [(each.partition("-")[0], "not named", each.partition("-")[2]) for each in found.lock.more]
    return Section(
        "around", "Python and packages", words, "Against the lock file", ("Package", "Locked", "Here"), lines
    )


def as_json(found: Verification) -> bytes:
    """Everything that the page tells, and all lines of its lists."""
    judged = found.judged
    whole: dict[str, Any] = {
        "format": 1, "alongside": __version__, "study": found.study, "title": found.title, "verdict": found.whole,
        "exit_code": found.exit_code, "said": sentences(found), "committed": found.source, "quick": found.quick,
        "numbers": found.numbers(), "files": found.files(), "causes": list(found.causes),
        "first_stage": judged.stage if judged else "",
        "numbers_that_differ": [_number(n) for n in judged.parted_numbers] if judged else [],
        "files_that_differ": [
            {"file": f.name, "verdict": f.verdict, "where": f.where, "causes": list(f.causes)}
            for f in (judged.parted_files if judged else [])
        ],
        "changed_inputs": [_change(change) for change in found.changes],
        "needed": list(found.wanted), "stand_in": found.stand_in, "not_drawn": list(found.not_drawn),
        "self_check": found.proof, "trouble": found.trouble, "tolerances": WORDS,
        "seconds": {stage: round(seconds, 2) for stage, seconds in found.seconds.items()},
        "seconds_in_all": round(found.total, 2), "memory_mib": found.memory, "python": found.python,
        "machine": found.machine,
        "lock": {"said": found.lock.sentence, "moved": list(found.lock.moved), "not_named": list(found.lock.more)},
    }  # fmt: skip
    # Half a character, as in the name of a file that is not UTF-8, is written as JSON writes it.
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _number(number: Number) -> dict[str, Any]:
    sides = {
        "old": number.old._asdict() if number.old else None,
        "new": number.new._asdict() if number.new else None,
    }
    return {"key": list(number.key), "verdict": number.verdict, **sides}


def _change(change: Change) -> dict[str, str]:
    return {"cause": change.cause, "what": change.what, "old": change.old, "new": change.new}
