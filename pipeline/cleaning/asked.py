"""Skip logic: who was to be asked, and what follows for blanks and for answers of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.cleaning.answers import Answers, RowRule
from pipeline.cleaning.faults import ANYWAY
from pipeline.cleaning.reasons import Reasons
from pipeline.study.words import NOT_APPLICABLE

UNEXPLAINED = "not known whether asked"


@dataclass(frozen=True)
class Gate:
    """Whether a question was to be put, by the answer to an earlier one.

    shut: rows of those who were not to be asked. unknown: why the earlier answer is missing, ``""`` where it is not.
    """

    shut: np.ndarray
    unknown: Reasons


def gate(values: pd.Series | pd.DataFrame, reasons: pd.Series, levels: Sequence[str]) -> Gate:
    """From an earlier variable's values: open where it holds one of the levels (of choices: where one is ticked).

    Who was not to be asked the earlier question is not to be asked this one.
    """
    why = Reasons.of(reasons)
    if isinstance(values, pd.DataFrame):
        named = [column for column in values if column.split("=", 1)[1] in levels]
        opened = (values[named] == 1).any(axis=1).to_numpy()
        unread = values.isna().all(axis=1).to_numpy() & ~why.missing
    else:
        opened = values.isin(list(levels)).to_numpy()
        unread = values.isna().to_numpy() & ~why.missing
    why = why.put(unread, UNEXPLAINED)
    chained = why.holds(NOT_APPLICABLE)
    return Gate((~why.missing & ~opened) | chained, why.put(chained, ""))


def together(gates: Sequence[Gate]) -> Gate:
    """Several conditions: all must hold; one that fails settles it, whatever the others are."""
    shut = np.any([g.shut for g in gates], axis=0)
    unknown = gates[0].unknown
    for other in gates[1:]:
        for word in other.unknown.words[1:]:
            unknown = unknown.put(other.unknown.holds(word) & ~unknown.missing, word)
    return Gate(shut, unknown.put(shut, ""))


def skipped(answers: Answers, gate: Gate, anyway: str | None, gates: str) -> tuple[Answers, np.ndarray]:
    """Answers after skip logic, and the rows whose faults still count.

    Not to be asked: a blank or a missing code becomes ``not applicable``; an answer is a fault unless ``anyway`` says
    ``keep`` or ``drop``. Where it is not known who was to be asked, an undeclared blank takes the reason of that.
    """
    blank = answers.blank
    wrong = np.any([part.faulty for part in answers.parts], axis=0)
    answered = gate.shut & ~blank & ~answers.reasons.missing & ~wrong
    gone = gate.shut & (blank | answers.reasons.missing | (answered if anyway == "drop" else False))
    skipped_rule = RowRule(
        f"not asked of them ({gates}): {NOT_APPLICABLE}",
        gone & ~(answered & (anyway == "drop")),
        f"missing: {NOT_APPLICABLE}",
    )
    rules = [skipped_rule]
    if anyway == "drop":
        rules.append(
            RowRule(f"answered although not to be asked ({gates}): dropped", answered, f"missing: {NOT_APPLICABLE}")
        )
    if anyway == "keep":
        rules.append(RowRule(f"answered although not to be asked ({gates}): kept", answered, ""))
    unclear = blank & wrong & gate.unknown.missing & ~gate.shut
    reasons = answers.reasons.put(gone, NOT_APPLICABLE)
    for word in gate.unknown.words[1:]:
        rows = unclear & gate.unknown.holds(word)
        if not rows.any():
            continue
        reasons = reasons.put(rows, word)
        rules.append(RowRule(f"blank where the answer to {gates} is missing: {word}", rows, f"missing: {word}"))
    values = answers.values.copy()
    values[gone] = _nothing(values)
    faults = {**answers.faults, **({} if anyway else {ANYWAY: answered})}
    kept = replace(
        answers,
        values=values,
        reasons=reasons,
        ruled=answers.ruled & ~gone,
        faults=faults,
        rules=(*answers.rules, *rules),
    )
    return kept, ~(unclear | (gate.shut & blank))


def _nothing(values: np.ndarray) -> object:
    """What stands for no value in an array of this type."""
    if values.dtype.kind == "M":
        return np.datetime64("NaT")
    return {"f": np.nan, "i": -1}.get(values.dtype.kind)
