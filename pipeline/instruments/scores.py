"""Items to scores: reversing, missing rules, proration on record, and how well items hold together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import Cleaned
from pipeline.instruments.alarms import FEWEST, NONE, alarms, repeated
from pipeline.instruments.registry import ScoringRule, rules
from pipeline.instruments.reliability import item_statistics, reliability
from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.study.words import NOT_APPLICABLE, NOT_ASKED

ITEMS_MISSING = "items missing"


@dataclass(frozen=True, repr=False)
class Scores:
    """frames: table -> scores (float64; index as responses). reasons: same shape, why a score is missing.

    results: reliability (kind ``reliability``) and how many scores were prorated (kind ``quality``). remarks: one a
    scale. alarms: what looks wrong about the answers, or that nothing does; none without scales.
    """

    frames: dict[str, pd.DataFrame]
    reasons: dict[str, pd.DataFrame]
    results: Results
    remarks: tuple[Sentence, ...]
    alarms: tuple[Sentence, ...] = ()


def scored_items(items: pd.DataFrame, rule: ScoringRule) -> pd.DataFrame:
    """Items in the direction of the score: a reversed one is low + high - answer."""
    turned = items.astype(float).copy()
    for item in rule.reverse:
        turned[item] = rule.item_range.low + rule.item_range.high - turned[item]
    return turned


def scale_score(items: pd.DataFrame, rule: ScoringRule) -> tuple[pd.Series, pd.Series]:
    """Score (NaN where more than ``max_missing`` items are missing) and whether it was prorated, one a row.

    A missing item within the rule is replaced by the person's mean of the answered ones.
    """
    turned = scored_items(items[list(rule.items)], rule).to_numpy()
    gaps = np.isnan(turned).sum(axis=1)
    answered = turned.shape[1] - gaps
    means = np.divide(np.nansum(turned, axis=1), answered, out=np.full(len(turned), np.nan), where=answered > 0)
    value = means * turned.shape[1] if rule.score == "sum" else means
    value = np.where(gaps <= rule.max_missing, value, np.nan)
    prorated = (gaps > 0) & ~np.isnan(value)
    return pd.Series(value, index=items.index, dtype=float), pd.Series(prorated, index=items.index, dtype=bool)


def why_missing(score: pd.Series, reasons: pd.DataFrame) -> pd.Series:
    """The reason of every missing score: by design where all items agree on that, ``items missing`` otherwise."""
    why = pd.Series("", index=score.index, dtype="str")
    missing = score.isna()
    why[missing] = ITEMS_MISSING
    for reason in (NOT_ASKED, NOT_APPLICABLE):
        why[missing & (reasons == reason).all(axis=1)] = reason
    return why


def score(cleaned: Cleaned, study: Study) -> Scores:
    """Every declared scale of a study."""
    frames = {t: pd.DataFrame(index=f.index) for t, f in cleaned.responses.items()}
    reasons = {t: pd.DataFrame(index=f.index) for t, f in cleaned.responses.items()}
    numbers: list[Number] = []
    remarks: list[Sentence] = []
    rung: list[Sentence] = []
    for name, found in rules(study).items():
        table = study.source_of(name)
        items = cleaned.responses[table][list(found.items)]
        value, prorated = scale_score(items, found)
        frames[table][name] = value
        reasons[table][name] = why_missing(value, cleaned.reasons[table][list(found.items)])
        inside = cleaned.domain[table]
        held = _reliability(name, scored_items(items[inside], found), cleaned.keys[table].loc[inside, "wave"])
        numbers += held
        alphas = [n.value for n in held if n.key.statistic == "alpha" and n.people >= FEWEST]
        rung += alarms(found, items[inside], alphas)
        counted, sentence = _proration(name, found, prorated[inside], value[inside])
        numbers += counted
        numbers += _by_wave(name, prorated[inside], value[inside], cleaned.keys[table].loc[inside, "wave"])
        if odd := against(scored_items(items[inside], found)):
            counted, sentence = _against(name, odd, sentence)
            numbers += counted
        remarks.append(sentence)
    rung += _repeated(cleaned, study)
    quiet = [Sentence(NONE)] if remarks and not rung else []
    return Scores(frames, reasons, Results.of(numbers), tuple(remarks), tuple(rung or quiet))


def _repeated(cleaned: Cleaned, study: Study) -> Iterator[Sentence]:
    """Wave by wave, once a table: nobody is compared with what they said before."""
    items: dict[str, list[str]] = {}
    for name, found in rules(study).items():
        items.setdefault(study.source_of(name), []).extend(found.items)
    for table, columns in items.items():
        inside = cleaned.domain[table]
        answers = cleaned.responses[table].loc[inside, list(dict.fromkeys(columns))]
        waves = cleaned.keys[table].loc[inside, "wave"]
        yield from [s for w in waves.unique() for s in repeated(answers[waves == w], table)][:1]


def against(items: pd.DataFrame) -> list[str]:
    """Items, in the direction of the score, that clearly fall where the sum of the others rises.

    Clearly: the correlation with the rest is below -0.1 and further below 0 than two of its standard errors.
    """
    complete = items.dropna()
    total, limit = complete.sum(axis=1), -max(0.1, 2 / max(len(complete), 1) ** 0.5)
    varying = [i for i in complete if complete[i].nunique() > 1 and (total - complete[i]).nunique() > 1]
    return [str(i) for i in varying if complete[i].corr(total - complete[i]) < limit]


def _against(name: str, items: list[str], said: Sentence) -> tuple[list[Number], Sentence]:
    """The sentence on a scale's scores, with the items that may be turned the wrong way."""
    key = Key("quality", "against the scale", name, statistic="items")
    go, what = ("goes", "an item") if len(items) == 1 else ("go", "items")
    named = literal(", ".join(items))
    text = (
        f" {{against}} of its items ({named}) {go} against the others: {what} to be reversed and not yet so, or "
        "reversed twice?"
    )
    return [Number(key, len(items), NOBODY, 0)], Sentence(said.template + text, {**said.keys, "against": key})


def _reliability(name: str, items: pd.DataFrame, waves: pd.Series) -> list[Number]:
    """Alpha over everyone (where there are no waves) or wave by wave: answers of one person are not independent."""
    groups = {f"wave={w}": items[waves == w] for w in dict.fromkeys(waves) if w} or {ALL: items}
    numbers = []
    for group, part in groups.items():
        found = reliability(part)
        key = Key("reliability", name, "", "", group)
        told = {"alpha": found.alpha, "ci_low": found.low, "ci_high": found.high, "lambda6": found.lambda6,
                "alpha_standardised": found.standardised, "omega": found.omega, "between": found.between}  # fmt: skip
        numbers += [Number(key._replace(statistic=s), value, found.n, 2) for s, value in told.items()]
        numbers.append(Number(key._replace(statistic="n"), found.n, found.n, 0))
        numbers.append(Number(key._replace(statistic="items"), found.items, NOBODY, 0))
        numbers += [
            Number(key._replace(term=str(item), statistic=s), row[s], found.n, 2)
            for item, row in item_statistics(part).iterrows()
            for s in ("item_rest", "alpha_dropped")
        ]
    return numbers


def _by_wave(name: str, prorated: pd.Series, value: pd.Series, waves: pd.Series) -> list[Number]:
    """How many scores have items replaced at each wave: with alpha's n the door must know, because scores less people
    with every item are these."""
    numbers = []
    for wave in (w for w in dict.fromkeys(waves) if w):
        key = Key("quality", "prorated", name, "", f"wave={wave}")
        counts = {"n": int(prorated[waves == wave].sum()), "denominator": int(value[waves == wave].notna().sum())}
        numbers += [Number(key._replace(statistic=s), count, count, 0) for s, count in counts.items()]
    return numbers


def _proration(name: str, rule: ScoringRule, prorated: pd.Series, value: pd.Series) -> tuple[list[Number], Sentence]:
    """How many scores there are, how many of them had items replaced, and by which rule; a rule that is not the
    instrument's own is said to be so."""
    base = Key("quality", "prorated", name)
    keys = {"n": base, "scored": base._replace(statistic="denominator")}
    counts = {"n": int(prorated.sum()), "scored": int(value.notna().sum())}
    numbers = [Number(keys[hole], count, count, 0) for hole, count in counts.items()]
    limits = {"items": len(rule.items), "max_missing": rule.max_missing, "card_max_missing": rule.card_max_missing}
    for hole, limit in limits.items():
        if limit is not None:
            keys[hole] = base._replace(statistic=hole)
            numbers.append(Number(keys[hole], limit, NOBODY, 0))
    said = "a score needs all {items} items ({scored} scores)."
    if rule.max_missing:
        said = (
            "up to {max_missing} of {items} items may be missing and are replaced by the person's mean of the others; "
            "so it was for {n} of {scored} scores."
        )
    if rule.card_max_missing is not None:
        said += " The study file says so: max_missing {max_missing} instead of {card_max_missing} of the instrument."
    if rule.own_bands:
        said += " Its bands are the study file's own, and not the instrument's."
    used = {hole: key for hole, key in keys.items() if f"{{{hole}}}" in said}
    return numbers, Sentence(f"{literal(rule.label)}: {said}", used)
