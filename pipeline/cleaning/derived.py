"""Derived variables in the order in which they need each other, each in its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.cleaning import derive as made
from pipeline.cleaning.bands import band_places, unbanded
from pipeline.cleaning.keys import BY, path_up
from pipeline.cleaning.linked import gathered, link
from pipeline.cleaning.links import Values, bring, varies
from pipeline.cleaning.reasons import Reasons
from pipeline.errors import Mistake
from pipeline.study import Derive, Study, Variable


class Derived:
    """values, reasons: variable or scale -> its values in its own table, what is derived included.

    filled: derived variable -> in how many rows a missing part was replaced. strangers: derived variable -> how many
    rows of the linked table belong to no one.
    """

    def __init__(
        self,
        study: Study,
        keys: dict[str, pd.DataFrame],
        values: Mapping[str, Values],
        reasons: Mapping[str, pd.Series],
    ):
        self.study, self.keys = study, keys
        self.values: dict[str, Values] = dict(values)
        self.reasons: dict[str, pd.Series] = dict(reasons)
        self.filled: dict[str, int] = {}
        self.strangers: dict[str, int] = {}
        self.mistakes: list[Mistake] = []

    def make(self) -> None:
        """Every derived variable; ``mistakes`` holds what the data say against them."""
        todo = {name: v for name, v in self.study.variables.items() if v.derive}
        while ready := [name for name, v in todo.items() if all(p not in todo for p in parts_of(v))]:
            for name in ready:
                self._one(name, todo.pop(name))

    def _one(self, name: str, variable: Variable) -> None:
        derive, table = variable.derive, self.study.source_of(name)
        assert derive is not None
        values, reasons = self._made(name, table, variable, derive)
        if pd.api.types.is_float_dtype(values.dtype) and variable.kind in ("number", "count"):
            self._in_range(name, variable, values)
        self.values[name] = values
        self.reasons[name] = pd.Series(reasons.array(), index=self.keys[table].index)

    def _made(self, name: str, table: str, variable: Variable, derive: Derive) -> made.Made:
        if derive.form == "from_":
            return self._gathered(name, table, derive)
        parts = [self.brought(part, table, name) for part in parts_of(variable)]
        values = [v for v, _ in parts]
        why = [Reasons.of(r) for _, r in parts]
        if derive.form in ("sum", "mean"):
            numbers = [self._number(p, v) for p, v in zip(parts_of(variable), values, strict=True)]
            result, filled = made.together(numbers, why, derive.max_missing or 0, derive.form == "mean")
            self.filled[name] = int(filled.sum())
            return result
        if derive.form == "difference":
            return made.difference(values[0], values[1], why)
        if derive.form == "change":
            return self._changed(table, derive, values, why)
        if derive.form == "days":
            return made.days(values[0], values[1], why)
        if derive.form == "regroup":
            return made.regrouped(values[0], why[0], derive.into, variable.kind == "ordered")
        if derive.form == "at_wave":
            waves = self.study.sources[table].wave_labels
            wave = str(derive.at_wave)
            return made.at_wave(values[0], why[0], self.keys[table], waves.get(wave, wave))
        return self._cut(name, variable, values[0]), why[0]

    def _changed(self, table: str, derive: Derive, values: Sequence[pd.Series], why: Sequence[Reasons]) -> made.Made:
        """Of people with several rows one counts for the spread: an earlier score is carried to all of them."""
        if derive.reliability is None:
            return made.changed(values[0], values[1], why, derive.directions, derive.least or 0.0, beyond=False)
        once = pd.DataFrame({"id": self.keys[table]["id"], "score": values[1].astype(float)}).dropna()
        sd = derive.sd or float(once.drop_duplicates()["score"].std(ddof=1))
        least = made.reliable_difference(sd, derive.reliability)
        return made.changed(values[0], values[1], why, derive.directions, least, beyond=True)

    def brought(self, part: str, table: str, name: str) -> tuple[Values, pd.Series]:
        """A variable or score for the rows of a table, from a parent where it is not the table's own."""
        values, reasons = self.values[part], self.reasons[part]
        for parent, child in pairwise(path_up(self.study, table, self.study.source_of(part))):
            found = bring(self.keys, self.study, child, parent, values, reasons)
            values, reasons = found.values, found.reasons
            if found.varying:
                self.mistakes.append(varies(self.study, ("variables", name), part, parent, child, found.varying))
        return values, reasons

    def _number(self, part: str, values: Values) -> pd.Series:
        if not isinstance(values, pd.DataFrame):
            return values
        variable = self.study.variables[part]
        labels = [(variable.columns or variable.codes).get(code) for code in variable.exclusive]
        return made.ticked(values, [f"{part}={label}" for label in labels])

    def _gathered(self, name: str, table: str, derive: Derive) -> made.Made:
        linked, by = derive.from_ or "", derive.by or ""
        there = self.values[by].astype("str") if by in self.study.variables else self.keys[linked][BY + by]
        of = self.values[derive.of] if derive.of else None
        why = Reasons.of(self.reasons[derive.of]) if derive.of else None
        rows = link(linked, self.keys[table]["id"], there, None if isinstance(of, pd.DataFrame) else of, why)
        self.strangers[name] = rows.strangers
        values, reasons = gathered(rows, derive.take or "", derive.none, derive.max_missing or 0)
        at = rows.ids.get_indexer(pd.Index(self.keys[table]["id"]))
        return pd.Series(values.array.take(at), index=self.keys[table].index), Reasons(reasons.words, reasons.at[at])

    def _cut(self, name: str, variable: Variable, values: Values) -> pd.Series:
        numbers = values.to_numpy(dtype=float)
        if lost := unbanded(numbers, variable.intervals):
            what = f"{lost} value{'s' * (lost != 1)} of {variable.derive.cut if variable.derive else ''} "
            what += f"fall{'s' * (lost == 1)} into none of the bands."
            mend = "Add bands; bands that touch (18-30, 30-45) leave no gap, and the edge belongs to the upper one."
            self.mistakes.append(Mistake(self.study.where("variables", name, "bands"), what, mend))
        codes = band_places(numbers, variable.intervals)
        labels = pd.Index(variable.bands, dtype="str")
        return pd.Series(pd.Categorical.from_codes(codes, categories=labels, ordered=True), index=values.index)

    def _in_range(self, name: str, variable: Variable, values: pd.Series) -> None:
        numbers = values.to_numpy(dtype=float)
        limits = variable.limits
        outside = 0 if limits is None else int((~limits.holds(numbers) & ~np.isnan(numbers)).sum())
        for n, key, mend in (
            (outside, "range", "Widen 'range', or look at the parts."),
            (unbanded(numbers, variable.intervals) if variable.bands else 0, "bands", "Add bands."),
        ):
            if n:
                what = f"{n} derived value{'s' * (n != 1)} lie{'s' * (n == 1)} outside."
                self.mistakes.append(Mistake(self.study.where("variables", name, key), what, mend))


def parts_of(variable: Variable) -> list[str]:
    """The variables and scales from which a variable is derived."""
    return list(variable.derive.parts) if variable.derive else []
