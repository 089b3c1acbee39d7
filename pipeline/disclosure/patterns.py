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

from pipeline.disclosure.behind import ESTIMATES, MODELS
from pipeline.disclosure.earlier import Earlier
from pipeline.disclosure.facts import ANSWERED, ANY, BECAUSE, BIN, COMPLETE, DESIGN, EXACT, MISSING, PEOPLE
from pipeline.disclosure.groups import Conditions, apart
from pipeline.disclosure.scores import WITHIN
from pipeline.disclosure.sheet import Sheet
from pipeline.instruments.over_waves import SINCE
from pipeline.instruments.registry import rules
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
    """One scale (or number of boxes ticked) whose items, or whose alpha, may be told.

    answers: how many each item allows. allowed: how many may be missing. wide: whether a bin has several scores.
    by_item: item -> variables that are it. items: these, variables made of them, and those that were asked because of
    one. scores: itself and what is made of it. few: whether there are few patterns for all people who have a score.
    of_items, of_scores: models of which an outcome or mediator is one of these. shares: other scales that have items of
    it.
    """

    name: str
    answers: Sequence[int]
    allowed: int
    wide: bool
    by_item: Mapping[str, Sequence[str]]
    items: frozenset[str]
    scores: frozenset[str]
    few: bool
    of_items: frozenset[str]
    of_scores: frozenset[str]
    shares: frozenset[str]


def patterns(sheets: Sequence[Sheet], study: Study | None) -> list[Patterns]:
    """Scales that are told and are made of several items, and numbers of boxes of which bands are."""
    if study is None:
        return []
    terms, found, of = {sheet.term: sheet for sheet in sheets if sheet.term}, [], rules(study)
    for name, rule in of.items():
        if name in terms and rule.score != "finished":
            source, own = study.source_of(name), set(rule.items)
            wide = len(bin_edges(rule)) - 1 < len(rule.possible)
            answers = [round(p.codes.high - p.codes.low) + 1 for p in rule.points]
            shares = frozenset(other for other, its in of.items() if other != name
                               and study.source_of(other) == source and not own.isdisjoint(its.items))  # fmt: skip
            found.append(_told_of(study, terms, name, rule.items, answers, rule.max_missing, wide, shares))
    for name, variable in study.variables.items():
        if name in terms and variable.count:
            twos = [2 for _ in variable.count]
            allowed = variable.max_missing or 0
            found.append(_told_of(study, terms, name, variable.count, twos, allowed, bool(variable.bands), frozenset()))
    return found


def _told_of(
    study: Study, terms: Mapping[str, Sheet], name: str, columns: Sequence[str], answers: Sequence[int], allowed: int,
    wide: bool, shares: frozenset[str],
) -> Patterns:  # fmt: skip
    source, own = study.source_of(name), set(columns)
    here = {n: v for n, v in study.variables.items()
            if v.derive is None and study.source_of(n) == source and n != name}  # fmt: skip
    by_item = {column: [n for n, v in here.items() if (v.from_ or n) == column] for column in columns}
    boxes = [n for n, v in here.items() if not own.isdisjoint((*(v.count or ()), *v.columns))]
    items = study.made_of([*boxes, *(n for names in by_item.values() for n in names)])
    items |= study.made_of(n for n, v in study.variables.items() if not items.isdisjoint(v.asked_of))
    scores = study.made_of([name])
    people = max(terms[name].cells.get(ANSWERED, {}).values(), default=0)
    few = _few(answers, people, not items.isdisjoint(terms))
    models = {m: {spec.outcome, spec.mediator} for m, spec in study.models.items()}
    of_items, of_scores = (frozenset(m for m, parts in models.items() if parts & some) for some in (items, scores))
    return Patterns(name, answers, allowed, wide, by_item, items - scores, scores, few, of_items, of_scores, shares)


def _at_ends(sheet: Sheet, group: Conditions) -> int:
    """People of whom one pattern is known, because they have the lowest or the highest score."""
    spans = {role: span for role, span in sheet.spans.items() if role.startswith(BIN)}
    limits = {end for span in spans.values() for end in span}
    ends = [role for role, span in spans.items()
            if span.high - span.low < WITHIN and not {min(limits), max(limits)}.isdisjoint(span)]  # fmt: skip
    return sum(sheet.get(role, group) or 0 for role in ends)


def _few(answers: Sequence[int], people: int, with_items: bool) -> bool:
    """Whether so many people's patterns of answers leave room for little else than what is told."""
    counts = sum(n - 1 for n in answers) * math.log10(max(people, 1)) if with_items else 0.0
    return _digits(answers, people) < SPARE * (2.0 * (ALPHAS + OF_EACH_ITEM * len(answers)) + counts)


def _digits(answers: Sequence[int], people: int) -> float:
    """The logarithm (base 10) of how many tables there are of so many people by pattern of answers."""
    cells = sum(map(math.log, answers))
    if cells > 20:  # then all but the logarithm of people! is people times that of the patterns
        return (people * cells - math.lgamma(people + 1)) / math.log(10)
    many = math.exp(cells)
    return (math.lgamma(people + many) - math.lgamma(people + 1) - math.lgamma(many)) / math.log(10)


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
    means: Iterable[Conditions], small: int, earlier: Earlier,
) -> tuple[np.ndarray, frozenset[str]]:  # fmt: skip
    """Rows of items as variables that go, and the scales whose they are: those of few patterns of which a count is
    withheld; those of which a mean is (``means``: who has the scores), because the items would give it; those whose
    missing scores and the items' missing answers say of each other how few they are (below ``small``). With them
    models of items, and scales that share items (of these with many patterns alpha alone).

    Beside an earlier release that told of the items, or of alpha, a scale of few patterns goes instead.
    """
    of_means = {term for who in means for term, role in who if role == ANSWERED}
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    lost = (hidden & frame["statistic"].isin(COUNTS) & ~frame["kind"].isin(("quality", "reliability"))).to_numpy()
    tell, modelled = _Telling(frame), frame["kind"].isin(MODELS).to_numpy()
    gone, whose, beside = np.zeros(len(frame), bool), set[str](), set[str]()
    for scale in scales:
        ours = tell.of(scale.scores) | tell.scale(scale.name)
        crossed = tell.lines(scale.items) & tell.columns(scale.items)  # several items at once: a bar, perhaps
        few = scale.few and bool(((ours | crossed) & lost).any())
        if few:
            beside |= scale.shares
            gone |= ours & _told_before(scale, earlier)
        if few or scale.name in of_means or _missing_told(scale, terms, small):
            whose.add(scale.name)
            gone |= tell.of(scale.items) | (modelled & frame["name"].isin(scale.of_items).to_numpy())
    for scale in (s for s in scales if s.name in beside):
        gone |= tell.scale(scale.name, "reliability")
        gone |= scale.few & (tell.of(scale.scores) | tell.scale(scale.name))
    return gone, frozenset(whose)


class _Telling:
    """Which rows of a results frame tell of a variable: as lines, as columns."""

    def __init__(self, frame: pd.DataFrame):
        self.frame = frame
        self.groups = [{name for name, _ in parts_of(group)} for group in frame["group"]]

    def lines(self, names: frozenset[str]) -> np.ndarray:
        return self.frame["term"].isin(names).to_numpy()

    def columns(self, names: frozenset[str]) -> np.ndarray:
        return np.array([not names.isdisjoint(group) for group in self.groups], bool)

    def of(self, names: frozenset[str]) -> np.ndarray:
        return self.lines(names) | self.columns(names)

    def scale(self, name: str, kind: str = "scale") -> np.ndarray:
        return ((self.frame["kind"] == kind) & (self.frame["name"] == name)).to_numpy()


def _told_before(scale: Patterns, earlier: Earlier) -> bool:
    return any(words[2] in scale.items or words[:2] == ("reliability", scale.name) for words in earlier)


def _missing_told(scale: Patterns, terms: Mapping[str, Sheet], small: int) -> bool:
    """Whether missing or prorated scores follow from missing answers. Where a score needs every item it is missing for
    at least as many as any item is, and for at most as many as all are together: a small number of either is enough.
    Where it needs all but k, k + 1 answers or more are missing for each that is missing, and up to k for each that is
    prorated."""
    items = [terms[name] for names in scale.by_item.values() for name in names if name in terms]
    whole, each = terms[scale.name], scale.allowed + 1
    if not items:
        return False
    for group, complete in whole.cells.get(COMPLETE, {}).items():
        told = [sheet.get(MISSING, group) for sheet in items]
        prorated = (whole.get(ANSWERED, group) or complete) - complete
        spare = sum(n or 0 for n in told) - each * (whole.get(MISSING, group) or 0)
        if 0 < prorated < small and None not in told and spare < small:
            return True
    for sheet in (whole, *(items if each == 1 else ())):
        for role in (r for r in sheet.cells if r == MISSING or r.startswith(BECAUSE)):
            for group, n in sheet.cells[role].items():
                told = [other.get(MISSING, group) for other in items]
                answers = sum(small * each if one is None else one for one in told)
                if 0 < n < small and (each == 1 or answers < small * each):
                    return True
    return False


def without_alpha(
    frame: pd.DataFrame, hidden: np.ndarray, scales: Iterable[Patterns], sheets: Sequence[Sheet], rounded: bool
) -> np.ndarray:
    """Alpha and its kin of a group, where a count of its people by score or by answer to an item is withheld
    (``hidden``; items that go whole tell nothing, and do not count), or of people of whom it may be a part; and what
    models of the scores tell of how these spread, where such a count of everyone is.

    Where each bin has one score, counts by score of everyone are the same whatever those of their groups are, so that
    what is told of everyone says nothing of these. Of wider bins it does: there one withheld count is enough. Where
    counts are rounded alpha tells which they were.
    """
    gone, terms = np.zeros(len(frame), bool), {sheet.term: sheet for sheet in sheets if sheet.term}
    told = (frame["kind"] == "reliability") & ~frame["term"].str.startswith(SINCE)
    told = (told & ~frame["statistic"].isin(("n", "items"))).to_numpy()
    spread = (frame["kind"].isin(MODELS) & frame["statistic"].isin(ESTIMATES)).to_numpy()
    groups = [apart(group) for group in frame["group"]]
    for scale in scales:
        lost = set(_withheld_in(hidden, scale.scores | scale.items, sheets))
        if scale.few and any(all(name in ("wave", "table") for name, _ in group) for group in lost):
            gone |= spread & frame["name"].isin(scale.of_scores).to_numpy()
        ours = told & (frame["name"] == scale.name).to_numpy()
        if ours.any():
            sheet, beside = terms[scale.name], not scale.items.isdisjoint(terms)
            everywhere = rounded or (bool(lost) and scale.wide)
            n = {g: k - _at_ends(sheet, g) for g, k in sheet.cells.get(COMPLETE, {}).items()}
            few = {g for g in {*groups} if (everywhere or any(not _apart_from(g, of) for of in lost))
                   and _few(scale.answers, max(n.get(g, 0), 0), beside)}  # fmt: skip
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
