"""The check proves itself: one answer of one person is changed, in memory alone, and the comparison must see it.

A comparison that can't fail shows nothing. So each verification computes the study's counts, scores and tables once
from the raw data as they are, which must give what the replay gave, and once with the changed answer, which must not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.cleaning import Cleaned, clean, join
from pipeline.cleaning.cleaned import People
from pipeline.errors import AlongsideError
from pipeline.files import Workspace
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import score
from pipeline.intake.cells import Cells
from pipeline.models.fit import fit
from pipeline.report.published import RESULTS
from pipeline.reproduce.numbers import Rows, Verdict, compare_numbers, compare_rows
from pipeline.reproduce.tolerance import RELATIVE, Shown
from pipeline.results import Results
from pipeline.run.function import own_function
from pipeline.run.names import CLEAN, MODELS
from pipeline.run.stages import open_stage
from pipeline.run.studies import read_study
from pipeline.study import Study
from pipeline.tables.exhibits import exhibits

Values = Mapping[tuple[str, ...], float]
_TRIES = 4


@dataclass(frozen=True)
class Proof:
    """values: numbers from the data as they are; empty for a study without data. seen: how many numbers the comparison
    saw change when one answer was changed. words: what was changed, naming nobody and no answer."""

    values: Values
    seen: int
    words: str

    def trouble(self, full: Values, released: bytes) -> str:
        """Why the check can't be trusted; empty where it can. full, released: what the replay gave."""
        if self.values and not self.seen:
            return "the comparison did not see that an answer was changed"
        apart = sum(key not in full or not _same(value, full[key]) for key, value in self.values.items())
        if apart:
            return f"{apart:,} numbers that were computed a second time, in memory, are not what the replay gave"
        return "" if _sees_a_digit(released) else f"the comparison did not see that a digit of {RESULTS} was changed"


def proof(place: Workspace, name: str) -> Proof:
    """Compute the numbers twice, as they are and with one answer changed."""
    study = read_study(place, name)
    if study.data is None:
        return Proof({}, 0, f"a digit of {RESULTS}, in memory (the study has no rows of data)")
    cells = open_stage(name, str(place.root), CLEAN).cells()
    cleaned, values = _numbers(place, cells, study)
    for table, column, row, text in islice(_candidates(study, cells, cleaned), _TRIES):
        changed = cells[table].text.copy()
        changed.loc[row, column] = text
        try:
            _, after = _numbers(place, {**cells, table: replace(cells[table], text=changed)}, study)
        except AlongsideError:  # one that contradicts another answer: a stage would stop at it
            continue
        if seen := _seen(values, after):
            return Proof(values, seen, f"one answer of one row of the table {table}, in memory")
    return Proof(values, 0, "no answer that a table of this study shows could be changed")


def _numbers(place: Workspace, cells: Mapping[str, Cells], study: Study) -> tuple[Cleaned, Values]:
    cleaned = clean(dict(cells), study, item_ranges(study), own_function(place, study))
    scores = score(cleaned, study)
    people = join(cleaned, scores.frames, scores.reasons, study)
    tables = [exhibit.results for exhibit in exhibits(people, study).values()] or [_models(place, people, study)]
    return cleaned, Results.join([scores.results, people.results, *tables]).lookup()


def _models(place: Workspace, people: People, study: Study) -> Results:
    """With the random stream that their stage hands on."""
    return fit(people, study, open_stage(study.name, str(place.root), MODELS).rng("fit")).results


def _candidates(study: Study, cells: Mapping[str, Cells], cleaned: Cleaned) -> Iterator[tuple[str, str, str, str]]:
    """Table, raw column, row, and what another kept row answered there: a valid answer that is another one."""
    for name in _shown(study):
        table, variable = study.source_of(name), study.variables.get(name)
        columns = list(study.scales[name].items) if variable is None else [variable.from_ or name]
        responses, text = cleaned.responses[table], cells[table].text
        for column in columns:
            typed = column if variable is None else name
            if column not in text or typed not in responses:
                continue
            answered = responses.index[responses[typed].notna() & cleaned.domain[table]]
            here = text.loc[answered, column]
            said = responses.loc[answered, typed].astype(str)
            other = here[said.ne(said.iloc[0])] if len(said) else said
            if len(other):
                yield table, column, str(answered[0]), str(other.iloc[0])


def _shown(study: Study) -> list[str]:
    """Variables and scales of the tables that are read from a column of their own, categories first; nothing that
    decides who is asked or counted, where another answer would be a fault."""
    asked = [*(v.asked_of for v in study.variables.values()), *(s.asked_of for s in study.scales.values())]
    steering = {name for levels in asked for name in levels}
    steering |= set(study.population.where if study.population else ()) | {str(study.design.cluster)}
    shown = dict.fromkeys(name for table in study.tables.values() for name in table.shown)
    named = [n for n in (*shown, *study.variables, *study.scales) if n in study.variables or n in study.scales]
    free = [n for n in dict.fromkeys(named) if n not in steering and n not in study.made and not _made(study, n)]
    return sorted(free, key=lambda n: (n not in shown, study.kind_of(n) not in ("category", "ordered")))


def _made(study: Study, name: str) -> bool:
    variable = study.variables.get(name)
    return variable is not None and bool(variable.derive or variable.count or variable.columns)


def _seen(before: Values, after: Values) -> int:
    """How many numbers the comparison finds to be different: the very function that judges the committed ones."""
    found = compare_rows(_rows(before), _rows(after), after, rounded=False)
    return sum(number.verdict not in (Verdict.IDENTICAL, Verdict.WITHIN) for number in found)


def _rows(values: Values) -> Rows:
    return {key: Shown(repr(value), repr(value)) for key, value in values.items()}


def _same(a: float, b: float) -> bool:
    if not (math.isfinite(a) and math.isfinite(b)):
        return repr(a) == repr(b)
    return abs(a - b) <= max(RELATIVE * max(abs(a), abs(b)), 1e-9)


def _sees_a_digit(released: bytes) -> bool:
    """Whether one digit of the last number of ``results.csv`` can't be changed unseen."""
    at = next((i for i in range(len(released) - 1, 0, -1) if chr(released[i]).isdigit()), None)
    if at is None or released.count(b"\n") < 2:
        return True  # a study of which no number is shown
    edited = released[:at] + str((int(chr(released[at])) + 1) % 10).encode() + released[at + 1 :]
    found = compare_numbers(edited, released, b"kind,name,term,level,group,statistic,value\n", rounded=True)
    return any(number.verdict is not Verdict.IDENTICAL for number in found)
