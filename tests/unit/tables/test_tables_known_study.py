"""The first table of a published interview study (Joo et al. 2022, Family Practice), made-up people with its counts.

The published percentages stand on five different numbers of people, of which one is stated. Here each line has its own
denominator, and those that were printed otherwise come out as arithmetic has them.
"""

from __future__ import annotations

import pytest

from pipeline.disclosure import release
from pipeline.results import Key
from pipeline.tables.fill import fill
from pipeline.tables.participants import participants

COUNTS = {
    "age": ({"A25": 11, "A45": 26, "A65": 5}, 42, {"A25": 26, "A45": 62, "A65": 12}),
    "gender": ({"Women": 35, "Others": 5}, 40, {"Women": 88, "Others": 13}),
    "ethnicity": ({"E1": 3, "E2": 12, "E3": 1, "E4": 23}, 39, {"E1": 8, "E2": 31, "E3": 3, "E4": 59}),
    "education": (
        {"D1": 2, "D2": 3, "D3": 4, "D4": 15, "D5": 18}, 42,
        {"D1": 5, "D2": 7, "D3": 10, "D4": 36, "D5": 43},
    ),
    "role": ({"Recipient": 15, "Supporter": 14, "Leader": 14}, 43, {"Recipient": 35, "Supporter": 33, "Leader": 33}),
    "programme": (
        {"A": 8, "B": 6, "C": 5, "D": 9, "E": 5, "F": 7, "G": 1}, 41,
        {"A": 20, "B": 15, "C": 12, "D": 22, "E": 12, "F": 17, "G": 2},
    ),
}  # fmt: skip
PEOPLE = 43


def study_text() -> str:
    variables = "".join(
        f"  {v}: {{codes: {{{', '.join(f'{level}: {level}' for level in levels)}}}}}\n"
        for v, (levels, _, _) in COUNTS.items()
    )
    tables = f"  t: {{rows: [{', '.join(COUNTS)}]}}\n  by: {{rows: [programme], columns: role}}\n"
    return f"variables:\n{variables}tables:\n{tables}"


def drawn() -> str:
    columns = [[level for level, n in levels.items() for _ in range(n)] for levels, _, _ in COUNTS.values()]
    columns = [column + ["--"] * (PEOPLE - len(column)) for column in columns]
    return "\n".join(
        [" ".join(["id", *COUNTS]), *(" ".join(map(str, line)) for line in zip(range(PEOPLE), *columns, strict=True))]
    )


@pytest.mark.parametrize("variable", COUNTS)
def test_each_line_has_its_own_denominator(made, printed, cells, variable) -> None:  # type: ignore[no-untyped-def]
    levels, answered, percent = COUNTS[variable]
    study, people = made(study_text(), people=drawn())
    exhibit = participants(people, study, "t")
    rows = cells(printed(exhibit.table, exhibit.results))
    label = variable.capitalize()
    assert rows[label] == (str(answered),)
    for level, n in levels.items():
        assert rows[f"{label} / {level}"] == (f"{n} ({percent[level]}%)",)
        assert exhibit.results.get(Key("participants", "t", variable, level, "All", "percent")) == 100 * n / answered
    assert rows.get(f"{label} / Missing") == ((str(PEOPLE - answered),) if answered < PEOPLE else None)
    assert sum(levels.values()) == answered


def test_its_smallest_programme_does_not_pass_the_door(made) -> None:  # type: ignore[no-untyped-def]
    """One informant in programme G, a leader: neither she nor what gives her back is printed."""
    study, people = made(study_text(), people=drawn())
    exhibit = participants(people, study, "by")
    rows = {row.label: row.cells for row in fill(exhibit.table, release(exhibit.results, study.release)).rows}
    assert rows["G"] == ("0 (0%)", "0 (0%)", "[c]", "[c]")
    assert [line for line, cells in rows.items() if cells[2] == "[c]"] == ["Programme", "C", "E", "G", "Missing"]
    assert [line for line, cells in rows.items() if cells[3] == "[c]"] == ["Programme", "E", "G", "Missing"]
    assert rows["A"] == ("8 (53%)", "0 (0%)", "0 (0%)", "8")
