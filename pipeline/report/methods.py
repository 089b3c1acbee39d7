"""The methods section, written out from the study file: nothing in it depends on the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.models.families import family_methods
from pipeline.models.methods import methods as model_methods
from pipeline.report.blocks import Code, Inline, Pieces, Strong, listed
from pipeline.results import WITHHELD
from pipeline.study import Exclusion, Release, Source, Study
from pipeline.tables.words import label_of, wave_labels

_KINDS = {
    "cross-sectional survey": "a cross-sectional survey: everybody was asked once",
    "cohort": "a cohort study: the same people were followed over time",
    "before-after": "a before-and-after study without a group to compare with",
    "programme evaluation": "a programme evaluation: people in existing programmes, and nobody assigned by chance",
    "trial": "a randomised trial",
    "cluster trial": "a cluster-randomised trial: clusters were assigned by chance, each with all who belong to it",
    "interviews": "an interview study",
}


def design(study: Study) -> Iterator[Pieces]:
    """What kind of study it is, and whom it speaks of."""
    d = study.design
    parts: list[Inline] = [f"This is {_KINDS[d.kind]}."]
    if d.cluster:
        parts.append(f" People belong to clusters ({_name(study, d.cluster)}).")
    if d.second_cluster:
        parts.append(
            f" They are grouped a second way, too ({_name(study, d.second_cluster)}), of which a model takes account "
            "where it names this as its cluster."
        )
    if d.arm and d.arm in study.variables:
        parts.append(f" The arms are {listed(study.variables[d.arm].levels)}.")
    if d.weight:
        parts += [" Each person counts with a sampling weight (", Code(d.weight), ")"]
        named = [("strata", d.strata), ("primary sampling units", d.psu)]
        parts += [x for word, column in named if column for x in (f"; {word}: ", Code(column))]
        parts.append(".")
    yield tuple(parts)
    if p := study.population:
        whom: list[Inline] = (
            ["The study speaks of those who were asked ", Code(p.asked)]
            if p.asked
            else ["The study speaks of those with "]
        )
        whom += (
            [listed(f"{label_of(study, v)}: {listed(levels, 'or')}" for v, levels in p.where.items())]
            if p.where
            else []
        )
        yield (*whom, f" ({_clause(p.because)}). The others stay in the data as people outside of this population.")


def data(study: Study) -> Iterator[Pieces]:
    """Where the rows come from, a table each; or that there are none."""
    coded = study.interviews.coded if study.interviews is not None else None
    if coded is not None:
        yield ("The coded interviews were read from ", *_files(coded.file), ".")
    elif study.data is None:
        yield ("There are no data: this report says what ", Code(f"studies/{study.name}.yaml"), " declares.")
    for name, source in study.sources.items():
        yield tuple(_source(name, source, len(study.sources) > 1))


def _files(names: Sequence[str]) -> Iterator[Code | str]:
    for at, name in enumerate(names):
        yield from ((" and " if at == len(names) - 1 else ", ", Code(name)) if at else (Code(name),))


def function(study: Study) -> Iterator[Pieces]:
    """What no declaration could say, where the study has a function of its own."""
    if (own := study.function) is not None:
        written = listed([study.variables[name].label or name.replace("_", " ") for name in (*own.makes, *own.changes)])
        yield (
            "After cleaning, a function of the study's own, ", Code(own.name), " in ", Code(f"studies/{study.name}.py"),
            f", wrote {written}: {own.because.rstrip('.')}. The ledger has each cell that it changed, and the "
            "participant flow says how many they are.",
        )  # fmt: skip


def _source(name: str, source: Source, named: bool) -> Iterator[Inline]:
    if named:
        yield Strong(f"{name}: ")
    yield "read from " if named else "Read from "
    yield Code(source.file)
    if source.newest_by:
        yield ", of which the newest export counts"
    elif "*" in source.file:
        yield ", all of which are put together"
    yield "; a row is named by "
    yield from _codes(source.id)
    waves = list(wave_labels(source).values())
    if waves:
        yield f" at each of {listed(waves)}"
    for parent, columns in source.parent.items():
        yield f"; it belongs to a row of {parent} by "
        yield from _codes(columns)
    yield "."
    if source.due:
        told = listed(f"{wave_labels(source)[wave]} is due {days} days" for wave, days in source.due.days.items())
        yield f" {told} after {waves[0]}; who joined too late for a wave is not counted as lost to it."
    if source.duplicates:
        which = {"first": "the first", "last": "the last", "most complete": "the most complete"}[source.duplicates.keep]
        yield f" Of rows with the same name {which} is kept ({_clause(source.duplicates.because)})."
    if source.orphans:
        yield f" Rows whose parent is not there are left out ({_clause(source.orphans.because)})."


def _codes(words: tuple[str, ...]) -> Iterator[Inline]:
    for place, word in enumerate(words):
        yield from ((" and " if place == len(words) - 1 else ", "),) if place else ()
        yield Code(word)


def exclusions(study: Study) -> Iterator[Pieces]:
    for rule in study.exclude:
        yield tuple(_exclusion(rule, len(study.sources) > 1))


def _exclusion(rule: Exclusion, named: bool) -> Iterator[Inline]:
    yield f"{begun(rule.because)}: "
    if named and rule.in_:
        yield f"in {rule.in_}, "
    yield "rows where " if rule.where else "rows except those where "
    for place, (column, values) in enumerate((rule.where or rule.unless).items()):
        if place:
            yield " and "
        yield Code(column)
        yield f" is {listed((quoted(v) for v in values), 'or')}"
    yield "."


def quoted(value: str) -> str:
    """A code as it stands in the data."""
    return "blank" if value == "blank" else f"“{value}”"


def models(study: Study) -> Iterator[str]:
    """What each model relates; after those that were fitted alike, how; then what holds for all of them, said once, and
    which P values are adjusted together."""
    fitted: dict[tuple[str, ...], list[str]] = {}
    for name in study.models:
        what, *how = ("".join(map(str, s.pieces())) for s in model_methods(study, name))
        fitted.setdefault(tuple(how), []).append(what)
    alike = [text for text in next(iter(fitted), ()) if all(text in fits for fits in fitted)]
    for fits, said in fitted.items():
        yield from dict.fromkeys(said)
        yield from (text for text in fits if text not in alike)
    yield from alike
    yield from family_methods(study)


_TOTALS = (
    "A total is the sum of its rounded cells, so two tables may differ in one; where a cell of it is withheld, the "
    "total is rounded by itself. Percentages are made from what is printed."
)
_RULES = {
    "journal": "Counts from 1 to {most} are withheld, together with what they could be worked out from, "
    "and so is every statistic that stands on fewer than {below} people.",
    "opensafely": "Counts from 1 to 7 are withheld and all others rounded to the nearest 5. " + _TOTALS,
    "midpoint6": "Counts are rounded to the middle of bands of six; percentages are made from the rounded counts. "
    "Means stand on at least 7 people, SDs and quartiles on 14.",
    "nhs": "Counts from 1 to 7 are withheld and all others rounded to the nearest 5. " + _TOTALS,
    "acro": "Counts below 10 are withheld, and so are means, with their SDs and quantiles, of which two people "
    "make up 90 % or more.",
    "cms": "Counts from 1 to 10 are withheld.",
}


def release(rule: Release) -> str:
    """What was done before anything was printed."""
    if rule.rule == "none":
        return f"Nothing needed withholding: {_clause(rule.because or '')}."
    kept = _RULES[rule.rule].format(most=rule.below - 1, below=rule.below)
    why = f" {begun(rule.because)}." if rule.because else ""
    return (
        f"Every number went through one door before it was printed, by the rule “{rule.rule}”. {kept}{why} Beside a "
        "mean, an SD and quartiles need twice as many people as a count. "
        f"A number withheld is marked {WITHHELD} in tables and figures. Of variables that are sensitive, nobody and "
        "everybody are withheld, too."
    )


ROUNDING = (
    "Numbers are rounded half up for print. Percentages are of those who answered, and need not add up to 100 once "
    "rounded. They have no decimals where a table's largest denominator is below 100 and one elsewhere; where decimals "
    "would give a withheld number back, all of a variable's percentages in a table are whole numbers."
)
QUARTILES = " Medians and quartiles are of type 7 of Hyndman and Fan, as in R"
WEIGHTED_QUARTILES = "; weighted ones are the smallest value up to which that share of the weight lies"


def quartiles(study: Study) -> str:
    """How medians and quartiles are made, where a table of the study can have any."""
    middles = [t for t in study.tables.values() if "median_iqr" in t.numbers]
    if study.data is None or not middles:
        return ""
    return f"{QUARTILES}{WEIGHTED_QUARTILES if study.design.weight else ''}."


def _name(study: Study, name: str) -> str:
    return label_of(study, name) if name in study.variables else name


def _clause(text: str) -> str:
    """Words inside a sentence."""
    return text.strip().rstrip(".")


def begun(text: str) -> str:
    """Declared words that begin a sentence."""
    text = _clause(text)
    return text[:1].upper() + text[1:]
