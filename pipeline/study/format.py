"""The shape of a study file, as one frozen value. ``schema.json`` is made from it and its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag

from pipeline.study.cascade import CascadeSpec
from pipeline.study.design import Design, Exclusion, Population
from pipeline.study.family import FamilySpec
from pipeline.study.function import Function
from pipeline.study.outputs import Interviews, ModelSpec, Release
from pipeline.study.part import Part
from pipeline.study.scale import Scale
from pipeline.study.source import Source
from pipeline.study.table import TableSpec
from pipeline.study.variable import Variable
from pipeline.study.words import Interval, Label, Text

ONLY = "people"
"""The name of the table where a study file has just one and gives it no name."""
CODED = "coded interviews"
"""What the files of ``interviews: coded:`` are called among raw data; no table can have a name with a blank."""


def _one_or_several(value: Any) -> str:
    given = value.get("file") if isinstance(value, dict) else getattr(value, "file", None)
    return "several" if isinstance(value, dict) and not isinstance(given, str) else "one"


def _named(value: Any) -> Any:
    return {} if value is None else value


Data = Annotated[
    Annotated[Source, Tag("one")] | Annotated[dict[str, Source], Tag("several")], Discriminator(_one_or_several)
]


class Author(Part):
    """Who answers for the report; for a bundle's CODECHECK manifest."""

    name: Label
    orcid: str = Field("", pattern=r"^(\d{4}-\d{4}-\d{4}-\d{3}[\dX])?$", description="like 0000-0002-1825-0097")


class Study(Part):
    """A study file as one frozen value. ``where`` gives a key's place in the file, for messages."""

    title: Label
    short: Label | None = Field(None, description="what tables that compare studies call it, such as Author 2022")
    about: str = Field("", description="a sentence or two on what was asked and done")
    authors: tuple[Author, ...] = Field((), description="left out: a bundle says that none is declared")
    made_up: bool | Literal["rows"] = Field(
        False, description="true: the people are invented; rows: only the rows are, rebuilt from printed counts"
    )
    data: Data | None = Field(None, description="none: the study file has declared facts alone")
    design: Design
    missing: dict[Text, Label] = Field(
        default_factory=dict, description="only Stata's .a-.z and SPSS's user-missing: reason"
    )
    population: Population | None = None
    exclude: tuple[Exclusion, ...] = ()
    variables: Annotated[dict[str, Variable], BeforeValidator(_named)] = Field(default_factory=dict)
    function: Function | None = Field(None, description="one function of the study's own, in studies/<study>.py")
    scales: Annotated[dict[str, Scale], BeforeValidator(_named)] = Field(default_factory=dict)
    tables: Annotated[dict[str, TableSpec], BeforeValidator(_named)] = Field(default_factory=dict)
    cascades: Annotated[dict[str, CascadeSpec], BeforeValidator(_named)] = Field(
        default_factory=dict, description="steps of care, each counted against the one before and the first"
    )
    models: Annotated[dict[str, ModelSpec], BeforeValidator(_named)] = Field(default_factory=dict)
    families: Annotated[dict[str, FamilySpec], BeforeValidator(_named)] = Field(
        default_factory=dict, description="models whose P values are adjusted together"
    )
    interviews: Interviews | None = None
    style: Text = Field("plain", description="the house style of its tables: plain, bmj, jama, … or one in styles/")
    release: Release

    _file: str = PrivateAttr("study.yaml")
    _lines: dict[tuple[str, ...], int] = PrivateAttr(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name without its ending: ``studies/bridges.yaml`` is ``bridges``."""
        return self._file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]

    @property
    def sources(self) -> dict[str, Source]:
        """The raw tables by name; a single one without a name is called ``people``."""
        return {ONLY: self.data} if isinstance(self.data, Source) else dict(self.data or {})

    @property
    def main(self) -> str:
        """The table that a declaration means that does not say ``in`` or ``of``: the first; "" where there is none."""
        return next(iter(self.sources), "")

    @property
    def raw_sources(self) -> dict[str, Source]:
        """Everything under ``data/raw/<study>/`` that the study reads: its tables, and its coded interviews."""
        coded = self.interviews.coded if self.interviews else None
        named = {f"{CODED} {n}" if n > 1 else CODED: Source(file=file, id=("document",), share=coded.share)
                 for n, file in enumerate(coded.file, 1)} if coded else {}  # fmt: skip
        return {**self.sources, **named}

    def source_of(self, name: str) -> str:
        """The table to which a variable or scale belongs."""
        part = self.variables.get(name) or self.scales.get(name)
        if part is None:
            raise KeyError(name)
        return part.in_ or self.main

    @property
    def population_table(self) -> str:
        """The table whose rows the population is a part of: the one it names, or that of the variable or item."""
        population = self.population
        if population is None or population.in_:
            return population.in_ if population and population.in_ else self.main
        name = population.asked or next(iter(population.where))
        if name in self.variables or name in self.scales:
            return self.source_of(name)
        return next((scale.in_ or self.main for scale in self.scales.values() if name in scale.items), self.main)

    def ancestors(self, table: str) -> tuple[str, ...]:
        """Parents, their parents and so on, nearest first; one that is reached by two ways stands there twice."""
        found: list[str] = []
        todo = [p for p in self.sources[table].parent if p in self.sources]
        while todo and len(found) <= len(self.sources) ** 2:
            found.append(todo.pop(0))
            if found[-1] != table:
                todo += [p for p in self.sources[found[-1]].parent if p in self.sources]
        return tuple(found)

    def _root(self, name: str) -> str:
        """The variable whose values a derived one takes over as they are."""
        seen: set[str] = set()
        while name not in seen and (variable := self.variables.get(name)) and (derive := variable.derive):
            seen.add(name)
            takes = derive.form == "at_wave" or (derive.form == "from_" and derive.take in ("most frequent", "any"))
            name = derive.of if takes and derive.of else name
        return name

    def kind_of(self, name: str) -> str:
        """The type of a variable or scale (a score is a number); of a derived one, the type that it takes over."""
        root = self._root(name)
        return self.variables[root].kind if root in self.variables else "number"

    def levels_of(self, name: str) -> tuple[str, ...]:
        """A variable's levels in declared order; of a derived one, those that it takes over."""
        root = self._root(name)
        levels = self.variables[root].levels if root in self.variables else ()
        derive = self.variables[name].derive if name in self.variables else None
        none = derive.none if derive and derive.none and derive.take in ("most frequent", "any") else None
        return (*levels, none) if none and none not in levels else levels

    def exclusive_of(self, name: str) -> tuple[str, ...]:
        """The answers of a choice that stand alone, such as none of these; of a derived one, those it takes over."""
        held = self.variables.get(self._root(name))
        named = [(held.columns or held.codes).get(code) for code in held.exclusive] if held else []
        return tuple(dict.fromkeys(label for label in named if label))

    def is_sensitive(self, name: str) -> bool:
        """Whether a variable is declared so, or any that it is made of; a count and a scale are made of raw columns."""
        todo, seen = [name], set[str]()
        while todo:
            if (part := todo.pop()) in seen:
                continue
            seen.add(part)
            variable = self.variables.get(part)
            if (variable and variable.sensitive) or (part in self.scales and self.scales[part].sensitive):
                return True
            if variable and variable.derive:
                todo += variable.derive.parts
            columns = (variable.count or ()) if variable else self.scales[part].items if part in self.scales else ()
            todo += [n for n, v in self.variables.items() if columns and (v.from_ or n) in columns]
        return False

    def made_of(self, names: Iterable[str]) -> frozenset[str]:
        """These variables and scales, and those that are made of any of them, directly or by way of others."""
        found = set(names)
        for _ in self.variables:  # as many steps as a chain can have
            found |= {n for n, v in self.variables.items() if v.derive and not found.isdisjoint(v.derive.parts)}
        return frozenset(found)

    def reference_of(self, name: str) -> str:
        """The level that a category's others are compared with: its own word, that of the one it takes over, its first
        level; "" where there is none."""
        levels = self.levels_of(name)
        words = [self.variables[n].reference for n in (name, self._root(name)) if n in self.variables]
        return next((word for word in words if word in levels and word), next(iter(levels), ""))

    def bands_of(self, name: str) -> tuple[Interval, ...]:
        """A number's bands, upwards; of a derived one without its own, those of the number that it takes over."""
        own = self.variables[name].intervals if name in self.variables else ()
        root = self._root(name)
        return own or (self.variables[root].intervals if root in self.variables else ())

    @property
    def compared(self) -> tuple[str, ...]:
        """The names of the study files that tables of this one compare."""
        return tuple(dict.fromkeys(name for table in self.tables.values() for name in table.studies))

    @property
    def made(self) -> frozenset[str]:
        """Variables for which no column is read: the study's own function makes them."""
        return frozenset(self.function.makes if self.function else ())

    def path_of(self, table: str, *keys: str) -> tuple[str, ...]:
        """Where a table of raw data stands: under ``data``, or under ``data`` and its name where there are several; the
        coded interviews stand under ``interviews``."""
        if table not in self.sources:
            return ("interviews", "coded", *keys)
        return ("data", *keys) if isinstance(self.data, Source) else ("data", table, *keys)

    def at(self, table: str, *keys: str) -> str:
        """The place in the file of a table of raw data, or of a key of it, for a message."""
        return self.where(*self.path_of(table, *keys))

    def where(self, *path: str) -> str:
        """``studies/x.yaml:12  variables.age`` for a message; the nearest key that stands in the file."""
        for end in range(len(path), -1, -1):
            if (line := self._lines.get(path[:end])) is not None:
                return f"{self._file}:{line}  {'.'.join(path)}".rstrip()
        return f"{self._file}  {'.'.join(path)}".rstrip()
