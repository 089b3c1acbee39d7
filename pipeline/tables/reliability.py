"""Tables of how well the items of scales hold together, and of how far scores agree over waves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.instruments.item_pairs import CORRELATION
from pipeline.instruments.over_waves import SINCE
from pipeline.instruments.registry import rules
from pipeline.results import ALL, Results, Sentence
from pipeline.study import Study
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import label_of, spoken, unweighted, wave_labels

RELIABILITY = {
    "items": "Items", "n": "n", "alpha": "Alpha", "ci": "95% CI", "alpha_standardised": "Standardised alpha",
    "omega": "Omega", "lambda6": "Lambda-6", "between": "Mean correlation",
}  # fmt: skip
OF_ITEMS = {"item_rest": "Item–rest correlation", "alpha_dropped": "Alpha without it"}
OVER_WAVES = {"n": "n", "icc": "ICC", "ci": "95% CI", "sem": "SEM", "sdc": "SDC"}
ALPHA = (
    "Alpha: Cronbach's alpha of people who answered every item (n), with Feldt's interval; standardised: of items with "
    "equal variance. Omega: McDonald's omega total of one factor; lambda-6: Guttman's; both are of the items' "
    "correlations, as the standardised alpha is. Mean correlation: of two items."
)
OF_EACH = (
    "Items are turned in the direction of the score. Item–rest correlation: with the sum of the other items; one below "
    "zero goes against the scale. Alpha without it: of the other items."
)
OF_PAIRS = "Of people who answered every item. Items are turned in the direction of the score."
TOLD_TWICE = (
    "Of people with a score at both waves (n). ICC: intraclass correlation of single scores, people and waves random, "
    "absolute agreement (ICC(A,1) of McGraw and Wong 1996, with their interval). SEM: standard error of measurement, "
    "the root of half the mean squared difference; SDC: smallest detectable change of one person, 1.96 × √2 × SEM (de "
    "Vet et al. 2006); both in points of the score. Where people did change between the waves, that counts as error, "
    "too, and these tell less of the measure."
)


def reliability_tables(results: Results, study: Study) -> tuple[Table, ...]:
    """How well items hold together: a line a scale and wave, and a line an item; no items of a scale of two. How far
    scores agree from wave to wave."""
    frame = results.frame[results.frame["kind"] == "reliability"]
    again = frame["term"].str.startswith(SINCE) & (frame["statistic"] == "icc")
    made = []
    for table, names in by_source(study, frame.loc[frame["statistic"] == "alpha", "name"]):
        weighted = [Sentence(note) for note in unweighted(study)]
        rows = tuple(row for name in names for row in _by_wave(name, study, table))
        columns = tuple(Column(ALL, words, form=form) for form, words in RELIABILITY.items())
        title = title_of(study, "Reliability of the scales", table)
        notes = (Sentence(ALPHA), *weighted)
        made.append(Table("reliability", f"reliability_{table}", title, columns, rows, notes, "Scale"))
        if several := [name for name in names if len(rules(study)[name].items) > 2]:
            made.append(_items(several, study, table, weighted))
        made += [one for name in names for one in _pairs(name, study, table, weighted, results)]
    pairs = frame.loc[again, ["name", "term", "group"]]
    for table, names in by_source(study, pairs["name"]):
        told = set(pairs.itertuples(index=False, name=None))
        rows = tuple(row for name in names for row in _over_waves(name, study, table, told))
        columns = tuple(Column(ALL, words, form=form) for form, words in OVER_WAVES.items())
        title = title_of(study, "Scores of the same people at two waves", table)
        notes = (Sentence(TOLD_TWICE), *(Sentence(note) for note in unweighted(study)))
        made.append(Table("reliability", f"over_waves_{table}", title, columns, rows, notes, "Scale"))
    return tuple(made)


def _by_wave(name: str, study: Study, table: str) -> Iterator[Row]:
    label, waves = rules(study)[name].label, wave_columns(study, table)
    if waves[0].group == ALL:
        yield Row(label, "", form="alpha", name=name)
        yield from _by_level(name, study, "", 1)
        return
    yield Row(label, "", name=name)
    for wave in waves:
        yield Row(wave.label, "", form="alpha", kind="statistic", indent=1, name=name, group=wave.group)
        yield from _by_level(name, study, f"{wave.group};", 2)


def _by_level(name: str, study: Study, before: str, indent: int) -> Iterator[Row]:
    """``Arm: Peer``, a line a level of what the study file asks for."""
    asked = study.scales[name].reliability
    for by in asked.by if asked else ():
        for level in study.levels_of(by):
            words, group = f"{label_of(study, by)}: {level}", f"{before}{by}={level}"
            yield Row(words, "", form="alpha", kind="statistic", indent=indent, name=name, group=group)


def _over_waves(name: str, study: Study, table: str, told: set[tuple[str, str, str]]) -> Iterator[Row]:
    """A line a wave and the one before it."""
    waves = wave_columns(study, table)
    yield Row(rules(study)[name].label, "", name=name)
    for at, later in enumerate(waves):
        for earlier in waves[:at]:
            if (name, term := f"{SINCE}{earlier.label}", later.group) in told:
                words = f"{earlier.label} and {later.label}"
                yield Row(words, term, form="icc", kind="statistic", indent=1, name=name, group=later.group)


def _items(names: list[str], study: Study, table: str, weighted: list[Sentence]) -> Table:
    """Items by their names: what they ask may not be ours to print."""
    rows = []
    for name in names:
        rule = rules(study)[name]
        rows.append(Row(rule.label, "", name=name))
        rows += [Row(item, item, form="item_rest", kind="level", indent=1, name=name) for item in rule.items]
    columns = tuple(
        Column(wave.group, words, None, form, "" if wave.group == ALL else wave.label)
        for wave in wave_columns(study, table)
        for form, words in OF_ITEMS.items()
    )
    title = title_of(study, "Items of the scales", table)
    return Table("reliability", f"items_{table}", title, columns, tuple(rows), (Sentence(OF_EACH), *weighted), "Item")


def by_source(study: Study, held: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Raw tables in order, with those of their scales that are held."""
    known = set(held)
    for table in study.sources:
        if names := [name for name in study.scales if name in known and study.source_of(name) == table]:
            yield table, names


def title_of(study: Study, words: str, table: str) -> str:
    """Words, with the raw table where scales stand in several."""
    return words if len({study.source_of(name) for name in study.scales}) == 1 else f"{words}, {spoken(table)}"


def wave_columns(study: Study, table: str) -> tuple[Column, ...]:
    """A column a wave; one of everybody where there are no waves."""
    waves = wave_labels(study.sources[table]).values()
    return tuple(Column(f"wave={wave}", wave) for wave in waves) or (Column(ALL, "Overall"),)


def _pairs(name: str, study: Study, table: str, weighted: list[Sentence], results: Results) -> Iterator[Table]:
    """Each item by those before it, a table a wave; none where no result has them."""
    rule, frame = rules(study)[name], results.frame
    told = set(frame.loc[(frame["name"] == name) & (frame["statistic"] == CORRELATION), "group"])
    for at, wave in enumerate(wave_columns(study, table), 1):
        if wave.group in told:
            columns = tuple(Column(wave.group, item, form=CORRELATION, level=item) for item in rule.items[:-1])
            rows = tuple(Row(item, item, form=CORRELATION, kind="statistic", name=name) for item in rule.items[1:])
            title = f"{rule.label}: correlations of the items{'' if wave.group == ALL else f', {wave.label}'}"
            notes = (Sentence(OF_PAIRS), *weighted)
            yield Table("reliability", f"pairs_{name}_{at}", title, columns, rows, notes, "Item")
