"""The table of blanks and other answers that count as an answer."""

from __future__ import annotations

from pipeline.disclosure import draft, release
from pipeline.results import Results
from pipeline.tables.fill import fill
from pipeline.tables.missingness import missingness_tables
from tests.drawn import declared, joined

TRIAL = """
data: {file: people.csv, id: id}
design: {kind: cluster trial, cluster: site, arm: arm}
variables:
  arm: {codes: {1: Control, 2: Peer}}
  site: {type: text}
  began: {label: Began, codes: {Y: Started, N: Not started, D: Not started, blank: Not started}, because: made up}
  told: {codes: {1: Told, blank: Not told}}
"""


def drawn(blanks: tuple[int, int], unsure: tuple[int, int]) -> Results:
    """Forty people an arm in ten sites; the first of each arm are blank, the next unsure, the rest alternate."""
    lines = ["id | arm | site | began | told"]
    for arm in (0, 1):
        for i in range(40):
            answer = "" if i < blanks[arm] else "D" if i < blanks[arm] + unsure[arm] else "YN"[i % 2]
            lines.append(f"{arm}-{i} | {arm + 1} | {arm}{i % 10} | {answer} | 1")
    return joined(declared(TRIAL), people="\n".join(lines)).results


def lines(results: Results, exact: bool) -> dict[str, tuple[str, ...]]:
    study = declared(TRIAL)
    (table,) = (t for t in missingness_tables(results, study) if t.name == "counted_as")
    assert table.title == "Answers that count as another one, by arm"
    assert [(c.spanner, c.label) for c in table.columns] == [
        ("Control", "People"), ("Control", "Clusters"), ("Peer", "People"), ("Peer", "Clusters"),
        ("Overall", "People"), ("Overall", "Clusters"),
    ]  # fmt: skip
    filled = fill(table, draft(results) if exact else release(results, study.release))
    return {row.label: row.cells for row in filled.rows}


def test_blanks_stand_by_arm_in_people_and_clusters() -> None:
    found = lines(drawn((12, 6), (5, 9)), exact=True)
    assert found == {
        "Began": ("", "", "", "", "", ""),
        "Not started, by another answer or none": ("17 (43%)", "10", "15 (38%)", "10", "32 (40%)", "20"),
        "of these blank": ("12 (30%)", "10", "6 (15%)", "6", "18 (23%)", "16"),
        "Told": ("", "", "", "", "", ""),
        "Not told, by a blank": ("0 (0%)", "0", "0 (0%)", "0", "0 (0%)", "0"),
    }
    assert lines(drawn((12, 6), (5, 9)), exact=False) == found


def test_few_blanks_in_one_arm_are_withheld_with_what_would_give_them_back() -> None:
    found = lines(drawn((12, 2), (5, 13)), exact=False)
    assert found["of these blank"][2] == "[c]"
    assert "[c]" in (found["of these blank"][0], found["of these blank"][4])
    assert set(found["of these blank"][1::2]) == {"[c]"}
    assert found["Not started, by another answer or none"][0] == "17 (43%)"
