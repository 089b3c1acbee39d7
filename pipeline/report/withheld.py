"""What the door did not let through, named by table and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.disclosure import Released
from pipeline.report import methods
from pipeline.report.blocks import Block, Listing, Paragraph, Pieces, Strong, listed
from pipeline.results import ALL, KEY, Key
from pipeline.study import Study
from pipeline.tables.scales import DISTRIBUTION
from pipeline.tables.table import Table
from pipeline.tables.words import label_of, spoken

MOST_NAMED = 3
"""Up to so many lines of a variable are named; more are said by the variable's name alone."""


def withheld_blocks(study: Study, released: Released, tables: Sequence[Table]) -> Iterator[Block]:
    """Why, and a line a table, scale, model or flow: which of its lines and columns are withheld."""
    yield Paragraph((methods.release(study.release),))
    frame = released.frame
    hidden = [Key(*row) for row in frame.loc[frame["withheld"], KEY].itertuples(index=False, name=None)]
    if not hidden:
        if study.release.rule != "none":
            yield Paragraph(("Nothing had to be withheld from this report.",))
        return
    yield Paragraph(("Withheld are:",))
    titles = {(t.kind, t.name): t.title for t in tables}
    items = [_item(study, titles, released, place, keys) for place, keys in _by_name(hidden).items()]
    yield Listing(tuple(items))


def _by_name(keys: list[Key]) -> dict[tuple[str, str], list[Key]]:
    found: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        found.setdefault((key.kind, key.name), []).append(key)
    return found


def _item(
    study: Study, titles: dict[tuple[str, str], str], released: Released, place: tuple[str, str], keys: list[Key]
) -> Pieces:
    """``Participants: Gender, Another gender; the column Programme G``."""
    kind, name = place
    frame = released.frame
    here = frame[(frame["kind"] == kind) & (frame["name"] == name)]
    whole = [g for g, w in here.groupby("group", sort=False)["withheld"].all().items() if w and g != ALL]
    lines: dict[str, list[str]] = {}
    for key in keys:
        if key.group not in whole:
            lines.setdefault(key.term, []).append(key.level)
    said = [_line(study, term, list(dict.fromkeys(levels))) for term, levels in lines.items()]
    said += [f"everything of {_group(study, str(g))}" for g in whole]
    return Strong(f"{titles.get(place) or _title(study, kind, name)}: "), f"{'; '.join(said)}."


def _title(study: Study, kind: str, name: str) -> str:
    known = name in study.variables or name in study.scales
    words = (
        label_of(study, name)
        if known
        else study.models[name].title or spoken(name)
        if name in study.models
        else spoken(name)
    )
    return f"{words} ({kind})" if not known else words


def _line(study: Study, term: str, levels: list[str]) -> str:
    """``Gender: Another gender``; the variable alone where it is withheld itself or in many lines."""
    if term == DISTRIBUTION:
        return "parts of the histogram"
    words = label_of(study, term) if term in study.variables or term in study.scales else spoken(term)
    if "" in levels or len(levels) > MOST_NAMED:
        return words or "numbers of people"
    return f"{words}: {listed(levels)}" if words else listed(levels)


def _group(study: Study, path: str) -> str:
    parts = [p.split("=", 1) for p in path.split(";")]
    return ", ".join(
        p[0]
        if len(p) == 1
        else p[1]
        if p[0] in ("wave", "followed", "adjustment")
        else f"{label_of(study, p[0])} {p[1]}"
        for p in parts
    )
