"""Care cascades: each step against the one before and the first, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StageFailed
from pipeline.results import ALL, Key, Number, Results
from pipeline.tables.as_csv import to_csv
from pipeline.tables.as_html import to_html
from pipeline.tables.cascade import BEFORE, BY_LATER, NO, START, UNKNOWN, WITHOUT_EARLIER, cascade, check_steps, stages
from pipeline.tables.exhibits import exhibits
from tests.unit.disclosure.whole import released, written

STUDY = """
variables:
  site: {{codes: {{a: A, b: B}}}}
  tested: {{label: Tested, codes: {{1: "Yes", 0: "No"}}}}
  rna: {{label: RNA, codes: {{p: Positive, n: Negative}}}}
  cured: {{label: Cured, codes: {{1: "Yes", 0: "No"}}}}
cascades:
  hcv: {{title: Hepatitis C, steps: [tested, {{rna: Positive}}, cured], by: site, reached: {}}}
"""
PEOPLE = """
id site tested rna      cured
1  A    Yes    Positive Yes
2  A    Yes    Positive No
3  A    Yes    Positive --
4  A    Yes    Negative No
5  A    Yes    --       ns
6  B    No     Positive No
7  B    No     --       Yes
8  B    --     Positive Yes
9  B    Yes    Negative Yes
10 --   No     Negative No
"""


def told(results: Results, level: str, statistic: str = "n", group: str = ALL) -> list[float | None]:
    held = results.lookup()
    return [held.get(("cascade", "hcv", term, level, group, statistic)) for term in ("tested", "rna", "cured")]


def test_strict_counts_a_step_where_every_one_before_is_reached(made) -> None:  # type: ignore[no-untyped-def]
    found = cascade(*reversed(made(STUDY.format("strict"), people=PEOPLE)), "hcv").results
    assert told(found, BEFORE) == [6, 3, 1]  # 1-5 and 9; of these 1-3; of these 1
    assert told(found, BEFORE, "denominator") == [10, 6, 3]
    assert told(found, BEFORE, "percent") == [60, 50, 100 / 3]
    assert told(found, START) == [None, 3, 1]
    assert told(found, START, "percent") == [None, 50, 100 / 6]
    assert told(found, NO) == [3, 2, 1]  # 6, 7, 10; 4 and 9; 2
    assert told(found, UNKNOWN) == [1, 1, 1]  # 8; 5; 3
    assert told(found, WITHOUT_EARLIER) == [None, 2, 3]  # 6 and 8 were positive, 7, 8 and 9 cured
    assert told(found, BEFORE, group="site=B") == [1, 0, 0]
    assert told(found, WITHOUT_EARLIER, group="site=B") == [None, 2, 3]
    assert found.lookup()["cascade", "hcv", "", "", "site=Missing", "n"] == 1


def test_any_counts_an_earlier_step_for_a_later_one(made) -> None:  # type: ignore[no-untyped-def]
    found = cascade(*reversed(made(STUDY.format("any"), people=PEOPLE)), "hcv").results
    assert told(found, BEFORE) == [9, 7, 4]  # all but 10; 1-3 and 6-9; 1, 7, 8, 9
    assert told(found, BEFORE, "denominator") == [10, 9, 7]
    assert told(found, NO) == [1, 1, 2]  # 10; 4; 2 and 6
    assert told(found, UNKNOWN) == [0, 1, 1]  # nobody; 5; 3
    assert told(found, BY_LATER) == [3, 2, None]  # 6, 7, 8 without a test; 7 and 9 without a positive RNA


def test_the_table_shows_it_in_words(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY.format("strict"), people=PEOPLE)
    exhibit = exhibits(people, study)["hcv"]
    filled = printed(exhibit.table, exhibit.results)
    rows = cells(filled)
    assert [c.head for c in filled.columns] == ["A (n = 5)", "B (n = 4)", "Missing (n = 1)", "Overall (n = 10)"]
    assert rows["Tested"] == ("5 (100%)", "1 (25%)", "0 (0%)", "6 (60%)")
    assert rows["RNA"][-1] == "3 (50%)" and rows["RNA / Of the start"][-1] == "50%"
    assert rows["Cured / Yes, without an earlier step"] == ("0", "3", "0", "3")
    assert rows["RNA / Not known"][-1] == "1"
    assert any("every step before it" in note for note in filled.notes)
    assert "RNA" in to_html(filled) and b"Not known" in to_csv(filled)


def test_a_ledger_that_does_not_add_up_stops() -> None:
    key = Key("cascade", "x", "a", BEFORE, ALL, "n")
    numbers = [Number(Key("cascade", "x"), 9, 9), Number(key, 4, 4), Number(key._replace(level=NO), 4, 4)]
    numbers.append(Number(key._replace(statistic="denominator"), 9, 9))
    with pytest.raises(StageFailed, match="9 people at the step before, but 4 reached it, 4 did not and of 0"):
        check_steps(Results.of(numbers), ["a"])


ANSWERS = st.lists(st.tuples(*[st.sampled_from(["Yes", "No", None])] * 4), max_size=12)


@given(ANSWERS, st.sampled_from(["strict", "any"]))
def test_masks_are_what_person_by_person_comes_out(rows: list[tuple[str | None, ...]], reached: str) -> None:
    frame = pd.DataFrame(rows, columns=list("abcd"), dtype=object)
    found = stages(frame, [(name, "Yes") for name in "abcd"], reached)
    for person, answers in enumerate(rows):
        furthest = next((i for i, a in enumerate(answers) if a != "Yes"), 4)
        if reached == "any":
            furthest = max((i + 1 for i, a in enumerate(answers) if a == "Yes"), default=0)
        for place, stage in enumerate(found):
            here, left = furthest > place, furthest == place
            assert stage.before[person] == (furthest >= place)
            assert stage.reached[person] == here
            assert stage.no[person] == (left and answers[place] == "No")
            assert stage.unknown[person] == (left and answers[place] is None)
            assert stage.odd[person] == (here != (answers[place] == "Yes"))
    assert all(isinstance(s.no, np.ndarray) for s in found)


def test_from_the_cells_of_a_file_to_each_percentage_by_programme() -> None:
    """300 made-up people, each counted by hand: of those at the step before, and of those who reached the first."""
    rng, steps = np.random.default_rng(6), ("tested", "linked", "cured")
    rows: list[tuple[object, ...]] = []
    for _ in range(300):
        yes = rng.random(3) < (0.85, 0.7, 0.8)
        cells = [9 if rng.random() < 0.05 else int(all(yes[: at + 1])) for at in range(3)]
        rows.append((int(rng.integers(1, 4)), *cells))
    codes = "{codes: {1: \"Yes\", 0: \"No\"}, missing: {9: not known}}"
    variables = "\n".join(f"  {step}: {codes}" for step in steps)
    text = written(f"  site: {{codes: {{1: A, 2: B, 3: C}}}}\n{variables}", "  t: {rows: [site]}",
                   f"cascades:\n  care: {{steps: [{', '.join(steps)}], by: site}}")  # fmt: skip
    text = text.replace("rule: journal, below: 5", "rule: none, because: made up")
    found = released(text, f"site {' '.join(steps)}", rows)
    for group, of in ((ALL, (1, 2, 3)), ("site=A", (1,)), ("site=B", (2,)), ("site=C", (3,))):
        here = [row for row in rows if row[0] in of]
        reached = [len([row for row in here if all(cell == 1 for cell in row[1 : at + 2])]) for at in range(3)]
        for at, step in enumerate(steps):
            before = reached[at - 1] if at else len(here)
            key = Key("cascade", "care", step, BEFORE, group, "percent")
            assert found.value(key) == pytest.approx(100 * reached[at] / before)
            assert found.value(key._replace(statistic="n")) == reached[at]
            if at:
                assert found.value(key._replace(level=START)) == pytest.approx(100 * reached[at] / reached[0])
