"""An answer of one wave that is carried to others says who was followed to these: what it leaves were lost."""

from __future__ import annotations

import pytest

from tests.unit.disclosure.whole import cell, released, seen, written

VARIABLES = """
  job: {codes: {Work: Work, Home: Home, School: School, Ill: Ill}}
  job_then: {derive: {at_wave: 1, of: job}}
  age: {type: number}
  age_then: {derive: {at_wave: 1, of: age}}"""
WAVES = ", wave: wave, waves: {1: Start, 2: Later}"
FOLLOWED, LOST = "wave=Later;followed=Followed", "wave=Later;followed=Lost"
JOBS = {"Work": (40, 33), "Home": (30, 27), "School": (20, 12), "Ill": (9, 7)}
"""At the start, and of these later."""


def rows(jobs: dict[str, tuple[int, int]]) -> list[tuple[object, ...]]:
    people = [(job, later > i) for job, (start, later) in jobs.items() for i in range(start)]
    return [
        (number, wave, job, 20 + 3 * number % 41)
        for number, (job, stays) in enumerate(people)
        for wave in ((1, 2) if stays else (1,))
    ]


@pytest.mark.parametrize("later", ["{wave: 2, rows: [job_then]}", "{wave: 2, columns: job_then, rows: [age]}"])
def test_who_was_lost_does_not_follow_from_a_later_table(later: str):
    """Of nine who were ill at the start seven answered later."""
    tables = f"  later: {later}\n  f: {{kind: followed, rows: [job]}}"
    found = released(written(VARIABLES, tables, data=WAVES), "id wave job age", rows(JOBS))
    told = {
        job: cell("later", "", "", f"job_then={job}") if "columns" in later else cell("later", "job_then", job)
        for job in JOBS
    }
    for job in ("Ill", "Home"):
        assert found.withheld(cell("f", "job", job, LOST))
        assert not seen(found, {job: told[job], "followed": cell("f", "job", job, FOLLOWED)})


def test_nor_does_the_mean_age_of_few_who_were_lost():
    """Everyone's mean and the carried one of those who stayed give the sum of three ages."""
    jobs = {"Work": (60, 57)}
    tables = "  first: {wave: 1, rows: [age]}\n  later: {wave: 2, rows: [age_then]}\n  f: {kind: followed, rows: [age]}"
    found = released(written(VARIABLES, tables, data=WAVES), "id wave job age", rows(jobs))
    assert found.withheld(cell("f", "age", "", LOST, "mean"))
    stayed = {"f": cell("f", "age", "", FOLLOWED, "mean"), "later": cell("later", "age_then", statistic="mean")}
    assert not seen(found, stayed)
