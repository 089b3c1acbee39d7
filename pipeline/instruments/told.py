"""What a report says of the scoring of a scale: by which rule, and how many scores rest on fewer items."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.instruments.reliability import ends, item_statistics, reliability
from pipeline.instruments.rule import ScoringRule
from pipeline.results import ALL, NOBODY, Key, Number, Sentence, literal

ENDS = "ends"
MANY_IN_100 = 15
"""Of so many at an end one speaks of a floor or ceiling: McHorney and Tarlov, Qual Life Res 1995; 4:293-307, and Terwee
et al., J Clin Epidemiol 2007; 60:34-42."""


def scoring_told(name: str, rule: ScoringRule, fewer: pd.Series, value: pd.Series) -> tuple[list[Number], Sentence]:
    """How many scores there are, how many of them rest on fewer items, and by which rule; a rule that is not the
    instrument's own is said to be so."""
    base = Key("quality", "prorated", name)
    keys = {"n": base, "scored": base._replace(statistic="denominator")}
    counts = {"n": int(fewer.sum()), "scored": int(value.notna().sum())}
    numbers = [Number(keys[hole], count, count, 0) for hole, count in counts.items()]
    limits = {"items": len(rule.items), "max_missing": rule.max_missing, "card_max_missing": rule.card_max_missing}
    for hole, limit in limits.items():
        if limit is not None:
            keys[hole] = base._replace(statistic=hole)
            numbers.append(Number(keys[hole], limit, NOBODY, 0))
    said = _rule(rule)
    if rule.skips:
        said += " Items that are not asked after an answer to the one before count as what that answer implies."
    if rule.formative:
        said += f" No alpha is told of it: {literal(rule.formative)}."
    if rule.at_source:
        said += f" The file holds {literal(', '.join(rule.at_source))} the other way round than the form."
    if rule.card_max_missing is not None:
        said += " The study file says so: max_missing {max_missing} instead of {card_max_missing} of the instrument."
    if rule.own_bands:
        said += " Its bands are the study file's own, and not the instrument's."
    used = {hole: key for hole, key in keys.items() if f"{{{hole}}}" in said}
    return numbers, Sentence(f"{literal(rule.label)}: {said}", used)


def _rule(rule: ScoringRule) -> str:
    if rule.score == "finished":
        return "the finished score is taken as the file has it ({scored} scores)."
    if not rule.max_missing:
        return "a score needs all {items} items ({scored} scores)."
    done = "are replaced by the person's mean of the others" if rule.fill != "nothing" else "add nothing to the score"
    return (
        f"up to {{max_missing}} of {{items}} items may be missing and {done}; so it was for {{n}} of {{scored}} scores."
    )


def against_told(name: str, items: list[str], said: Sentence) -> tuple[list[Number], Sentence]:
    """The sentence on a scale's scores, with the items that may be turned the wrong way."""
    key = Key("quality", "against the scale", name, statistic="items")
    go, what = ("goes", "an item") if len(items) == 1 else ("go", "items")
    named = literal(", ".join(items))
    text = (
        f" {{against}} of its items ({named}) {go} against the others: {what} to be reversed and not yet so, or "
        "reversed twice?"
    )
    return [Number(key, len(items), NOBODY, 0)], Sentence(said.template + text, {**said.keys, "against": key})


def reliability_told(name: str, points: pd.DataFrame, waves: pd.Series) -> list[Number]:
    """Alpha and its kin over everyone (where there are no waves) or wave by wave: answers of one person are not
    independent."""
    groups = {f"wave={w}": points[waves == w] for w in waves.unique() if w} or {ALL: points}
    numbers: list[Number] = []
    for group, part in groups.items():
        numbers += alpha_told(name, part, group)
        complete = len(part.dropna())
        key = Key("reliability", name, "", "", group)
        numbers += [
            Number(key._replace(term=str(item), statistic=s), row[s], complete, 2)
            for item, row in item_statistics(part).iterrows()
            for s in ("item_rest", "alpha_dropped")
        ]
    return numbers


def alpha_told(name: str, points: pd.DataFrame, group: str) -> Iterator[Number]:
    """Alpha and its kin of a group, and of how many people and items."""
    found = reliability(points)
    key = Key("reliability", name, "", "", group)
    told = {"alpha": found.alpha, "ci_low": found.low, "ci_high": found.high, "lambda6": found.lambda6,
            "alpha_standardised": found.standardised, "omega": found.omega, "between": found.between}  # fmt: skip
    yield from (Number(key._replace(statistic=s), value, found.n, 2) for s, value in told.items())
    yield Number(key, found.n, found.n, 0)
    yield Number(key._replace(statistic="items"), found.items, NOBODY, 0)


def by_wave(name: str, fewer: pd.Series, value: pd.Series, waves: pd.Series) -> list[Number]:
    """How many scores rest on fewer items at each wave: with alpha's n the door must know, because scores less people
    with every item are these."""
    numbers = []
    for wave in (w for w in waves.unique() if w):
        numbers += prorated_told(name, fewer[waves == wave], value[waves == wave], f"wave={wave}")
    return numbers


def prorated_told(name: str, fewer: pd.Series, value: pd.Series, group: str) -> list[Number]:
    """How many scores of a group rest on fewer items, and how many there are."""
    key = Key("quality", "prorated", name, "", group)
    counts = {"n": int(fewer.sum()), "denominator": int(value.notna().sum())}
    return [Number(key._replace(statistic=s), count, count, 0) for s, count in counts.items()]


def ends_told(name: str, rule: ScoringRule, value: pd.Series, waves: pd.Series) -> Iterator[Number]:
    """1 where more than ``MANY_IN_100`` of those with a score have the lowest (``floor``) or the highest possible one
    (``ceiling``), else 0; of everyone, or wave by wave.

    Never how many they are: that is the count of a cell at the end of a table, which with a mean or a bin of several
    scores gives others back. The door shows the answer only where neither of the two says that a count is small
    (``disclosure.ends``). Nothing of an algorithm and of one item, of which everybody is at some end.
    """
    if not (rule.adds_up or rule.score == "finished"):
        return
    groups = {f"wave={w}": value[waves == w] for w in waves.unique() if w} or {ALL: value}
    for group, part in groups.items():
        *at, n = ends(part, *rule.limits)
        for end, people in zip(("floor", "ceiling"), at, strict=True):
            many = float(100 * people > MANY_IN_100 * n)
            yield Number(Key("quality", ENDS, name, "", group, end), many, n, 0)
