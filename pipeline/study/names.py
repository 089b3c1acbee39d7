"""Names that must be there, and names that nothing may have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.errors import Mistake, closest
from pipeline.study.format import Study

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
RESERVED = {
    "all": "names everyone in results",
    "wave": "names the groups of a wave in results (wave=…)",
    "followed": "names who was followed and who was lost in results (followed=…)",
    "due": "names who could be followed by now and who joined too late for it in results (due=…)",
    "adjustment": "tells unadjusted from adjusted estimates in results (adjustment=…)",
    "table": "tells whose people a number is about when small numbers are withheld",
    "row": "names the rows of every table that the pipeline makes",
    "done": "marks what has run in the pipeline's records",
}
"""Words that no variable or scale can be called, and what each of them does."""


def absent(study: Study, path: tuple[str, ...], name: str, known: Iterable[str], what: str) -> Iterator[Mistake]:
    """A mistake where a name is not among those that are known, with the nearest of them."""
    known = list(known)
    if name not in known:
        yield Mistake(
            study.where(*path),
            f"there is no {what} '{name}'.",
            closest(name, known) or f"Known: {', '.join(known) or 'none'}.",
        )


def check_names(study: Study) -> Iterator[Mistake]:
    """Names that are reserved, that are no names, and that a variable and a scale share."""
    parts = ("variables", "scales", "tables", "cascades", "models", "families")
    named = {part: list(getattr(study, part)) for part in parts}
    for part, names in {"data": list(study.sources), **named}.items():
        for name in names:
            if part in ("variables", "scales") and (why := RESERVED.get(name.lower())):
                yield Mistake(study.where(part, name), f"'{name}' {why}.", _another_name(part, name))
            if not NAME.fullmatch(name):
                yield Mistake(
                    study.where(part, name),
                    f"'{name}' can't be a name.",
                    "Use letters, digits and _, and begin with a letter.",
                )
    for name in study.scales:
        if name in study.variables:
            yield Mistake(
                study.where("scales", name), f"'{name}' is a variable, too.", "Give one of the two another name."
            )


def _another_name(part: str, name: str) -> str:
    if part == "scales":
        return f"Take another name, like {name}_scale."
    return f"Take another name and say where it comes from: {name}_asked: {{from: {name}, …}}."
