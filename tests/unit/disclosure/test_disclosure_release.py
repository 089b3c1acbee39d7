"""The one door: small numbers stay inside, and nobody gets them back by subtraction."""

from __future__ import annotations

import math

import pytest

from pipeline.disclosure import Released, as_text, draft, half_up, release
from pipeline.errors import StageFailed
from pipeline.results import Key, Number, Results, Sentence
from pipeline.study import Release

JOURNAL = Release(rule="journal")
Counts = dict[str, dict[str, int]]


def key(term: str, level: str, group: str, statistic: str) -> Key:
    return Key("participants", "t", term, level, group, statistic)


def table(columns: Counts) -> Results:
    """A participants table of one variable ``v``: columns -> level -> n (level ``Missing`` among them), and Overall."""
    overall: dict[str, int] = {}
    for level, n in (item for levels in columns.values() for item in levels.items()):
        overall[level] = overall.get(level, 0) + n
    numbers = []
    for group, levels in {**{f"p={c}": v for c, v in columns.items()}, "All": overall}.items():
        answered = sum(n for level, n in levels.items() if level != "Missing")
        numbers.append(Number(key("", "", group, "n"), sum(levels.values()), sum(levels.values())))
        numbers.append(Number(key("v", "", group, "missing"), levels["Missing"], levels["Missing"]))
        numbers.append(Number(key("v", "", group, "denominator"), answered, answered))
        for level, n in levels.items():
            numbers.append(Number(key("v", level, group, "n"), n, n))
            if level != "Missing":
                numbers.append(Number(key("v", level, group, "denominator"), answered, answered))
                share = 100 * n / answered if answered else math.nan
                numbers.append(Number(key("v", level, group, "percent"), share, n))
    return Results.of(numbers)


def test_a_table_without_small_numbers_is_printed_as_it_is():
    released = release(table({"A": {"x": 40, "y": 30, "Missing": 10}, "B": {"x": 30, "y": 20, "Missing": 0}}), JOURNAL)
    assert not released.frame["withheld"].any()
    assert released.text(key("v", "x", "p=A", "n")) == "40"
    assert released.text(key("v", "x", "All", "percent")) == f"{100 * 70 / 120:.1f}"


def printed(released: Released, columns: Counts, level: str) -> list[str]:
    return [released.text(key("v", level, group, "n")) for group in (*(f"p={c}" for c in columns), "All")]


def test_a_small_cell_takes_the_corners_of_a_rectangle_with_it():
    columns = {"A": {"x": 40, "y": 30, "z": 9, "Missing": 10}, "B": {"x": 30, "y": 20, "z": 2, "Missing": 20}}
    released = release(table(columns), JOURNAL)
    assert printed(released, columns, "z") == ["[c]", "[c]", "11"]
    assert printed(released, columns, "y") == ["[c]", "[c]", "50"]
    assert printed(released, columns, "x") == ["40", "30", "70"]
    assert printed(released, columns, "Missing") == ["10", "20", "30"]
    assert [released.withheld(key("v", lv, "p=B", "percent")) for lv in "xyz"] == [False, True, True]
    assert released.text(key("v", "", "p=B", "denominator")) == "52"
    assert released.text(key("v", "x", "p=B", "percent")) == f"{100 * 30 / 52:.1f}"


def test_a_few_missing_answers_take_few_others_with_them():
    columns = {"A": {"x": 840, "y": 650, "z": 100, "Missing": 10}, "B": {"x": 932, "y": 700, "z": 90, "Missing": 2}}
    released = release(table(columns), JOURNAL)
    assert printed(released, columns, "Missing") == ["[c]", "[c]", "12"]
    assert printed(released, columns, "z") == ["[c]", "[c]", "190"], "what is missing would be n less the levels"
    assert printed(released, columns, "x") == ["840", "932", "1,772"]
    assert [released.withheld(key("v", "", g, "denominator")) for g in ("p=A", "p=B", "All")] == [True, True, False]
    shares = [released.text(key("v", "x", g, "percent")) for g in ("p=A", "p=B", "All")]
    assert shares == [str(round(100 * n / of)) for n, of in ((840, 1590), (932, 1722), (1772, 3312))], "no decimals"


def test_a_small_group_takes_its_column_and_another_head():
    levels = {"A": (40, 30, 0), "B": (20, 20, 0), "G": (2, 1, 0)}
    columns = {c: dict(zip(("x", "y", "Missing"), n, strict=True)) for c, n in levels.items()}
    released = release(table(columns), JOURNAL)
    assert released.text(key("", "", "p=A", "n")) == "70"
    assert released.withheld(key("", "", "p=G", "n")) and released.withheld(key("", "", "p=B", "n"))
    assert printed(released, columns, "x") == ["40", "[c]", "[c]", "62"]
    assert printed(released, columns, "y") == ["30", "[c]", "[c]", "51"]


def test_a_mean_on_few_people_and_single_peoples_values_stay_inside():
    stands = (("mean", 4), ("sd", 4), ("max", 900), ("median", 9), ("q1", 10))  # quartiles need twice as many people
    numbers = [Number(key("age", "", "All", s), 40.0, n) for s, n in stands]
    released = release(Results.of(numbers), JOURNAL)
    assert [released.withheld(n.key) for n in numbers] == [True, True, True, True, False]


def test_everyone_or_no_one_tells_on_a_sensitive_variable():
    numbers = [
        Number(key("hiv", "Positive", g, "percent"), v, 50, sensitive=True) for g, v in (("p=A", 100.0), ("p=B", 40.0))
    ]
    numbers += [Number(key("sex", "Women", "p=A", "percent"), 100.0, 50)]
    released = release(Results.of(numbers), JOURNAL)
    assert [released.withheld(n.key) for n in numbers] == [True, False, False]


def test_rule_none_keeps_ten_significant_digits_and_journal_the_printed_ones():
    results = Results.of([Number(key("age", "", "All", "mean"), 100 / 7, 900)])
    assert release(results, Release(rule="none", because="made up")).value(key("age", "", "All", "mean")) == 14.28571429
    assert release(results, JOURNAL).value(key("age", "", "All", "mean")) == 14.3


@pytest.mark.parametrize(("rule", "count", "printed"), [
    ("opensafely", 7, "[c]"), ("opensafely", 8, "10"), ("opensafely", 12, "10"), ("opensafely", 13, "15"),
    ("midpoint6", 0, "0"), ("midpoint6", 6, "3"), ("midpoint6", 7, "9"), ("nhs", 7, "[c]"), ("nhs", 8, "10"),
    ("cms", 10, "[c]"), ("cms", 11, "11"), ("acro", 9, "[c]"), ("acro", 10, "10"), ("journal", 4, "[c]"),
    ("journal", 5, "5"),
])  # fmt: skip
def test_each_rule_has_its_own_threshold_and_rounding(rule, count, printed):
    results = Results.of([Number(Key("themes", "interviews", "people", "Recipients"), count, count)])
    assert release(results, Release(rule=rule)).text(Key("themes", "interviews", "people", "Recipients")) == printed


def test_the_programme_counts_of_the_facts_under_opensafely():
    counts = dict(zip("ABCDEFG", (8, 6, 5, 9, 5, 7, 1), strict=True))
    numbers = [Number(Key("programmes", "t", "programme", p), n, n) for p, n in counts.items()]
    released = release(Results.of(numbers), Release(rule="opensafely"))
    assert [released.text(n.key) for n in numbers] == ["10", "[c]", "[c]", "10", "[c]", "[c]", "[c]"]


def test_acro_lets_no_mean_pass_whose_largest_values_nobody_knows():
    results = Results.of([Number(key("age", "", "All", "mean"), 40.0, 900)])
    assert release(results, Release(rule="acro")).withheld(key("age", "", "All", "mean"))


@pytest.mark.parametrize("statistic", ["weighted_mean", "weighted_median", "ci_low", "ci_high", "difference"])
def test_acro_lets_nothing_pass_that_is_or_gives_a_mean(statistic: str) -> None:
    of_age, of_women = key("age", "", "All", statistic), key("sex", "Women", "All", "ci_low")
    mean = key("age", "", "All", "weighted_mean" if statistic.startswith("weighted") else "mean")
    numbers = {k: Number(k, v, 900) for k, v in ((mean, 40.0), (of_age, 40.0), (of_women, 0.4))}
    released = release(Results.of(numbers.values()), Release(rule="acro"))
    assert released.withheld(of_age)
    assert not released.withheld(of_women), "a share's interval is made of counts"


def test_a_weighted_mean_stands_on_as_many_people_as_a_mean() -> None:
    numbers = [Number(key(term, "", "All", "weighted_mean"), 40.0, n) for term, n in (("age", 6), ("hope", 7))]
    released = release(Results.of(numbers), Release(rule="midpoint6"))
    assert [released.withheld(n.key) for n in numbers] == [True, False]


def test_a_withheld_number_in_prose_is_words_and_an_unknown_one_stops():
    results = Results.of([Number(key("v", "x", "All", "n"), 3, 3), Number(key("u", "y", "All", "n"), 1200, 1200)])
    released = release(results, JOURNAL)
    assert (
        released.say(Sentence("{a} of {b}", {"a": key("v", "x", "All", "n"), "b": key("u", "y", "All", "n")}))
        == "[withheld] of 1,200"
    )
    with pytest.raises(StageFailed, match="no result has: participants / t / w / x / All / n"):
        released.say(Sentence("{a}", {"a": key("w", "x", "All", "n")}))


def test_results_csv_is_utf8_sorted_by_code_point_and_empty_where_withheld():
    results = Results.of([Number(key("å", "x", "All", "n"), 3, 3), Number(key("Z", "x", "All", "n"), 1200, 1200)])
    assert release(results, JOURNAL).to_csv().decode() == (
        "kind,name,term,level,group,statistic,value,text\n"
        'participants,t,Z,x,All,n,1200,"1,200"\n'
        "participants,t,å,x,All,n,,[c]\n"
    )


def test_a_draft_withholds_nothing():
    results = Results.of([Number(key("v", "x", "All", "n"), 1, 1)])
    assert draft(results).text(key("v", "x", "All", "n")) == "1"


@pytest.mark.parametrize(("value", "decimals", "expected"), [
    (87.5, 0, 88.0), (2.5, 0, 3.0), (0.5, 0, 1.0), (-2.5, 0, -3.0), (2.675, 2, 2.68), (1.005, 2, 1.01),
    (100 * 35 / 40, 0, 88.0),
])  # fmt: skip
def test_rounding_is_half_up_on_the_number_as_written(value, decimals, expected):
    assert half_up(value, decimals) == expected


@pytest.mark.parametrize(("statistic", "value", "text"), [
    ("p", 0.0004, "<0.001"), ("p", 0.0042, "0.004"), ("p", 0.0096, "0.01"), ("p", 0.04567, "0.046"),
    ("p", 0.0504, "0.0504"), ("p", 0.0496, "0.0496"), ("p", 0.05, "0.050"), ("p", 0.046, "0.046"),
    ("p", 0.0551, "0.06"), ("p", 0.0449, "0.04"), ("p", 0.995, ">0.99"),
    ("estimate", -0.4499, "\u22120.45"), ("estimate", -0.001, "0.00"), ("n", 12345, "12,345"), ("sd", math.nan, "NA"),
])  # fmt: skip
def test_text_as_printed(statistic, value, text):
    assert as_text(statistic, value) == text


@pytest.mark.parametrize("rule", ["opensafely", "nhs", "midpoint6"])
def test_where_counts_are_rounded_nothing_that_is_made_of_the_exact_ones_is_printed(rule: str) -> None:
    """Wilson's limits of 43 of 108 are not those of 45 of 110: they would tell which of the counts it was."""
    key = Key("participants", "t", "sex", "Women", "All")
    numbers = [Number(key._replace(statistic=s), v, 43) for s, v in (("n", 43.0), ("percent", 39.81), ("ci_low", 31.1))]
    numbers.append(Number(key._replace(statistic="denominator"), 108.0, 108))
    numbers.append(Number(key._replace(statistic="answers_percent"), 20.1, 43))
    numbers.append(Number(key._replace(group="contrast=A - B", statistic="difference"), 3.1, 43))
    numbers.append(Number(Key("participants", "t", "sex", "", "All", "p"), 0.04, 108))
    released = release(Results.of(numbers), Release(rule=rule))
    told = {n.key.statistic for n in numbers if not released.withheld(n.key)}
    assert told == {"n", "percent", "denominator"}


@pytest.mark.parametrize(("weights", "told"), [((1.0, 3.0), True), ((2.0, 2.0), False)])
def test_a_weighted_percentage_of_rounded_counts_needs_weights_that_differ(
    weights: tuple[float, float], told: bool
) -> None:
    total, squares = 54 * sum(weights), 54 * sum(w * w for w in weights)
    numbers = [Number(Key("participants", "t", "", "", "All", "effective_n"), total**2 / squares, 108)]
    share = Key("participants", "t", "sex", "Women", "All", "weighted_percent")
    numbers += [Number(share, 40.0, 43), Number(share._replace(statistic="n"), 43.0, 43)]
    assert release(Results.of(numbers), Release(rule="opensafely")).withheld(share) is not told
