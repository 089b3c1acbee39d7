"""``Cells``: what a file holds, as text, with the file's own labels. Nothing is guessed here."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipeline.intake.findings import Finding


@dataclass(frozen=True, repr=False)
class Cells:
    """One table as it came.

    text: every column has pandas' ``str`` dtype; a blank cell is ``""``; there are no missing values.
        The index is named ``row`` and holds ``file:line``-like addresses (strings): the file name when there
        are several files, and the row's number in its file (header rows counted, so a person finds it there).
    labels: column -> its question wording or variable label, where the file has one.
    value_labels: column -> {code as text: label}.
    user_missing: column -> codes that the file itself marks as missing (Stata's ``.a``–``.z``, SPSS's user-missing).
    findings: what the reader found and did.
    """

    source: str
    text: pd.DataFrame
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, frozenset[str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
