"""Why values are missing, row by row, held as places in a short list of words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.distinct import text_array
from pipeline.study.words import STRUCTURAL


@dataclass(frozen=True)
class Reasons:
    """words: the reasons, ``""`` first (not missing); at: for every row, the place of its reason."""

    words: tuple[str, ...]
    at: np.ndarray

    @classmethod
    def none(cls, rows: int) -> Reasons:
        return cls(("",), np.zeros(rows, dtype=np.intp))

    @classmethod
    def by_text(cls, of_text: Iterable[str], at: np.ndarray) -> Reasons:
        """From the reason of every distinct text and the rows that hold them."""
        of_text = list(of_text)
        words = tuple(dict.fromkeys(["", *of_text]))
        place = {word: i for i, word in enumerate(words)}
        return cls(
            words, np.array([place[w] for w in of_text], dtype=np.intp)[at] if of_text else np.zeros(0, dtype=np.intp)
        )

    @classmethod
    def of(cls, series: pd.Series) -> Reasons:
        at, words = pd.factorize(series)
        return cls.by_text([str(w) for w in words], at)

    @property
    def missing(self) -> np.ndarray:
        return self.at != 0

    def holds(self, word: str) -> np.ndarray:
        """Rows with one reason."""
        return self.at == self.words.index(word) if word in self.words else np.zeros(len(self.at), dtype=bool)

    def put(self, rows: np.ndarray, word: str) -> Reasons:
        """The same with one word for some rows."""
        if not rows.any():
            return self
        words = self.words if word in self.words else (*self.words, word)
        return Reasons(words, np.where(rows, words.index(word), self.at))

    def array(self) -> pd.api.extensions.ExtensionArray:
        return text_array(self.words).take(self.at)

    def series(self, index: pd.Index) -> pd.Series:
        return pd.Series(self.array(), index=index)


def commonest(parts: Sequence[Reasons]) -> Reasons:
    """For every row the reason that most of its parts have; ``""`` where no part is missing.

    What was not asked by design says least about a person: such a reason is taken only where no part is missing for
    another. Among equally frequent ones that of the earliest part counts.
    """
    words = tuple(dict.fromkeys(["", *(w for part in parts for w in part.words)]))
    rows = len(parts[0].at)
    score = np.zeros((rows, len(words)), dtype=np.int64)
    weight = len(parts) + 1
    for turn, part in enumerate(parts):
        place = np.array([words.index(w) for w in part.words], dtype=np.intp)[part.at]
        every = np.arange(rows)
        first = score[every, place] == 0
        score[every, place] += weight + np.where(first, len(parts) - 1 - turn, 0)
    for column, word in enumerate(words):
        if word == "":
            score[:, column] = 0
        elif word not in STRUCTURAL:
            score[:, column] += np.where(score[:, column] > 0, weight**2, 0)
    return Reasons(words, np.where(score.max(axis=1) > 0, score.argmax(axis=1), 0))
