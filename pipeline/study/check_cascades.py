"""Care cascades whose steps are no answers of yes or no, stand twice, or are in another order than a known one's."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake, closest
from pipeline.study.cascade import MOST_STEPS, YES, CascadeSpec, Step
from pipeline.study.format import Study
from pipeline.study.known_cascades import known_keys, known_of
from pipeline.study.names import absent

PEOPLE = "people"


def check_cascades(study: Study) -> Iterator[Mistake]:
    """Every mistake of every cascade, each at its place."""
    held: dict[str, str] = {}
    for name, spec in study.cascades.items():
        if name in study.tables:
            yield _said(study, name, "", f"'{name}' is a table, too.", "Give one of the two another name.")
        yield from _steps(study, name, spec)
        yield from _known(study, name, spec)
        yield from _columns(study, name, spec)
        yield from _rows(study, name, spec)
        for variable in dict.fromkeys(spec.variables):
            if variable in held:
                yield _said(study, name, "steps", f"'{variable}' is a step of the cascade '{held[variable]}', too.",
                            "Keep it in one of them: what both tell together can't be looked through for small "
                            "numbers.")  # fmt: skip
            held.setdefault(variable, name)


def yes_of(study: Study, step: Step) -> str:
    """The level that is a yes; ``""`` where the study file does not say."""
    levels = study.levels_of(step.variable)
    if step.level is not None:
        return step.level if step.level in levels else ""
    return next((level for level in levels if level.casefold() == YES), "") if len(levels) == 2 else ""


def _said(study: Study, name: str, key: str, what: str, mend: str) -> Mistake:
    return Mistake(study.where("cascades", name, *([key] if key else [])), what, mend)


def _steps(study: Study, name: str, spec: CascadeSpec) -> Iterator[Mistake]:
    if not 2 <= len(spec.steps) <= MOST_STEPS:
        few = len(spec.steps) < 2
        mend = "Name two at least: the start, and what comes after it." if few else "Leave some out."
        what = f"has {len(spec.steps)} step{'s' * (len(spec.steps) != 1)}, and a cascade has 2 to {MOST_STEPS}."
        yield _said(study, name, "steps", what, mend)
    roots: dict[str, str] = {}
    for step in spec.steps:
        yield from absent(study, ("cascades", name, "steps"), step.variable, study.variables, "variable")
        if step.variable not in study.variables:
            continue
        yield from _answer(study, name, step)
        root = _read_from(study, step.variable)
        if step.variable in roots.values():
            yield _said(study, name, "steps", f"'{step.variable}' stands in two steps.",
                        "A step is a variable of its own; leave one out.")  # fmt: skip
        elif root in roots:
            yield _said(study, name, "steps", f"'{step.variable}' and '{roots[root]}' are one answer, read twice.",
                        "Each step needs an answer of its own; leave one out.")  # fmt: skip
        roots.setdefault(root, step.variable)


def _answer(study: Study, name: str, step: Step) -> Iterator[Mistake]:
    levels, variable = study.levels_of(step.variable), step.variable
    if study.kind_of(variable) not in ("category", "ordered") or not levels:
        yield _said(study, name, "steps", f"'{variable}' has no answers of yes or no.",
                    "A step is a variable with codes; derive one from it.")  # fmt: skip
    elif step.level is not None and step.level not in levels:
        yield _said(study, name, "steps", f"'{variable}' has no level '{step.level}'.",
                    closest(step.level, levels) or f"Its levels: {', '.join(levels)}.")  # fmt: skip
    elif not yes_of(study, step):
        yield _said(study, name, "steps", f"which level of '{variable}' is a yes is not said.",
                    f"Write {{{variable}: {levels[0]}}}, or another of its levels: {', '.join(levels)}.")  # fmt: skip
    elif len(levels) < 2:
        yield _said(study, name, "steps", f"'{variable}' has one level, so that nobody can say no.",
                    "Declare the other answer's code.")  # fmt: skip


def _read_from(study: Study, name: str) -> str:
    """What a variable is read from: itself, what it regroups, or the column that another one reads, too."""
    seen: set[str] = set()
    while name not in seen and (derive := study.variables[name].derive) is not None:
        seen.add(name)
        taken = derive.regroup or derive.cut or (derive.of if derive.form == "at_wave" else None)
        if taken is None or taken not in study.variables:
            return name
        name = taken
    return f"{study.source_of(name)} {study.variables[name].from_ or name}"


def _known(study: Study, name: str, spec: CascadeSpec) -> Iterator[Mistake]:
    if spec.known is None:
        return
    found = known_of(spec)
    if found is None:
        yield from absent(study, ("cascades", name, "known"), spec.known, known_keys(), "known cascade")
        return
    own, every = [step.name for step in spec.steps], list(found.steps)
    if not all(own):
        yield _said(study, name, "steps", f"which steps of '{spec.known}' these are is not said.",
                    f"Write a mapping, step: variable. Its steps: {', '.join(every)}.")  # fmt: skip
        return
    for odd in (step for step in own if step not in every):
        yield _said(study, name, "steps", f"'{spec.known}' has no step '{odd}'.",
                    closest(odd, every) or f"Its steps: {', '.join(every)}.")  # fmt: skip
    places = [every.index(step) for step in own if step in every]
    if places != sorted(places):
        right = ", ".join(step for step in every if step in own)
        yield _said(study, name, "steps", f"are in another order than those of '{spec.known}'.",
                    f"Write them in this order: {right}.")  # fmt: skip


def _columns(study: Study, name: str, spec: CascadeSpec) -> Iterator[Mistake]:
    if spec.by is None:
        return
    yield from absent(study, ("cascades", name, "by"), spec.by, study.variables, "variable")
    if spec.by not in study.variables:
        return
    if spec.by in spec.variables or _read_from(study, spec.by) in {
        _read_from(study, v) for v in spec.variables if v in study.variables
    }:
        yield _said(study, name, "by", f"'{spec.by}' is a step.", "Columns are made of something else.")
    elif study.kind_of(spec.by) not in ("category", "ordered") or not study.levels_of(spec.by):
        yield _said(study, name, "by", f"'{spec.by}' does not part people into columns.",
                    "Columns are made of a variable with codes, of which everybody has one.")  # fmt: skip
    elif study.is_sensitive(spec.by) and study.release.rule != "none":
        yield _said(study, name, "by", f"'{spec.by}' is sensitive, and columns in which nobody stands would tell "
                    "everyone's answer.", "Leave it out, or take another variable.")  # fmt: skip


def _rows(study: Study, name: str, spec: CascadeSpec) -> Iterator[Mistake]:
    if spec.of:
        yield from absent(study, ("cascades", name, "of"), spec.of, study.sources, "table")
    table = spec.of or study.main
    source = study.sources.get(table)
    if source is None:
        return
    if source.unit != PEOPLE:
        yield _said(study, name, "of" if spec.of else "", f"the rows of '{table}' are {source.unit}, and a cascade "
                    "counts people.", "Name a table of people in 'of'.")  # fmt: skip
    if spec.wave is not None:
        yield from absent(study, ("cascades", name, "wave"), spec.wave, source.waves or source.wide, "wave")
    near = (table, *study.ancestors(table))
    for variable in dict.fromkeys((*spec.variables, *([spec.by] if spec.by else []))):
        if variable in study.variables and study.source_of(variable) not in near:
            yield _said(study, name, "by" if variable == spec.by else "steps",
                        f"'{variable}' is not in table '{table}'.",
                        f"It belongs to '{study.source_of(variable)}': derive a variable of '{table}' from it."
                        )  # fmt: skip
