"""What is made of a study: tables, models, what is said of its interviews, and what may be released."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from pipeline.study.coded import CodeChanges, Coded, InterviewFlow, LeftOut, Theme
from pipeline.study.compared import REFLEXIVE, AgreementSpec, Approach, SaturationSpec
from pipeline.study.interview_tables import Answer, InterviewTable
from pipeline.study.joint import Question
from pipeline.study.part import Part
from pipeline.study.quoted import Quotations
from pipeline.study.words import InsidePath, Label, Text

Finite = Annotated[float, Field(allow_inf_nan=False)]
Counted = int | Literal["not reported", "not applicable"]


def _listed_or_coded(value: Any) -> str:
    """The tags of a union stand in no file: ``parse`` takes these two out of a mistake's place."""
    return "several" if isinstance(value, dict) else "one"


Themes = Annotated[
    Annotated[tuple[Label, ...] | Literal["not reported", "not applicable"], Tag("one")]
    | Annotated[dict[Label, Theme], Tag("several")],
    Discriminator(_listed_or_coded),
]
"""A list of their names, or the codes that make up each."""

Saturated = Annotated[
    Annotated[str, Tag("one")] | Annotated[SaturationSpec, Tag("several")], Discriminator(_listed_or_coded)
]
"""In the study's words, or how it is found in the coded interviews."""


class ModelSpec(Part):
    """A model: what it explains, by what, adjusted for what."""

    of: str | None = None
    title: Label | None = None
    outcome: str
    exposure: str
    mediator: str | None = None
    mediator_event: Text | None = Field(
        None, description="of a mediator with levels: the level that counts; its first level if not said"
    )
    mediator_at: Finite | None = Field(
        None, description="where the mediator is held for the controlled direct effect; its mean if not said"
    )
    interaction: bool | None = Field(
        None, description="whether the mediator may matter differently at different exposures; true if not said"
    )
    compare: tuple[Finite, Finite] | None = Field(
        None, description="of an exposure that is a number: the two values that are compared, in words about its effect"
    )
    intervals: Literal["usual", "monte carlo", "bootstrap", "bca"] | None = Field(
        None, description="of effects by way of a mediator: as the design has it (usual, if not said), or by draws"
    )
    draws: int | None = Field(None, ge=1000, le=100_000, description="how many; 5000 if not said")
    moderator: str | None = Field(
        None, description="a number, a scale or a category, by whose values the exposure's effect may differ"
    )
    moderator_at: tuple[Finite, ...] | None = Field(
        None,
        min_length=1,
        description="of a moderator that is a number: where simple effects are told; its mean and a SD about it, if not"
        " said",
    )
    adjust: tuple[str, ...] = ()
    effect: (
        Literal["mean difference", "risk difference", "odds ratio", "risk ratio", "rate ratio", "cumulative odds ratio"]
        | None
    ) = None
    time: str | None = Field(None, description="of a rate: a number, how long or how many were at risk")
    event: Text | None = Field(None, description="the outcome's level that counts; its first level if not said")
    wave: Text | None = None
    waves: tuple[Text, ...] = Field(
        (), description="instead of 'wave': two or more in one model, which tells the effect at each of them"
    )
    baseline: Text | None = Field(
        None, description="an earlier wave: the outcome's value there enters every model of it (analysis of covariance)"
    )
    splines: dict[str, Annotated[int, Field(ge=3, le=7)]] = Field(
        default_factory=dict, description="of 'adjust', a number: how many knots of a restricted cubic spline it has"
    )
    cluster: str | None = Field(None, description="another cluster than the design's: a variable, or the id column")
    clustering: Literal["robust", "mixed", "random slope", "gee"] = Field(
        "robust",
        description="how a model allows for clusters: errors (CR2), a random intercept, that and a random slope of the "
        "exposure, or GEE",
    )

    @property
    def used(self) -> tuple[str, ...]:
        """Every variable and scale that it reads, outcome first."""
        named = (self.outcome, self.exposure, self.mediator, self.moderator, *self.adjust, self.time)
        return tuple(v for v in named if v)


class Interviews(Part):
    """What the study says of its interviews; None where the file does not say. 'not reported' and 'not applicable' are
    two different words."""

    people: dict[Label, Counted] = Field(default_factory=dict, description="role: how many")
    total: Counted | None = Field(None, description="all people, where not every role has its number")
    method: str | None = None
    where: str | None = None
    when: str | None = None
    analysis: str | None = None
    approach: Approach | None = Field(None, description="what kind of analysis: it says whether coders are to agree")
    software: str | None = None
    coders: Counted | None = None
    saturation: Saturated | None = Field(None, description="in words, or a mapping: how it is found in what was coded")
    agreement: AgreementSpec | None = Field(None, description="how far coders agree; none of a reflexive analysis")
    consent_to_quote: str | None = None
    themes: Themes | None = Field(None, description="their names; or a mapping, theme: {codes: [...], definition: ...}")
    coded: Coded | None = Field(None, description="the files of coded interviews; left out: what is said here is all")
    roles: dict[Text, Label] = Field(default_factory=dict, description="as it stands in the files: label")
    programmes: dict[Text, Label] = Field(default_factory=dict, description="as it stands in the files: label")
    codes: CodeChanges = Field(default_factory=lambda: CodeChanges())
    exclude: tuple[LeftOut, ...] = Field((), description="interviews in the files that are not analysed")
    flow: InterviewFlow = Field(default_factory=lambda: InterviewFlow())
    quotations: Quotations | None = Field(None, description="passages that stand for themes")
    tables: dict[str, InterviewTable] = Field(default_factory=dict, description="of themes, by name")
    joint: tuple[Question, ...] = Field((), description="questions to which survey and interviews both speak")
    coreq: dict[Text, Answer] | None = Field(
        None, description="item 1 to 32 of COREQ: what the study says of it; {} fills it from what stands here"
    )
    srqr: dict[Text, Answer] | None = Field(None, description="likewise, item 1 to 21 of SRQR")

    @model_validator(mode="after")
    def _adds_up(self) -> Interviews:
        added = self._added
        if isinstance(self.total, int) and added is not None and added != self.total:
            raise ValueError(f"the roles add up to {added}, 'total' says {self.total}; correct one of them")
        held = self.flow.interviewed
        if held is not None and isinstance(self.everyone, int) and self.everyone != held:
            raise ValueError(f"{self.everyone} people in all, and 'flow' has {held} interviewed; correct one of them")
        return self

    @property
    def _added(self) -> int | None:
        """The sum of the roles; None where one of them has no number, though it applies, or none has one."""
        told = [n for n in self.people.values() if isinstance(n, int)]
        return sum(told) if told and "not reported" not in self.people.values() else None

    def fact(self, name: str) -> str | int | tuple[str, ...] | None:
        """What the file says under a key such as ``method`` or ``themes`` (their names alone)."""
        said = getattr(self, name)
        if isinstance(said, SaturationSpec):
            return said.words
        return tuple(said) if isinstance(said, dict) else said

    @property
    def coded_themes(self) -> dict[str, Theme]:
        """Themes with the codes that make them up; none where the file only names themes."""
        return self.themes if isinstance(self.themes, dict) else {}

    def is_sensitive(self, codes: Iterable[str]) -> bool:
        """Whether whoever has one of these codes has a theme that is declared so."""
        held = [theme.codes for theme in self.coded_themes.values() if theme.sensitive]
        return any(all(any(f"{code}::".startswith(f"{top}::") for top in tops) for code in codes) for tops in held)

    @property
    def saturation_asked(self) -> SaturationSpec | None:
        """How saturation is to be found; None where the file tells of it in words, or not at all."""
        return self.saturation if isinstance(self.saturation, SaturationSpec) else None

    @property
    def reflexive(self) -> bool:
        """Whether the analysis is a reflexive thematic one: as declared, else as its own words have it."""
        if self.approach is not None:
            return self.approach == REFLEXIVE
        return REFLEXIVE in " ".join((self.analysis or "").casefold().split())

    @property
    def everyone(self) -> Counted | None:
        """All people: as declared, else the sum of the roles."""
        return self._added if self.total is None else self.total


LARGEST_SMALL = 11
"""The largest number below which a rule of a name withholds or rounds (CMS)."""


class Release(Part):
    """Which rule stands at the door between people and paper."""

    rule: Literal["journal", "opensafely", "midpoint6", "nhs", "acro", "cms", "none"]
    below: int = Field(5, ge=2, description="journal: cells below this are withheld")
    because: str | None = None
    previous: InsidePath | None = Field(
        None, description="an earlier results.csv, from the workspace's root: counts that differ by few are withheld"
    )

    @property
    def rounds(self) -> bool:
        """Whether counts of people are printed rounded."""
        return self.rule in ("opensafely", "nhs", "midpoint6")

    @property
    def small(self) -> int:
        """People below whom a rule may keep a number back, for sentences that would tell of it in words."""
        return {"none": 0, "journal": self.below}.get(self.rule, LARGEST_SMALL)

    @model_validator(mode="after")
    def _reason(self) -> Release:
        if self.rule == "none" and not (self.because or "").strip():
            raise ValueError("rule none needs a reason: because: public-use file")
        return self
