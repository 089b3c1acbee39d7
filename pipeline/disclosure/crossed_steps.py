"""Cascades of which two steps are told together elsewhere: what that says the sums of ``cascades`` do not know."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.study import Study
from pipeline.study.cascade import STRICT
from pipeline.tables.cascade import steps_of


def crossed(study: Study, name: str) -> bool:
    """Whether a table, a model, or a variable or question of two steps tells of these together. The first two steps of
    a strict cascade may stand in one table: who has a yes to both is who reached the second."""
    spec = study.cascades[name]
    steps = {column: step for step in spec.variables for column in _read(study, step)}
    first = set(spec.variables[:2]) if spec.reached == STRICT else set()
    plain = {step: {step} for step in spec.variables}

    def behind(part: str) -> set[str]:
        return plain.get(part) or {steps[c] for c in _columns(study, part) if c in steps}

    for together in _together(study):
        held = set[str]().union(*(behind(part) for part in together))
        if len(held) > 1 and not (held == first and set(together) <= first):
            return True
    if spec.by and behind(spec.by):
        return True
    return any(not _in_order(study, name, step) for step in spec.variables)


def _together(study: Study) -> Iterator[tuple[str, ...]]:
    """What stands against one another: a table's columns and each of its rows, all that a model reads, and a variable
    or scale by itself, with the questions that decide who is asked it."""
    for spec in study.tables.values():
        for row in spec.shown or ("",):
            yield tuple(part for part in (*spec.columns, row) if part)
    for model in study.models.values():
        yield model.used
    for name in (*study.variables, *study.scales):
        yield (name,)


def _in_order(study: Study, name: str, step: str) -> bool:
    """Whether a step is asked of everybody, or by nothing that is a step but the yes of one earlier step."""
    spec = study.cascades[name]
    asked = study.variables[step].asked_of
    steps = steps_of(study, spec)
    own = [variable for variable, _ in steps].index(step)
    parents = [(parent, *levels) for parent, levels in asked.items()
               if {c for v in spec.variables for c in _read(study, v)} & _columns(study, parent)]  # fmt: skip
    return not parents or (len(asked) == 1 and parents[0] in steps[:own])


def _read(study: Study, step: str) -> set[str]:
    variable = study.variables[step]
    if variable.derive is not None:
        return {f"|{step}", *_columns(study, step)}
    return {f"|{step}", f"{study.source_of(step)} {variable.from_ or step}"}


def _columns(study: Study, name: str) -> set[str]:
    """All raw columns and variables that a part is made of, and those that decide who is asked."""
    found, todo, seen = set[str](), [name], set[str]()
    while todo:
        if (part := todo.pop()) in seen:
            continue
        seen.add(part)
        found.add(f"|{part}")
        variable, scale = study.variables.get(part), study.scales.get(part)
        source = study.source_of(part) if variable or scale else ""
        if variable is not None:
            todo += [*variable.asked_of, *(variable.derive.parts if variable.derive else ())]
            raw = variable.count or tuple(variable.columns) or (variable.from_ or part,)
            found |= {f"{source} {column}" for column in raw}
        elif scale is not None:
            todo += scale.asked_of
            found |= {f"{source} {item}" for item in scale.items}
    return found
