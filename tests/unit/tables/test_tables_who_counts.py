"""What a table says of the people behind its tests and intervals, and of what counts as an answer."""

from __future__ import annotations

import pytest

from pipeline.disclosure import draft, release
from pipeline.errors import Mistakes
from pipeline.results import Key
from pipeline.study import Release
from pipeline.tables.fill import fill
from pipeline.tables.participants import participants
from tests.drawn import declared, joined

TWICE = """
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: End}}
variables:
  age: {type: number, missing: {blank: not answered}}
  mood: {codes: {1: Good, 2: Poor}, missing: {blank: not answered}}
tables:
  t: {rows: [age, mood], waves: [1, 2], tests: true, numbers: [mean_sd]}
"""
TESTED = "Tested are people with an answer at both waves: "


def twice(people: int, only_start: int, no_age_at_the_end: int) -> str:
    """People at both waves, the last of them without an age at the end; then others at the start alone."""
    lines = ["id | w | age | mood"]
    for i in range(people):
        age = "" if i >= people - no_age_at_the_end else 30 + i * i % 7
        lines += [f"p{i} | 1 | {30 + i} | {1 + i % 2}", f"p{i} | 2 | {age} | 1"]
    lines += [f"q{i} | 1 | 50 | 2" for i in range(only_start)]
    return "\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("only_start", "lost", "age", "mood"),
    [(9, 6, "14", "20"), (9, 0, "20", "20"), (9, 3, "[withheld]", "20"), (2, 0, *2 * ("[withheld]",))],
)
def test_tests_of_two_waves_say_of_how_many_people_they_are(only_start, lost, age, mood) -> None:  # type: ignore[no-untyped-def]
    """Unless those who answered once, or who came without an answer, are so few that the difference tells of them."""
    study = declared(TWICE)
    exhibit = participants(joined(study, people=twice(20, only_start, lost)), study, "t")
    assert exhibit.results.get(Key("participants", "t", "age", "", "All", "pairs")) == 20 - lost
    made = fill(exhibit.table, release(exhibit.results, Release(rule="journal", below=5)))
    assert f"{TESTED}Age {age}; Mood {mood}." in made.notes


CLUSTERED = """
data: {file: a.csv, id: id}
design: {kind: cohort, cluster: home}
variables:
  home: {codes: {1: North, 2: South, 3: West}, missing: {blank: lives alone}}
  arm: {codes: {1: A, 2: B}}
  age: {type: number}
tables:
  t: {rows: [age], columns: arm, intervals: usual}
  plain: {rows: [age], columns: arm}
  homes: {rows: [age], columns: home}
"""


def homes(alone: int) -> str:
    drawn = [("" if i < alone else 1 + i % 3, 1 + i % 2, 30 + i) for i in range(40)]
    lines = [f"p{i} | {home} | {arm} | {age}" for i, (home, arm, age) in enumerate(drawn)]
    return "\n" + "\n".join(["id | home | arm | age", *lines]) + "\n"


@pytest.mark.parametrize(("alone", "said"), [(7, "7"), (3, "[withheld]"), (0, None)])
def test_people_without_a_cluster_are_counted_where_errors_are_by_cluster(printed, alone, said) -> None:  # type: ignore[no-untyped-def]
    study = declared(CLUSTERED)
    people = joined(study, people=homes(alone))
    exhibit = participants(people, study, "t")
    made = fill(exhibit.table, release(exhibit.results, Release(rule="journal", below=5)))
    told = [note for note in made.notes if "clusters of one" in note]
    assert told == ([f"People without a cluster count as clusters of one: {said}."] if said else [])
    without = participants(people, study, "plain")
    assert not any("clusters of one" in note for note in printed(without.table, without.results).notes)


CHOICES = """
data: {file: a.csv, id: id}
variables:
  help: {type: choices, codes: {1: Talk, 2: Visits, 9: None of these}, exclusive: 9, separator: ","}
tables:
  people: {rows: [help]}
  answers: {rows: [help], choices: answers}
"""


def test_an_answer_that_stands_alone_counts_among_answers_and_the_note_says_so(printed) -> None:  # type: ignore[no-untyped-def]
    study = declared(CHOICES)
    people = joined(study, people="\nid | help\na | 1,2\nb | 9\nc | 1\n")
    told = {name: participants(people, study, name) for name in ("people", "answers")}
    notes = {name: printed(e.table, e.results).notes for name, e in told.items()}
    key = Key("participants", "answers", "help", "None of these", "All", "answers_percent")
    assert told["answers"].results.get(key) == 100 * 1 / 4
    assert (
        "Several answers possible: percentages of all answers given in the column. "
        "None of these: counted among the answers."
    ) in notes["answers"]
    assert not any("None of these" in note for note in notes["people"])


SESSIONS = """
data:
  people: {file: a.csv, id: id}
  sessions: {file: b.csv, id: s, unit: sessions, parent: {people: who}}
DESIGNvariables:
  where: {in: sessions, codes: {1: Home, 2: Centre}}
  minutes: {in: sessions, type: number}
  kind: {in: sessions, codes: {1: Talk, 2: Walk}}
tables:
  t: {of: sessions, rows: [minutes, kind], columns: where, intervals: INTERVALS, differences: true, tests: true}
"""


def sessions(each: int) -> dict[str, str]:
    """Twelve people with so many sessions each, all of a person at one place and of about the same length."""
    rows = [f"s{i}.{k} | p{i} | {1 + i % 2} | {30 + i * i % 23 + k} | {1 + (i % 5 + k) % 2}"
            for i in range(12) for k in range(each)]  # fmt: skip
    people = "\n".join(["id", *(f"p{i}" for i in range(12))])
    return {"people": f"\n{people}\n", "sessions": "\n" + "\n".join(["s | who | where | minutes | kind", *rows]) + "\n"}


def compared(design: str, each: int, intervals: str = "usual"):  # type: ignore[no-untyped-def]
    study = declared(SESSIONS.replace("DESIGN", f"design: {design}\n").replace("INTERVALS", intervals))
    exhibit = participants(joined(study, **sessions(each)), study, "t")
    wanted = ("ci_low", "ci_high", "difference_low", "difference_high", "p", "df2")
    frame = exhibit.results.frame[exhibit.results.frame["statistic"].isin(wanted)]
    numbers = frame.set_index(["term", "level", "group", "statistic"])["value"]
    return numbers.to_dict(), list(fill(exhibit.table, draft(exhibit.results)).notes)


def test_several_rows_of_one_parent_are_no_independent_people() -> None:
    """Without a declared cluster, too: a person's twenty sessions were twenty people to intervals and tests."""
    found, notes = compared("{kind: cohort}", 20)
    known, _ = compared("{kind: cohort, cluster: who}", 20)
    assert found == pytest.approx(known, nan_ok=True)
    assert found["minutes", "", "All", "p"] > 0.2
    assert any("one row of the table 'people'" in note for note in notes)
    with pytest.raises(Mistakes, match="exact intervals take rows for independent"):
        compared("{kind: cohort}", 20, "exact")


def test_one_row_of_each_parent_stands_for_itself() -> None:
    _, notes = compared("{kind: cohort}", 1, "exact")
    assert any(note.startswith("Welch's t test") for note in notes)
    assert not any("cluster" in note for note in notes)
