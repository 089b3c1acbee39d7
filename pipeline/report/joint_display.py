"""The joint display: question by question, what the survey says beside the themes that speak to it, and their fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product, zip_longest
from typing import NamedTuple

from pipeline.disclosure import Released
from pipeline.errors import StageFailed
from pipeline.models.declared import Declared, declared
from pipeline.models.estimates import group_of
from pipeline.models.mediation_numbers import ALWAYS, TERMS
from pipeline.report.figure_estimates import row_label
from pipeline.report.look_up import theme_key
from pipeline.results import ALL, Key, Sentence, literal, parts_of
from pipeline.study import Study
from pipeline.study.check_interview_tables import JOINT
from pipeline.study.joint import Question, SurveyNumber
from pipeline.tables.style import Style
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import inside_sentence, wave_labels
from pipeline.themes.theme_counts import KIND

TITLE = "What survey and interviews say together"
OBSERVED = "Estimates are associations: nobody was assigned by chance to what is compared."
JUDGED = "How interviews go with the survey is the analysts' judgement; nothing computes it."
UNPAIRED = "Numbers and themes of a question stand side by side in the order of the study file: no line pairs them."
Cell = tuple[str, Key]


class Side(NamedTuple):
    """What one side says in one line: words, and a number that may not be there."""

    words: str
    cell: Cell | None


def joint_display(
    study: Study,
    released: Released,
    tables: Sequence[Table],
    style: Style,
    remarks: Mapping[str, Sequence[Sentence]] | None = None,
) -> Table | None:
    """A block a declared question; None where none is declared. tables: every layout of the study, whose lines are
    taken. remarks: by model; caveats among them stand under the table. Numbers are those of the models and tables
    themselves.

    Raises ``StageFailed`` where a table has no line of a number that is asked for.
    """
    if study.interviews is None or not study.interviews.joint:
        return None
    desk = _Desk(study, released, tables, style)
    rows = [row for n, one in enumerate(study.interviews.joint, 1) for row in desk.rows(n, one)]
    counted = next((row.cells[3][1] for row in rows if row.cells and row.cells[3]), None)
    columns = (
        Column("side=survey", "Survey", form="text"),
        Column("side=survey;number", "Estimate (95% CI), or number"),
        Column("side=interviews", "Interviews", form="text"),
        Column("side=interviews;people", "People", counted._replace(term="", level="") if counted else None),
        Column("side=both", "Together", form="text"),
    )
    return Table(KIND, JOINT, TITLE, columns, tuple(rows), tuple(_notes(study, remarks or {})), "Question")


def _notes(study: Study, remarks: Mapping[str, Sequence[Sentence]]) -> Iterator[Sentence]:
    """That a person judged; that no line pairs; what estimates are not; and every caveat that an estimate never goes
    without."""
    assert study.interviews is not None
    yield Sentence(JUDGED)
    yield Sentence(UNPAIRED)
    names = list(dict.fromkeys(name for one in study.interviews.joint for name in one.models))
    if not all(declared(study, name).randomised for name in names):
        yield Sentence(OBSERVED)
    found = ((name, remark) for name in names for remark in remarks.get(name, ()) if remark.caveat)
    for name, remark in found:
        before = literal(f"{declared(study, name).title}: ")
        yield replace(remark, template=before + remark.template, caveat=False)


@dataclass
class _Desk:
    """A joint display that is being laid out. shown: how many quotations of a theme stand in it so far."""

    study: Study
    released: Released
    tables: Sequence[Table]
    style: Style
    shown: Counter[str] = field(default_factory=Counter)

    def rows(self, n: int, one: Question) -> Iterator[Row]:
        """A line with the question and what both sides say together, and one for each thing that either says."""
        together = f"{one.fit.capitalize()}: {inside_sentence(one.because.strip())}"
        yield Row(f"{n}. {one.question}", f"question {n}", form="text", texts=("", "", "", "", together))
        survey = [side for name in one.models for side in _of_model(declared(self.study, name), self.released)]
        survey += [self._of_table(number, n) for number in one.numbers]
        told = [self._of_theme(theme) for theme in one.themes]
        for place, (left, right) in enumerate(zip_longest(survey, told, fillvalue=Side("", None))):
            texts, cells = (left.words, "", right.words, "", ""), (None, left.cell, None, right.cell, None)
            yield Row(f"{n}{_letter(place)}", f"question {n}", "", "text", "words", 1, texts=texts, cells=cells)

    def _of_table(self, number: SurveyNumber, n: int) -> Side:
        """The first line of a variable (or of its level) in the column of everyone."""
        table = next(t for t in self.tables if t.kind == "participants" and t.name == number.table)
        lines = [row for row in table.rows if row.term == number.variable]
        row = next((row for row in lines if _counts(row) and row.level == (number.level or "")), None)
        if row is None:
            asked = f"'{number.variable}'" + (f", '{number.level}'" if number.level else "")
            known = list(dict.fromkeys(r.level for r in lines if r.level))
            raise StageFailed(
                f"interviews: joint: question {n}: the table '{number.table}' has no line {asked} to show. "
                f"Levels there: {', '.join(known) or 'none'}."
            )
        everyone = next((c for c in table.columns if _everyone(c)), table.columns[0])
        form = table.form(row, everyone)
        shown = self.style.words(form)
        label = next(r.label for r in lines if r.label) + (f": {row.label}" if row.level else "")
        wave = dict(parts_of(everyone.group)).get("wave") or self._wave(number.table)
        where = ", ".join(dict.fromkeys(filter(None, (table.title, everyone.label, wave))))
        words = ", ".join(filter(None, (label, shown.label or shown.beside)))
        return Side(f"{words} ({where})", (form, next(iter(table.keys(row, everyone).values()))))

    def _of_theme(self, theme: str) -> Side:
        """How many people have it, and the next of its released quotations, from the first on where all were shown."""
        said = [one for one in self.released.quotations if one.theme == theme]
        shown = self.shown[theme]
        self.shown[theme] += 1
        words = f"{theme}: “{said[shown % len(said)].words}” ({said[shown % len(said)].tag})" if said else theme
        spoke = theme_key(self.study, theme, self.released)
        return Side(words, ("count", spoke) if spoke else None)

    def _wave(self, name: str) -> str:
        """The wave at which a table of one wave describes people; ``""`` where there are none."""
        spec = self.study.tables[name]
        labels = wave_labels(self.study.sources[spec.of or self.study.main])
        return labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")


def _letter(place: int) -> str:
    """a to z, then aa: lines of one question."""
    more, last = divmod(place, 26)
    return (_letter(more - 1) if more else "") + chr(ord("a") + last)


def _of_model(model: Declared, released: Released) -> Iterator[Side]:
    """Its adjusted estimates, or the unadjusted where there are no others; of a mediator its effects."""
    outcome = inside_sentence(model.outcome.label) + (f" ({model.event})" if model.event else "")
    if model.mediator is not None:
        base = Key("mediation", model.name, group=group_of("adjusted" if model.adjust else "unadjusted"))
        for effect, level in product(ALWAYS, model.exposure.shown):
            words = f"{row_label(model, level)}: {TERMS[effect]} effect on {outcome} ({model.effect}), by way of "
            yield _side(words + inside_sentence(model.mediator.label) + model.at, base, TERMS[effect], level, released)
        return
    for wave, level in product(model.waves or ("",), model.exposure.shown):
        base = Key("model", model.name, group=group_of("adjusted" if model.adjust else "unadjusted", wave))
        where = f" at {wave}" if wave else model.at
        of = "in" if model.effect == "mean difference" else "for"
        words = f"{row_label(model, level)}: {model.effect} {of} {outcome}{where}"
        adjusted = ", adjusted" if model.adjust else ""
        yield _side(words + adjusted, base, model.exposure.name, level, released)


def _side(words: str, base: Key, term: str, level: str, released: Released) -> Side:
    key = base._replace(term=term, level=level, statistic="estimate")
    if not released.has(key):
        return Side(f"{words}: not estimated", None)
    return Side(words, ("estimate_ci" if released.has(key._replace(statistic="ci_low")) else "estimate", key))


def _counts(row: Row) -> bool:
    return row.form not in ("", "text", "denominator") and row.kind != "missing"


def _everyone(column: Column) -> bool:
    """Whether a column is of all people of its table, at one wave or at any."""
    return all(part == ALL or part.startswith("wave=") for part in column.group.split(";"))
