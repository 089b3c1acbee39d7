"""Skip logic: who was to be asked, and what follows for blanks and for answers of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.cleaning.answers import Answers, RowRule
from pipeline.cleaning.faults import ANYWAY
from pipeline.cleaning.links import Values
from pipeline.cleaning.reasons import Reasons
from pipeline.study.words import NOT_APPLICABLE, NOT_ASKED

UNEXPLAINED = "not known whether asked"


@dataclass(frozen=True)
class Gate:
    """Whether a question was to be put, by the answer to an earlier one or by the wave.

    shut: rows of those who were not to be asked; reason: how that is called. unknown: why the earlier answer is
    missing, ``""`` where it is not. by: the names of the conditions, for the ledger.
    """

    shut: np.ndarray
    unknown: Reasons
    by: str
    reason: str = NOT_APPLICABLE


def by_wave(waves: np.ndarray, asked_at: Sequence[str], labels: Mapping[str, str]) -> Gate:
    """Open at the waves (codes or labels) at which it was asked; at the others it was not asked, by design."""
    opened = np.isin(waves, [labels.get(wave, wave) for wave in asked_at])
    return Gate(~opened, Reasons.none(len(opened)), "wave", NOT_ASKED)


def by_answer(name: str, values: Values, reasons: pd.Series, levels: Sequence[str]) -> Gate:
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
    return Gate((~why.missing & ~opened) | chained, why.put(chained, ""), name)


def together(gates: Sequence[Gate], rows: np.ndarray) -> Gate:
    """Several conditions: all must hold; one that fails settles it, whatever the others are.

    rows: those to which they apply at all (the question was asked at their wave).
    """
    shut = np.any([g.shut for g in gates], axis=0)
    unknown = gates[0].unknown
    for other in gates[1:]:
        for word in other.unknown.words[1:]:
            unknown = unknown.put(other.unknown.holds(word) & ~unknown.missing, word)
    return Gate(shut & rows, unknown.put(shut | ~rows, ""), ", ".join(gate.by for gate in gates))


def skipped(answers: Answers, gate: Gate, anyway: str | None) -> tuple[Answers, np.ndarray]:
    """Answers after skip logic, and the rows whose faults still count.

    Not to be asked: a blank or a missing code becomes ``not applicable`` (``not asked``); an answer is a fault unless
    ``anyway`` says ``keep`` or ``drop``. Where it is not known who was to be asked, an undeclared blank takes the
    reason of that.
    """
    blank = answers.blank
    wrong = np.any([part.faulty for part in answers.parts], axis=0)
    answered = gate.shut & ~blank & ~answers.reasons.missing & ~wrong
    gone = gate.shut & (blank | answers.reasons.missing)
    unclear = blank & wrong & gate.unknown.missing & ~gate.shut
    rules = [RowRule(f"not asked of them ({gate.by}): {gate.reason}", gone, f"missing: {gate.reason}")]
    faults = dict(answers.faults)
    if anyway is None:
        faults[ANYWAY] = faults.get(ANYWAY, np.zeros(len(blank), dtype=bool)) | answered
    else:
        done, after = ("kept", "") if anyway == "keep" else ("dropped", f"missing: {gate.reason}")
        rules.append(RowRule(f"answered although not to be asked ({gate.by}): {done}", answered, after))
    if anyway == "drop":
        gone = gone | answered
    reasons = answers.reasons.put(gone, gate.reason)
    for word in gate.unknown.words[1:]:
        rows = unclear & gate.unknown.holds(word)
        if rows.any():
            reasons = reasons.put(rows, word)
            rules.append(RowRule(f"blank where the answer to {gate.by} is missing: {word}", rows, f"missing: {word}"))
    values = answers.values.copy()
    values[gone] = _nothing(values)
    told = {"faults": faults, "rules": (*answers.rules, *rules), "ruled": answers.ruled & ~gone}
    return replace(answers, values=values, reasons=reasons, **told), ~(unclear | (gate.shut & blank))


def _nothing(values: np.ndarray) -> object:
    """What stands for no value in an array of this type."""
    if values.dtype.kind == "M":
        return np.datetime64("NaT")
    return {"f": np.nan, "i": -1}.get(values.dtype.kind)
