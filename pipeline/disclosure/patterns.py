"""A scale of which counts are withheld, beside what else is made of the answers to its items.

People answer the items of a scale in one of several patterns, and how many have each gives everything: how many have
each score, how many each answer to each item, alpha and its kin. Where there are few patterns these numbers leave one
table: of two questions that 9 and 12 say yes to and 42 say no to both, 3 say yes to both; and alpha of 60 people in two
digits tells as much. So beside a withheld count of such a scale its items are not printed as variables of their own,
nor alpha and its kin of that group. Where there are many patterns only one thing follows that alpha and a mean in few
digits do not say: counts by item give the sum of all scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure.facts import ANSWERED, ANY, BECAUSE, BIN, COMPLETE, DESIGN, EXACT, MISSING, PEOPLE
from pipeline.disclosure.groups import Conditions, apart
from pipeline.disclosure.sheet import Sheet
from pipeline.instruments.over_waves import SINCE
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.results import parts_of
from pipeline.study import Study
from pipeline.tables.scales import bin_edges

COUNTS = ("n", "percent", "denominator", "missing")
SPARE = 2
"""There are few patterns where tables of people by pattern have less than so many times the digits that are told."""
ALPHAS, OF_EACH_ITEM = 7, 2
"""Of a group: alpha, its interval, standardised alpha, omega, lambda-6, the mean correlation; of each item: its
correlation with the rest, alpha without it. Each in two digits."""


class Patterns(NamedTuple):
    """One scale whose items, or whose alpha, may be told. by_item: item -> variables that are it. items: these, and
    variables made of them. scores: itself and what is made of it. few: whether there are few patterns for all people
    who have a score."""

    name: str
    rule: ScoringRule
    by_item: Mapping[str, Sequence[str]]
    items: frozenset[str]
    scores: frozenset[str]
    few: bool
    models: frozenset[str]
    """Models whose outcome is an item: their events are its counts."""
    shares: frozenset[str]
    """Other scales that share items with it."""


def patterns(sheets: Sequence[Sheet], study: Study | None) -> list[Patterns]:
    """Scales that are told and are made of several items."""
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    found: list[Patterns] = []
    for name, rule in rules(study).items() if study is not None else ():
        if study is not None and name in terms and rule.score != "finished":
            source, own = study.source_of(name), set(rule.items)
            here = {n: v for n, v in study.variables.items() if v.derive is None and study.source_of(n) == source}
            by_item = {item: [n for n, v in here.items() if (v.from_ or n) == item] for item in rule.items}
            counted = [n for n, v in here.items() if not own.isdisjoint(v.count or ())]
            counted += [n for n, v in here.items() if not own.isdisjoint(v.columns or ())]
            items = study.made_of([*counted, *(n for names in by_item.values() for n in names)])
            # who was asked something because of an item says how many answered it so
            items |= study.made_of(n for n, v in study.variables.items() if not items.isdisjoint(v.asked_of or ()))
            people = max(terms[name].cells.get(ANSWERED, {}).values(), default=0)
            few = _few(rule, people, not items.isdisjoint(terms))
            models = frozenset(m for m, model in study.models.items() if model.outcome in items)
            others = frozenset(other for other, its in rules(study).items()
                               if other != name and study.source_of(other) == source and not own.isdisjoint(its.items))  # fmt: skip
            found.append(Patterns(name, rule, by_item, items, study.made_of([name]), few, models, others))
    return found


def _at_ends(sheet: Sheet, rule: ScoringRule, group: Conditions) -> int:
    """People of whom one pattern is known, because they have the lowest or the highest score."""
    low, high = rule.limits
    ends = [role for role, span in sheet.spans.items()
            if role.startswith(BIN) and span.high - span.low < 1e-9 and (span.low <= low or span.high >= high)]  # fmt: skip
    return sum(sheet.get(role, group) or 0 for role in ends)


def _few(rule: ScoringRule, people: int, with_items: bool) -> bool:
    """Whether so many people's patterns of answers leave room for little else than what is told."""
    return _digits(rule, people) < SPARE * _told(rule, people if with_items else 1)


def _digits(rule: ScoringRule, people: int) -> float:
    """The logarithm (base 10) of how many tables there are of so many people by pattern of answers."""
    answers = sum(math.log(_answers(rule, i)) for i in range(len(rule.items)))
    cells = math.exp(answers)
    if cells > 1e9:  # then all but the logarithm of people! is people times that of the patterns
        return (people * answers - math.lgamma(people + 1)) / math.log(10)
    return (math.lgamma(people + cells) - math.lgamma(people + 1) - math.lgamma(cells)) / math.log(10)


def _answers(rule: ScoringRule, item: int) -> int:
    codes = rule.points[item].codes
    return round(codes.high - codes.low) + 1


def _told(rule: ScoringRule, people: int) -> float:
    """Digits of alpha and its kin, and of the counts by answer of every item."""
    counts = sum(_answers(rule, i) - 1 for i in range(len(rule.items))) * math.log10(max(people, 1))
    return 2.0 * (ALPHAS + OF_EACH_ITEM * len(rule.items)) + counts


def know_sums(scales: Iterable[Patterns], sheets: Sequence[Sheet]) -> None:
    """Of scales of many patterns: where every item is told of a group, the mean of its scores is known to the last
    digit."""
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    for scale in (s for s in scales if not s.few):
        told = [{group for name in names if name in terms for group in terms[name].cells.get(ANSWERED, {})}
                for names in scale.by_item.values()]  # fmt: skip
        for group in set.intersection(*told):
            said = terms[scale.name].means.get(group, {})
            if "mean" in said:
                row, value, _ = said["mean"]
                said["mean"] = (row, value, EXACT)


def without_items(
    frame: pd.DataFrame, hidden: np.ndarray, scales: Iterable[Patterns], sheets: Sequence[Sheet],
    means: Iterable[Conditions], small: int,
) -> tuple[np.ndarray, frozenset[str]]:  # fmt: skip
    """Rows of items as variables that go, and the scales whose they are: those of few patterns of which a count is
    withheld; those of which a mean is (``means``: who has the scores), because the items would give it; those whose
    missing scores and the items' missing answers say of each other how few they are (below ``small``)."""
    of_means = {term for who in means for term, role in who if role == ANSWERED}
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    named = frame["kind"] + " " + frame["name"]
    lost = (hidden & frame["statistic"].isin(COUNTS) & ~frame["kind"].isin(("quality", "reliability"))).to_numpy()
    groups = [{name for name, _ in parts_of(group)} for group in frame["group"]]
    gone, whose, beside = np.zeros(len(frame), bool), set(), set[str]()
    for scale in scales:
        ours = (frame["term"].isin(scale.scores) | (named == f"scale {scale.name}")).to_numpy()
        ours = ours | np.array([not scale.scores.isdisjoint(names) for names in groups], bool)
        # several items at once: what a bar of the scale counts, too
        both = np.array([not scale.items.isdisjoint(names) for names in groups], bool)
        both &= frame["term"].isin(scale.items).to_numpy()
        few = scale.few and scale.name not in beside and bool(((ours | both) & lost).any())
        if few:
            beside |= scale.shares
        if few or scale.name in of_means or _missing_told(scale, terms, small):
            whose.add(scale.name)
            gone |= frame["term"].isin(scale.items).to_numpy()
            gone |= (frame["kind"].eq("model") & frame["name"].isin(scale.models)).to_numpy()
            gone |= np.array([not scale.items.isdisjoint(names) for names in groups], bool)
    for scale in (s for s in scales if s.name in beside):
        if scale.few:
            gone |= (frame["term"].isin(scale.scores) | (named == f"scale {scale.name}")).to_numpy()
            gone |= np.array([not scale.scores.isdisjoint(names) for names in groups], bool)
        gone |= ((frame["kind"] == "reliability") & (frame["name"] == scale.name)).to_numpy()
    return gone, frozenset(whose)


def _missing_told(scale: Patterns, terms: Mapping[str, Sheet], small: int) -> bool:
    """Whether missing scores follow from missing answers. Where a score needs every item it is missing for at least as
    many as any item is, and for at most as many as all are together: a small number of either is enough. Where it needs
    all but k, k + 1 answers are missing for each."""
    items = [terms[name] for names in scale.by_item.values() for name in names if name in terms]
    allowed = scale.rule.max_missing + 1
    whole = terms[scale.name]
    for group, complete in whole.cells.get(COMPLETE, {}).items() if items else ():
        told = [each.get(MISSING, group) for each in items]
        prorated = (whole.get(ANSWERED, group) or complete) - complete
        if 0 < prorated < small and None not in told:
            if sum(n or 0 for n in told) - allowed * (whole.get(MISSING, group) or 0) < small:
                return True
    for sheet in (terms[scale.name], *(items if allowed == 1 else ())):
        for role in (r for r in sheet.cells if r == MISSING or r.startswith(BECAUSE)) if items else ():
            for group, n in sheet.cells[role].items():
                told = [each.get(MISSING, group) for each in items]
                answers = sum(small * allowed if one is None else one for one in told)
                if 0 < n < small and (allowed == 1 or answers < small * allowed):
                    return True
    return False


def without_alpha(
    frame: pd.DataFrame, hidden: np.ndarray, scales: Iterable[Patterns], sheets: Sequence[Sheet], rounded: bool
) -> np.ndarray:
    """Alpha and its kin of a group, where a count of its people by score or by answer to an item is withheld
    (``hidden``; items that go whole tell nothing, and do not count).

    Where each bin has one score, counts by score of everyone are the same whatever those of their groups are, so that
    what is told of everyone says nothing of these. Of wider bins it does: there one withheld count is enough. Where
    counts are rounded alpha tells which they were.
    """
    gone = np.zeros(len(frame), bool)
    told = ((frame["kind"] == "reliability") & ~frame["term"].str.startswith(SINCE)).to_numpy()
    told = told & ~frame["statistic"].isin(("n", "items")).to_numpy()
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    groups = [apart(group) for group in frame["group"]]
    for scale in scales:
        ours, n = told & (frame["name"] == scale.name).to_numpy(), terms[scale.name].cells.get(COMPLETE, {})
        if ours.any():
            lost = set(_withheld_in(hidden, scale.scores | scale.items, sheets))
            everywhere = rounded or (bool(lost) and len(bin_edges(scale.rule)) - 1 < len(scale.rule.possible))
            beside = not scale.items.isdisjoint(terms)
            few = {g for g in {*groups} if (everywhere or any(not _apart_from(g, of) for of in lost))
                   and _few(scale.rule, max(n.get(g, 0) - _at_ends(terms[scale.name], scale.rule, g), 0), beside)}  # fmt: skip
            gone |= ours & np.array([g in few for g in groups], bool)
    return gone


def _apart_from(group: Conditions, part: Conditions) -> bool:
    """Whether alpha of ``group`` says nothing of a count withheld in ``part``: this is a part of it, or of others."""
    return group < part or any(dict(part).get(name, level) != level for name, level in group)


def _withheld_in(hidden: np.ndarray, names: frozenset[str], sheets: Sequence[Sheet]) -> Iterator[Conditions]:
    """Groups of which a count by level or bin of one of these variables is withheld, in lines or as columns."""
    for sheet in sheets:
        for (role, group), rows in sheet.rows.items():
            if hidden[rows].any():
                of_level = not role.startswith("|") and role not in (MISSING, *DESIGN.values())
                if sheet.term in names and (of_level or role.startswith((BIN, ANY))):
                    yield frozenset(pair for pair in group if pair[0] not in names)
                inside = {pair for pair in group if pair[0] in names}
                if role == PEOPLE and inside:
                    yield group - inside
