"""Models of which no estimate may be printed, each with why and what would leave some: from what is withheld alone.

A few rows that lack a value cost a whole model: how many they are would follow from its counts by level, so that these
go, and with them every comparison that could be solved for one (``disclosure.behind``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.disclosure import Released
from pipeline.models.declared import Declared, declared
from pipeline.report.blocks import Block, Code, Inline, Listing, Paragraph, Pieces, Strong
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.words import inside_sentence, label_of

FEW = "few people without a value"


def withheld_models(study: Study, released: Released) -> Iterator[Block]:
    """Empty where each model has an estimate that is printed, or none that could be."""
    items: list[Pieces] = []
    for name in study.models:
        model = declared(study, name)
        keys = [Key(*row) for row in _rows(released, name)]
        estimates = [key for key in keys if key.statistic == "estimate" and key.term == model.exposure.name]
        if estimates and all(released.withheld(key) for key in estimates):
            items.append((Strong(f"{model.title}: "), *_why(study, released, model, keys)))
    if items:
        yield Paragraph(("No estimate of these models is printed. What would leave some, in the study file:",))
        yield Listing(tuple(items))


def _rows(released: Released, name: str) -> Iterator[Sequence[str]]:
    frame = released.frame
    here = frame[(frame["kind"] == "model") & (frame["name"] == name)]
    yield from here[list(Key._fields)].itertuples(index=False, name=None)


def _why(study: Study, released: Released, model: Declared, keys: Sequence[Key]) -> Iterator[Inline]:
    left = Key("model", model.name, statistic="missing")
    lacking = [key for key in keys if key.statistic == "missing" and key.term and released.withheld(key)]
    if released.has(left) and released.withheld(left) and lacking:
        yield "few rows are left out of it, and its counts would tell how many. "
        for key in lacking:
            yield from _of_lacking(study, model, key)
        yield "If it is still withheld then, "
    else:
        yield "a group that is compared, or those of it with one of the answers, are few: "
    yield from _merge(study, model)


def _of_lacking(study: Study, model: Declared, key: Key) -> Iterator[Inline]:
    """What can be done about those who lack one variable for one reason."""
    label = inside_sentence(label_of(study, key.term)) if key.term in {*study.variables, *study.scales} else key.term
    variable = study.variables.get(key.term)
    codes = [code for code, why in variable.missing.items() if why == key.level] if variable is not None else []
    yield f"Of those without {label} ({key.level}): "
    if key.term in {term.name for term in model.adjust}:
        others = [term.name for term in model.adjust if term.name != key.term]
        yield f"leave {label} out, under "
        yield Code(f"models.{model.name}")
        yield ": "
        yield Code(f"adjust: [{', '.join(others)}]")
        if variable is not None and variable.codes and codes:
            levels = ", ".join(f'"{code}": {key.level.capitalize()}' for code in codes)
            yield ", or count them as a level of it, under "
            yield Code(f"variables.{key.term}")
            yield ", in "
            yield Code(f"codes: {{…, {levels}}}")
            yield " instead of in "
            yield Code("missing")
        yield ". "
    elif variable is not None and codes and variable.derive is None:
        listed = ", ".join(f'"{code}"' for code in codes)
        inside = f"in: {variable.in_}, " if variable.in_ else ""
        yield "leave these people out of the study, under "
        yield Code("exclude")
        yield ": "
        yield Code(f"- {{{inside}where: {{{variable.from_ or key.term}: [{listed}]}}, because: {FEW}}}")
        yield ". "
    else:
        yield "leave these people out of the study, with a line under "
        yield Code("exclude")
        yield ". "


def _merge(study: Study, model: Declared) -> Iterator[Inline]:
    term = model.exposure
    label = inside_sentence(term.label)
    if term.kind == "category" and len(term.levels) > 1:
        new = f"{term.name}_in_models"
        yield f"put levels of {label} together, under "
        yield Code("variables")
        yield ": "
        yield Code(f"{new}: {{derive: {{regroup: {term.name}, into: {{…}}}}}}")
        yield ", and name that as the "
        yield Code("exposure")
        yield "."
    elif term.kind == "choices":
        yield f"put answers of {label} that few gave together, as one code of it."
    elif model.event:
        outcome = f"{inside_sentence(model.outcome.label)} ({model.event})"
        yield f"take an outcome whose rarer answer is less rare than that of {outcome}, or a number."
    else:
        yield f"wait until more people have each answer of {label}."
