"""Variables: where they come from, what their codes mean, how they are derived."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import BandText, DateFormat, Interval, Label, RangeText, Text, Texts, bands_of, interval

Take = Literal["sum", "mean", "count", "most frequent", "any"]


class Derive(Part):
    """A variable made from others by declaration. Exactly one of the forms."""

    sum: tuple[str, ...] | None = None
    mean: tuple[str, ...] | None = None
    difference: tuple[str, str] | None = Field(None, description="[a, b]: a minus b")
    change: tuple[str, str] | None = Field(None, description="[later, earlier]: whether the later one rose or fell")
    least: float | None = Field(None, gt=0, description="with change: from this difference on it counts")
    reliability: float | None = Field(
        None, gt=0, lt=1, description="with change: it counts where it exceeds the error of measurement"
    )
    sd: float | None = Field(None, gt=0, description="with reliability: of the score; else of the earlier ones")
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
            for f in ("sum", "mean", "difference", "change", "days", "regroup", "cut", "at_wave", "from_")
            if getattr(self, f) is not None
        ]
        return found[0] if len(found) == 1 else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The variables and scales that it is made of."""
        several = self.sum or self.mean or self.difference or self.change or self.days or ()
        return (*several, *(part for part in (self.regroup, self.cut, self.of) if part))

    @property
    def directions(self) -> tuple[str, str, str]:
        """The levels of a change: down, neither, up. Whether up is better hangs on what was measured."""
        if self.least is None:
            return "Fell reliably", "No reliable change", "Rose reliably"
        least = f"{self.least:g}"
        return f"Fell by {least} or more", f"Changed by less than {least}", f"Rose by {least} or more"

    @model_validator(mode="after")
    def _complete(self) -> Derive:
        if not self.form:
            raise ValueError("give exactly one of sum, mean, difference, change, days, regroup, cut, at_wave, from")
        if self.form == "change" and (self.least is None) == (self.reliability is None):
            raise ValueError("'change' needs 'least' (the smallest that counts) or 'reliability' (of the score)")
        if self.form != "change" and (self.least or self.reliability):
            raise ValueError("'least' and 'reliability' belong to 'change'")
        if self.sd and not self.reliability:
            raise ValueError("'sd' belongs to 'reliability'")
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
    sensitive: bool = Field(False, description="as are all variables that are made of it")
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
    decimal: Literal[".", ","] | None = Field(None, description="of a number, where it is not the file's")
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
            if form in ("cut", "change"):
                return "ordered"
            if form == "regroup" or (form == "from_" and self.derive.take in ("most frequent", "any")):
                return "category"
            return "number"
        return ""

    @property
    def intervals(self) -> tuple[Interval, ...]:
        return bands_of(self.bands)

    @property
    def limits(self) -> Interval | None:
        return interval(self.range) if self.range else None

    @property
    def levels(self) -> tuple[str, ...]:
        """Labels in declared order, without repeats; none of a number, whose codes are other numbers."""
        if self.kind not in ("category", "ordered", "choices"):
            return ()
        if self.derive and self.derive.form == "regroup":
            return tuple(self.derive.into)
        if self.derive and self.derive.form == "cut":
            return self.bands
        if self.derive and self.derive.form == "change":
            return self.derive.directions
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
        if self.decimal and (self.kind != "number" or self.derive):
            raise ValueError("'decimal' belongs to a number that is read: add 'type: number'")
        if (self.asked_of or self.asked_at) and self.derive:
            raise ValueError(
                f"'asked_{'of' if self.asked_of else 'at'}' belongs to what was asked, not to a derived variable"
            )
        return self
