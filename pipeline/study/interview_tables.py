"""Tables of interviews as a study file declares them: themes counted, together, as a codebook, or as a paper prints."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pipeline.study.part import Part
from pipeline.study.words import Label, Text

Counts = Literal["people", "documents", "segments"]
Answer = Annotated[Text, Field(max_length=1000)]


def _once(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class InterviewTable(Part):
    """One of four: themes (or codes) counted, ``cooccurrence``, ``codebook``, ``printed``."""

    title: Label | None = None
    rows: Literal["themes", "codes", "tree"] = Field("themes", description="tree: each theme with its codes under it")
    columns: Literal["role", "programme"] | None = Field(
        None, description="by what; of printed quotations both, if not said"
    )
    count: Annotated[
        tuple[Counts, ...],
        BeforeValidator(_once, json_schema_input_type=Counts | list[Counts]),
        Field(min_length=1, description="people with % of the group's people, documents, segments: three counts"),
    ] = ("people",)
    cooccurrence: Literal["overlap", "segment", "document"] | None = Field(
        None, description="which themes stand together: in passages that overlap, in the same one, in a document"
    )
    codebook: bool = Field(False, description="true: every code with what it means and how often it was given")
    printed: dict[Label, dict[Label, tuple[Text, ...]]] = Field(
        default_factory=dict,
        description="quotations that a paper prints, heading: theme: [programme-role of each], such as [B-PL]",
    )

    @property
    def form(self) -> Literal["counts", "cooccurrence", "codebook", "printed"]:
        """Which of the four it is; of several the first, which ``check`` has told."""
        if self.printed:
            return "printed"
        if self.codebook:
            return "codebook"
        return "cooccurrence" if self.cooccurrence else "counts"


def tag(text: str) -> tuple[str, str] | None:
    """Programme and role of a printed quotation, ``B-PL``; None where it names no two."""
    programme, _, role = (part.strip() for part in text.partition("-"))
    return (programme, role) if programme and role else None
