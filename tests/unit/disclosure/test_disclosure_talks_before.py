"""Numbers of interviews beside an earlier release: what few people more would tell. All interviews are made up."""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from pipeline.disclosure import Released, earlier_release, release
from pipeline.results import Key, Results
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.themes import interviews
from tests.coded_interviews import coded, told
from tests.compared_coders import both, found, study
from tests.compared_coders import interviews as talks
from tests.unit.disclosure.test_disclosure_interviewed import rows_of

TABLE = "tables: {t: {rows: codes, count: COUNT}}"
BEFORE = "PR 10 Way 1 1\nPR 9 Bus 1 1"


def again(declared: str, before: str, now: str, later: str = "") -> tuple[Results, Released]:
    """What is released now beside what was before; later: the study file now, where it is another."""
    first, then = told(declared, "journal"), told(later or declared, "journal")
    made = [Results.join([interviews(said).results, *(e.results for e in
                          interview_exhibits(coded(said, rows_of(rows)), said).values())])
            for said, rows in ((first, before), (then, now))]  # fmt: skip
    sent = earlier_release(release(made[0], first.release, first).to_csv(), "old.csv")
    return made[1], release(made[1], then.release, then, sent)


@pytest.mark.parametrize("later", ["", TABLE.replace("{t:", "{renamed:")])
@pytest.mark.parametrize(
    ("came", "shown"),
    [("PR 1 Way 7 1", False), ("PR 4 Way 2 1", False), ("PR 7 Way 1 1", True), ("PR 6 Tea 1 1", True)],
)
def test_passages_that_few_people_brought_are_not_told_by_what_was_released_before(
    came: str, shown: bool, later: str
) -> None:
    with_people = [each.replace("COUNT", "[people, segments]") for each in (TABLE, later)]
    results, now = again(with_people[0], BEFORE, f"{BEFORE}\n{came}", with_people[1])
    name = "renamed" if later else "t"
    way = Key("themes", name, "code", "Way", "All", "segments")
    assert results.get(way) == {"PR 7 Way 1 1": 17, "PR 1 Way 7 1": 17, "PR 4 Way 2 1": 18}.get(came, 10)
    assert now.withheld(way) is not shown
    assert not now.withheld(way._replace(level="Bus"))


def test_passages_of_which_nobody_is_told_whose_they_are_stay_as_they_were_or_go() -> None:
    """Seven people more, or one: a table of passages alone does not say which."""
    segments = TABLE.replace("COUNT", "segments")
    _, now = again(segments, BEFORE, f"{BEFORE}\nPR 7 Way 1 1")
    assert now.withheld(Key("themes", "t", "code", "Way", "All", "segments"))
    assert not now.withheld(Key("themes", "t", "code", "Bus", "All", "segments"))
    _, same = again(segments, BEFORE, BEFORE)
    assert not same.frame["withheld"].any()


def test_people_of_a_theme_are_held_against_those_released_before() -> None:
    people = TABLE.replace("COUNT", "people")
    way = Key("themes", "t", "code", "Way")
    assert again(people, BEFORE, f"{BEFORE}\nPR 1 Way 1 1")[1].withheld(way)
    assert not again(people, BEFORE, f"{BEFORE}\nPR 6 Way 1 1")[1].withheld(way)


THEMES = "themes: {Trust: {codes: [trust]}, Tea: {codes: [tea]}}\nagreement: {of: themes}"
PAIRS = ["11", "10", "01", "00", "11", "00"]


def compared(documents: int) -> list[str]:
    return both("trust", islice(cycle(PAIRS), documents)) + both("tea", islice(cycle(PAIRS[::-1]), documents))


@pytest.mark.parametrize(("more", "few"), [(1, True), (4, True), (6, False), (0, False)])
def test_agreement_of_few_interviews_more_is_not_told_where_it_changed(more: int, few: bool) -> None:
    said = study(THEMES)
    before, now = (found(THEMES, compared(n)).results for n in (60, 60 + more))
    sent = earlier_release(release(before, said.release, said).to_csv(), "old.csv")
    out, alone = release(now, said.release, said, sent), release(now, said.release, said)
    assert not alone.frame["withheld"].any()
    gone = out.frame[out.frame["withheld"]]
    assert bool(len(gone)) is few
    shown = out.frame[~out.frame["withheld"]]
    changed = [key for key in map(Key._make, shown[list(Key._fields)].itertuples(index=False, name=None))
               if sent.get(tuple(key)) != out.value(key)]  # fmt: skip
    assert bool(changed) is (more == 6)


@pytest.mark.parametrize(("more", "few"), [(1, True), (6, False)])
def test_saturation_of_few_interviews_more_is_not_told_where_it_changed(more: int, few: bool) -> None:
    asked = "saturation: {orders: 0, run: 3}"
    new = (5, 4, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0)
    said = study(asked)
    before, now = (found(asked, talks(*some)).results for some in (new, (*new, *[1] * more)))
    sent = earlier_release(release(before, said.release, said).to_csv(), "old.csv")
    out = release(now, said.release, said, sent)
    every = Key("saturation", "saturation", "interviews", "", "All", "themes")
    assert sent[tuple(every)] == 16 and now.get(every) == 16 + more
    assert out.withheld(every) is few
    parameters = [Key("saturation", "saturation", term, "", "All", "interviews") for term in ("base", "run", "stop")]
    assert not any(map(out.withheld, parameters))
