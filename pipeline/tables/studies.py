"""Studies side by side, a column each, as their own study files declare them: designs, people, places, themes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.results import Key, Number, Results, Sentence
from pipeline.study import Interviews, Study
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import spoken
from pipeline.themes.interviews import FACTS, PEOPLE

KIND = "themes"
NOT_REPORTED, NOT_APPLICABLE = "NR", "NA"
SHORT = {"not reported": NOT_REPORTED, "not applicable": NOT_APPLICABLE}
EXPLAINED = {
    NOT_REPORTED: "NR: not reported by the study.",
    NOT_APPLICABLE: "NA: not applicable to the study.",
    "": "An empty cell: its study file does not say.",
}


def comparisons(study: Study, others: Mapping[str, Study]) -> dict[str, Exhibit]:
    """Name -> exhibit of each table that compares studies; ``others``: those by the names of their files."""
    return {name: studies_table(study, others, name) for name, spec in study.tables.items() if spec.kind == "studies"}


def studies_table(study: Study, others: Mapping[str, Study], name: str) -> Exhibit:
    """The table ``name`` of kind ``studies``: what ``others`` (by the names of their files) declare of themselves.

    Numbers of people are results (kind ``themes``, term ``people``, level role, group ``study=<name>``); all else is
    declared words. ``NR`` and ``NA`` stay two words, and an empty cell says neither.
    """
    spec = study.tables[name]
    compared = {each: others[each] for each in spec.studies}
    numbers, rows = list[Number](), list[Row]()
    for fact in spec.shown:
        if fact == "people":
            found, lines = _people(compared, name)
            numbers += found
            rows += lines
        else:
            texts = tuple(_words(each, fact) for each in compared.values())
            rows.append(Row(_heading(fact), fact, form="text", kind="words", texts=texts))
    columns = tuple(Column(f"study={each}", s.short or spoken(each)) for each, s in compared.items())
    notes = tuple(Sentence(words) for words in _notes(compared, numbers, rows))
    table = Table(KIND, name, spec.title or spoken(name), columns, tuple(rows), notes, "")
    return Exhibit(Results.of(numbers), table)


def _heading(fact: str) -> str:
    return FACTS.get(fact) or spoken(fact)


def _words(study: Study, fact: str) -> str:
    """A fact of one study in words; "" where its file does not say, NA where it held no interviews."""
    if fact == "design":
        return spoken(study.design.kind)
    if study.interviews is None:
        return NOT_APPLICABLE
    said = study.interviews.fact(fact)
    words = "; ".join(said) if isinstance(said, tuple) else "" if said is None else str(said)
    words = SHORT.get(words, words)
    return words[:1].upper() + words[1:]


def _people(compared: Mapping[str, Study], name: str) -> tuple[list[Number], list[Row]]:
    """A line for all and one a role, roles in the order in which the studies name them."""
    asked = {each: s.interviews for each, s in compared.items()}
    roles = dict.fromkeys(role for told in asked.values() if told for role in told.people)
    numbers, rows = list[Number](), list[Row]()
    for role in ("", *roles):
        cells = {each: _counted(told, role) for each, told in asked.items()}
        for each, n in cells.items():
            if isinstance(n, int):
                numbers.append(Number(Key(KIND, name, "people", role, f"study={each}", "n"), n, n))
        texts = tuple("" if isinstance(n, int) else n for n in cells.values())
        kind, indent = ("level", 1) if role else ("variable", 0)
        rows.append(Row(role or PEOPLE, "people", role, "n", kind, indent, texts=texts))
    return numbers, rows


def _counted(told: Interviews | None, role: str) -> int | str:
    if told is None:
        return NOT_APPLICABLE
    silent = "not reported" if told.everyone == "not reported" else None
    n = told.people.get(role, silent) if role else told.everyone
    return n if isinstance(n, int) else SHORT.get(n or "", "")


def _notes(compared: Mapping[str, Study], numbers: list[Number], rows: list[Row]) -> Iterator[str]:
    """What NR, NA and an empty cell mean, where they stand in the table."""
    there = {(n.key.level, n.key.group) for n in numbers}
    for mark, words in EXPLAINED.items():
        if any(
            text == mark and (row.form == "text" or (row.level, f"study={each}") not in there)
            for row in rows
            for each, text in zip(compared, row.texts, strict=True)
        ):
            yield words
