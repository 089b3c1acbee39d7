"""How much is withheld, by worked examples: as little as hides what is small."""

from __future__ import annotations

import math

import pytest

from pipeline.disclosure import Released, release
from pipeline.results import Key, Number, Results
from pipeline.study import Release
from tests.unit.disclosure.attackers import MISSING, World

JOURNAL = Release(rule="journal")


def released(*numbers: Number, rule: str = "journal") -> Released:
    return release(Results.of({n.key: n for n in numbers}.values()), Release(rule=rule))


def counts(kind: str, name: str, drawn: str, term: str = "") -> list[Number]:
    """Numbers drawn as lines: level or term, group, statistic, value. ``-`` stands for an empty level."""
    numbers = []
    for line in drawn.strip().splitlines():
        level, group, statistic, value = (word.replace("_", " ") for word in line.split())
        key = Key(kind, name, term, "" if level == "-" else level, group, statistic)
        numbers.append(Number(key, float(value), float(value)))
    return numbers


def lost(made: Released, **words: str) -> list[tuple[str, str, str]]:
    """(level, group, statistic) of what was withheld."""
    frame = made.frame[made.frame["withheld"]]
    for word, value in words.items():
        frame = frame[frame[word] == value]
    return sorted(frame[["level", "group", "statistic"]].itertuples(index=False, name=None))


def seven(**small: int) -> World:
    """Seven programmes of about 170 people who answered a question of four levels; 15 did not in each."""
    cells = {(lv, p): n + i for i, p in enumerate("ABCDEFG") for lv, n in zip("wxyz", (60, 50, 30, 12), strict=True)}
    cells |= {(MISSING, p): 15 for p in "ABCDEFG"} | {(name[0], name[1]): n for name, n in small.items()}
    return World(cells, {"All": tuple("ABCDEFG"), **{f"programme={p}": (p,) for p in "ABCDEFG"}})


def test_one_small_cell_in_one_of_seven_groups_costs_a_rectangle() -> None:
    made = released(*(n for n, *_ in seven(zC=3).told("t")))
    cells = {(level, group) for level, group, statistic in lost(made) if statistic == "n"}
    assert ("z", "programme=C") in cells
    assert len(cells) == 4, "two levels of two programmes"
    assert {group for _, group in cells} == {"programme=C", "programme=G"}, "its percentages move least"
    assert not [row for row in lost(made) if row[2] == "denominator"]


def test_missing_answers_of_one_group_cost_no_count_of_the_largest_level() -> None:
    world = seven()
    made = released(*(n for n, *_ in World({**world.n, (MISSING, "C"): 2}, world.groups).told("t")))
    cells = {(level, group) for level, group, statistic in lost(made) if statistic == "n"}
    assert cells == {(lv, f"programme={p}") for lv in ("z", MISSING) for p in "AC"}
    assert all(not made.withheld(Key("participants", "t", "v", lv, "All", "n")) for lv in ("w", "x", "y", "z", MISSING))


def test_the_same_fact_is_withheld_in_every_table() -> None:
    """Two people of Baseline did not answer; two tables and the quality of the data tell it, one of them of no wave."""
    table = World({("x", "-"): 60, ("y", "-"): 38, (MISSING, "-"): 2}, {"All": ("-",)})
    told = [n for name in ("a", "b") for n, *_ in table.told(name)]
    quality = counts("quality", "missingness", """
        - All n 22
        - All denominator 180
        - wave=Baseline n 2
        - wave=Baseline denominator 100
        - wave=Later n 20
        - wave=Later denominator 80
    """, "v")  # fmt: skip
    made = released(*told, *quality)
    for name in ("a", "b"):
        assert made.withheld(Key("participants", name, "v", MISSING, "All", "n"))
        assert made.withheld(Key("participants", name, "v", "", "All", "denominator"))
        assert not made.withheld(Key("participants", name, "", "", "All", "n"))
    held = [Key("quality", "missingness", "v", "", group, "n") for group in ("All", "wave=Baseline", "wave=Later")]
    assert made.withheld(held[1])
    assert made.withheld(held[0]) != made.withheld(held[2]), "one other must go, and one is enough"


def test_a_scale_and_its_reliability_do_not_give_each_other_away() -> None:
    """Of 100 people 98 answered every item; that they were 100 stands elsewhere."""
    scale = counts("scale", "support", "- wave=1 n 95\n- wave=1 missing 5")
    made = released(*scale, *counts("reliability", "support", "- wave=1 n 98"))
    assert lost(made) == [("", "wave=1", "n")]
    assert made.withheld(Key("reliability", "support", "", "", "wave=1", "n"))


def test_a_lone_reason_for_leaving_takes_what_was_read_with_it() -> None:
    flow = """
        - All rows 1000
        - All people 1000
    """
    read, kept = counts("flow", "people", flow, "read"), counts("flow", "people", flow.replace("1000", "998"), "kept")
    left = counts("flow", "people", "no_consent All rows 2\nno_consent All people 2", "left out")
    made = released(*read, *kept, *left)
    frame = made.frame[made.frame["withheld"]]
    assert set(frame["term"]) == {"read", "left out"}
    assert len(frame) == 4


def test_a_second_reason_is_enough() -> None:
    line = "- All rows {}"
    numbers = [*counts("flow", "p", line.format(1000), "read"), *counts("flow", "p", line.format(980), "kept")]
    made = released(*numbers, *counts("flow", "p", "a All rows 2\nb All rows 6\nc All rows 12", "left out"))
    assert lost(made) == [("a", "All", "rows"), ("b", "All", "rows")]


def test_people_who_joined_later_are_not_those_of_the_wave_less_those_followed() -> None:
    heads = "- All n 100\n- wave=2;followed=Followed n 77\n- wave=2;followed=Lost n 23"
    numbers = counts("participants", "f", heads) + counts("participants", "f", "- wave=2 n 3", "joined later")
    lines = "- All {0} 100\n- wave=2;followed=Followed {0} 77\n- wave=2;followed=Lost {0} 23".format("denominator")
    numbers += counts("participants", "f", lines, "age")
    quality = [("All", 180, 0), ("wave=1", 100, 0), ("wave=2", 80, 0)]
    for group, of, n in quality:
        numbers += counts("quality", "missingness", f"- {group} n {n}\n- {group} denominator {of}", "age")
    made = released(*numbers)
    gone = {(k.term, k.group) for k in (Key(*row) for row in made.frame.loc[made.frame["withheld"], list(Key._fields)]
                                        .itertuples(index=False, name=None))}  # fmt: skip
    assert ("joined later", "wave=2") in gone
    assert ("", "wave=2;followed=Followed") in gone and ("", "wave=2;followed=Lost") in gone
    assert ("age", "wave=2;followed=Followed") in gone, "everyone answered, so it is the same number"
    assert ("", "All") not in gone


def test_a_mean_of_few_takes_another_mean_along() -> None:
    groups = {"All": 100, "role=A": 60, "role=B": 37, "role=C": 3}
    keys = {Key("participants", "t", "age", "", g, s): n for g, n in groups.items() for s in ("mean", "sd")}
    numbers = [Number(key, 40.0, n) for key, n in keys.items()]
    assert {group for _, group, _ in lost(released(*numbers))} == {"role=B", "role=C"}


def test_few_left_out_of_a_model_take_its_number_of_rows_along() -> None:
    def model(left: int) -> list[Number]:
        values = {"n": (200 - left, 200 - left), "denominator": (200, left), "missing": (left, left)}
        numbers = [Number(Key("model", "m", statistic=s), v, people) for s, (v, people) in values.items()]
        for kind, term in (("model", "dose"), ("mediation", "")):
            numbers.append(Number(Key(kind, "m", term, "", "adjustment=adjusted"), 200 - left, 200 - left))
        return [*numbers, Number(Key("model", "m", "dose", "", "adjustment=adjusted", "estimate"), 0.5, 200 - left)]

    assert not lost(released(*model(12)))
    made = released(*model(2))
    assert [made.withheld(n.key) for n in model(2)] == [True, True, True, True, True, False]


def test_counts_of_a_models_levels_go_together() -> None:
    numbers = counts("model", "m", "low All n 90\nmiddle All n 4\nhigh All n 80\nlow All clusters 9", "dose")
    assert len(lost(released(*numbers))) == 4


def test_where_a_models_level_has_few_its_estimates_go_too() -> None:
    """Of a few people's level the difference, with what tables tell of the others, is an equation in their answers."""
    def told(n: int) -> set[tuple[str, str, str]]:
        numbers = counts("model", "m", f"low All n 90\nhigh All n {n}", "dose")
        for term in ("dose", "age"):
            for statistic in ("estimate", "std_error", "ci_low", "ci_high", "p"):
                numbers.append(Number(Key("model", "m", term, "", "adjustment=crude", statistic), 0.5, 94))
        made = released(*numbers)
        return {(n.key.term, n.key.statistic) for n in numbers if made.withheld(n.key)}

    estimates = {("dose", s) for s in ("estimate", "std_error", "ci_low", "ci_high", "p")}
    assert told(40) == set()
    assert told(4) == {("dose", "n"), *estimates}


def test_of_two_models_of_one_population_that_differ_by_few_rows_one_says_not_how_many() -> None:
    def model(name: str, rows: int) -> list[Number]:
        said = {"n": rows, "denominator": 200, "missing": 200 - rows}
        return [Number(Key("model", name, statistic=s), v, 200 - rows if s == "missing" else rows)
                for s, v in said.items()]  # fmt: skip

    assert not lost(released(*model("a", 180), *model("b", 170)))
    hidden = lost(released(*model("a", 180), *model("b", 177)))
    assert len(hidden) == 3, "of one of the two: its rows, of how many, and how many were left out"


def test_a_level_may_be_called_anything() -> None:
    """Words in a label that look like the path of a group hide nothing from the rule."""
    names = ["a; b=c", "wave=1", "x=y;z", "|answered"]
    cells = {(lv, name): n for name in names for lv, n in (("p=q;r=s", 40), ("; Missing", 20), (MISSING, 9))}
    cells["; Missing", names[0]] = 2
    world = World(cells, {"All": tuple(names), **{f"role={name}": (name,) for name in names}})
    made = released(*(n for n, *_ in world.told("t")))
    hidden = {(level, group) for level, group, statistic in lost(made) if statistic == "n"}
    assert len(hidden) == 4 and ("; Missing", f"role={names[0]}") in hidden


def test_zero_is_no_small_number_but_tells_of_a_sensitive_answer() -> None:
    world = World({("Positive", "A"): 0, ("Negative", "A"): 60, ("Positive", "B"): 10, ("Negative", "B"): 50},
                  {"All": ("A", "B"), "role=A": ("A",), "role=B": ("B",)})  # fmt: skip
    assert not lost(released(*(n for n, *_ in world.told("t"))))
    made = released(*(n for n, *_ in world.told("t", sensitive=True)))
    assert {(level, group) for level, group, s in lost(made) if s == "n"} == {
        (level, f"role={p}") for level in ("Positive", "Negative") for p in "AB"
    }


def test_nobody_missing_is_told_also_of_a_sensitive_variable() -> None:
    of = Number(Key("quality", "missingness", "hiv", "refused", "All", "denominator"), 90, 90, None, True)
    numbers = [of, of._replace(key=of.key._replace(statistic="percent"), value=0.0, people=0)]
    numbers.append(of._replace(key=of.key._replace(statistic="n"), value=0.0, people=0))
    assert not lost(released(*numbers))


@pytest.mark.parametrize("rule", ["opensafely", "nhs"])
def test_where_counts_are_rounded_a_percentage_goes_with_its_count(rule) -> None:  # type: ignore[no-untyped-def]
    made = released(*(n for n, *_ in seven(zC=3).told("t")), rule=rule)
    percents = {(level, group) for level, group, statistic in lost(made) if statistic == "percent"}
    assert percents >= {(level, group) for level, group, s in lost(made) if s == "n" and level != MISSING}


def test_acro_lets_no_month_pass() -> None:
    month = Number(Key("participants", "t", "start", "", "All", "median_month"), 202403, 900, 0)
    assert released(month).text(month.key) == "2024-03"
    assert released(month, rule="acro").withheld(month.key)


def test_nobody_at_all_is_no_mistake() -> None:
    empty = Number(Key("participants", "t", "v", "x", "All", "percent"), math.nan, 0)
    assert released(empty).text(empty.key) == "NA"
    assert release(Results.of([]), JOURNAL).frame.empty


def test_a_withheld_mean_takes_its_interval_along_and_what_compares_its_column() -> None:
    """The middle of an interval is the mean, its width the SD; a difference less the other column's mean is it, too."""
    people = {"All": 121, "arm=A": 60, "arm=B": 57, "arm=Missing": 4}
    statistics = ("mean", "sd", "ci_low", "ci_high")
    key = Key("participants", "t", "age")
    numbers = [Number(key._replace(group=g, statistic=s), 40.0, n) for g, n in people.items() for s in statistics]
    contrast = "contrast=A - B"
    made = ("difference", "difference_low", "difference_high", "smd")
    numbers += [Number(Key("participants", "t", "age", "", contrast, s), 1.0, 57) for s in made]
    found = released(*numbers)
    withheld = {group for _, group, statistic in lost(found) if statistic == "mean"}
    assert withheld == {"arm=B", "arm=Missing"}
    for group in people:
        alone = [statistic for _, at, statistic in lost(found, group=group)]
        assert sorted(alone) == (sorted(statistics) if group in withheld else [])
    assert len(lost(found, group=contrast)) == len(made)


def test_where_the_overall_mean_goes_the_columns_are_still_compared() -> None:
    arms = {"arm=A": 60, "arm=B": 57}
    numbers = [Number(Key("participants", "t", "age", "", g, "mean"), 40.0, n) for g, n in arms.items()]
    numbers += [Number(Key("participants", "t", "age", "", "All", s), 40.0, 3) for s in ("mean", "ci_low")]
    numbers += [Number(Key("participants", "t", "age", "", "contrast=A - B", "difference"), 1.0, 57)]
    assert {(g, s) for _, g, s in lost(released(*numbers))} == {("All", "mean"), ("All", "ci_low")}
