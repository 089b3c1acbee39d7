"""What no declaration can say: one function of the study's own, from frame to frame, that the study file names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from pipeline.errors import Mistake
from pipeline.study.part import Part
from pipeline.study.words import Label

if TYPE_CHECKING:
    from pipeline.study.format import Study
    from pipeline.study.variable import Variable


class Function(Part):
    """``studies/<study>.py`` after cleaning and before scoring. It runs where its user allows its sha256."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$", description="the function's name in studies/<study>.py")
    in_: str | None = Field(None, alias="in", description="table that it is given; the first one if not said")
    makes: tuple[str, ...] = Field((), description="declared variables that it makes; no column is read for them")
    changes: tuple[str, ...] = Field((), description="variables that it may change; it can change no other")
    because: Label = Field(description="what it does, and why no declaration says it; printed in the methods")

    @model_validator(mode="after")
    def _something(self) -> Function:
        if not self.makes and not self.changes:
            raise ValueError("say with 'makes' and 'changes' which variables it may write")
        return self


def check_function(study: Study) -> Iterator[Mistake]:
    """The variables that a function writes are declared, of its table, and nothing that cleaning needs before it."""
    from pipeline.study.names import absent  # it imports the format, which has this part

    function = study.function
    if function is None:
        return
    if function.in_:
        yield from absent(study, ("function", "in"), function.in_, study.sources, "table")
    for key, names in (("makes", function.makes), ("changes", function.changes)):
        at = ("function", key)
        for name in names:
            if name not in study.variables:
                yield from absent(study, at, name, study.variables, "variable")
            elif why := _unfit(study, name):
                yield Mistake(study.where(*at), f"'{name}' {why}.", "Name another variable, or declare this one so.")
            elif key == "makes" and (read := _as_read(study.variables[name])):
                words = " and ".join(f"'{word}'" for word in read) + f" of '{name}' {'is' if len(read) == 1 else 'are'}"
                what = f"{words} for what is read from a column, and the function makes '{name}'."
                mend = "Take that away here: what the function leaves missing has its reason."
                yield Mistake(study.where("variables", name, read[0]), what, mend)
    for name in dict.fromkeys([*function.makes, *function.changes]):
        if [*function.makes, *function.changes].count(name) > 1:
            yield Mistake(study.where("function"), f"'{name}' stands there twice.", "Name each variable once.")


def _as_read(variable: Variable) -> list[str]:
    """The keys of a declaration that say how a column is read."""
    words = {
        "from": variable.from_, "count": variable.count is not None, "missing": variable.missing,
        "asked_of": variable.asked_of, "asked_at": variable.asked_at, "decimal": variable.decimal,
    }  # fmt: skip
    return [word for word, said in words.items() if said]


def _unfit(study: Study, name: str) -> str:
    """Why a function can't write a variable; an empty string where it can."""
    variable, design = study.variables[name], study.design
    function_in = (study.function.in_ if study.function else None) or study.main
    gates = {gate for asked in study.variables.values() for gate in asked.asked_of}
    gates |= {gate for scale in study.scales.values() for gate in scale.asked_of}
    if study.source_of(name) != function_in:
        return f"belongs to {study.source_of(name)}, and the function is given {function_in}"
    if variable.derive:
        return "is derived, which happens after the function"
    if variable.kind == "choices":
        return "has several columns, and a function writes single ones"
    if name in (design.cluster, design.second_cluster, design.arm, design.weight, design.strata, design.psu):
        return "is part of the design, which is read before"
    if name in gates:
        return "decides who was asked, which is read before"
    return ""
