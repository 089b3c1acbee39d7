"""Quotations as a study file chooses them: which passage, told by what tag, with what hidden, cleared by whom."""

from __future__ import annotations

import re
import string
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import Day, Label, Text

_NUMBERS = re.compile(r"([1-9][0-9]{0,3})(?:\s*[-–]\s*([1-9][0-9]{0,3}))?")
_HIDDEN = re.compile(r"\[[^\[\]\n]{1,60}\]")
_WHERE = "data/processed/<study>/05_themes/quotations/quotations.txt"


def holes(form: str) -> tuple[str, ...]:
    """The names in braces of a tag, in order. ValueError for braces that are not in pairs or that ask for a format."""
    try:
        found = [part[1:] for part in string.Formatter().parse(form) if part[1] is not None]
    except ValueError:
        raise ValueError("the braces of a tag stand in pairs around one name each: '{role}, {programme}'") from None
    if any(spec or conversion or not name for name, spec, conversion in found):
        raise ValueError("a tag holds plain names in braces: '{role}, {programme}'")
    return tuple(str(name) for name, *_ in found)


def _as_tag(form: str) -> str:
    if any(name in ("participant", "document") for name in holes(form)):
        raise ValueError("a tag that names a participant or a document points to one person; use {role} or a variable")
    return form


def _as_numbers(words: str) -> str:
    found = _NUMBERS.fullmatch(words.strip())
    if found is None:
        raise ValueError(
            "what is hidden is named by the number of its word, or of its first and last (7-9), and never by the words "
            f"themselves: this file goes where they must not. {_WHERE} counts them"
        )
    if found[2] and int(found[2]) < int(found[1]):
        raise ValueError(f"'{words}' runs downwards; write {found[2]}-{found[1]}")
    return words


def _as_hidden(words: str) -> str:
    if not _HIDDEN.fullmatch(words):
        raise ValueError("what stands instead is in square brackets, on one line: '[place]'")
    return words


Tag = Annotated[Label, AfterValidator(_as_tag)]
"""``{role}, {programme}``: names of what is known of people in braces, other words as they are."""


class Redaction(Part):
    """Words of a passage that are not printed, and what stands in their place."""

    from_: Annotated[Text, AfterValidator(_as_numbers)] = Field(
        alias="from", description="number of the word in the passage, or of the first and the last: 7-9"
    )
    to: Annotated[Text, AfterValidator(_as_hidden)] = Field(description="in square brackets: [place]")

    @property
    def first_and_last(self) -> tuple[int, int]:
        """Numbers of words, from 1."""
        found = _NUMBERS.fullmatch(self.from_.strip())
        assert found is not None
        return int(found[1]), int(found[2] or found[1])


class Quote(Part):
    """One passage of a theme: the only one of its document that begins, and ends, with these words."""

    document: Text
    begins: Text = Field("", description="its first words, exactly")
    ends: Text = Field("", description="its last words, exactly")
    tag: Tag | None = Field(None, description="another tag than the others', such as a coarser one")
    redact: tuple[Redaction, ...] = ()
    cleared_by: Label | None = Field(None, description="the second reader's initials or role")
    on: Day | None = Field(None, description="the day on which they cleared it")
    fingerprint: Annotated[Text, Field(pattern=r"^[0-9a-f]{8}$")] | None = Field(
        None, description=f"of the very words and tag that were cleared, from {_WHERE}"
    )

    @model_validator(mode="after")
    def _whole(self) -> Quote:
        if not self.begins.strip() and not self.ends.strip():
            raise ValueError("say with which words the passage begins (begins:), or ends (ends:)")
        said = [self.cleared_by, self.on, self.fingerprint]
        if any(said) and not all(said):
            raise ValueError(
                "a clearance says by whom, on which day and of which very words: cleared_by, on and fingerprint; "
                f"{_WHERE} has the line"
            )
        return self


class Quotations(Part):
    """Passages that stand for themes. None is printed without its speaker's consent and a second reader's clearance."""

    tag: Tag = Field("{role}", description="how its speaker is told: '{role}, {programme}', or variables of 'coded'")
    called: dict[Text, Label] = Field(
        default_factory=dict, description="label: what tags say instead; several may become one"
    )
    chosen: dict[Label, tuple[Quote, ...]] = Field(description="theme: its quotations, in the order of print")
