"""A table as the study file declares it: who stands in it, its rows and columns, and what its cells show."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pipeline.study.part import Part
from pipeline.study.words import Label, Text, Texts

Printed = tuple[Annotated[int, Field(ge=0)]] | tuple[Annotated[int, Field(ge=0)], Annotated[float, Field(ge=0, le=100)]]
"""A cell of a table in print: n, and its percentage where there is one."""

NumberLine = Literal["mean_sd", "median_iqr", "range"]


class Grid(Part):
    """Questions with the same answers, together under one heading."""

    grid: tuple[str, ...] = Field(min_length=1, description="the questions: variables with the same levels")
    label: Label


class Tests(Part):
    """Which lines are tested, and how the P values of several tests are adjusted."""

    family: Literal["all"] | tuple[str, ...] = "all"
    adjust: Literal["holm", "bh"] | None = None


def _once(value: Any) -> Any:
    """One name or a list of them."""
    return () if value is None else value if isinstance(value, (list, tuple)) else (value,)


def _tested(value: Any) -> Any:
    """``true`` for a test of every line, ``false`` for none."""
    return {} if value is True else None if value is False else value


Names = Annotated[tuple[str, ...], BeforeValidator(_once, json_schema_input_type=str | list[str])]


class TableSpec(Part):
    """A table: who stands in it, its rows and its columns."""

    kind: Literal["participants", "followed", "programmes", "studies"] = "participants"
    of: str | None = None
    title: Label | None = None
    rows: tuple[str | Grid, ...] = Field(min_length=1)
    columns: Names = Field((), description="a variable; or several, the outer one first, for columns within columns")
    wave: Text | None = None
    waves: Literal["all"] | Texts = Field((), description="waves side by side; 'all' or their codes")
    overall: bool | Literal["first", "last"] = True
    percent: Literal["column", "row", "cell"] = Field("column", description="what percentages are of")
    numbers: tuple[NumberLine, ...] = Field(("mean_sd", "median_iqr"), min_length=1, description="lines of a number")
    choices: Literal["people", "answers", "both"] = Field("people", description="what percentages of choices are of")
    counts: Literal["n", "n/N"] = "n"
    missing: Literal["row", "column", "footnote", "reasons"] = Field("row", description="where missing answers stand")
    weighted: bool | None = Field(None, description="true where the design has a weight, unless said otherwise")
    intervals: Literal["none", "usual", "exact"] = Field("none", description="95% confidence intervals of % and means")
    differences: bool = Field(
        False, description="from the first column, or from its variable's reference, with intervals"
    )
    smd: bool = Field(False, description="standardised mean differences between the same columns")
    tests: Annotated[Tests | None, BeforeValidator(_tested, json_schema_input_type=bool | Tests | None)] = None
    basis: dict[str, str] = Field(
        default_factory=dict, description="programmes: row: the variable that says whether it is stated or inferred"
    )
    printed: dict[str, dict[Text, Printed]] = Field(
        default_factory=dict, description="as a paper prints it, variable: level: [n, %], or [n] where it gives no %"
    )
    studies: tuple[str, ...] = Field((), description="studies: names of the study files that are compared")

    @property
    def shown(self) -> tuple[str, ...]:
        """Every variable and scale of the rows, those of grids too."""
        return tuple(name for row in self.rows for name in (row.grid if isinstance(row, Grid) else (row,)))
