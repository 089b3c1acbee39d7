"""House styles: how a table's numbers and words look in print. Each is a YAML file; a workspace may hold its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, field_validator

from pipeline.errors import Mistake, Mistakes, closest, in_file_order, raise_all
from pipeline.files import package_names, package_text
from pipeline.study.parse import mistakes_of
from pipeline.study.part import Part
from pipeline.study.tree import Lines, read_tree
from pipeline.study.words import NUMBER
from pipeline.tables.forms import FORMS

SHIPPED = "pipeline.tables.styles"
HOLE = re.compile(r"\{(\w+)\}")
TO = "to"
MOST_DECIMALS = 6


def _holding(*holes: str) -> AfterValidator:
    """Text with each of these holes once."""

    def check(text: str) -> str:
        if sorted(HOLE.findall(text)) != sorted(holes):
            raise ValueError(f"it must hold {' and '.join(f'{{{h}}}' for h in holes)}, each once")
        return text

    return AfterValidator(check)


class Words(Part):
    """How a form looks. cell: its statistics in holes, ``{to}`` between the ends of a range. label: what a line or
    column of it is called. beside: what follows the name of what it counts, where the cell itself has no % sign. after:
    what follows a column's own label. note: what the table says of it. short: abbreviations in it."""

    cell: str
    label: str = ""
    beside: str = ""
    after: str = ""
    note: str = ""
    short: tuple[str, ...] = ()


class Percent(Part):
    """decimals: from how many people in the table's largest denominator on, how many."""

    decimals: dict[str, int]
    rounding: Literal["half-up", "half-even"]

    @field_validator("decimals")
    @classmethod
    def _from_nobody_on(cls, value: dict[str, int]) -> dict[str, int]:
        if "0" not in value or not all(size.isdigit() for size in value):
            raise ValueError("decimals are given by numbers of people, the first of them 0: {0: 0, 100: 1}")
        if not all(0 <= places <= MOST_DECIMALS for places in value.values()):
            raise ValueError(f"0 to {MOST_DECIMALS} decimals can be printed")
        return value

    def places(self, people: float) -> int:
        """Decimals of a table in which the largest denominator is so large."""
        return max((int(size), places) for size, places in self.decimals.items() if int(size) <= max(people, 0))[1]


class Numbers(Part):
    """thousands: what stands between groups of three digits, in numbers from thousands_from on. to, to_negative:
    between the ends of a range, and where one of them is below zero. most: decimals that a statistic has at most."""

    point: Literal[".", "·"]
    thousands: Literal["", ",", "\u202f", "\u00a0", " "]
    thousands_from: int = Field(ge=1000)
    minus: Literal["−", "-", "–"]
    to: str
    to_negative: str
    without_zero: tuple[str, ...]
    most: dict[str, int]
    rounding: Literal["half-up", "half-even"]


class PValue(Part):
    """smallest, largest: beyond these a bound is printed. decimals: by the size from which they hold. three_around:
    where two decimals would not say on which side of it a P value lies."""

    smallest: float = Field(gt=0, lt=0.05)
    largest: float = Field(gt=0.5, le=1)
    below: Annotated[str, _holding("p")]
    above: Annotated[str, _holding("p")]
    decimals: dict[str, Annotated[int, Field(ge=1, le=MOST_DECIMALS)]] = Field(min_length=1)
    three_around: float | None

    @field_validator("decimals")
    @classmethod
    def _by_size(cls, value: dict[str, int]) -> dict[str, int]:
        if not all(NUMBER.fullmatch(size) for size in value):
            raise ValueError('decimals are given by sizes of P: {"0": 3, "0.01": 2}')
        return value


class Notes(Part):
    """marks: of footnotes. first: which notes come first. lead: what the general ones begin with. joined: whether they
    are one paragraph."""

    marks: Literal["letters", "symbols", "numbers"]
    first: Literal["general", "marked"]
    lead: str
    joined: bool


class Short(Part):
    """The legend of abbreviations: ``lead`` + ``one`` each, parted by ``between`` + ``end``."""

    lead: str
    one: Annotated[str, _holding("short", "long")]
    between: str
    end: str
    meanings: dict[str, str]


class Absent(Part):
    """What stands for a number that is withheld (and of which only a part is shown), or that does not exist."""

    withheld: str
    withheld_note: str
    alone_note: str
    not_available: str
    not_available_note: str
    tick: str
    tick_inferred: str


class Heads(Part):
    """caption: the label and title of a table. n: people in a column. unit: a line with its unit."""

    caption: Annotated[str, _holding("label", "title")]
    n: Annotated[str, _holding("n")]
    unit: Annotated[str, _holding("label", "unit")]


class Style(Part):
    """A house style. name: of its file. sources: where its rules are published. because: which of them a section
    follows, or that it is the project's choice."""

    title: str
    name: str = ""
    like: str = ""
    sources: dict[str, str]
    because: dict[str, str]
    percent: Percent
    numbers: Numbers
    p: PValue
    heads: Heads
    notes: Notes
    abbreviations: Short
    absent: Absent
    forms: dict[str, Words]

    def words(self, form: str) -> Words:
        """How a form looks; a single statistic as it is, where the style says nothing of it."""
        return self.forms.get(form) or Words(cell="".join(f"{{{s}}}" for s in FORMS[form]))


def parse_style(text: str, file: str, own: Mapping[str, str] | None = None, deep: int = 0) -> Style:
    """The style that YAML ``text`` declares; ``file`` is its place, for messages. What it does not say is as in the
    style that it is ``like`` (plain, if it names none). own: texts of a workspace's styles by name.

    Raises ``Mistakes``, all at once, each with its line.
    """
    tree, lines = read_tree(text, file)
    if not isinstance(tree, dict):
        raise Mistakes.one(f"{file}:1", "is not a mapping.", "Begin with 'title:' and 'like: plain'.")
    base = str(tree.get("like") or "plain")
    whole = {**tree}
    if file != f"{PLAIN_NAME}.yaml":
        if deep > MOST_LIKE:
            raise Mistakes.one(f"{file}:{lines.get(('like',), 1)}  like", "leads round in a circle.",
                               "Begin from a style that ships, such as plain.")  # fmt: skip
        known = style_names(own)
        if base not in known:
            mend = closest(base, known) or f"There are: {', '.join(known)}."
            raise Mistakes.one(f"{file}:{lines.get(('like',), 1)}  like", f"there is no style '{base}'.", mend)
        under = _named(base, own or {}, deep + 1).model_dump(exclude={"because", "sources", "title", "like", "name"})
        whole = _over(under, {"sources": {}, "because": {}, **tree})
    whole["name"] = file.rpartition("/")[2].removesuffix(".yaml")
    wrong = list(_odd_forms(tree.get("forms"), lines, file))
    try:
        found = Style.model_validate(whole)
    except ValidationError as error:
        raise Mistakes(in_file_order([*mistakes_of(error, whole, lines, file, Style), *wrong])) from None
    raise_all(wrong)
    return found


def _odd_forms(forms: Any, lines: Lines, file: str) -> Iterator[Mistake]:
    """Forms that there are not, and cells that leave out a statistic or name another."""
    for name, words in forms.items() if isinstance(forms, dict) else ():
        where = f"{file}:{lines.get(('forms', name), 1)}  forms.{name}"
        cell = words.get("cell") if isinstance(words, dict) else None
        if name not in FORMS:
            mend = closest(name, FORMS) or f"There are: {', '.join(filter(None, FORMS))}."
            yield Mistake(where, f"there is no form '{name}'.", mend)
        elif isinstance(cell, str) and sorted(h for h in HOLE.findall(cell) if h != TO) != sorted(FORMS[name]):
            holes = " ".join(f"{{{s}}}" for s in FORMS[name])
            yield Mistake(where, "its cell leaves out a statistic, or names another.",
                          f"It must hold {holes}, each once; {{to}} is what stands in a range.")  # fmt: skip


PLAIN_NAME = "plain"
MOST_LIKE = 5


def _over(under: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """Keys over those of the style that it is like, section by section; decimals by size are taken as a whole."""
    found = dict(under)
    for key, value in tree.items():
        inner = under.get(key)
        deeper = isinstance(value, dict) and isinstance(inner, dict) and key != "decimals"
        found[key] = _over(inner or {}, value) if deeper else value
    return found


def style_names(own: Mapping[str, str] | None = None) -> list[str]:
    """The styles that there are: plain, those that ship, the workspace's own."""
    shipped = [n.removesuffix(".yaml") for n in package_names(SHIPPED, ".yaml")]
    return [PLAIN_NAME, *sorted({*shipped, *(own or {})} - {PLAIN_NAME})]


def style(name: str, own: Mapping[str, str] | None = None) -> Style:
    """A style by name, the workspace's own (name -> YAML text) first; ``Mistakes`` with the nearest name."""
    known = style_names(own)
    if name not in known:
        mend = closest(name, known) or ""
        raise Mistakes.one("style", f"there is no style '{name}'.", f"{mend} There are: {', '.join(known)}.".strip())
    return _named(name, own or {}, 0)


def _named(name: str, own: Mapping[str, str], deep: int) -> Style:
    if name in own:
        return parse_style(own[name], f"styles/{name}.yaml", own, deep)
    return _shipped(name)


@cache
def _shipped(name: str) -> Style:
    return parse_style(package_text(SHIPPED, f"{name}.yaml"), f"{name}.yaml")


@cache
def plain() -> Style:
    """The style of a report that names none."""
    return _shipped(PLAIN_NAME)
