"""What one part of a study file says of another: names that must be there, words that must fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.errors import Mistake, closest
from pipeline.study.check_responses import check_responses
from pipeline.study.format import Study
from pipeline.study.words import interval

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
RESERVED = ("all", "wave", "followed", "adjustment")
"""Words that name groups and columns of results."""
_FILE_WIDE = re.compile(r"\.[a-z]|user-missing")


def check(study: Study) -> list[Mistake]:
    """Every mistake that the file alone can show, in file order."""
    found = [*_names(study), *_data(study), *_variables(study), *_derived(study), *_scales(study)]
    found += [*_tables(study), *_models(study), *_design(study), *_circles(study), *check_responses(study)]
    return sorted(found, key=lambda m: int((re.findall(r":(\d+)", m.where) or ["0"])[0]))


def _known(study: Study) -> list[str]:
    return [*study.variables, *study.scales]


def _absent(study: Study, path: tuple[str, ...], name: str, known: Iterable[str], what: str) -> Iterator[Mistake]:
    known = list(known)
    if name not in known:
        yield Mistake(
            study.where(*path),
            f"there is no {what} '{name}'.",
            closest(name, known) or f"Known: {', '.join(known) or 'none'}.",
        )


def _names(study: Study) -> Iterator[Mistake]:
    named = {part: list(getattr(study, part)) for part in ("variables", "scales", "tables", "models")}
    for part, names in {"data": list(study.sources), **named}.items():
        for name in names:
            if part in ("variables", "scales") and name.lower() in RESERVED:
                yield Mistake(
                    study.where(part, name), f"'{name}' has a meaning of its own in results.", "Take another name."
                )
            if not _NAME.fullmatch(name):
                yield Mistake(
                    study.where(part, name),
                    f"'{name}' can't be a name.",
                    "Use letters, digits and _, and begin with a letter.",
                )
    for name in study.scales:
        if name in study.variables:
            yield Mistake(
                study.where("scales", name), f"'{name}' is a variable, too.", "Give one of the two another name."
            )


def _data(study: Study) -> Iterator[Mistake]:
    several = study.sources if study.data is not study.sources.get(study.main) else {}
    if not study.sources:
        yield Mistake(study.where("data"), "names no table.", "Give at least one: data: {file: …, id: …}.")
        return
    for name, source in study.sources.items():
        at = ("data", name) if several else ("data",)
        for parent in source.parent:
            yield from _absent(study, (*at, "parent", parent), parent, [s for s in study.sources if s != name], "table")
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
            yield from _absent(study, ("exclude", str(number), "in"), exclusion.in_, study.sources, "table")
    if study.population and study.population.in_:
        yield from _absent(study, ("population", "in"), study.population.in_, study.sources, "table")
    for name in study.population.where if study.population else ():
        yield from _absent(study, ("population", "where", name), name, study.variables, "variable")


def _variables(study: Study) -> Iterator[Mistake]:
    for name, variable in study.variables.items():
        at = ("variables", name)
        if variable.in_:
            yield from _absent(study, (*at, "in"), variable.in_, study.sources, "table")
        if variable.reference is not None and variable.reference not in variable.levels:
            yield from _absent(study, (*at, "reference"), variable.reference, variable.levels, "level")
        for code in variable.codes:
            if code in variable.missing:
                yield Mistake(
                    study.where(*at, "missing", code), f"'{code}' is a level and missing, too.", "Keep one of the two."
                )
        for asked, levels in variable.asked_of.items():
            yield from _levels(study, (*at, "asked_of", asked), asked, levels)
        for code in variable.exclusive if not variable.columns else ():
            yield from _absent(study, (*at, "exclusive"), code, variable.codes, "code")


def _levels(study: Study, path: tuple[str, ...], name: str, levels: Iterable[str]) -> Iterator[Mistake]:
    yield from _absent(study, path, name, study.variables, "variable")
    if name in study.variables:
        for level in levels:
            yield from _absent(study, path, level, study.variables[name].levels, f"level of {name}")


def _derived(study: Study) -> Iterator[Mistake]:
    for name, variable in study.variables.items():
        derive, at = variable.derive, ("variables", name, "derive")
        if derive is None:
            continue
        named = [*(derive.sum or ()), *(derive.mean or ()), *(derive.difference or ()), *(derive.days or ())]
        named += [n for n in (derive.regroup, derive.cut, derive.of if derive.at_wave is not None else None) if n]
        for part in named:
            yield from _absent(study, at, part, _known(study), "variable or scale")
        if derive.from_:
            yield from _absent(study, (*at, "from"), derive.from_, study.sources, "table")
            if derive.of:
                yield from _absent(study, (*at, "of"), derive.of, study.variables, "variable")
        if derive.cut and not variable.bands:
            yield Mistake(study.where(*at), "'cut' needs bands.", "Add bands: [18-29, 30-44, 45+] to the variable.")
        if derive.regroup and derive.regroup in study.variables:
            yield from _regrouped(study, at, derive.regroup, [old for levels in derive.into.values() for old in levels])


def _regrouped(study: Study, at: tuple[str, ...], name: str, olds: list[str]) -> Iterator[Mistake]:
    levels = study.variables[name].levels
    for old in olds:
        yield from _absent(study, (*at, "into"), old, levels, f"level of {name}")
    for level in levels:
        if olds.count(level) != 1:
            times = "nowhere" if level not in olds else "twice"
            yield Mistake(
                study.where(*at, "into"),
                f"level '{level}' of {name} goes {times}.",
                "Each level goes into exactly one.",
            )


def _scales(study: Study) -> Iterator[Mistake]:
    for name, scale in study.scales.items():
        at = ("scales", name)
        if scale.in_:
            yield from _absent(study, (*at, "in"), scale.in_, study.sources, "table")
        for item in scale.reverse or ():
            yield from _absent(study, (*at, "reverse"), item, scale.items, "item")
        for item in {i for i in scale.items if scale.items.count(i) > 1}:
            yield Mistake(study.where(*at, "items"), f"item '{item}' stands there twice.", "Name each item once.")
        if scale.instrument is None:
            for key in ("range", "score", "max_missing"):
                if getattr(scale, key) is None:
                    yield Mistake(
                        study.where(*at),
                        f"'{key}' is missing.",
                        f"Add '{key}:', or 'instrument:' with one of the registry.",
                    )
        if scale.coded and scale.range:
            was, is_ = interval(scale.coded), interval(scale.range)
            if was.high - was.low != is_.high - is_.low:
                yield Mistake(
                    study.where(*at, "coded"),
                    f"{scale.coded} and {scale.range} are not equally wide.",
                    "Only the base may differ.",
                )


def _tables(study: Study) -> Iterator[Mistake]:
    for name, table in study.tables.items():
        at = ("tables", name)
        if table.of:
            yield from _absent(study, (*at, "of"), table.of, study.sources, "table")
        for row in table.rows:
            yield from _absent(study, (*at, "rows"), row, _known(study), "variable or scale")
        if table.columns:
            yield from _absent(study, (*at, "columns"), table.columns, study.variables, "variable")
            if table.columns in study.variables and not study.variables[table.columns].levels:
                yield Mistake(
                    study.where(*at, "columns"),
                    f"'{table.columns}' has no levels.",
                    "Columns are made of a variable with codes or bands.",
                )
        yield from _wave(study, at, table.of, table.wave)


def _wave(study: Study, at: tuple[str, ...], of: str | None, wave: str | None) -> Iterator[Mistake]:
    source = study.sources.get(of or study.main)
    if wave is not None and source is not None:
        yield from _absent(study, (*at, "wave"), wave, source.waves or source.wide, "wave")


def _models(study: Study) -> Iterator[Mistake]:
    for name, model in study.models.items():
        at = ("models", name)
        if model.of:
            yield from _absent(study, (*at, "of"), model.of, study.sources, "table")
        for key in ("outcome", "exposure", "mediator"):
            if value := getattr(model, key):
                yield from _absent(study, (*at, key), value, _known(study), "variable or scale")
        for covariate in model.adjust:
            yield from _absent(study, (*at, "adjust"), covariate, _known(study), "variable or scale")
        used = [v for v in (model.outcome, model.exposure, model.mediator, *model.adjust) if v]
        for twice in sorted({v for v in used if used.count(v) > 1}):
            yield Mistake(study.where(*at), f"'{twice}' stands in two places.", "A variable has one part in a model.")
        if model.event and model.outcome in study.variables:
            yield from _absent(study, (*at, "event"), model.event, study.variables[model.outcome].levels, "level")
        yield from _wave(study, at, model.of, model.wave)


def _design(study: Study) -> Iterator[Mistake]:
    design = study.design
    if design.arm:
        yield from _absent(study, ("design", "arm"), design.arm, study.variables, "variable")
    if design.kind in ("trial", "cluster trial") and not design.arm:
        yield Mistake(study.where("design"), "a trial has arms.", "Add arm: the variable that holds them.")
    if design.kind == "cluster trial" and not design.cluster:
        yield Mistake(study.where("design"), "a cluster trial has clusters.", "Add cluster: the variable or id column.")
    if (design.strata or design.psu) and not design.weight:
        yield Mistake(
            study.where("design"), "strata or psu without a weight.", "Add weight: the column, or leave them out."
        )


def _circles(study: Study) -> Iterator[Mistake]:
    """Derived variables that need each other."""
    needs: dict[str, list[str]] = {}
    for name, variable in study.variables.items():
        d = variable.derive
        parts = (
            []
            if d is None
            else [*(d.sum or ()), *(d.mean or ()), *(d.difference or ()), *(d.days or ()), d.regroup, d.cut, d.of]
        )
        needs[name] = [p for p in parts if p in study.variables]
    done: set[str] = set()
    while ready := [n for n in needs if n not in done and all(p in done for p in needs[n])]:
        done.update(ready)
    for name in needs:
        if name not in done and name in _reach(needs, name):
            yield Mistake(
                study.where("variables", name), "needs itself, by way of other derived variables.", "Break the circle."
            )


def _reach(needs: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = list(needs[start])
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += needs[name]
    return found
