"""Items to scores: reversing, points, missing rules, and who has a score that rests on fewer items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import Cleaned
from pipeline.errors import Mistake, raise_all
from pipeline.instruments.alarms import FEWEST, NONE, against, alarms, hurried, repeated
from pipeline.instruments.item_pairs import CORRELATIONS, pairs_of, pairs_told
from pipeline.instruments.over_waves import over_waves
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.instruments.to_look_at import to_look_at, to_look_at_told
from pipeline.instruments.told import against_told, by_wave, ends_told, reliability_told, scoring_told
from pipeline.results import Number, Results, Sentence
from pipeline.study import Study
from pipeline.study.words import NOT_APPLICABLE, NOT_ASKED

ITEMS_MISSING = "items missing"
FEWER = ["table", "row", "id", "wave", "scale", "items", "answered", "instead"]
FLAGGED = ["table", "row", "id", "wave", "scale", "item"]


@dataclass(frozen=True, repr=False)
class Scores:
    """frames: table -> scores (float64; index as responses). reasons: same shape, why a score is missing.

    results: reliability (kind ``reliability``), also over waves, how many scores were prorated, and how many answers
    somebody must look at (kind ``quality``).
    remarks: one a scale. alarms: what looks wrong about the answers, or that nothing does; none without scales.
    fewer: whose score rests on fewer items than the form has, one line a score (columns ``FEWER``; ``instead``: what
    stands for a missing item). flagged: answers that somebody must look at whatever the score is (columns ``FLAGGED``).
    Both are rows of people and never released. correlations: of each two items of a scale, one line a pair and wave
    (columns ``CORRELATIONS``); those of items with few answers give counts back, so that no rule but ``none`` prints
    them (statistic ``correlation``).
    """

    frames: dict[str, pd.DataFrame]
    reasons: dict[str, pd.DataFrame]
    results: Results
    remarks: tuple[Sentence, ...]
    fewer: pd.DataFrame
    flagged: pd.DataFrame
    correlations: pd.DataFrame
    alarms: tuple[Sentence, ...] = ()


def items_of(
    responses: Mapping[str, pd.DataFrame], study: Study, name: str, rule: ScoringRule
) -> pd.DataFrame:
    """A scale's items as its form codes them. One that another scale holds too stands on that one's base.

    responses: table -> answers, as ``Cleaned`` or ``People`` has them.
    """
    table, found = study.source_of(name), rules(study)
    items, owner = responses[table][list(rule.items)], dict[str, str]()
    for other, scale in reversed(study.scales.items()):  # cleaning keeps what the first of them says
        if study.source_of(other) == table:
            owner |= dict.fromkeys(scale.items, other)
    shifts = {i: rule.ranges[i].low - found[owner[i]].ranges[i].low for i in rule.items if owner[i] != name}
    return items.assign(**{item: items[item] + shift for item, shift in shifts.items() if shift})


def scored_items(items: pd.DataFrame, rule: ScoringRule) -> pd.DataFrame:
    """Points of each item, in the direction of the score: a reversed answer is low + high - answer.

    An item that was not asked after a certain answer to another has the points of the code that its card gives it: of
    the form's code, so that both are turned where the file holds these items reversed.
    """
    answers = items[list(rule.items)].astype(float).copy()
    for skip in rule.skips:
        item, after = rule.items[skip.item - 1], rule.items[skip.after - 1]
        when, counts = _in_file(skip.when, after, rule), _in_file(skip.counts, item, rule)
        answers[item] = answers[item].mask(answers[item].isna() & (items[after] == when), counts)
    for item, points in zip(rule.items, rule.points, strict=True):
        answers[item] = points.of(answers[item].to_numpy())
    return answers


def _in_file(code: float, item: str, rule: ScoringRule) -> float:
    codes = rule.ranges[item]
    return codes.low + codes.high - code if item in rule.at_source else code


def scale_score(items: pd.DataFrame, rule: ScoringRule) -> tuple[pd.Series, pd.Series]:
    """Score (NaN where more than ``max_missing`` items are missing) and whether it rests on fewer items, one a row.

    A missing item within the rule is replaced by the person's mean of the answered ones, or adds nothing, as the rule
    says. Without any answer there is no score.
    """
    points = scored_items(items, rule).to_numpy()
    gaps = np.isnan(points).sum(axis=1)
    answered = points.shape[1] - gaps
    total = np.nansum(points, axis=1)
    if rule.fill == "nothing":
        value = total / points.shape[1] if rule.score == "mean" else total
    else:
        means = np.divide(total, answered, out=np.full(len(points), np.nan), where=answered > 0)
        value = means if rule.score == "mean" else means * points.shape[1]
    if rule.criterion is not None:
        value = _by_criterion(points, rule)
    if rule.to is not None:
        low, high = rule.raw_limits
        value = rule.to.low + (value - low) * (rule.to.high - rule.to.low) / (high - low)
    value = np.where((gaps <= rule.max_missing) & (answered > 0), value, np.nan)
    fewer = (gaps > 0) & ~np.isnan(value)
    return pd.Series(value, index=items.index, dtype=float), pd.Series(fewer, index=items.index, dtype=bool)


def _by_criterion(points: np.ndarray, rule: ScoringRule) -> np.ndarray:
    criterion = rule.criterion
    assert criterion is not None
    total = np.nansum(points, axis=1)
    met = (total >= criterion.at_least) & (total <= criterion.at_most)
    if criterion.one_of:
        met &= (points[:, list(criterion.one_of)] > 0).any(axis=1)
    return met.astype(float)


def why_missing(score: pd.Series, reasons: pd.DataFrame) -> pd.Series:
    """The reason of every missing score: by design where all items agree on that, ``items missing`` otherwise."""
    why = pd.Series("", index=score.index, dtype="str")
    missing = score.isna()
    why[missing] = ITEMS_MISSING
    for reason in (NOT_ASKED, NOT_APPLICABLE):
        why[missing & (reasons == reason).all(axis=1)] = reason
    return why


def score(cleaned: Cleaned, study: Study) -> Scores:
    """Every declared scale of a study. Raises ``Mistakes`` for answers to which a card gives no points."""
    raise_all(_without_points(cleaned, study))
    frames = {t: pd.DataFrame(index=f.index) for t, f in cleaned.responses.items()}
    reasons = {t: pd.DataFrame(index=f.index) for t, f in cleaned.responses.items()}
    numbers: list[Number] = []
    remarks: list[Sentence] = []
    rung: list[Sentence] = []
    ledgers: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    counted_once: set[tuple[str, str]] = set()
    pairs: list[pd.DataFrame] = []
    for name, rule in rules(study).items():
        table = study.source_of(name)
        items = items_of(cleaned.responses, study, name, rule)
        value, fewer = scale_score(items, rule)
        frames[table][name] = value
        reasons[table][name] = why_missing(value, cleaned.reasons[table][list(rule.items)])
        inside, waves = cleaned.domain[table], cleaned.keys[table]["wave"]
        points = scored_items(items, rule)
        if rule.of_items:
            held = reliability_told(name, points[inside], waves[inside])
            numbers += held
            alphas = [n.value for n in held if n.key.statistic == "alpha" and n.people >= FEWEST]
            rung += alarms(rule, items[inside], alphas)
            pairs.append(pairs_of(name, points[inside], waves[inside]))
            numbers += pairs_told(pairs[-1]) if study.release.rule == "none" and not study.is_sensitive(name) else ()
        counted, sentence = scoring_told(name, rule, fewer[inside], value[inside])
        numbers += [*counted, *by_wave(name, fewer[inside], value[inside], waves[inside])]
        numbers += ends_told(name, rule, value[inside], waves[inside])
        if (of := study.sources[table]).unit == "people":
            keys = cleaned.keys[table][inside]
            numbers += over_waves(name, rule, value[inside], keys, list(of.wave_labels.values()))
            given = to_look_at(points[inside], rule.flags)
            given = given[[item for item in given if (table, item) not in counted_once]]
            counted_once |= {(table, item) for item in given}
            numbers += to_look_at_told(name, given, reasons[table][name][inside], waves[inside])
        if rule.of_items and (odd := against(points[inside])):
            counted, sentence = against_told(name, odd, sentence)
            numbers += counted
        remarks.append(sentence)
        about = cleaned.keys[table][["id", "wave"]].assign(table=table, row=items.index, scale=name)
        ledgers.append((_fewer(about, points, fewer, rule), _flagged(about, points, rule)))
    rung += _repeated(cleaned, study)
    quiet = [Sentence(NONE)] if remarks and not rung else []
    fewer, flagged = (pd.concat([x[i] for x in ledgers]) if ledgers else pd.DataFrame() for i in (0, 1))
    lists = _lines(fewer, FEWER), _lines(flagged, FLAGGED)
    correlations = _lines(pd.concat(pairs) if pairs else pd.DataFrame(), CORRELATIONS)
    return Scores(frames, reasons, Results.of(numbers), tuple(remarks), *lists, correlations, tuple(rung or quiet))


def _repeated(cleaned: Cleaned, study: Study) -> Iterator[Sentence]:
    """Of all scales of a table together. Copies wave by wave, once: nobody is compared with what they said before."""
    items: dict[str, list[str]] = {}
    for name, found in rules(study).items():
        items.setdefault(study.source_of(name), []).extend(found.items)
    for table, columns in items.items():
        inside = cleaned.domain[table]
        answers = cleaned.responses[table].loc[inside, list(dict.fromkeys(columns))]
        waves = cleaned.keys[table].loc[inside, "wave"]
        if seconds := study.sources[table].seconds:
            yield from hurried(answers, cleaned.responses[table].loc[inside, seconds], table)
        yield from [s for w in waves.unique() for s in repeated(answers[waves == w], table)][:1]


def _lines(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.reindex(columns=columns).reset_index(drop=True)


def _fewer(about: pd.DataFrame, points: pd.DataFrame, fewer: pd.Series, rule: ScoringRule) -> pd.DataFrame:
    answered = points.notna().sum(axis=1)
    return about.assign(items=len(rule.items), answered=answered, instead=rule.fill)[fewer]


def _flagged(about: pd.DataFrame, points: pd.DataFrame, rule: ScoringRule) -> pd.DataFrame:
    given = to_look_at(points, rule.flags)
    found = [about.assign(item=item)[given[item]] for item in given]
    return pd.concat(found) if found else about.iloc[:0]


def _without_points(cleaned: Cleaned, study: Study) -> Iterator[Mistake]:
    """Answers between two codes where a card gives points to codes: which it would be is nobody's to guess."""
    for name, rule in rules(study).items():
        items = items_of(cleaned.responses, study, name, rule)
        lost = int((scored_items(items, rule).isna() & items.notna()).to_numpy().sum())
        if lost:
            answers = f"{lost} answer{'s' * (lost != 1)} of its items {'are' if lost != 1 else 'is'} none of the codes"
            codes = next(points.table for points in rule.points if points.table)
            known = ", ".join(f"{code:g}" for code in sorted(codes))
            mend = "Correct the file, or declare such answers under 'missing'."
            yield Mistake(study.where("scales", name, "items"), f"{answers} {known} that have points.", mend)
