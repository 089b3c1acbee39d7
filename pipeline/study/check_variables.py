"""What variables and scales say of each other: names that must be there, levels, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.names import absent
from pipeline.study.words import interval


def check_variables(study: Study) -> Iterator[Mistake]:
    """Variables, derived ones and scales that name what is not there, or need each other."""
    yield from _variables(study)
    yield from _derived(study)
    yield from _scales(study)
    yield from _circles(study)


def _variables(study: Study) -> Iterator[Mistake]:
    for name, variable in study.variables.items():
        at = ("variables", name)
        if variable.in_:
            yield from absent(study, (*at, "in"), variable.in_, study.sources, "table")
        if variable.reference is not None:
            yield from absent(study, (*at, "reference"), variable.reference, study.levels_of(name), "level")
        for code in variable.codes:
            if code in variable.missing:
                yield Mistake(
                    study.where(*at, "missing", code), f"'{code}' is a level and missing, too.", "Keep one of the two."
                )
        for asked, levels in variable.asked_of.items():
            yield from _levels(study, (*at, "asked_of", asked), asked, levels)
        for code in variable.exclusive if not variable.columns else ():
            yield from absent(study, (*at, "exclusive"), code, variable.codes, "code")


def _levels(study: Study, path: tuple[str, ...], name: str, levels: Iterable[str]) -> Iterator[Mistake]:
    yield from absent(study, path, name, study.variables, "variable")
    if name in study.variables:
        for level in levels:
            yield from absent(study, path, level, study.levels_of(name), f"level of {name}")


def _derived(study: Study) -> Iterator[Mistake]:
    for name, variable in study.variables.items():
        derive, at = variable.derive, ("variables", name, "derive")
        if derive is None:
            continue
        named = [*(derive.sum or ()), *(derive.mean or ()), *(derive.difference or ()), *(derive.days or ())]
        named += derive.change or ()
        named += [n for n in (derive.regroup, derive.cut, derive.of if derive.at_wave is not None else None) if n]
        for part in named:
            yield from absent(study, at, part, (*study.variables, *study.scales), "variable or scale")
        if derive.from_:
            yield from absent(study, (*at, "from"), derive.from_, study.sources, "table")
            if derive.of:
                yield from absent(study, (*at, "of"), derive.of, study.variables, "variable")
        if derive.cut and not variable.bands:
            yield Mistake(study.where(*at), "'cut' needs bands.", "Add bands: [18-29, 30-44, 45+] to the variable.")
        if derive.regroup and derive.regroup in study.variables:
            yield from _regrouped(study, at, derive.regroup, [old for levels in derive.into.values() for old in levels])


def _regrouped(study: Study, at: tuple[str, ...], name: str, olds: list[str]) -> Iterator[Mistake]:
    levels = study.levels_of(name)
    for old in olds:
        yield from absent(study, (*at, "into"), old, levels, f"level of {name}")
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
            yield from absent(study, (*at, "in"), scale.in_, study.sources, "table")
        for item in scale.reverse or ():
            yield from absent(study, (*at, "reverse"), item, scale.items, "item")
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
        if scale.coded and scale.base is not None:
            yield Mistake(study.where(*at, "base"), "says what 'coded' says.", "Keep one of the two.")
        for item in scale.reversed_at_source:
            yield from absent(study, (*at, "reversed_at_source"), item, scale.items, "item")
        if scale.coded and scale.range:
            was, is_ = interval(scale.coded), interval(scale.range)
            if was.high - was.low != is_.high - is_.low:
                yield Mistake(
                    study.where(*at, "coded"),
                    f"{scale.coded} and {scale.range} are not equally wide.",
                    "Only the base may differ.",
                )


def _circles(study: Study) -> Iterator[Mistake]:
    """Derived variables that need each other."""
    needs: dict[str, list[str]] = {}
    for name, variable in study.variables.items():
        needs[name] = [p for p in variable.derive.parts if p in study.variables] if variable.derive else []
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
