"""Tables of a finished report once more, in another house style or format: from what was released, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.errors import Mistake, Mistakes, closest
from pipeline.report.layouts import LAYOUTS, Layouts, layouts_from, named, released_from
from pipeline.tables.fill import fill
from pipeline.tables.formats import FORMATS
from pipeline.tables.style_file import style
from pipeline.tables.table import Table

RESULTS = "results.csv"


def exported(
    files: Mapping[str, bytes], place: str, tables: Sequence[str], look: str, ending: str, own: Mapping[str, str]
) -> bytes:
    """One file with the tables (all, if none is named) of a report, in the style ``look`` (the report's own, if empty),
    counted from 1 on.

    files: ``results.csv`` and ``layouts.json`` of the report at ``place``. ending: of ``formats.FORMATS``. own: the
    workspace's styles, name -> YAML. Raises ``Mistakes`` for files that are not there and names that are not known.
    """
    for name in (RESULTS, LAYOUTS):
        if name not in files:
            raise Mistakes.one(f"{place}/{name}", "is not there.", f"Type 'alongside run {place.rpartition('/')[2]}'.")
    layouts = layouts_from(files[LAYOUTS], f"{place}/{LAYOUTS}")
    rules = style(look or layouts.style, own)
    released = released_from(files[RESULTS], layouts.exact, f"{place}/{RESULTS}")
    filled = [fill(table, released, rules) for table in chosen(layouts, tables, place)]
    if layouts.said:
        filled = [replace(made, title=f"{made.title} ({layouts.said.lower()})") for made in filled]
    return FORMATS[ending]([(made, f"Table {number}") for number, made in enumerate(filled, 1)])


def chosen(layouts: Layouts, names: Sequence[str], place: str) -> list[Table]:
    """The tables of these names, in the order in which they are asked for; every table, if none is."""
    known = named(layouts.tables)
    wrong = [name for name in dict.fromkeys(names) if name not in known]
    if wrong:
        raise Mistakes(
            Mistake(place, f"has no table '{name}'.", closest(name, known) or f"It has: {', '.join(known) or 'none'}.")
            for name in wrong
        )
    return [known[name] for name in dict.fromkeys(names)] if names else list(layouts.tables)
