"""A care cascade as the study file declares it: its steps in order, and who reached one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pipeline.study.part import Part
from pipeline.study.words import Label, Text

STRICT, ANY = "strict", "any"
YES = "yes"
MOST_STEPS = 12


class Step(Part):
    """A variable and the level that is a yes; ``level`` None: the one of its two levels that is called so. name: what
    the study file calls the step, empty where it has its variable's label."""

    variable: str
    level: Text | None = None
    name: Text = ""


def _step(value: Any) -> Any:
    if isinstance(value, dict) and set(value) <= {"variable", "level", "name"} and "variable" in value:
        return value
    if isinstance(value, dict):
        if len(value) != 1:
            raise ValueError("a step is a variable, or a variable with its level: {rna: Positive}")
        variable, level = next(iter(value.items()))
        return {"variable": variable, "level": level}
    return {"variable": value}


def _steps(value: Any) -> Any:
    """A list of steps, or a mapping that gives each a name."""
    if isinstance(value, dict):
        return [{**_step(step), "name": name} for name, step in value.items()]
    return [_step(step) for step in value] if isinstance(value, (list, tuple)) else value


Written = str | dict[str, str | int | float]
Steps = Annotated[
    tuple[Step, ...], BeforeValidator(_steps, json_schema_input_type=list[Written] | dict[str, Written])
]


class CascadeSpec(Part):
    """Steps that people take one after the other; each is counted against the one before and against the first."""

    title: Label | None = None
    known: Text | None = Field(None, description="a cascade of the registry (hcv, hiv), whose steps these are")
    steps: Steps = Field(description="in order: variables, or {variable: level}; or a mapping, name of the step: that")
    reached: Literal["strict", "any"] = Field(
        "strict",
        description="strict: a step is reached by a yes to it and to every step before; any: by a yes to it or to any "
        "later step",
    )
    by: str | None = Field(None, description="a variable whose levels are columns")
    of: str | None = None
    wave: Text | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(step.variable for step in self.steps)
