"""Which of several cumulative exports is the newest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.errors import Mistake, Mistakes, closest, raise_all
from pipeline.intake.cells import Cells
from pipeline.study import Source

NAME = "name"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?Z?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which ``export_9`` comes before ``export_10``; names that differ have keys that differ."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return (*((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts), (-1, 0, name))


def newest_by_name(files: Sequence[str]) -> str:
    return max(files, key=natural)


def newest_by_column(tables: dict[str, Cells], source: Source, where: Callable[..., str]) -> tuple[str, int]:
    """The file with the largest value in the column ``newest_by``, and how many files have that value.

    Values are ISO dates (or moments), whole numbers, or the study's waves in their declared order. Where several
    files are alike, the last by name is taken. ``Mistakes`` for a file without the column and for other values.
    """
    column = str(source.newest_by)
    mistakes, keys = [], {}
    for file, cells in tables.items():
        if column not in cells.text:
            what = f"there is no column '{column}' in {file}."
            mistakes.append(
                Mistake(where("newest_by"), what, closest(column, cells.text.columns) or "Write newest_by: name.")
            )
            continue
        values = [value for value in cells.text[column].unique() if value]
        order = list(source.waves) if column == source.wave and source.waves else None
        ranked = [_rank(value, order) for value in values]
        if strange := int(
            cells.text[column].isin([v for v, key in zip(values, ranked, strict=True) if key is None]).sum()
        ):
            kinds = "declared waves" if order else "ISO dates (2024-05-31) or whole numbers"
            mistakes.append(
                Mistake(
                    f"{file}, {column}",
                    f"{strange:,} cells are not {kinds}.",
                    "Write newest_by: name, or another column.",
                )
            )
        keys[file] = max((key for key in ranked if key is not None), default=None)
    raise_all(mistakes)
    known = {file: key for file, key in keys.items() if key is not None}
    if len({key[0] for key in known.values()}) != 1:
        what = (
            f"'{column}' holds dates in one file and numbers in another."
            if known
            else f"'{column}' is blank in every file."
        )
        raise Mistakes.one(where("newest_by"), what, "Write newest_by: name, or another column.")
    best = max(known.values())
    alike = [file for file, key in known.items() if key == best]
    return newest_by_name(alike), len(alike)


def _rank(value: str, order: list[str] | None) -> tuple[int, int, str] | None:
    """A key of one sort (its first part) for one value, or None for a value that can't be ranked."""
    value = value.strip()
    if order is not None:
        return (2, order.index(value), "") if value in order else None
    if _MOMENT.fullmatch(value):
        return 0, 0, value.replace("T", " ").rstrip("Z")
    return (1, int(value), "") if _WHOLE.fullmatch(value) else None
