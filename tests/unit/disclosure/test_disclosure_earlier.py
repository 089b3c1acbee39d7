"""An earlier release: differences that single out few people."""

from __future__ import annotations

import pytest

from pipeline.disclosure import earlier_release, release
from pipeline.errors import StageFailed
from pipeline.results import Key, Number, Results
from pipeline.study import Release

JOURNAL = Release(rule="journal")


def table(**levels: int) -> Results:
    numbers = [Number(Key("participants", "t", statistic="n"), sum(levels.values()), sum(levels.values()))]
    for level, n in levels.items():
        key = Key("participants", "t", "v", level)
        numbers += [
            Number(key, n, n),
            Number(key._replace(statistic="denominator"), sum(levels.values()), sum(levels.values())),
        ]
    total = sum(levels.values())
    numbers += [
        Number(Key("participants", "t", "v", "", "All", s), v, total)
        for s, v in (("denominator", total), ("mean", 3.0))
    ]
    return Results.of(numbers)


def test_a_count_that_grew_by_few_is_withheld_and_can_not_be_had_from_the_others() -> None:
    before = earlier_release(release(table(x=40, y=30, z=50), JOURNAL).to_csv(), "reports/old.csv")
    now = release(table(x=42, y=40, z=70), JOURNAL, earlier=before)
    said = {lv: now.text(Key("participants", "t", "v", lv)) for lv in "xyz"}
    assert said["x"] == "[c]" and list(said.values()).count("[c]") >= 2
    alone = release(table(x=42, y=40, z=70), JOURNAL)
    assert [alone.text(Key("participants", "t", "v", lv)) for lv in "xyz"] == ["42", "40", "70"]


def test_a_count_that_fell_by_few_is_withheld_like_one_that_grew() -> None:
    before = earlier_release(release(table(x=40, y=30, z=50), JOURNAL).to_csv(), "reports/old.csv")
    now = release(table(x=38, y=40, z=70), JOURNAL, earlier=before)
    assert now.text(Key("participants", "t", "v", "x")) == "[c]"


def test_a_mean_whose_people_nobody_counted_is_withheld_when_it_moved() -> None:
    """Of another mean without its number of people nobody knows by how few it differs."""
    lone = Key("scale", "mood", "", "", "wave=1", "mean")
    before = earlier_release(release(Results.of([Number(lone, 3.1, 60)]), JOURNAL).to_csv(), "reports/old.csv")
    assert release(Results.of([Number(lone, 3.4, 62)]), JOURNAL, earlier=before).withheld(lone)
    assert not release(Results.of([Number(lone, 3.1, 62)]), JOURNAL, earlier=before).withheld(lone)


def test_a_mean_of_few_more_people_is_withheld() -> None:
    before = earlier_release(release(table(x=40, y=30), JOURNAL).to_csv(), "reports/old.csv")
    mean = Key("participants", "t", "v", "", "All", "mean")
    assert release(table(x=42, y=30), JOURNAL, earlier=before).withheld(mean)
    assert not release(table(x=50, y=30), JOURNAL, earlier=before).withheld(mean)


def test_the_same_release_again_withholds_nothing() -> None:
    results = table(x=40, y=30)
    before = earlier_release(release(results, JOURNAL).to_csv(), "reports/old.csv")
    assert not release(results, JOURNAL, earlier=before).frame["withheld"].any()


def test_a_file_that_is_no_results_says_so() -> None:
    with pytest.raises(StageFailed, match="release.previous: old.csv is no results.csv"):
        earlier_release(b"a,b\n1,2\n", "old.csv")
    head = b"kind,name,term,level,group,statistic,value,text\n"
    with pytest.raises(StageFailed, match="old.csv has a value that is no number"):
        earlier_release(head + b"flow,p,kept,,All,people,many,many\n", "old.csv")


def test_an_earlier_release_that_was_saved_in_another_encoding_is_refused() -> None:
    """Its labels would be met by none of today's, and nothing would be held against it, in silence."""
    released = release(table(Tromsø=40, Bodø=30), JOURNAL).to_csv()
    assert earlier_release(released, "old.csv")["participants", "t", "v", "Bodø", "All", "n"] == 30
    with pytest.raises(StageFailed) as refused:
        earlier_release(released.decode("utf-8").encode("cp1252"), "old.csv")
    assert str(refused.value) == "release.previous: old.csv is not UTF-8. Take the file as it was released."


def test_a_path_stays_inside_the_workspace() -> None:
    assert Release(rule="journal", previous="reports/2025/results.csv").previous == "reports/2025/results.csv"
    with pytest.raises(ValueError, match="stays inside"):
        Release(rule="journal", previous="../elsewhere/results.csv")
