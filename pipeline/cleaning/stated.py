"""What the declarations say of answers and gaps that a reader must know, whatever the data hold: sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.results import ALL, NOBODY, Key, Number, Sentence, literal
from pipeline.study import Derive, Scale, Study, Variable

NAME = "cleaning"
"""The name of these numbers in results, of kind ``quality``."""
Told = tuple[tuple[Number, ...], Sentence]


def stated(study: Study) -> Iterator[Told]:
    """Sentences, each with the numbers that it shows, in the order of the study file.

    Which codes are read as other numbers, at which waves (a scale also: of whom) something was asked, and what a
    missing part does to what is counted, summed or brought together from a linked table.
    """
    for name, variable in study.variables.items():
        label = label_of(study, name)
        if variable.kind == "number" and variable.codes:
            yield from _words(f"{label}: {_pairs(variable.codes)}.")
        yield from _asked(study, name, variable)
        if variable.count is not None and variable.max_missing:
            text = f"{label}: up to {{n}} missing answers count as not named; with more the count is missing."
            yield _with(name, variable.max_missing, text)
        if variable.derive:
            yield from _derived(name, label, variable.derive)
    for name, scale in study.scales.items():
        label = label_of(study, name)
        if scale.codes:
            yield from _words(f"{label}, items: {_pairs(scale.codes)}.")
        yield from _asked(study, name, scale)
        for gate, levels in scale.asked_of.items():
            whom = f"{label_of(study, gate)}: {_listed(map(literal, levels), 'or')}"
            yield from _words(f"{label} was asked of those with {whom}; for others it is not applicable.")


def _words(text: str) -> Iterator[Told]:
    yield (), Sentence(text)


def _with(name: str, n: int, text: str) -> Told:
    key = Key("quality", NAME, name, "missing parts allowed", ALL, "max_missing")
    return (Number(key, n, NOBODY, 0),), Sentence(text, {"n": key})


def _pairs(codes: dict[str, str]) -> str:
    return _listed(f"“{literal(code)}” was read as “{literal(value)}”" for code, value in codes.items())


def _asked(study: Study, name: str, part: Variable | Scale) -> Iterator[Told]:
    if part.asked_at:
        labels = study.sources[study.source_of(name)].wave_labels
        waves = _listed(literal(labels.get(wave, wave)) for wave in part.asked_at)
        yield from _words(f"{label_of(study, name)} was asked at {waves}; at other waves it counts as not asked.")


def _derived(name: str, label: str, derive: Derive) -> Iterator[Told]:
    most, table = derive.max_missing or 0, literal(derive.from_ or "")
    if derive.form in ("sum", "mean") and most:
        text = f"{label}: up to {{n}} missing parts are replaced by the mean of the others; with more it is missing."
        yield _with(name, most, text)
    if derive.form != "from_":
        return
    if derive.take == "count":
        counted = "each row counts" if derive.of is None else "a row without a value does not count"
        yield from _words(f"{label}: of the rows of {table} that belong to a person, {counted}.")
        return
    gap = {
        "sum": "is replaced by the mean of the person's others",
        "mean": "is left out of the mean",
        "most frequent": "is left out of the comparison",
        "any": "is passed over",
    }[derive.take or ""]
    unless = ", unless another row settles it" if derive.take == "any" else ""
    if most:
        text = (
            f"{label}: where up to {{n}} of a person's rows of {table} lack a value, it {gap}; with more the whole is"
        )
        yield _with(name, most, f"{text} missing{unless}.")
    else:
        yield from _words(f"{label} is missing where a person's rows of {table} lack any value{unless}.")
    if derive.take == "most frequent":
        yield from _words(f"{label}: of equally frequent values the one that comes first in {table} counts.")


def label_of(study: Study, name: str) -> str:
    """A variable's or scale's label inside a sentence's template."""
    part = study.variables.get(name) or study.scales.get(name)
    return literal(((part.label if part else None) or name.replace("_", " ").capitalize()).rstrip("."))


def _listed(words: Iterable[str], last: str = "and") -> str:
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}"
