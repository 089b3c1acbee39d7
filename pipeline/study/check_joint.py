"""The joint display: what its questions name must be there, and counted."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.check_interview_tables import JOINT, TAKEN
from pipeline.study.format import Study
from pipeline.study.joint import SurveyNumber
from pipeline.study.names import absent
from pipeline.study.outputs import Interviews


def check_joint(study: Study, said: Interviews) -> Iterator[Mistake]:
    """Models, tables, variables, levels and themes that are not there; themes that no table counts people of."""
    if not said.joint:
        return
    if JOINT in study.tables:
        yield Mistake(study.where("tables", JOINT), f"'{JOINT}' {TAKEN[JOINT]}.", "Give this table another name.")
    themes = list(dict.fromkeys(theme for one in said.joint for theme in one.themes))
    for n, one in enumerate(said.joint):
        at = ("interviews", JOINT, str(n))
        for name in one.models:
            yield from absent(study, (*at, "models"), name, study.models, "model")
        for name in one.themes:
            yield from absent(study, (*at, "themes"), name, said.coded_themes, "theme with codes")
        for k, number in enumerate(one.numbers):
            yield from _number(study, (*at, "numbers", str(k)), number)
    if themes and said.coded_themes and not any(_counts_people(said, name) for name in said.tables):
        yield Mistake(study.where("interviews", JOINT), "names themes, and no table counts the people of themes.",
                      "Add tables: {themes: {rows: themes, count: people}}.")  # fmt: skip


def _counts_people(said: Interviews, name: str) -> bool:
    table = said.tables[name]
    return table.form == "counts" and table.rows != "codes" and "people" in table.count


def _number(study: Study, at: tuple[str, ...], number: SurveyNumber) -> Iterator[Mistake]:
    tables = {name: spec for name, spec in study.tables.items() if spec.kind == "participants"}
    missing = list(absent(study, (*at, "table"), number.table, tables, "table of participants"))
    if missing:
        yield from missing
        return
    shown = tables[number.table].shown
    if number.variable not in shown:
        yield from absent(study, (*at, "variable"), number.variable, shown, "line")
        return
    variable = study.variables.get(number.variable)
    levels = list(dict.fromkeys(variable.codes.values())) if variable is not None else []
    if levels and number.level is None:
        yield Mistake(study.where(*at), f"'{number.variable}' has levels, and none is named.",
                      f"Add level: one of {', '.join(levels)}.")  # fmt: skip
    elif levels and number.level is not None:
        yield from absent(study, (*at, "level"), number.level, levels, "level")
