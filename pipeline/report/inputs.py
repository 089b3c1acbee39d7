"""What a declared variable or scale is read from: raw columns by table, and the study's own function, parts included.

Only names that stand in the study file are told; no raw file is opened for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.study import Population, Study, Variable


@dataclass(frozen=True)
class Inputs:
    """columns: of each raw table, as they stand in its files. function: the study's own, where it has a hand in it."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    function: str = ""

    def to_dict(self) -> dict[str, Any]:
        columns = {table: list(some) for table, some in self.columns.items()}
        return {"columns": columns, **({"function": self.function} if self.function else {})}


def joined(some: Iterable[Inputs]) -> Inputs:
    """All of them together: each table and column once, in the order in which they come."""
    columns: dict[str, dict[str, None]] = {}
    function = ""
    for each in some:
        for table, names in each.columns.items():
            columns.setdefault(table, {}).update(dict.fromkeys(names))
        function = function or each.function
    return Inputs({table: tuple(names) for table, names in columns.items()}, function)


def inputs_of(study: Study, name: str, table: str = "") -> Inputs:
    """Of a variable or scale with all that it is made of; a name that is neither is a raw column of ``table``."""
    return joined(_walk(study, name, table or study.main, {}))


def rows_of(study: Study, table: str) -> Inputs:
    """What decides which rows of a table there are and whose they are: ids, wave, parents, exclusions, population."""
    source = study.sources[table]
    columns = [*source.id, *([source.wave] if source.wave else [])]
    columns += [column for held in source.parent.values() for column in held]
    if source.newest_by and source.newest_by != "name":
        columns.append(source.newest_by)
    for rule in study.exclude:
        if (rule.in_ or study.main) == table:
            columns += [*rule.where, *rule.unless]
    parts = [Inputs({table: tuple(columns)})]
    if source.due:
        parts.append(inputs_of(study, source.due.date, table))
    if study.population and study.population_table == table:
        parts += [inputs_of(study, name, table) for name in _population(study.population)]
    return joined(parts)


def _population(population: Population) -> tuple[str, ...]:
    return tuple(filter(None, (population.asked, *population.where)))


def _walk(study: Study, name: str, table: str, seen: dict[str, None]) -> Iterator[Inputs]:
    if name in seen:
        return
    seen[name] = None
    variable, scale = study.variables.get(name), study.scales.get(name)
    if variable is not None:
        home = variable.in_ or study.main
        yield _columns(study, home, _read(study, name, variable))
        if study.function and name in (*study.function.makes, *study.function.changes):
            yield Inputs({}, study.function.name)
        yield from _parts(study, variable, home, seen)
    elif scale is not None:
        home = scale.in_ or study.main
        yield _columns(study, home, scale.items)
        yield from (found for gate in scale.asked_of for found in _walk(study, gate, home, seen))
    elif name in study.sources:
        yield rows_of(study, name)
    else:
        named = next((t for t in (table, *study.sources) if name in study.sources[t].id), table)
        yield _columns(study, named, (name,))


def _parts(study: Study, variable: Variable, home: str, seen: dict[str, None]) -> Iterator[Inputs]:
    """What a variable is derived from, and what decides who was asked."""
    derive = variable.derive
    if derive is not None:
        linked = derive.from_ or home
        if derive.from_ in study.sources:
            yield rows_of(study, linked)
            if derive.by:
                yield from _walk(study, derive.by, linked, seen)
        yield from (found for part in derive.parts for found in _walk(study, part, linked, seen))
    yield from (found for gate in variable.asked_of for found in _walk(study, gate, home, seen))


def _read(study: Study, name: str, variable: Variable) -> tuple[str, ...]:
    """The columns that a variable names for itself."""
    if variable.derive or name in study.made:
        return ()
    if variable.count is not None:
        return variable.count
    return tuple(variable.columns) or (variable.from_ or name,)


def _columns(study: Study, table: str, names: tuple[str, ...]) -> Inputs:
    """Of a wide table each wave's column; which of them a file has, only the file knows, so the pattern says it."""
    wide = study.sources[table].wide if table in study.sources else {}
    if not wide or not names:
        return Inputs({table: names} if names else {})
    ids = study.sources[table].id
    spread = [c for name in names for c in ([name] if name in ids else [p.replace("{}", name) for p in wide.values()])]
    return Inputs({table: tuple(dict.fromkeys(spread))})
