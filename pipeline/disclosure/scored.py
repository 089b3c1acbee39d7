"""A scale beside its items, each a variable of its own: their counts give the sum of all scores, and so does the scale.

A histogram with a bar for each score, or a mean of few people, says how large the scores of a group are together; less
what the items that are printed add to it, that is how a withheld one was answered.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

import numpy as np

from pipeline.disclosure.boxes import Boxes
from pipeline.disclosure.facts import ANSWERED, BIN, PEOPLE, Fact
from pipeline.disclosure.groups import Conditions, families
from pipeline.disclosure.scores import printed
from pipeline.disclosure.sheet import Sheet
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.study import Study

Items = Mapping[str, Mapping[str, float]]
"""A variable -> its levels and what each adds to the sum of the items."""


def items_scored(
    sheets: Sequence[Sheet], study: Study, hidden: Sequence[bool], gone: Container[str] = ()
) -> Iterator[Boxes]:
    """What the scales say of their items, group by group. hidden: rows withheld anyway. gone: scales of which no item
    is printed."""
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    for name, rule in rules(study).items():
        items = _items(study, name, rule)
        if name not in terms or items is None or rule.criterion or not terms.keys() >= items.keys() or name in gone:
            continue
        sheet = terms[name]
        for group, answered in sheet.cells.get(ANSWERED, {}).items():
            places = [(term, level, value) for term, levels in items.items() for level, value in levels.items()]
            if not answered or any(terms[term].get(level, group) is None for term, level, _ in places):
                continue
            weights: dict[Fact, float] = {terms[term].fact(level, group): value for term, level, value in places}
            without = max((sheet.get(PEOPLE, group) or answered) - answered, 0)  # may have answered some items
            lows, highs = (sum(points.limits[end] for points in rule.points) for end in (0, 1))
            unseen = answered * sum(max(skip.counts, 0) for skip in rule.skips)  # points of items that were not asked
            low, high = without * min(lows, 0) - unseen, without * max(highs, 0)
            for least, most, rows in _sums(sheet, group, answered, hidden):
                bounds = (points_of(rule, sums, answered) for sums in (least, most))
                made = Boxes(weights, next(bounds) + low, next(bounds) + high, rows)
                if made.fits({}):
                    yield made


def points_of(rule: ScoringRule, scores: float, people: int) -> float:
    """What all points of some people add up to, from the sum of their scores."""
    (low, high), times = rule.raw_limits, 1 if rule.score == "sum" else len(rule.items)
    if rule.to is not None:
        scores = people * low + (scores - people * rule.to.low) * (high - low) / (rule.to.high - rule.to.low)
    return times * scores


def _items(study: Study, name: str, rule: ScoringRule) -> Items | None:
    """The variables that are its items; None where one is no variable with levels."""
    scale, source, found = study.scales[name], study.source_of(name), {}
    for item, points in zip(rule.items, rule.points, strict=True):
        shift = points.codes.low - scale.in_file(points.codes).low
        same = [n for n, v in study.variables.items() if (v.from_ or n) == item and study.source_of(n) == source
                and v.derive is None and v.kind in ("category", "ordered")]  # fmt: skip
        for variable in same[:1]:
            values: dict[str, set[float]] = {}
            for code, level in study.variables[variable].codes.items():
                try:
                    value = float(scale.codes.get(code, code)) + shift
                except ValueError:
                    return None
                values.setdefault(level, set()).add(float(points.of(np.array([value]))[0]))
            if any(len(held) > 1 for held in values.values()):
                return None
            found[variable] = {level: held.pop() for level, held in values.items()}
    return found if len(found) == len(rule.items) else None


def _sums(sheet: Sheet, group: Conditions, answered: int, hidden: Sequence[bool]
          ) -> Iterator[tuple[float, float, tuple[int, ...]]]:  # fmt: skip
    """Scores of a group together: by its mean, by those of the groups inside it, by its bins and by its bands."""
    said = {g: (m["mean"][0], *printed(*m["mean"][1:])) for g, m in sheet.means.items()
            if "mean" in m and not hidden[m["mean"][0]] and sheet.get(ANSWERED, g)}  # fmt: skip
    inner = [members for (parent, _), members in families(said).items() if parent == group]
    for members in ([group], *inner):
        held = [(*said[m], sheet.cells[ANSWERED][m]) for m in members if m in said]
        if held and sum(n for *_, n in held) == answered:
            yield (sum(low * n for _, low, _, n in held), sum(high * n for *_, high, n in held),
                   tuple(row for row, *_ in held))  # fmt: skip
    for bins in (True, False):
        spans = {r: s for r, s in sheet.spans.items() if r.startswith(BIN) == bins and (bins or not r.startswith("|"))}
        held_by = [(span, n) for role, span in spans.items() if (n := sheet.get(role, group)) is not None]
        if held_by and sum(n for _, n in held_by) == answered:
            # in every group: one of them follows from the others
            every = tuple(row for (role, _), rows in sheet.rows.items() if role in spans for row in rows)
            yield sum(s.low * n for s, n in held_by), sum(s.high * n for s, n in held_by), every
