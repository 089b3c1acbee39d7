"""A first study file for an export: every guess is marked as one, and the file runs unedited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.cleaning.guess import Guess, in_order, variables
from pipeline.cleaning.guess_key import GROUP, RowKey, key_of
from pipeline.cleaning.guess_scales import Form, scale_lines, scales
from pipeline.cleaning.no_people import broken_off, second_header, tried, tries
from pipeline.cleaning.scalars import as_label, printable, quoted
from pipeline.intake.cells import Cells

_ARM = re.compile(r"(?:^|[_ ])(?:arm|treatment)(?:[_ ]|$)", re.I)
_MOST_GROUPS = 12


def propose(
    title: str,
    file: str,
    cells: Cells,
    options: Mapping[str, str],
    why: Mapping[str, str] | None = None,
    *,
    named: tuple[str, str] = ("", ""),
    forms: Mapping[str, Form] | None = None,
) -> str:
    """The text of a study file for one table. ``options`` are further words of ``data`` (``layout: qualtrics``).

    why: for options that are guesses, the reason. named: the id and the wave column, where the user says which. forms:
    the registry's instruments. Raises ``Mistakes`` when no column (or column and wave) tells the rows apart, because
    nothing can be counted then.
    """
    cells = _bare(cells)
    headers = cells.text[: second_header(cells.text)]
    cells = replace(cells, text=cells.text[len(headers) :])
    left_out, mask = _excluded(cells)
    cells = replace(cells, text=cells.text[~mask])
    key = key_of(cells, *named)
    left_out = _without_headers(headers, key.id, left_out)
    guesses, left = variables(cells, key.id, {key.id, *([key.wave] if key.wave else [])})
    found = scales(guesses, forms or {})
    items = {g.column for scale in found.values() for g in scale.members}
    rest = [g for g in guesses if g.column not in items]
    group = next((g for g in rest if GROUP.search(g.column) and 2 <= g.levels <= _MOST_GROUPS), None)
    cluster = group.name if group and not _ARM.search(group.column) and _holds(cells, key, group) else ""
    lines = [
        "# Proposed from the export; every line that was guessed says so. Look at each, correct it, delete the remark.",
        f"title: {quoted(title)}",
        *_data({"file": file, "id": key.id, **options}, cells, key, why or {}),
        f"design: {{kind: {'cohort' if key.wave else 'cross-sectional survey'}"
        f"{f', cluster: {cluster}' if cluster else ''}}}   # guess: say how the study was designed"
        f"{', and whether the people of one group are more alike than others' if cluster else ''}",
    ]
    lines += left_out
    if file_wide := _file_wide(cells):
        lines += [f"missing: {{{', '.join(file_wide)}}}   # guess: reasons taken from the file's labels"]
    lines += ["variables:", *(f"  {g.name}: {{{', '.join(g.parts)}}}   # guess: {g.why}" for g in rest)]
    if left:
        lines += [
            "# left out of the proposal (add what you need):",
            *(f"#   {quoted(c)}: {why}" for c, why in left.items()),
        ]
    lines += scale_lines(found) + _table_lines(rest, list(found), group)
    lines += [
        "# models:   # name what you want to explain, by what, adjusted for what",
        "#   first: {outcome: …, exposure: …, adjust: […]}",
        "release: {rule: journal, below: 5}   # counts below 5 are withheld",
    ]
    return "\n".join(lines) + "\n"


def _bare(cells: Cells) -> Cells:
    """Without the blanks around answers, which cleaning takes off too (and counts)."""
    return replace(cells, text=cells.text.apply(lambda column: column.str.strip()))


def _excluded(cells: Cells) -> tuple[list[str], np.ndarray]:
    """The lines on rows of previews and tests, and a mask of these; a line on surveys that were broken off, which stay.

    Where every row is a try, none is left out, because nothing could be proposed from no row.
    """
    mask, lines = tries(cells.text), list[str]()
    if mask.all():
        mask = ~mask
    if mask.any():
        lines.append("exclude:")
        lines += [
            f"  - {{where: {{{column}: [{', '.join(map(quoted, held))}]}}, because: previews and tests of the survey}}"
            f"   # guess: {_rows(int(cells.text[column].isin(held).sum()))} so marked by the survey tool"
            for column, held in tried(cells.text).items()
        ]
    column, unfinished = broken_off(cells.text[~mask])
    if n := int(unfinished.sum()):
        lines.append(
            f"# {_rows(n)} of surveys that were not finished ({printable(column)}) and count as people; 'exclude' "
            "could leave them out, with a reason"
        )
    return lines, mask


def _without_headers(headers: pd.DataFrame, key: str, left_out: list[str]) -> list[str]:
    """The lines on rows that are left out, and before them one on a second header, by what its id column holds."""
    lines = [
        f"  - {{where: {{{quoted(key)}: [{quoted(held or 'blank')}]}}, because: a second header}}"
        "   # guess: words in this first row, where numbers stand below"
        for held in headers[key]
    ]
    return ["exclude:", *lines, *(line for line in left_out if line != "exclude:")] if lines else left_out


def _rows(n: int) -> str:
    return f"{n:,} row{'s are' if n != 1 else ' is'}"


def _holds(cells: Cells, key: RowKey, group: Guess) -> bool:
    """Whether a group can be the design's cluster: everyone is in one, and in the same one at every wave."""
    return not group.reasons and bool((cells.text.groupby(key.id)[group.column].nunique() == 1).all())


def _data(words: Mapping[str, str], cells: Cells, key: RowKey, why: Mapping[str, str]) -> list[str]:
    wave = key.wave
    reasons = {"id": f"one row a person{' and wave' if wave else ''}", **why}
    lines = ["data:"]
    lines += [f"  {k}: {quoted(v)}" + (f"   # guess: {printable(reasons[k])}" if k in reasons else "")
              for k, v in words.items()]  # fmt: skip
    if wave:
        codes = sorted((w for w in cells.text[wave].unique() if w), key=in_order)
        pairs = [f"{quoted(code)}: {quoted(label)}" for code, label in _wave_labels(cells, wave, codes).items()]
        apart = "   # guess: with the id it tells the rows apart" if key.guessed else ""
        lines += [f"  wave: {quoted(wave)}{apart}", f"  waves: {{{', '.join(pairs)}}}   # guess: in this order"]
    if key.twice:
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


def _table_lines(rest: list[Guess], scales: list[str], group: Guess | None) -> list[str]:
    column = group.name if group else next((g.name for g in rest if 2 <= g.levels <= 4), None)
    rows = [g.name for g in rest if g.name != column and g.levels != 1][:15] + scales[:8]
    if not rows:
        rows, column = ([column] if column else [g.name for g in rest[:1]]), None
    if not rows:
        return []
    across = f", columns: {column}" if column else ""
    return ["tables:", f"  participants: {{rows: [{', '.join(rows)}]{across}}}   # guess: choose rows and columns"]
