"""What a study file alone shows of answers that could not be cleaned: codes, links, skips, derived variables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipeline.errors import Mistake, closest
from pipeline.study.check_derived import NUMERIC, a_kind, check_derived
from pipeline.study.format import Study
from pipeline.study.scale import Scale
from pipeline.study.variable import Variable
from pipeline.study.words import NUMBER, interval


def check_responses(study: Study) -> list[Mistake]:
    """Every such mistake; names that are not there at all are ``check``'s."""
    found = [*_links(study), *_items(study), *_population(study), *_design(study), *check_derived(study)]
    for name, variable in study.variables.items():
        found += [*_codes(study, name, variable), *_bands(study, name, variable)]
    parts: list[tuple[str, str, Variable | Scale]] = [("variables", n, v) for n, v in study.variables.items()]
    for section, name, part in [*parts, *(("scales", n, s) for n, s in study.scales.items())]:
        found += _asked(study, section, name, part)
    return found


def _links(study: Study) -> Iterator[Mistake]:
    for name, source in study.sources.items():
        at = study.path_of(name)
        for parent, columns in source.parent.items():
            ids = study.sources[parent].id if parent in study.sources else columns
            if len(ids) != len(columns):
                yield Mistake(
                    study.where(*at, "parent", parent),
                    f"names {len(columns)} column{'s' * (len(columns) != 1)}, the id of {parent} has {len(ids)}.",
                    f"Name the columns here that hold {', '.join(ids)}.",
                )
        above = study.ancestors(name)
        if name in above:
            yield Mistake(study.where(*at, "parent"), f"{name} is its own ancestor.", "Break the circle.")
        for twice in sorted({a for a in above if above.count(a) > 1} - {name}):
            yield Mistake(
                study.where(*at, "parent"), f"leads to {twice} by two ways.", "Keep the parent that is meant."
            )


def _codes(study: Study, name: str, variable: Variable) -> Iterator[Mistake]:
    at = ("variables", name)
    if variable.kind == "count" and variable.count is None and not variable.derive:
        yield Mistake(study.where(*at), "does not say what is counted.", "Add count: [columns].")
    for code, value in variable.codes.items() if variable.kind == "number" else ():
        if not NUMBER.fullmatch(value):
            yield Mistake(
                study.where(*at, "codes", code),
                f"'{value}' is not a number.",
                "The codes of a number give other numbers (88: 0); reasons go under 'missing'.",
            )
    if variable.columns:
        for column in variable.exclusive:
            if column not in variable.columns:
                mend = closest(column, variable.columns) or f"Known: {', '.join(variable.columns)}."
                yield Mistake(study.where(*at, "exclusive"), f"'{column}' is none of the columns.", mend)


def _bands(study: Study, name: str, variable: Variable) -> Iterator[Mistake]:
    bands = variable.intervals
    for one, other in pairwise(bands):
        if other.low < one.high:
            yield Mistake(
                study.where("variables", name, "bands"),
                f"{one.label} and {other.label} overlap or run downwards.",
                "Write them upwards; where two touch, the edge belongs to the upper one.",
            )


def _asked(study: Study, section: str, name: str, part: Variable | Scale) -> Iterator[Mistake]:
    table = study.source_of(name)
    if table not in study.sources:
        return
    waves = study.sources[table].wave_labels
    for wave in part.asked_at:
        if wave not in waves and wave not in waves.values():
            mend = closest(wave, [*waves, *waves.values()]) or f"Known: {', '.join(waves) or 'none'}."
            yield Mistake(study.where(section, name, "asked_at"), f"{table} has no wave '{wave}'.", mend)
    for gate, levels in part.asked_of.items():
        at = study.where(section, name, "asked_of", gate)
        asked = study.variables.get(gate)
        if section == "scales" and asked is None:
            mend = closest(gate, study.variables) or f"Known: {', '.join(study.variables) or 'none'}."
            yield Mistake(at, f"there is no variable '{gate}'.", mend)
        if asked is None:
            continue
        for level in levels if section == "scales" else ():
            if level not in study.levels_of(gate):
                known = study.levels_of(gate)
                mend = closest(level, known) or f"Known: {', '.join(known) or 'none'}."
                yield Mistake(at, f"there is no level of {gate} '{level}'.", mend)
        if asked.derive:
            yield Mistake(at, f"'{gate}' is derived.", "Name the variable that was asked.")
        if study.source_of(gate) not in (table, *study.ancestors(table)):
            yield Mistake(
                at,
                f"'{gate}' belongs to {study.source_of(gate)}, which is no parent of {table}.",
                "Add the parent, or leave it out.",
            )
        if section == "variables" and name in _gates(study, gate):
            yield Mistake(at, f"'{name}' and '{gate}' are asked of each other.", "Break the circle.")


def _gates(study: Study, name: str) -> set[str]:
    """Every variable on which it depends whether this one was asked."""
    found: set[str] = set()
    todo = [name]
    while todo:
        variable = study.variables.get(todo.pop())
        for gate in variable.asked_of if variable else ():
            if gate not in found:
                found.add(gate)
                todo.append(gate)
    return found


def _items(study: Study) -> Iterator[Mistake]:
    owner: dict[tuple[str, str], str] = {}
    for name, scale in study.scales.items():
        for code, value in scale.codes.items():
            if not NUMBER.fullmatch(value):
                yield Mistake(
                    study.where("scales", name, "codes", code), f"'{value}' is not a number.", "Write the item's code."
                )
        for item in scale.items:
            at = study.where("scales", name, "items")
            if item in study.variables or item in study.scales:
                yield Mistake(
                    at,
                    f"item '{item}' is the name of a variable or scale, too.",
                    "Rename that one, and say from: " + item + ".",
                )
            first = owner.setdefault((study.source_of(name), item), name)
            if first != name and (_coding(study, first) != _coding(study, name) or _apart(study, first, name)):
                yield Mistake(at, f"item '{item}' is coded otherwise in {first}.", "One item has one coding.")


def _coding(study: Study, name: str) -> tuple[object, ...]:
    scale = study.scales[name]
    asked = (tuple(scale.asked_of.items()), scale.asked_at, scale.answered_anyway)
    return (tuple(scale.codes.items()), tuple(scale.missing.items()), *asked)


def _apart(study: Study, *names: str) -> bool:
    """Whether two scales say that the file codes their items otherwise; of an instrument only the registry knows."""
    scales = [study.scales[name] for name in names]
    known = [s.in_file(interval(s.range or s.coded or "")) for s in scales if s.range or s.coded]
    return len(known) == 2 and (known[0].low, known[0].high) != (known[1].low, known[1].high)


def _population(study: Study) -> Iterator[Mistake]:
    yield from _population_asked(study)
    for name, levels in study.population.where.items() if study.population else ():
        at = study.where("population", "where", name)
        variable = study.variables.get(name)
        if variable is None:
            continue
        if study.source_of(name) != study.population_table:
            yield Mistake(
                at,
                f"'{name}' belongs to {study.source_of(name)}, not to {study.population_table}.",
                "Children follow; say in: that table.",
            )
        if variable.derive:
            yield Mistake(
                at, f"'{name}' is derived.", "Name the variable from which it is made; of a number, a range (65+)."
            )
        elif study.kind_of(name) in NUMERIC:
            for level in levels:
                try:
                    interval(level)
                except ValueError as error:
                    yield Mistake(at, f"{error}.")
        else:
            for level in levels:
                if level not in (known := study.levels_of(name)):
                    mend = closest(level, known) or f"Known: {', '.join(known) or 'none'}."
                    yield Mistake(at, f"there is no level of {name} '{level}'.", mend)


def _population_asked(study: Study) -> Iterator[Mistake]:
    if study.population is None or study.population.asked is None:
        return
    name, table = study.population.asked, study.population_table
    known = [n for n in (*study.variables, *study.scales) if study.source_of(n) == table]
    known += [i for s in study.scales.values() if (s.in_ or study.main) == table for i in s.items]
    at = study.where("population", "asked")
    if name not in known:
        yield Mistake(
            at, f"{table} has no variable, scale or item '{name}'.", closest(name, known) or "Declare it as a variable."
        )
    elif name in study.variables and study.variables[name].derive:
        yield Mistake(at, f"'{name}' is derived.", "Name what was asked.")


def _design(study: Study) -> Iterator[Mistake]:
    names = ("text", "category", "ordered", "number")
    for role in ("cluster", "second_cluster", "arm", "strata", "psu", "weight"):
        name, kinds = getattr(study.design, role), ("number",) if role == "weight" else names
        if name in study.variables and study.kind_of(name) not in kinds:
            what = f"'{name}' is {a_kind(study.kind_of(name))}."
            yield Mistake(study.where("design", role), what, f"This needs {' or '.join(a_kind(k) for k in kinds)}.")
