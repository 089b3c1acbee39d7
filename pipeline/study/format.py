"""The shape of a study file, as frozen values. ``schema.json`` is made from these classes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PrivateAttr, Tag, model_validator

from pipeline.study.words import BandText, DateFormat, InsidePath, Interval, Label, RangeText, Text, Texts, interval

ONLY = "people"
"""The name of the table where a study file has just one and gives it no name."""


class Part(BaseModel):
    """Frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Fetch(Part):
    """Where raw data are to be had, and the hash that proves that they are the ones."""

    url: str = Field(pattern=r"^https://", description="https address of the file")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str = ""
    contact: str = Field("", description="whom to ask when the address does not answer")


class Duplicates(Part):
    """What to do with rows that share an id (and a wave)."""

    keep: Literal["first", "last", "most complete"]
    because: Label


class Orphans(Part):
    """What to do with rows whose parent is not there."""

    do: Literal["drop"] = "drop"
    because: Label


class Source(Part):
    """One table of raw data under ``data/raw/<study>/``."""

    file: InsidePath = Field(description="file name; may hold * where exports accumulate")
    id: Texts = Field(description="column or columns that name a row (without the wave)")
    wave: str | None = Field(None, description="column that holds the wave (long form)")
    waves: dict[Text, Label] = Field(default_factory=dict, description="wave code: label, in order")
    wide: dict[Text, str] = Field(default_factory=dict, description="wave code: column pattern such as {}_t1")
    parent: dict[str, Texts] = Field(default_factory=dict, description="parent table: column here that holds its id")
    unit: str = Field("people", description="what its ids are, in the plural: people, programmes, sessions")
    ignore: tuple[str, ...] = Field((), description="columns to leave out, never read further")
    newest_by: str | None = Field(None, description="'name', or the column whose largest value marks the newest file")
    mode: Literal["cumulative", "append"] = "cumulative"
    format: Literal["csv", "tsv", "xlsx", "sav", "dta", "xpt"] | None = None
    layout: Literal["plain", "qualtrics", "redcap"] = "plain"
    delimiter: str | None = None
    encoding: str | None = None
    decimal: Literal[".", ","] | None = None
    sheet: str | None = None
    duplicates: Duplicates | None = None
    orphans: Orphans | None = None
    fetch: Fetch | None = None

    @property
    def wave_labels(self) -> dict[str, str]:
        """Wave code -> label, in order; a wide form's code stands for itself where it has no label."""
        return {code: self.waves.get(code, code) for code in self.wide} if self.wide else dict(self.waves)


class Design(Part):
    """How the study was designed; tests and errors follow from it."""

    kind: Literal[
        "cross-sectional survey",
        "cohort",
        "before-after",
        "programme evaluation",
        "trial",
        "cluster trial",
        "interviews",
    ]
    cluster: str | None = Field(None, description="variable or id column that names the programme or cluster")
    second_cluster: str | None = Field(None, description="variable that names a crossed cluster, e.g. the supporter")
    arm: str | None = None
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None


class Population(Part):
    """A domain: who the study speaks of. Never a filter."""

    in_: str | None = Field(None, alias="in")
    asked: str | None = Field(None, description="item or variable; those for whom it was 'not asked' are outside")
    where: dict[str, Texts] = Field(default_factory=dict, description="variable: levels inside")
    because: Label

    @model_validator(mode="after")
    def _one_rule(self) -> Population:
        if (self.asked is None) == (not self.where):
            raise ValueError("give either 'asked' or 'where'")
        return self


class Exclusion(Part):
    """Rows that are left out, by what stands in a raw column. ``blank`` means an empty cell."""

    in_: str | None = Field(None, alias="in")
    where: dict[str, Texts] = Field(default_factory=dict, description="left out where the column holds one of these")
    unless: dict[str, Texts] = Field(default_factory=dict, description="left out unless it holds one of these")
    because: Label

    @model_validator(mode="after")
    def _one_rule(self) -> Exclusion:
        if bool(self.where) == bool(self.unless):
            raise ValueError("give either 'where' or 'unless'")
        return self


Take = Literal["sum", "mean", "count", "most frequent", "any"]


class Derive(Part):
    """A variable made from others by declaration. Exactly one of the forms."""

    sum: tuple[str, ...] | None = None
    mean: tuple[str, ...] | None = None
    difference: tuple[str, str] | None = Field(None, description="[a, b]: a minus b")
    days: tuple[str, str] | None = Field(None, description="[from, to]: days between two dates")
    regroup: str | None = Field(None, description="a category whose levels are put together by 'into'")
    into: dict[Label, Texts] = Field(default_factory=dict)
    cut: str | None = Field(None, description="a number that is cut into the variable's bands")
    at_wave: Text | None = Field(None, description="the value of 'of' at this wave, carried to every wave of a person")
    of: str | None = Field(None, description="with at_wave: variable or scale; with from: the linked table's variable")
    from_: str | None = Field(None, alias="from", description="a linked table whose rows are brought together")
    take: Take | None = None
    by: str | None = Field(None, description="column or variable of the linked table that holds this table's id")
    none: Text | None = Field(None, description="value for those without a row in the linked table")
    max_missing: int | None = Field(None, ge=0)

    @property
    def form(self) -> str:
        """Which of the forms was declared."""
        found = [
            f
            for f in ("sum", "mean", "difference", "days", "regroup", "cut", "at_wave", "from_")
            if getattr(self, f) is not None
        ]
        return found[0] if len(found) == 1 else ""

    @model_validator(mode="after")
    def _complete(self) -> Derive:
        if not self.form:
            raise ValueError("give exactly one of sum, mean, difference, days, regroup, cut, at_wave, from")
        if self.form in ("sum", "mean") and self.max_missing is None:
            raise ValueError("say with max_missing how many parts may be missing (0: none)")
        if self.form == "regroup" and not self.into:
            raise ValueError("'regroup' needs 'into': {new level: [old levels]}")
        if self.form == "at_wave" and not self.of:
            raise ValueError("'at_wave' needs 'of': the variable or scale")
        if self.form == "from_" and not (self.take and self.by and (self.of or self.take == "count")):
            raise ValueError(
                "'from' needs 'take' (sum, mean, count, most frequent, any), 'by' and, unless counting, 'of'"
            )
        return self


class Variable(Part):
    """One variable: where it comes from and what its codes mean."""

    in_: str | None = Field(None, alias="in", description="table; the first one if not said")
    from_: str | None = Field(None, alias="from", description="raw column; the variable's own name if not said")
    type: Literal["number", "category", "ordered", "choices", "count", "date", "text"] | None = None
    label: Label | None = None
    unit: Label | None = None
    codes: dict[Text, Label] = Field(default_factory=dict, description="code as it stands in the file: label")
    missing: dict[Text, Label] = Field(default_factory=dict, description="code: reason")
    range: RangeText | None = None
    bands: tuple[BandText, ...] = ()
    top_code: float | None = Field(None, description="the largest value stands for itself and above")
    reference: Text | None = None
    sensitive: bool = False
    because: str | None = None
    count: tuple[str, ...] | None = Field(
        None, description="columns; counts those answered with something else than 'except'"
    )
    except_: Texts = Field((), alias="except")
    max_missing: int | None = Field(None, ge=0)
    separator: str = Field(",", description="between the codes of a choices cell")
    exclusive: Texts = Field(
        (), description="choices codes (or columns) that can't stand beside others ('none of these')"
    )
    columns: dict[str, Label] = Field(default_factory=dict, description="choices kept one column each: column: label")
    ticked: Text = Field("1", description="with columns: the code of a ticked box")
    unticked: Texts = Field(("0",), description="with columns: the codes of an empty box")
    contradicted: Literal["others", "exclusive", "missing"] | None = Field(
        None, description="what counts where an exclusive or missing code stands beside others; 'missing': neither"
    )
    format: DateFormat | None = Field(None, description="of a date, e.g. %d.%m.%Y")
    asked_of: dict[str, Texts] = Field(
        default_factory=dict, description="variable: levels; blank is not applicable for others"
    )
    asked_at: Texts = Field((), description="waves at which it was asked; blank at the others is not asked")
    answered_anyway: Literal["keep", "drop"] | None = Field(
        None, description="answers of those who were not to be asked"
    )
    derive: Derive | None = None

    @property
    def kind(self) -> str:
        """The declared type, or the one that the declaration implies."""
        if self.type:
            return self.type
        if self.count is not None:
            return "count"
        if self.columns:
            return "choices"
        if self.codes:
            return "category"
        if self.derive:
            form = self.derive.form
            if form == "cut":
                return "ordered"
            if form == "regroup" or (form == "from_" and self.derive.take in ("most frequent", "any")):
                return "category"
            return "number"
        return ""

    @property
    def intervals(self) -> tuple[Interval, ...]:
        return tuple(interval(b) for b in self.bands)

    @property
    def limits(self) -> Interval | None:
        return interval(self.range) if self.range else None

    @property
    def levels(self) -> tuple[str, ...]:
        """Labels in declared order, without repeats."""
        if self.derive and self.derive.form == "regroup":
            return tuple(self.derive.into)
        if self.derive and self.derive.form == "cut":
            return self.bands
        return tuple(dict.fromkeys((self.columns or self.codes).values()))

    @model_validator(mode="after")
    def _complete(self) -> Variable:
        if not self.kind:
            raise ValueError(
                "say what it is: 'type: number' (or category, ordered, choices, count, date, text), or give 'codes'"
            )
        if self.count is not None and self.max_missing is None:
            raise ValueError("a count needs 'max_missing': how many of its columns may be missing (0: none)")
        if self.kind in ("category", "ordered") and not self.codes and not self.derive:
            raise ValueError(f"a variable of type {self.kind} needs 'codes': {{code: label}}")
        if self.kind == "choices" and bool(self.codes) == bool(self.columns):
            raise ValueError("choices need either 'codes' (one cell holds several) or 'columns' (a column each)")
        if self.kind == "date" and not (self.format or self.derive):
            raise ValueError("a date needs its 'format', e.g. %d.%m.%Y")
        if (self.asked_of or self.asked_at) and self.derive:
            raise ValueError(
                f"'asked_{'of' if self.asked_of else 'at'}' belongs to what was asked, not to a derived variable"
            )
        return self


class Scale(Part):
    """A multi-item scale, by an instrument of the registry or by declaration."""

    in_: str | None = Field(None, alias="in")
    instrument: str | None = None
    items: tuple[str, ...] = Field(min_length=1)
    range: RangeText | None = Field(None, description="of an item, as scored")
    coded: RangeText | None = Field(None, description="of an item as the file codes it, where that is another base")
    codes: dict[Text, Text] = Field(default_factory=dict, description="text answer in the file: item code")
    reverse: tuple[str, ...] | None = Field(None, description="items to reverse")
    score: Literal["sum", "mean"] | None = None
    max_missing: int | None = Field(None, ge=0, description="items that may be missing; none is filled in without it")
    missing: dict[Text, Label] = Field(default_factory=dict, description="code: reason, for every item")
    asked_of: dict[str, Texts] = Field(
        default_factory=dict, description="variable: levels; blank is not applicable for others"
    )
    asked_at: Texts = Field((), description="waves at which it was asked; blank at the others is not asked")
    answered_anyway: Literal["keep", "drop"] | None = Field(
        None, description="answers of those who were not to be asked"
    )
    label: Label | None = None
    high_means: str | None = None
    bands: dict[Label, BandText] = Field(default_factory=dict, description="label: range of the score")
    because: str | None = None


class TableSpec(Part):
    """A table: who stands in it, its rows and its columns."""

    kind: Literal["participants", "followed"] = "participants"
    of: str | None = None
    title: Label | None = None
    rows: tuple[str, ...] = Field(min_length=1)
    columns: str | None = None
    wave: Text | None = None
    overall: bool = True


class ModelSpec(Part):
    """A model: what it explains, by what, adjusted for what."""

    of: str | None = None
    title: Label | None = None
    outcome: str
    exposure: str
    mediator: str | None = None
    adjust: tuple[str, ...] = ()
    effect: Literal["mean difference", "risk difference", "odds ratio"] | None = None
    event: Text | None = Field(None, description="the outcome's level that counts; its first level if not said")
    wave: Text | None = None
    cluster: str | None = Field(None, description="another cluster than the design's")


class Interviews(Part):
    """What the study says of its interviews. 'not reported' and 'not applicable' are different words."""

    people: dict[str, int | Literal["not reported", "not applicable"]] = Field(default_factory=dict)
    method: str = "not reported"
    when: str = "not reported"
    analysis: str = "not reported"
    software: str = "not reported"
    coders: int | Literal["not reported", "not applicable"] = "not reported"
    saturation: str = "not reported"
    consent_to_quote: str = "not reported"


class Release(Part):
    """Which rule stands at the door between people and paper."""

    rule: Literal["journal", "opensafely", "midpoint6", "nhs", "acro", "cms", "none"]
    below: int = Field(5, ge=2, description="journal: cells below this are withheld")
    because: str | None = None

    @model_validator(mode="after")
    def _reason(self) -> Release:
        if self.rule == "none" and not (self.because or "").strip():
            raise ValueError("rule none needs a reason: because: public-use file")
        return self


def _one_or_several(value: Any) -> str:
    given = value.get("file") if isinstance(value, dict) else getattr(value, "file", None)
    return "several" if isinstance(value, dict) and not isinstance(given, str) else "one"


def _named(value: Any) -> Any:
    return {} if value is None else value


Data = Annotated[
    Annotated[Source, Tag("one")] | Annotated[dict[str, Source], Tag("several")], Discriminator(_one_or_several)
]


class Study(Part):
    """A study file as one frozen value. ``where`` gives a key's place in the file, for messages."""

    title: Label
    about: str = Field("", description="a sentence or two on what was asked and done")
    made_up: bool = Field(False, description="true where the people are invented; every output then says so")
    data: Data
    design: Design
    missing: dict[Text, Label] = Field(
        default_factory=dict, description="only Stata's .a-.z and SPSS's user-missing: reason"
    )
    population: Population | None = None
    exclude: tuple[Exclusion, ...] = ()
    variables: Annotated[dict[str, Variable], BeforeValidator(_named)] = Field(default_factory=dict)
    scales: Annotated[dict[str, Scale], BeforeValidator(_named)] = Field(default_factory=dict)
    tables: Annotated[dict[str, TableSpec], BeforeValidator(_named)] = Field(default_factory=dict)
    models: Annotated[dict[str, ModelSpec], BeforeValidator(_named)] = Field(default_factory=dict)
    interviews: Interviews | None = None
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
        return {ONLY: self.data} if isinstance(self.data, Source) else dict(self.data)

    @property
    def main(self) -> str:
        """The table that a declaration means when it does not say ``in`` or ``of``: the first."""
        return next(iter(self.sources))

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

    def where(self, *path: str) -> str:
        """``studies/x.yaml:12  variables.age`` for a message; the nearest key that stands in the file."""
        for end in range(len(path), -1, -1):
            if (line := self._lines.get(path[:end])) is not None:
                return f"{self._file}:{line}  {'.'.join(path)}".rstrip()
        return f"{self._file}  {'.'.join(path)}".rstrip()
