"""The one door between people and paper: every number of a study goes through here at once, or not at all."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure.adjusted import adjusted_anew
from pipeline.disclosure.behind import MODELS, OF_EXACT_COUNTS
from pipeline.disclosure.coders import of_coders
from pipeline.disclosure.earlier import Earlier
from pipeline.disclosure.fitting import Around
from pipeline.disclosure.leaving import Leaving, few_without
from pipeline.disclosure.lost import Lost, information_lost
from pipeline.disclosure.merges import Merge
from pipeline.disclosure.propose import proposed
from pipeline.disclosure.retested import of_change, of_change_again
from pipeline.disclosure.rounded import rounded_counts
from pipeline.disclosure.rows import alike_in
from pipeline.disclosure.saturated import of_interviews
from pipeline.disclosure.small import withheld
from pipeline.disclosure.talks_before import of_few_more
from pipeline.disclosure.text import as_printed, as_text, decimals_for
from pipeline.errors import StageFailed
from pipeline.instruments.item_pairs import CORRELATION
from pipeline.models.moderation_numbers import AT
from pipeline.results import A_NUMBER_WITHHELD, KEY, WITHHELD, Key, Results, Sentence
from pipeline.study import Release, Study
from pipeline.tables.in_style import PERCENT, percent_bases
from pipeline.tables.rounding import significant

if TYPE_CHECKING:
    from pipeline.disclosure.quotations import Quotation

FULL_DIGITS = 10


@dataclass(frozen=True)
class Rule:
    """smallest: counts from 1 to smallest - 1 are withheld. rounded: what is done to the counts that stay.
    first: where small counts are printed rounded, they are those below it; no mean stands on them, no SD or quartile on
    less than twice as many.

    totals: whether a total is the sum of its rounded cells. dominance: whether means, SDs and quartiles pass only where
    nobody dominates the mean.
    extremes: whether minimum and maximum may.
    """

    smallest: int
    rounded: Callable[[float], float] | None = None
    totals: bool = False
    dominance: bool = False
    extremes: bool = False
    first: int = 0

    @property
    def around(self) -> Around | None:
        return Around(self.rounded, self.first) if self.rounded is not None and self.first else None


def _to_five(count: float) -> float:
    return 5 * math.floor(count / 5 + 0.5)


def _midpoint6(count: float) -> float:
    return math.ceil(count / 6) * 6 - 3 * (count != 0)


def rule_for(release: Release) -> Rule | None:
    """The rule by name (reporting.md); None for ``none``."""
    return {
        "journal": Rule(release.below),
        "opensafely": Rule(8, _to_five, totals=True),
        "midpoint6": Rule(2, _midpoint6, first=7),
        "nhs": Rule(8, _to_five, totals=True),
        "acro": Rule(10, dominance=True),
        "cms": Rule(11),
        "none": None,
    }[release.rule]


class Proposals(NamedTuple):
    """merges: of levels, that would show more. few: people to leave out, with whom much is withheld."""

    merges: Sequence[Merge]
    few: Sequence[Leaving]


class Released:
    """What may be printed. ``frame``: key, ``value`` (NaN where withheld), ``text``, ``withheld``, ``decimals``; sorted
    by key.

    decimals: how many the value was rounded to, so that one unit of its last digit is known; NaN where it is not
    rounded (to ten significant digits under the rule ``none``; exact in a draft). lost: how much was withheld; None
    where nothing is. quotations: words of people, each with its consent and its clearance. proposals: what would show
    more, found when it is asked for (a release is found anew for each of them).
    """

    def __init__(
        self, frame: pd.DataFrame, lost: Lost | None = None, quotations: Sequence[Quotation] = (),
        proposals: Callable[[], Proposals] = lambda: Proposals((), ()),
    ):  # fmt: skip
        self.frame, self.lost, self.quotations, self._propose = frame, lost, tuple(quotations), proposals
        self._at = {tuple(k): i for i, k in enumerate(frame[KEY].itertuples(index=False, name=None))}
        self._text, self._value = frame["text"].tolist(), frame["value"].tolist()
        self._withheld, self._decimals = frame["withheld"].tolist(), frame["decimals"].tolist()

    def with_quotations(self, quotations: Sequence[Quotation]) -> Released:
        """The same numbers, and these words of people."""
        return Released(self.frame, self.lost, quotations, lambda: self.proposals)

    @cached_property
    def proposals(self) -> Proposals:
        return self._propose()

    def has(self, key: Key) -> bool:
        return tuple(key) in self._at

    def text(self, key: Key) -> str:
        return str(self._text[self._row(key)])

    def value(self, key: Key) -> float:
        return float(self._value[self._row(key)])

    def withheld(self, key: Key) -> bool:
        return bool(self._withheld[self._row(key)])

    def decimals(self, key: Key) -> int | None:
        """How many decimals the released value was rounded to; None where it was not."""
        found = self._decimals[self._row(key)]
        return None if math.isnan(found) else int(found)

    def said(self, key: Key) -> str:
        """The number inside a sentence."""
        return A_NUMBER_WITHHELD if self.withheld(key) else self.text(key)

    def _row(self, key: Key) -> int:
        if tuple(key) not in self._at:
            raise StageFailed(f"an output asks for a number that no result has: {' / '.join(key)}")
        return self._at[tuple(key)]

    def say(self, sentence: Sentence) -> str:
        """A sentence with its numbers as released."""
        return sentence.words(self.said)

    def to_csv(self) -> bytes:
        """``results.csv`` (contract 4): UTF-8, the key, the released value to ten significant digits, the text."""
        out = io.StringIO()
        printed = [_csv_number(v) for v in self._value]
        self.frame[KEY].assign(value=printed, text=self._text).to_csv(out, index=False, lineterminator="\n")
        return out.getvalue().encode("utf-8")


def _csv_number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.{FULL_DIGITS}g}"


def release(results: Results, rule: Release, study: Study | None = None, earlier: Earlier | None = None) -> Released:
    """Every number of a study through the door, once and together.

    Counts below the rule's threshold are withheld with what would give them back (``small.withheld``); what stays has
    the precision in which it is printed, because a mean to ten digits gives its fraction back. Rule ``none`` keeps ten
    significant digits.

    study: says whose people a table is about, and which levels are which; without it the numbers themselves must
    and no merges are proposed. earlier: what was released before (``earlier_release``); a count that differs from it by
    few people is withheld.
    """
    frame = Results.join([results]).frame
    decimals = _decimals(frame)
    found = rule_for(rule)
    if found is None:
        hidden = np.zeros(len(frame), bool)
        printed = frame["value"].to_numpy()
        values, places = np.array([significant(v, FULL_DIGITS) for v in printed]), np.full(len(frame), np.nan)
    else:
        hidden, coarse = withheld(frame, found.smallest, decimals, found.rounded is not None, study, earlier,
                                  found.around, found.dominance)  # fmt: skip
        hidden |= _by_statistic(frame, found)
        hidden |= of_coders(frame, hidden, found.smallest, found.rounded is not None)
        hidden |= of_interviews(frame, found.smallest, found.rounded is not None)
        hidden |= of_few_more(frame, earlier or {}, decimals, found.smallest)
        hidden |= _together(frame, hidden, found.rounded is not None)
        hidden |= _of_alpha(frame, hidden) | of_change(frame, hidden, study)
        hidden |= of_change_again(frame, hidden, earlier or {}, found.smallest)
        printed, hidden = adjusted_anew(frame, hidden, found.smallest, decimals, found.rounded is not None, study)
        decimals = np.where(coarse, 0, decimals)
        if found.rounded is not None:
            printed = rounded_counts(frame.assign(value=printed), found.rounded, hidden, found.totals, study)
        seen = [as_printed(s, v, d) for s, v, d in zip(frame["statistic"], printed, decimals, strict=True)]
        values, places = (np.array([each[part] for each in seen], float) for part in (0, 1))
    text = [
        WITHHELD if h else as_text(s, v, d)
        for h, s, v, d in zip(hidden, frame["statistic"], printed, decimals, strict=True)
    ]
    shown = np.where(hidden, np.nan, values)
    out = frame[KEY].assign(value=shown, text=text, withheld=hidden, decimals=places)
    if found is None:
        return Released(out)
    lost = information_lost(frame, hidden, found.smallest)
    if study is None or not hidden.any():
        return Released(out, lost)
    return Released(out, lost, proposals=lambda: _proposals(frame, found, study))


def _proposals(frame: pd.DataFrame, rule: Rule, study: Study) -> Proposals:
    def hidden(part: pd.DataFrame) -> np.ndarray:
        return withheld(part, rule.smallest, _decimals(part), rule.rounded is not None, study, around=rule.around)[0]

    few = few_without(frame, study, rule.smallest, hidden)
    return Proposals(tuple(proposed(frame, study, rule.smallest, hidden)), tuple(few))


def draft(results: Results) -> Released:
    """Exact numbers for the analyst's own eyes: nothing withheld. Never for ``reports/``."""
    frame = Results.join([results]).frame
    decimals = _decimals(frame)
    text = [as_text(s, v, d) for s, v, d in zip(frame["statistic"], frame["value"], decimals, strict=True)]
    return Released(frame[KEY].assign(value=frame["value"], text=text, withheld=False, decimals=np.nan))


def _decimals(frame: pd.DataFrame) -> np.ndarray:
    """Decimals of every number; one choice a table for all its percentages: none where the largest number of people
    behind them, unweighted, is below 100."""
    chosen = [decimals_for(s, d) for s, d in zip(frame["statistic"], frame["decimals"], strict=True)]
    bases = percent_bases(frame)
    few = [bases.get(t, math.inf) < 100 for t in zip(frame["kind"], frame["name"], strict=True)]
    percent = frame["statistic"].isin(PERCENT) & frame["decimals"].isna()
    return np.where(percent & np.array(few, bool), 0, chosen)


def _by_statistic(frame: pd.DataFrame, rule: Rule) -> np.ndarray:
    """Statistics that a rule lets nobody see: single people's values, and what ties two items of a scale."""
    hidden = np.zeros(len(frame), bool)
    if not rule.extremes:
        hidden |= frame["statistic"].isin(("min", "max", CORRELATION)).to_numpy()
    if rule.dominance:  # values made of a mean and an SD, of which nobody looks who dominates them
        hidden |= (frame["statistic"] == AT).to_numpy()
    if rule.rounded is not None:
        own = ~frame["kind"].isin((*MODELS, "flow"))
        hidden |= (frame["statistic"].isin(OF_EXACT_COUNTS) & own).to_numpy() | _of_equal_weights(frame)
    return hidden


def _of_equal_weights(frame: pd.DataFrame) -> np.ndarray:
    """Weighted percentages of people whose weights are all the same: those of the counts as they are."""
    alike = alike_in(frame)
    cells = zip(frame["kind"], frame["name"], frame["group"], strict=True)
    return (frame["statistic"] == "weighted_percent").to_numpy() & np.array([cell in alike for cell in cells], bool)


def _together(frame: pd.DataFrame, hidden: np.ndarray, rounded: bool) -> np.ndarray:
    """Missing answers of all questions together, where those of any question are withheld or rounded: what is printed
    of the others is subtracted from it."""
    quality = frame["kind"] == "quality"
    single = (quality & (frame["name"] == "missingness")).to_numpy()
    every = (quality & (frame["name"] == "answers_missing")).to_numpy()
    return every & (rounded or bool((single & hidden).any()))


def _of_alpha(frame: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """The ends of an interval of alpha or ICC where its n is withheld: with alpha they give it."""
    ours = (frame["kind"] == "reliability").to_numpy()
    places = pd.MultiIndex.from_frame(frame[["name", "term", "group"]])
    gone = places[ours & hidden & (frame["statistic"] == "n").to_numpy()]
    return ours & frame["statistic"].isin(("ci_low", "ci_high")).to_numpy() & places.isin(gone)
