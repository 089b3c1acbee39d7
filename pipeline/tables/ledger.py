"""The denominator ledger: every percentage carries its n, its N and why the others left, and it adds up.

In each column, for each variable: the people at its head = those who answered + missing + not asked + not applicable;
and the people of the table are those whom the participant flow kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cleaning.cleaned import People
from pipeline.errors import StageFailed
from pipeline.results import ALL, Key, Results
from pipeline.tables.groups import STATES, Base
from pipeline.tables.table import Column, Row, Table

if TYPE_CHECKING:
    from pipeline.tables.fill import Printed

WITHOUT = STATES[1:]
PERCENTAGES = ("percent", "weighted_percent", "answers_percent")


def check_ledger(results: Results) -> None:
    """``StageFailed`` with the counts where a variable's people are not those at the head of their column."""
    held = results.lookup()
    heads = {(k[0], k[1], k[4]): n for k, n in held.items() if k[2:4] == ("", "") and k[5] == "n"}
    for key, answered in held.items():
        kind, name, term, level, group, statistic = key
        head = heads.get((kind, name, group))
        if not term or level or statistic != "denominator" or head is None:
            continue
        left = {word: held.get((kind, name, term, word, group, "n"), 0) for word in WITHOUT}
        if answered + sum(left.values()) != head:
            told = ", ".join(f"{int(n)} {word.lower()}" for word, n in left.items())
            raise StageFailed(
                f"table '{name}', '{term}', '{group}': {int(head)} people at the head of the column, but "
                f"{int(answered)} answered, {told}"
            )


def check_flow(people: People, held: Base, wave: str) -> None:
    """``StageFailed`` where the people of a table and those outside the population are not those the flow kept."""
    known = people.results.lookup()
    key = Key("flow", held.table, "kept", "", f"wave={wave}" if wave else ALL, "people")
    kept = known.get(tuple(key))
    if kept is None:
        return
    keys, inside = people.keys[held.table], people.domain[held.table].to_numpy(dtype=bool)
    here = (keys["wave"] == wave).to_numpy(dtype=bool) if wave else inside | True
    counted = held.keys["id"][held.keys["wave"] == wave] if wave else held.keys["id"]
    outside = int((here & ~inside).sum())
    if len(counted) + outside != kept:
        raise StageFailed(
            f"table '{held.table}'{f' at {wave}' if wave else ''}: {len(counted)} people and {outside} outside the "
            f"population, but the flow kept {int(kept)}"
        )


def explained(table: Table, row: Row, column: Column, released: Printed) -> str:
    """What a percentage is of, and where the others are: ``12 of 39 people. In the column: 43 people, …``

    Empty for a cell without a percentage. Every number in it is a released one, and what is withheld is said to be.
    """
    keys = table.keys(row, column)
    shown = next((key for s, key in keys.items() if s in PERCENTAGES), None)
    if shown is None or not any(released.has(key) for key in keys.values()):
        return ""

    def told(**changed: str) -> str:
        key = shown._replace(**changed)
        return "" if not released.has(key) else "withheld" if released.withheld(key) else released.text(key)

    n, of = told(statistic="n"), told(statistic="denominator")
    weighted = ", and each stands for others by weight" if shown.statistic == "weighted_percent" else ""
    parts = [f"{n} of {of} {table.unit}{weighted}." if n and of else ""]
    if "answers_percent" in keys and (answers := told(statistic="answers", level="")):
        parts.append(f"{answers} answers were given.")
    head, answered = told(term="", level="", statistic="n"), told(level="", statistic="denominator")
    if head and answered:
        left = [f"{count} {word.lower()}" for word in WITHOUT if (count := told(level=word, statistic="n"))]
        parts.append(f"In the column: {head} {table.unit}, {', '.join([f'{answered} with a value', *left])}.")
    return " ".join(part for part in parts if part)
