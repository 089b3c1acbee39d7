"""Do the answers to a scale look right? Alarms that say what looks wrong, and never of whom or of how many.

An alarm rings for many people alone, so that its silence tells of no few. It is a reason to look; it changes no number.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.instruments.reliability import item_statistics
from pipeline.instruments.rule import ScoringRule
from pipeline.results import Sentence, literal

ITEMS_OF_A_LINE = 5
"""Items from which one answer to all is told: to two or three questions many give the same in good faith."""
ITEMS_OF_A_PATTERN = 15
PEOPLE_AT_LEAST = 50
FEWEST, SHARE = 10, 0.05
"""An alarm about people rings for so many, and for so large a share of those with every item."""
HIGHEST_ALPHA = 0.95
SECONDS_AN_ITEM = 2.0
"""In less nobody reads a question and answers it: Huang, Curran, Keeney, Poposki and DeShon, J Bus Psychol 2012;
27:99-114, who call a page too fast at under two seconds an item."""

NONE = (
    "No alarm rang. What is looked for: alpha below zero, or so high that items may repeat each other; one and the "
    "same answer to every item, in scales of five items or more; answers from another base, where fifty people or more "
    "answered every item (both where all items have one range); the same answers given by several people, where the "
    "scales of a table have fifteen items or more together; and where a study file names the time that an answer took, "
    "less than two seconds for each item. It is looked for among those who answered every item (haste: five items or "
    "more), and an alarm rings for ten people or more."
)
"""Says where nothing is looked for, too: a scale of three items has no straight lines."""


def alarms(rule: ScoringRule, items: pd.DataFrame, alphas: list[float]) -> Iterator[Sentence]:
    """What looks wrong about the answers to one scale.

    items: answers as coded, before any is turned; one row a person (and wave). alphas: of each wave.
    """
    said = literal(rule.label)
    if any(alpha < 0 for alpha in alphas):
        yield Sentence(
            f"{said}: alpha is below zero, so that items speak against each other. Is one to be reversed, or was one "
            "reversed twice?"
        )
    if any(alpha > HIGHEST_ALPHA for alpha in alphas):
        yield Sentence(f"{said}: alpha is so high that items may ask one thing in several words, or be copies.")
    complete = items.dropna()
    yield from _lines(rule, complete, said)
    yield from _base(rule, complete, said)


def _lines(rule: ScoringRule, complete: pd.DataFrame, said: str) -> Iterator[Sentence]:
    """Straight-lining: where items are turned, any answer but the middle one contradicts itself; else an end of the
    range is what those have who have nothing, or everything, and the rest is told."""
    if len(rule.items) < ITEMS_OF_A_LINE or rule.one_range is None or rule.at_source:
        return  # one code is not one answer
    low, high = rule.one_range.low, rule.one_range.high
    first = complete.iloc[:, 0]
    alike = complete.eq(first, axis=0).all(axis=1)
    fair = first.eq((low + high) / 2) if rule.reverse else first.isin([low, high])
    if _many(int((alike & ~fair).sum()), len(complete)):
        why = "though some are worded the other way round" if rule.reverse else "and none that is an end of the range"
        yield Sentence(f"{said}: many gave one and the same answer to every item, {why}. They may not have read them.")


def _base(rule: ScoringRule, complete: pd.DataFrame, said: str) -> Iterator[Sentence]:
    if len(complete) < PEOPLE_AT_LEAST or rule.one_range is None:
        return
    seen = complete.to_numpy()
    gone = [
        word
        for word, missing in (
            ("lowest", seen.min() > rule.one_range.low),
            ("highest", seen.max() < rule.one_range.high),
        )
        if missing
    ]
    if gone:
        yield Sentence(
            f"{said}: nobody gave the {' or the '.join(gone)} answer to any item. Do its codes begin at another number "
            "than the range says, or does the range belong to another form?"
        )


def repeated(items: pd.DataFrame, table: str) -> Iterator[Sentence]:
    """Many people with the very same answers to all items of all scales of a table; straight lines aside."""
    complete = items.dropna()
    if complete.shape[1] < ITEMS_OF_A_PATTERN:
        return
    varied = complete[complete.max(axis=1) > complete.min(axis=1)]
    if _many(int(varied.duplicated(keep=False).sum()), len(complete)):
        yield Sentence(
            f"{literal(table)}: many share the very same answers to every item of every scale with somebody else. Rows "
            "may be copies, or filled in by a program."
        )


def hurried(items: pd.DataFrame, seconds: pd.Series, table: str) -> Iterator[Sentence]:
    """Many people who took less time for the whole than the items that they answered alone must have taken.

    items: answers to every scale's items of a table; seconds: of the same rows.
    """
    answered = items.notna().sum(axis=1)
    asked = (answered >= ITEMS_OF_A_LINE) & seconds.notna()
    fast = asked & (seconds < SECONDS_AN_ITEM * answered)
    if _many(int(fast.sum()), int(asked.sum())):
        yield Sentence(
            f"{literal(table)}: many answered in less than two seconds for each item of the scales, which is too "
            "little time to read them."
        )


def _many(people: int, of: int) -> bool:
    return people >= max(FEWEST, SHARE * of)


def against(items: pd.DataFrame) -> list[str]:
    """Items, in the direction of the score, that clearly fall where the sum of the others rises.

    Clearly: the correlation with the rest is below -0.1 and further below 0 than two of its standard errors.
    """
    complete = items.dropna()
    limit = -max(0.1, 2 / max(len(complete), 1) ** 0.5)
    return [str(item) for item, found in item_statistics(complete)["item_rest"].items() if found < limit]
