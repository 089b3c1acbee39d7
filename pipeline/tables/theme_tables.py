"""Tables of coded interviews: themes by role or programme, which stand together, and the codebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.results import ALL, Key, Results, Sentence
from pipeline.study import Study
from pipeline.study.interview_tables import InterviewTable
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import spoken
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import path_parts
from pipeline.themes.cooccurrence import C, cooccurrence, pairs
from pipeline.themes.tally import CODE, Group, Marked, groups, shown
from pipeline.themes.theme_counts import ALONE, DOCUMENTS, KIND, PEOPLE, SEGMENTS, theme_counts
from pipeline.themes.told_words import definitions_to_print

STUBS = {"themes": "Theme", "codes": "Code", "tree": "Theme and its codes"}
FORMS = {PEOPLE: "count", DOCUMENTS: DOCUMENTS, SEGMENTS: SEGMENTS}
SPANNERS = {"role": "Role", "programme": "Programme"}
UNITS = {"overlap": "passages that overlap", "segment": "the same passage", "document": "the same document"}
ONCE = "A segment is a passage: it counts once in a line, whichever of its codes and coders marked it."
UNTESTED = "Nothing is tested: these people were chosen for what they could tell, and they are few."


def theme_table(cleaned: CleanedCoding, study: Study, name: str) -> Exhibit:
    """The table ``name`` under ``interviews: tables``, by its form (not one of printed quotations).

    Raises ``Mistakes`` where passages are to overlap that have no place, ``StageFailed`` where groups do not add up.
    """
    assert study.interviews is not None
    spec = study.interviews.tables[name]
    make = {"counts": _counts, "cooccurrence": _together, "codebook": _codebook}[spec.form]
    return make(cleaned, study, name, spec)


def _counts(cleaned: CleanedCoding, study: Study, name: str, spec: InterviewTable) -> Exhibit:
    results = theme_counts(cleaned, study, name)
    columns = [c for g in groups(cleaned, study, spec.columns) for c in _columns(name, spec, g)]
    rows = [_row(marked, FORMS[spec.count[0]]) for marked in shown(cleaned, study, spec.rows)]
    by = f" by {spec.columns}" if spec.columns else ""
    title = spec.title or f"{'Codes' if spec.rows == 'codes' else 'Themes'}{by}"
    notes = [*_reading(spec, study), *_alone(results, name, spec.count)]
    notes += [Sentence(UNTESTED)] if spec.columns else []
    return Exhibit(results, Table(KIND, name, title, tuple(columns), tuple(rows), tuple(notes), STUBS[spec.rows]))


def _columns(name: str, spec: InterviewTable, group: Group) -> Iterator[Column]:
    """A column a group; of several counts one each, under the group's name."""
    head = Key(KIND, name, "", "", group.path, "n")
    if len(spec.count) == 1 and spec.count[0] != DOCUMENTS:
        yield Column(group.path, group.label, head, FORMS[spec.count[0]], SPANNERS.get(spec.columns or "", "")
                     if group.path != ALL else "")  # fmt: skip
        return
    for word in spec.count:
        n = {PEOPLE: head, DOCUMENTS: head._replace(statistic=DOCUMENTS)}.get(word)
        yield Column(group.path, spoken(word), n, FORMS[word], group.label, None if PEOPLE in spec.count else head)


def _row(marked: Marked, form: str) -> Row:
    label = path_parts(marked.level)[1] if marked.term == CODE else marked.level
    kind = "level" if marked.depth else "variable"
    return Row(label, marked.term, marked.level, form, kind, marked.depth)


def _reading(spec: InterviewTable, study: Study) -> Iterator[Sentence]:
    assert study.interviews is not None
    if PEOPLE in spec.count:
        yield Sentence("People, with % of the column's people. A person may count in several lines.")
    if DOCUMENTS in spec.count and spec.columns:
        yield Sentence("A document counts in each column whose people speak in it.")
    if SEGMENTS in spec.count:
        yield Sentence(ONCE)
    if spec.rows != "themes":
        yield Sentence("A code counts with all that stand under it.")


def _alone(results: Results, name: str, count: Sequence[str]) -> Iterator[Sentence]:
    """Segments of which nobody knows who said them: they are in the column of all, and nobody's among people. Of
    documents and segments it is said where the table counts them."""
    key = Key(KIND, name, ALONE, "", ALL, SEGMENTS)
    if tuple(key) in results.lookup():
        among = [word for word in (DOCUMENTS, SEGMENTS) if word in count]
        said = [f"among all {' and '.join(among)}"] if among else []
        said += ["among no people"] if PEOPLE in count else []
        yield Sentence(f"{{n}} segments are of {ALONE}: they count {', and '.join(said)}.", {"n": key})


def _together(cleaned: CleanedCoding, study: Study, name: str, spec: InterviewTable) -> Exhibit:
    results = cooccurrence(cleaned, study, name)
    rows = list[Row]()
    lines = shown(cleaned, study, spec.rows)
    for one, some in groupby(pairs(lines), key=lambda pair: pair[0].level):
        rows.append(Row(_called(one, spec), one))
        rows += [Row(_called(other.level, spec), one, other.level, "n12", "level", 1) for _, other in some]
    columns = [Column(ALL, label, None, form) for label, form in (("n1", "n1"), ("n2", "n2"), ("n12", "n12"), ("c", C))]
    unit = UNITS[spec.cooccurrence or ""]
    what = "Codes" if spec.rows == "codes" else "Themes"
    counted = "documents" if spec.cooccurrence == "document" else "segments (passages)"
    words = f"n1, n2: {counted} with the one and with the other; n12: with both, by {unit}; c = n12/(n1 + n2 − n12)."
    notes = [Sentence(words)]
    if spec.cooccurrence == "overlap":
        notes.append(Sentence("Where several passages of one overlap one of the other, n12 is the smaller number."))
    title = spec.title or f"{what} that stand together: {unit}"
    table = Table(KIND, name, title, tuple(columns), tuple(rows), tuple(notes), f"{what[:-1]}, with")
    return Exhibit(results, table)


def _called(level: str, spec: InterviewTable) -> str:
    return level.replace("::", " › ") if spec.rows == "codes" else level


def _codebook(cleaned: CleanedCoding, study: Study, name: str, spec: InterviewTable) -> Exhibit:
    """Every code: under which it stands, what it means, and how many documents, people and segments have it."""
    results = theme_counts(cleaned, study, name)
    words, quoted = definitions_to_print(cleaned.coding)
    columns = (
        Column("", "Under", form="text"),
        Column("", "Definition", form="text"),
        Column(ALL, "Documents", Key(KIND, name, "", "", ALL, DOCUMENTS), DOCUMENTS),
        Column(ALL, "People", Key(KIND, name), "n"),
        Column(ALL, "Segments", None, SEGMENTS),
    )
    rows = []
    for marked in shown(cleaned, study, "codes"):
        parent = path_parts(marked.level)[0].replace("::", " › ")
        row = _row(marked, DOCUMENTS)
        rows.append(Row(row.label, CODE, marked.level, row.form, row.kind, row.indent,
                        texts=(parent, words[marked.level], "", "", "")))  # fmt: skip
    notes = [Sentence("A code counts with all that stand under it."), Sentence(ONCE),
             *_alone(results, name, (PEOPLE, DOCUMENTS, SEGMENTS))]  # fmt: skip
    if quoted:
        notes.append(Sentence("A definition that repeats what was said in an interview is not printed."))
    title = spec.title or "Codebook"
    return Exhibit(results, Table(KIND, name, title, columns, tuple(rows), tuple(notes), "Code"))
