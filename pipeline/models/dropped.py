"""Covariates that a model can't use, by their labels and with what to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted
from pipeline.models.frame import Frame
from pipeline.results import Sentence, literal


def dropped_remarks(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """Which covariates the adjusted model goes without (of a baseline: every model): everybody has the same there, or
    others explain it wholly.

    Of a category a level may be dropped alone. Nothing is said of which value everybody has.
    """
    dropped = {column for part in fitted for column in part.dropped if column in held.adjust}
    alike = {c for c in dropped if held.adjust.loc[held.used, c].nunique() < 2}
    for columns, why, mend in (
        (alike, "is the same for everyone who is left", "Leave it out of 'adjust'."),
        (dropped - alike, "is explained wholly by the other terms", "Keep one of what says the same in 'adjust'."),
    ):
        for term in (*model.always, *model.adjust):
            gone = [level for column, level in zip(term.columns, term.shown, strict=True) if column in columns]
            if not gone:
                continue
            levels = f" ({', '.join(gone)})" if term.kind != "number" and len(gone) < len(term.columns) else ""
            asked = "" if levels or term in model.always else f" {mend}"
            goes = "every model goes" if term in model.always else "the adjusted model goes"
            yield Sentence(literal(f"{term.label}{levels} {why}; {goes} without it.{asked}"))
