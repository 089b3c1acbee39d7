"""Tables below each other, by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from pipeline.intake.cells import Cells
from pipeline.intake.findings import Finding
from pipeline.intake.frame import TEXT


def stacked(source: str, parts: Mapping[str, Cells]) -> Cells:
    """The rows of all parts in order, with every column that one of them has; the rest is blank, and findings tell it.

    parts: name for the findings (a file, ``wave 2``) -> table. A label or a code's label comes from the first part
    that has it; where a later one says otherwise, a finding tells it. Codes marked as missing are put together.
    """
    columns = list(dict.fromkeys(column for part in parts.values() for column in part.text.columns))
    found = [finding for part in parts.values() for finding in part.findings]
    frames = []
    for name, part in parts.items():
        absent = [column for column in columns if column not in part.text]
        found += [
            Finding(part.source, "column not there; left blank", name, column, len(part.text)) for column in absent
        ]
        blank = pd.DataFrame("", index=part.text.index, columns=absent, dtype=TEXT)
        frames.append(pd.concat([part.text, blank], axis=1)[columns])
    labels, changed = _first((name, part.labels) for name, part in parts.items())
    found += [Finding(source, "wording differs; the first is kept", name, column) for name, column in changed]
    value_labels: dict[str, dict[str, str]] = {}
    for column in columns:
        merged, changed = _first((name, part.value_labels.get(column, {})) for name, part in parts.items())
        found += [
            Finding(source, f"label of code {code} differs; the first is kept", name, column) for name, code in changed
        ]
        if merged:
            value_labels[column] = merged
    marked = {
        c: frozenset().union(*(part.user_missing.get(c, frozenset()) for part in parts.values())) for c in columns
    }
    text = pd.concat(frames).rename_axis("row")
    return Cells(source, text, labels, value_labels, {c: codes for c, codes in marked.items() if codes}, tuple(found))


def _first(parts: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The first label of every key, and (part, key) where a later one differs."""
    kept: dict[str, str] = {}
    changed = []
    for name, labels in parts:
        for key, label in labels.items():
            if kept.setdefault(key, label) != label:
                changed.append((name, key))
    return kept, changed
