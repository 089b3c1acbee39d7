"""Variables of one model that are the same answers, and those whose waves are in the wrong order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.outputs import ModelSpec

Answers = tuple[str, ...]
"""What the values of a variable are made of, so that two with the same can explain each other."""
PARTS = ("outcome", "exposure", "mediator", "moderator")


def check_answers(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    """Two variables read from one column, a number beside its bands, a category beside what it was regrouped into: one
    explains the other, and a fit drops one of them or breaks off."""
    named = [(key, value) for key in PARTS if (value := getattr(model, key))]
    named += [("adjust", name) for name in dict.fromkeys(model.adjust)]
    made = {name: _answers(study, model, name) for _, name in named}
    yield from _baseline_twice(study, at, model, made)
    for (key, name), (other_key, other) in itertools.combinations(named, 2):
        if name != other and made[name] and made[name] == made[other]:
            one = f"the {key} '{name}'" if key != "adjust" else f"'{name}'"
            mend = f"Leave '{other}' out of 'adjust'." if other_key == "adjust" else f"Name another {other_key}."
            yield Mistake(
                study.where(*at, other_key),
                f"'{other}' and {one} are the same answers ({_source(made[name])}), and one explains the other.",
                mend if key != "adjust" else f"Keep one of the two in 'adjust', '{name}' or '{other}'.",
            )


def _baseline_twice(
    study: Study, at: tuple[str, ...], model: ModelSpec, made: dict[str, Answers]
) -> Iterator[Mistake]:
    """The outcome's own earlier answer among the covariates, which 'baseline' puts there."""
    if model.baseline is None:
        return
    earlier = (f"wave {code_of(study, model, model.baseline)}", *made[model.outcome])
    for name in dict.fromkeys(model.adjust):
        if made[model.outcome] and made[name] == earlier:
            yield Mistake(
                study.where(*at, "adjust"),
                f"'{name}' is the outcome as it was at '{model.baseline}', which 'baseline' adjusts for.",
                "Leave one of the two out.",
            )


def code_of(study: Study, model: ModelSpec, wave: str | None) -> str | None:
    """A wave's code, where it may be named by its label."""
    source = study.sources.get(model.of or study.main)
    labels = source.wave_labels if source is not None else {}
    return wave if wave in labels else next((code for code, label in labels.items() if label == wave), wave)


def _answers(study: Study, model: ModelSpec, name: str) -> Answers:
    """Empty where two variables can't be compared: of several columns, of linked tables, of a function's making."""
    waves: list[str] = []
    for _ in range(len(study.variables) + 1):
        variable = study.variables.get(name)
        if variable is None:
            return (*waves, "scale", name) if name in study.scales else ()
        if variable.derive is None:
            break
        derive = variable.derive
        if derive.form == "at_wave":
            wave = code_of(study, model, derive.at_wave)
            waves += [f"wave {wave}"] if wave != code_of(study, model, model.wave) else []
        name = {"regroup": derive.regroup, "cut": derive.cut, "at_wave": derive.of}.get(derive.form) or ""
        if not name:
            return ()
    variable = study.variables[name]
    if variable.kind not in ("number", "category", "ordered") or name in study.made:
        return ()
    return (*waves, study.source_of(name), variable.from_ or name)


def _source(answers: Answers) -> str:
    what = f"of the scale '{answers[-1]}'" if answers[-2] == "scale" else f"of the column '{answers[-1]}'"
    return f"{what} at {answers[0]}" if len(answers) > 2 else what


def check_order(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    """A mediator lies between: not before the exposure, nor after the outcome, by what the file says of waves. What was
    asked at other waves alone nobody has at the model's."""
    source = study.sources.get(model.of or study.main)
    waves = list(source.wave_labels if source is not None else ())
    if len(waves) < 2 or (model.wave is not None and code_of(study, model, model.wave) not in waves):
        return
    yield from _not_asked(study, at, model)
    if not model.mediator:
        return
    pairs = [("exposure", "mediator"), ("mediator", "outcome")]
    for first, then in pairs[1:] if model.exposure == study.design.arm else pairs:
        earlier, later = getattr(model, first), getattr(model, then)
        one, other = (_wave(study, model, name) for name in (earlier, later))
        if one in waves and other in waves and waves.index(other) < waves.index(one):
            yield Mistake(
                study.where(*at, then),
                f"the {then} '{later}' is of wave {other}, and the {first} '{earlier}' of wave {one}: what comes "
                "before it can't be changed by it.",
                f"Name a later {then}, or the {first} as it was then: {first}_then: {{derive: {{at_wave: {other}, of: "
                f"{_taken(study, earlier)}}}}}.",
            )


def _taken(study: Study, name: str) -> str:
    """Of a variable that is an answer of one wave, the answer."""
    variable = study.variables.get(name)
    derive = variable.derive if variable is not None else None
    return derive.of if derive is not None and derive.form == "at_wave" and derive.of else name


def _wave(study: Study, model: ModelSpec, name: str, deep: int = 0) -> str | None:
    """The wave whose answer a variable is in this model; None where the file does not say one."""
    if deep > len(study.variables) or (name not in study.variables and name not in study.scales):
        return None
    variable = study.variables.get(name)
    derive = variable.derive if variable is not None else None
    if derive is not None:
        if derive.form == "at_wave":
            return code_of(study, model, derive.at_wave)
        found = {_wave(study, model, part, deep + 1) for part in derive.parts} if derive.form != "from_" else {None}
        return found.pop() if len(found) == 1 else None
    return code_of(study, model, model.wave) if study.source_of(name) == (model.of or study.main) else None


def _asked_at_baseline(study: Study, model: ModelSpec, asked_at: Sequence[str]) -> bool:
    labels = study.sources[model.of or study.main].wave_labels
    return model.baseline is not None and any(model.baseline in (code, labels.get(code)) for code in asked_at)


def _not_asked(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    named = [(key, value) for key in (*PARTS, "time") if (value := getattr(model, key))]
    named += [("adjust", name) for name in dict.fromkeys(model.adjust)]
    for key, name in named:
        asked = study.variables.get(name) or study.scales.get(name)
        if asked is None or model.wave is None or not asked.asked_at or asked.answered_anyway == "keep":
            continue
        if key != "outcome" and _asked_at_baseline(study, model, asked.asked_at):
            continue  # and taken from there
        own = study.source_of(name) == (model.of or study.main)
        if own and code_of(study, model, model.wave) not in [code_of(study, model, w) for w in asked.asked_at]:
            said = " and ".join(asked.asked_at)
            yield Mistake(
                study.where(*at, key),
                f"'{name}' is asked at wave {said} alone, and the model is of wave {model.wave}: everybody lacks it.",
                f"Write {name}_at_{asked.asked_at[0]}: {{derive: {{at_wave: {asked.asked_at[0]}, of: {name}}}}} under "
                "'variables' and name that.",
            )
