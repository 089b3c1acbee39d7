"""Coded interviews as a study file declares them: files, legends, what becomes of codes, who was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipeline.study.part import Part
from pipeline.study.source import Share
from pipeline.study.words import InsidePath, Label, Text, Texts

Count = Annotated[int, Field(ge=0)]


def _named(path: str) -> str:
    if not all(part.strip() for part in path.split("::")):
        raise ValueError("a code has a name, and one on each side of ::")
    return path


CodePath = Annotated[
    Text,
    Field(min_length=1, max_length=500, description="a code's full path: Support::being heard"),
    AfterValidator(_named),
]


def _once(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Columns(Part):
    """What a file calls the columns of the neutral table, or the variables of cases; left out: their usual names."""

    document: Text | None = None
    participant: Text | None = None
    role: Text | None = None
    programme: Text | None = None
    code: Text | None = None
    start: Text | None = Field(None, description="where a passage begins, in characters from 0")
    end: Text | None = Field(None, description="where it ends; the character there is not in it")
    coder: Text | None = None
    quotation: Text | None = None
    consent: Text | None = Field(None, description="whether a person may be quoted")
    order: Text | None = Field(None, description="number or date that puts the interviews into order of collection")
    length: Text | None = Field(None, description="how many characters a document has")


class Consent(Part):
    """What stands for consent to be quoted, beside yes and no."""

    given: Texts = ()
    refused: Texts = ()


class Coded(Part):
    """The files that hold the coded interviews, under ``data/raw/<study>/``."""

    file: Annotated[
        tuple[InsidePath, ...],
        BeforeValidator(_once, json_schema_input_type=str | list[str]),
        Field(min_length=1, description=".qdpx, .qdc, .csv, .tsv or .xlsx; one or several; may hold *"),
    ]
    columns: Columns = Field(default_factory=lambda: Columns())
    variables: tuple[Text, ...] = Field((), description="further columns, or variables of cases, that are kept")
    consent: Consent = Field(default_factory=lambda: Consent())
    merge_coders: bool = Field(
        False, description="coders whose names differ only in capitals, blanks or the way accents are written are one"
    )
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    share: Share | None = Field(None, description="left out: the interviews stay out of every bundle")

    @property
    def named_columns(self) -> dict[str, str]:
        """Field -> what the file calls it, for those that are declared."""
        return {name: said for name, said in self.columns if said is not None}

    @property
    def consent_words(self) -> dict[str, str]:
        """What stands in the file -> yes or no."""
        return {**dict.fromkeys(self.consent.given, "yes"), **dict.fromkeys(self.consent.refused, "no")}


class CodeChanges(Part):
    """What becomes of codes before anything is counted. A code goes with all that stand under it."""

    merge: dict[CodePath, Annotated[tuple[CodePath, ...], Field(min_length=1)]] = Field(
        default_factory=dict, description="the code that stays or is made: the codes that become it"
    )
    rename: dict[CodePath, CodePath] = Field(default_factory=dict, description="old: new")
    drop: dict[CodePath, Label] = Field(default_factory=dict, description="code: why it is left out")

    @model_validator(mode="after")
    def _once_each(self) -> CodeChanges:
        named = [*(old for olds in self.merge.values() for old in olds), *self.rename, *self.drop]
        if twice := next((code for code in named if named.count(code) > 1), None):
            raise ValueError(f"'{twice}' is merged, renamed or dropped twice; say once what becomes of it")
        return self

    @model_validator(mode="after")
    def _nothing_by_the_way(self) -> CodeChanges:
        """What one line makes, no other one moves or adds to: what comes of it would hang on their order."""
        moved = {*(old for new, olds in self.merge.items() for old in olds if old != new), *self.rename}
        for new in self.merge:
            if any(new == old or new.startswith(f"{old}::") for old in moved):
                raise ValueError(f"'{new}', into which codes are merged, moves itself; say of all where they end")
        made = [*self.merge, *self.rename.values()]
        if twice := next((new for new in made if made.count(new) > 1), None):
            raise ValueError(f"several codes become '{twice}'; put them together by one line: merge: {{{twice}: […]}}")
        return self


class Theme(Part):
    """A theme: the codes that make it up, each with all that stand under it."""

    codes: Annotated[tuple[CodePath, ...], Field(min_length=1)]
    definition: str = ""
    sensitive: bool = Field(False, description="that nobody, or everybody, told of it is withheld, too")


class InterviewFlow(Part):
    """From those who were approached to those whose interviews were coded; what is left out is not said."""

    approached: Count | None = None
    not_interviewed: dict[Label, Count] = Field(default_factory=dict, description="reason: how many people")
    interviewed: Count | None = None
    not_analysed: dict[Label, Count] = Field(
        default_factory=dict, description="reason: how many of those interviewed are in no file"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> InterviewFlow:
        if self.approached is not None and self.interviewed is not None:
            lost = self.approached - self.interviewed
            if lost < 0:
                raise ValueError(f"{self.interviewed} were interviewed of {self.approached} approached; correct one")
            if self.not_interviewed and (said := sum(self.not_interviewed.values())) != lost:
                raise ValueError(
                    f"{self.approached} approached and {self.interviewed} interviewed leave {lost}, 'not_interviewed' "
                    f"adds up to {said}; correct one of them"
                )
        elif self.not_interviewed:
            raise ValueError("'not_interviewed' needs how many were approached and how many interviewed")
        return self


class LeftOut(Part):
    """Interviews that are not analysed, though they are in the files, and why."""

    participant: Texts = ()
    document: Texts = ()
    role: Texts = Field((), description="as it stands in the file")
    programme: Texts = Field((), description="as it stands in the file")
    because: Label

    @model_validator(mode="after")
    def _one(self) -> LeftOut:
        said = [key for key, values in self.named() if values]
        if len(said) != 1:
            raise ValueError("name one of participant, document, role and programme")
        return self

    def named(self) -> Iterable[tuple[Literal["participant", "document", "role", "programme"], tuple[str, ...]]]:
        yield "participant", self.participant
        yield "document", self.document
        yield "role", self.role
        yield "programme", self.programme
