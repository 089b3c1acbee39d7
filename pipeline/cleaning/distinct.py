"""A column as its distinct texts: what a text means is worked out once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.study.words import BLANK

PADDED = "blanks around the answer taken off"


@dataclass(frozen=True)
class Distinct:
    """texts: without blanks around them; raw: as they came; at: for every row, the place of its text in both."""

    texts: tuple[str, ...]
    raw: tuple[str, ...]
    at: np.ndarray

    def take(self, rows: np.ndarray) -> Distinct:
        """The same texts for some rows (mask or positions)."""
        return Distinct(self.texts, self.raw, self.at[rows])

    def counts(self, rows: np.ndarray | None = None) -> np.ndarray:
        """How many rows hold each text, among all rows or those of a mask."""
        at = self.at if rows is None else self.at[rows]
        return np.bincount(at, minlength=len(self.texts))

    def holds(self, codes: tuple[str, ...]) -> np.ndarray:
        """Rows whose text is one of some codes; the word ``blank`` means an empty cell."""
        wanted = {"" if code == BLANK else code for code in codes}
        return np.array([text in wanted for text in self.texts], dtype=bool)[self.at]

    @property
    def padded(self) -> list[int]:
        """Places of texts that came with blanks around them."""
        return [place for place, raw in enumerate(self.raw) if raw[:1].isspace() or raw[-1:].isspace()]

    @cached_property
    def rows(self) -> np.ndarray:
        """The text of every row, as objects."""
        return np.array(self.texts, dtype=object)[self.at] if self.texts else np.array([], dtype=object)

    @property
    def blank(self) -> np.ndarray:
        """Rows without an answer."""
        return self.holds((BLANK,))


def distinct(column: pd.Series, nothing: str = "") -> Distinct:
    """A text column of ``Cells`` by its distinct texts, in the order in which they first stand.

    nothing: another text than the empty one that the file's format has for no value (Stata's and SAS's ``.``).
    """
    at, found = pd.factorize(column)
    raw = tuple(np.asarray(found, dtype=object))
    bare = tuple(map(str.strip, raw))
    return Distinct(tuple("" if text == nothing else text for text in bare) if nothing else bare, raw, at)


def text_array(texts: list[str] | tuple[str, ...] | np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Texts as pandas' ``str`` array."""
    return pd.array(np.array(texts, dtype=object), dtype="str")


def as_declared(text: str) -> str:
    """How a study file writes a cell's text: an empty one is ``blank``; a cell that says "blank" can't be written."""
    return BLANK if text == "" else "'blank'" if text == BLANK else text


def recoded(cells: Distinct, codes: Mapping[str, str]) -> np.ndarray:
    """Every row's text, or what the mapping makes of it."""
    found = [codes.get(as_declared(text), text) for text in cells.texts]
    return np.array(found, dtype=object)[cells.at] if found else np.array([], dtype=object)
