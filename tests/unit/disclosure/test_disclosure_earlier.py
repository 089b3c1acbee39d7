"""An earlier release: differences that single out few people."""

from __future__ import annotations

import pytest

from pipeline.disclosure import earlier_release, release
from pipeline.errors import StageFailed
from pipeline.results import Key, Number, Results
from pipeline.study import Release, parse_study
from tests.unit.disclosure.whole import cell, many, written
from tests.unit.disclosure.whole import released as whole_release

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


def health(name: str, levels: dict[str, tuple[int, int]], term: str = "h", groups: tuple[str, str] = ("Men", "Women")
           ) -> Results:  # fmt: skip
    """People by level and sex, as a table tells them."""
    numbers = []
    sums = {"All": 0, **{f"g={sex}": 0 for sex in groups}}
    for level, pair in levels.items():
        for group, n in zip(sums, (sum(pair), *pair), strict=True):
            numbers.append(Number(Key("participants", name, term, level, group), n, n))
            sums[group] += n
    for group, n in sums.items():
        numbers.append(Number(Key("participants", name, "", "", group), n, n))
        numbers.append(Number(Key("participants", name, term, "", group, "denominator"), n, n))
    return Results.of(numbers)


BEFORE = {"Good": (15, 20), "Fair": (12, 10), "Poor": (15, 8)}
SEVEN_CAME = {"Good": (15, 26), "Fair": (12, 10), "Poor": (15, 9)}
"""Seven women, of whom one is in poor health: 9 less 8."""


def withheld_of(now: Results, before: dict[str, tuple[int, int]] = BEFORE) -> set[tuple[str, str]]:
    sent = earlier_release(release(health("t", before), JOURNAL).to_csv(), "reports/old.csv")
    frame = release(now, JOURNAL, earlier=sent).frame
    gone = frame[frame["withheld"] & (frame["level"] != "")]
    return set(zip(gone["level"], gone["group"], strict=True))


@pytest.mark.parametrize(
    ("name", "term", "words", "groups"),
    [
        ("t", "h", {}, ("Men", "Women")),
        ("table1", "h", {}, ("Men", "Women")),
        ("t", "h", {"Poor": "Bad"}, ("Men", "Women")),
        ("table1", "health", {"Poor": "Bad", "Good": "Well"}, ("Men", "Women")),
        ("t", "h", {}, ("Males", "Females")),
    ],
)
def test_one_who_came_is_not_known_by_another_name(
    name: str, term: str, words: dict[str, str], groups: tuple[str, str]
) -> None:
    now = {words.get(level, level): pair for level, pair in SEVEN_CAME.items()}
    assert (words.get("Poor", "Poor"), f"g={groups[1]}") in withheld_of(health(name, now, term, groups))


@pytest.mark.parametrize("merged", ["Not good", "Fair"])
def test_one_who_came_is_not_known_by_a_merge(merged: str) -> None:
    """Ten and eight women are nineteen now."""
    now = {"Good": (15, 26), merged: (27, 19)}
    assert (merged, "g=Women") in withheld_of(health("t", now))


def test_one_who_came_is_not_known_by_a_split() -> None:
    """Eighteen women are ten and nine now: one of the two goes at least."""
    now = {"Good": (15, 26), "Fair": (12, 10), "Poor": (15, 9)}
    gone = withheld_of(health("t", now), {"Good": (15, 20), "Not good": (27, 18)})
    assert gone & {("Fair", "g=Women"), ("Poor", "g=Women")}


def test_the_same_people_under_other_names_are_printed() -> None:
    """Fair and Good differ by less than five, which tells nothing of anybody who came."""
    before = {"Good": (15, 12), "Fair": (12, 10), "Poor": (15, 8)}
    assert not withheld_of(health("table1", {"A": (15, 12), "B": (12, 10), "C": (15, 8)}), before)
    assert not withheld_of(health("t", {"Good": (15, 12), "Not good": (27, 18)}), before)
    assert not withheld_of(health("t", before, "health", ("Males", "Females")), before)


def test_a_regrouped_variable_is_held_against_the_one_that_it_is_made_of() -> None:
    """Today's ``h2`` makes one level of Fair and Poor: nineteen women, who were ten and eight."""
    study = parse_study(
        "title: T\ndata: {file: e.csv, id: id}\ndesign: {kind: cohort}\nvariables:\n"
        "  g: {codes: {1: Men, 2: Women}}\n  h: {codes: {1: Good, 2: Fair, 3: Poor}}\n"
        "  h2: {derive: {regroup: h, into: {Good: [Good], Not good: [Fair, Poor]}}}\n"
        "tables:\n  t: {rows: [h2], columns: g}\n  u: {rows: [h], columns: g}\nrelease: {rule: journal}\n",
        "studies/t.yaml",
    )
    sent = earlier_release(release(health("t", BEFORE), JOURNAL).to_csv(), "reports/old.csv")
    now = health("t", {"Good": (15, 26), "Not good": (27, 19)}, "h2")
    key = Key("participants", "t", "h2", "Not good", "g=Women")
    assert not release(now, JOURNAL, study).withheld(key)
    assert release(now, JOURNAL, study, sent).withheld(key)


def test_what_an_earlier_release_printed_is_not_thought_to_be_less_now() -> None:
    """Then X1 and X3 were 11 together and X2 10; if X1 and X2 were 13 now, and X2 no fewer, X1 would be at most 3."""

    def of(a: tuple[int, int, int]) -> list[tuple[object, ...]]:
        in_a = (("A", level, n) for level, n in enumerate(a, 1))
        return many(*in_a, ("B", 1, 20), ("B", 2, 30), ("B", 3, 40))

    variables = "  arm: {codes: {A: A, B: B}}\n  x: {codes: {1: X1, 2: X2, 3: X3}}"
    tables = "  t: {rows: [x], columns: arm, overall: false}\n  u: {rows: [arm]}"
    then = whole_release(written(variables, tables), "arm x", of((3, 10, 8)))
    now = whole_release(
        written(variables, tables, release=", previous: e.csv"), "arm x", of((3, 10, 20)), then.to_csv()
    )
    shown = [{level: r.withheld(cell("t", "x", level, "arm=A")) for level in ("X1", "X2", "X3")} for r in (then, now)]
    assert shown == [{"X1": True, "X2": False, "X3": True}] * 2
