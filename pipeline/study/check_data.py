"""What a study file says of its raw data that can't be so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.names import absent

ADD_DATA = "Add data: {file: answers.csv, id: the column that names a person}."
NEED_DATA = ("variables", "scales", "cascades", "models", "families", "population", "exclude", "missing", "function")
"""What a study file can't declare where it has no data."""
_FILE_WIDE = re.compile(r"\.[a-z]|user-missing")


def check_data(study: Study) -> Iterator[Mistake]:
    """Tables that can't be read as declared; exclusions, populations and missing codes that name what is not there."""
    if study.data is None:
        if needs := [part for part in NEED_DATA if getattr(study, part)]:
            yield Mistake(study.where("data"), f"'data' is missing, and '{needs[0]}' speaks of them.", ADD_DATA)
        elif not study.interviews and not study.tables:
            yield Mistake(study.where("data"), "'data' is missing.", ADD_DATA)
        return
    if not study.sources:
        yield Mistake(study.where("data"), "names no table.", "Give at least one: data: {file: …, id: …}.")
        return
    for name, source in study.sources.items():
        at = study.path_of(name)
        for parent in source.parent:
            yield from absent(study, (*at, "parent", parent), parent, [s for s in study.sources if s != name], "table")
        if source.wave and source.wide:
            yield Mistake(
                study.where(*at, "wide"), "waves are either long ('wave') or wide ('wide').", "Keep one of the two."
            )
        if source.wave and not source.waves:
            yield Mistake(
                study.where(*at, "wave"),
                "does not say which waves there are.",
                "Add waves: {1: Baseline, 2: 3 months}.",
            )
        yield from _wave_labels(study, name)
        yield from _due(study, name)
        yield from _seconds(study, name)
        for wave, pattern in source.wide.items():
            if pattern.count("{}") != 1:
                yield Mistake(study.where(*at, "wide", wave), "must hold {} once.", "Write the pattern like {}_t1.")
        if "*" in source.file and source.mode == "cumulative" and not source.newest_by:
            yield Mistake(
                study.where(*at, "file"), "may match several exports.", "Add newest_by: name, or mode: append."
            )
    for code in study.missing:
        if not _FILE_WIDE.fullmatch(code):
            yield Mistake(
                study.where("missing", code),
                f"'{code}' is declared missing for the whole file.",
                "Only Stata's .a-.z and SPSS's user-missing can be; declare other codes where the variable or "
                "scale stands.",
            )
    for number, exclusion in enumerate(study.exclude):
        if exclusion.in_:
            yield from absent(study, ("exclude", str(number), "in"), exclusion.in_, study.sources, "table")
    if study.population and study.population.in_:
        yield from absent(study, ("population", "in"), study.population.in_, study.sources, "table")
    for name in study.population.where if study.population else ():
        yield from absent(study, ("population", "where", name), name, study.variables, "variable")


def _wave_labels(study: Study, table: str) -> Iterator[Mistake]:
    """Waves of one label would be one group; a label that is another wave's code could mean either."""
    labels = study.sources[table].wave_labels
    for label in dict.fromkeys(labels.values()):
        codes = [code for code, called in labels.items() if called == label]
        if len(codes) > 1:
            what = f"waves {', '.join(codes[:-1])} and {codes[-1]} are {'both' if len(codes) == 2 else 'all'} called"
            yield Mistake(study.at(table, "waves"), f"{what} '{label}'.", "Give each wave a label of its own.")
        elif label in labels and label not in codes:
            what = f"wave {codes[0]} is called by the code of another wave, '{label}'."
            yield Mistake(study.at(table, "waves", codes[0]), what, "Give it another label.")


def _seconds(study: Study, table: str) -> Iterator[Mistake]:
    named = study.sources[table].seconds
    if named is None:
        return
    yield from absent(study, study.path_of(table, "seconds"), named, study.variables, "variable")
    if named in study.variables and (study.kind_of(named), study.source_of(named)) != ("number", table):
        what = f"'{named}' is no number of table '{table}'."
        yield Mistake(study.at(table, "seconds"), what, f"Name a variable of type number in '{table}'.")


def _due(study: Study, table: str) -> Iterator[Mistake]:
    """When waves are due: a date of the table's own, and every wave but the first."""
    source = study.sources[table]
    if source.due is None:
        return
    waves, named = list(source.wave_labels), source.due.date
    if len(waves) < 2:
        yield Mistake(study.at(table, "due"), "the data have no later wave.", "Leave it out, or declare the waves.")
        return
    yield from absent(study, study.path_of(table, "due", "date"), named, study.variables, "variable")
    if named in study.variables and (study.kind_of(named), study.source_of(named)) != ("date", table):
        what = f"'{named}' is no date of table '{table}'."
        yield Mistake(study.at(table, "due", "date"), what, f"Name a variable of type date in '{table}'.")
    for wave in source.due.days:
        yield from absent(study, study.path_of(table, "due", "days", wave), wave, waves[1:], "later wave")
    for wave in waves[1:]:
        if wave not in source.due.days:
            yield Mistake(study.at(table, "due", "days"), f"says nothing of wave {wave}.",
                          f"Add {wave}: so many days after wave {waves[0]}.")  # fmt: skip
