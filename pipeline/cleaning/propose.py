"""A first study file for an export: every guess is marked as one, and the file runs unedited."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.cleaning.guess import Guess, scales, variables
from pipeline.cleaning.guess_key import key_of
from pipeline.cleaning.scalars import as_label, printable, quoted
from pipeline.intake.cells import Cells


def propose(
    title: str, file: str, cells: Cells, options: Mapping[str, str], why: Mapping[str, str] | None = None
) -> str:
    """The text of a study file for one table. ``options`` are further words of ``data`` (``layout: qualtrics``).

    why: for options that are guesses, the reason. Raises ``Mistakes`` when no column (or column and wave) tells the
    rows apart, because nothing can be counted then.
    """
    key, wave, twice = key_of(cells)
    guesses, left = variables(cells, key, {key, *([wave] if wave else [])})
    found = scales(guesses)
    items = {g.column for members in found.values() for g in members}
    rest = [g for g in guesses if g.column not in items]
    lines = [
        "# Proposed from the export; every line that was guessed says so. Look at each, correct it, delete the remark.",
        f"title: {quoted(title)}",
        *_data({"file": file, "id": key, **options}, cells, key, wave, twice, why or {}),
        f"design: {{kind: {'cohort' if wave else 'cross-sectional survey'}}}   # guess: say how the study was designed",
    ]
    if "Status" in cells.text and (cells.text["Status"] == "Survey Preview").any():
        lines += [
            "exclude:",
            "  - {where: {Status: [Survey Preview]}, because: test rows of the survey tool}   # guess",
        ]
    if file_wide := _file_wide(cells):
        lines += [f"missing: {{{', '.join(file_wide)}}}   # guess: reasons taken from the file's labels"]
    lines += ["variables:", *(f"  {g.name}: {{{', '.join(g.parts)}}}   # guess: {g.why}" for g in rest)]
    if left:
        lines += [
            "# left out of the proposal (add what you need):",
            *(f"#   {quoted(c)}: {why}" for c, why in left.items()),
        ]
    lines += _scale_lines(found) + _table_lines(rest, list(found))
    lines += [
        "# models:   # name what you want to explain, by what, adjusted for what",
        "#   first: {outcome: …, exposure: …, adjust: […]}",
        "release: {rule: journal, below: 5}   # counts below 5 are withheld",
    ]
    return "\n".join(lines) + "\n"


def _data(
    words: Mapping[str, str], cells: Cells, key: str, wave: str | None, twice: bool, why: Mapping[str, str]
) -> list[str]:
    reasons = {"id": f"one row a person{' and wave' if wave else ''}", **why}
    lines = ["data:"]
    lines += [f"  {k}: {quoted(v)}" + (f"   # guess: {printable(reasons[k])}" if k in reasons else "")
              for k, v in words.items()]  # fmt: skip
    if wave:
        codes = sorted(w for w in cells.text[wave].unique() if w)
        pairs = [f"{quoted(code)}: {quoted(label)}" for code, label in _wave_labels(cells, wave, codes).items()]
        lines += [f"  wave: {quoted(wave)}", f"  waves: {{{', '.join(pairs)}}}   # guess: in this order"]
    if twice:
        lines += ["  duplicates: {keep: last, because: some ids stand in several rows}   # guess: look why they do"]
    return lines


def _wave_labels(cells: Cells, wave: str, codes: list[str]) -> dict[str, str]:
    """The file's labels, with their code where one alone would not tell the waves apart."""
    own = cells.value_labels.get(wave, {})
    labels = {code: as_label(own.get(code, code)) for code in codes}
    alike = [label for code, label in labels.items() if label != code]
    return {
        code: f"{label} ({code})" if alike.count(label) > 1 or (label != code and label in codes) else label
        for code, label in labels.items()
    }


def _file_wide(cells: Cells) -> list[str]:
    codes = sorted({c for found in cells.user_missing.values() for c in found if re.fullmatch(r"\.[a-z]", c)})
    if not codes and any(cells.user_missing.values()):
        return ["user-missing: marked as missing in the file"]
    labels = {c: lab for found in cells.value_labels.values() for c, lab in found.items() if c in codes}
    return [f"{c}: {quoted(as_label(labels.get(c, 'missing')))}" for c in codes]


def _scale_lines(scales: dict[str, list[Guess]]) -> list[str]:
    if not scales:
        return []
    lines = ["scales:"]
    for name, members in scales.items():
        codes = [int(c) for m in members for c in m.codes]
        missing = dict(part for m in members for part in _pairs(m.missing))
        words = [
            f"items: [{', '.join(quoted(m.column) for m in members)}]",
            f"range: {min(codes)}-{max(codes)}",
            "score: mean",
            "max_missing: 0",
        ]
        words += [f"missing: {{{', '.join(f'{c}: {r}' for c, r in missing.items())}}}"] if missing else []
        lines.append(
            f"  {name}: {{{', '.join(words)}}}   # guess: a scale? say range, score, items to reverse, or the "
            f"instrument"
        )
    return lines


def _pairs(missing: str) -> list[tuple[str, str]]:
    inner = missing.removeprefix("missing: {").removesuffix("}")
    return [(c, r) for c, _, r in (p.partition(": ") for p in inner.split(", ")) if c]


def _table_lines(rest: list[Guess], scales: list[str]) -> list[str]:
    column = next((g.name for g in rest if 2 <= g.levels <= 4), None)
    rows = [g.name for g in rest if g.name != column and g.levels != 1][:15] + scales[:8]
    if not rows:
        rows, column = ([column] if column else [g.name for g in rest[:1]]), None
    if not rows:
        return []
    across = f", columns: {column}" if column else ""
    return ["tables:", f"  participants: {{rows: [{', '.join(rows)}]{across}}}   # guess: choose rows and columns"]
