"""What a study file can ask of a participants table, each against numbers counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.errors import Mistakes
from pipeline.models.survey import SurveyDesign, survey_mean
from pipeline.results import Key
from pipeline.tables.balance import smd_levels, smd_means
from pipeline.tables.intervals import exact, logit_interval, newcombe, of_mean, welch, wilson
from pipeline.tables.participants import participants
from pipeline.tables.table import table_from_dict

VARIABLES = """
variables:
  arm: {codes: {a: A, b: B}}
  place: {codes: {x: Town, y: Country}}
  age: {type: number, unit: years}
  mood: {type: ordered, codes: {1: Good, 2: Fair, 3: Poor}}
  calm: {type: ordered, codes: {1: Good, 2: Fair, 3: Poor}}
  help: {type: choices, codes: {1: Talk, 2: Visits}}
  began: {type: date, format: "%Y-%m-%d"}
tables:
  t: {rows: [ROWS], OPTIONS}
"""
PEOPLE = """
id arm place   age mood calm help        began
1  A   Town    20  Good Good Talk        2024-01-05
2  A   Town    30  Good Fair Talk,Visits 2024-02-05
3  A   Country 40  Poor Poor none        2024-02-20
4  A   Country --  Fair ns   --          --
5  B   Town    50  Good Good Visits      2024-05-01
6  B   Country 70  --   --   Talk        2024-06-30
7  --  Town    90  Poor Good Talk,Visits 2025-01-01
"""


@pytest.fixture
def table(made, printed, cells):  # type: ignore[no-untyped-def]
    def build(rows: str, options: str, people: str = PEOPLE, head: str | None = None, variables: str = VARIABLES):  # type: ignore[no-untyped-def]
        text = variables.replace("ROWS", rows).replace("OPTIONS", options)
        study, held = made(text, people=people, **({"head": head} if head else {}))
        exhibit = participants(held, study, "t")
        again = table_from_dict(exhibit.table.to_dict())
        assert again == exhibit.table
        filled = printed(exhibit.table, exhibit.results)
        return exhibit, filled, cells(filled)

    return build


def number(exhibit, term: str, level: str, group: str, statistic: str) -> float:  # type: ignore[no-untyped-def]
    return exhibit.results.get(Key("participants", "t", term, level, group, statistic))


def test_lines_of_numbers_are_chosen_and_months_stand_for_days(table) -> None:  # type: ignore[no-untyped-def]
    exhibit, _, rows = table("age, began", "columns: arm, numbers: [median_iqr, range]")
    assert "Age / Mean (SD)" not in rows
    assert rows["Age / Range"][:2] == ("20 to 40", "50 to 70")
    assert rows["Began / First and last month"] == (
        "2024-01 to 2024-02",
        "2024-05 to 2024-06",
        "2025-01 to 2025-01",
        "2024-01 to 2025-01",
    )
    frame = exhibit.results.frame
    held = frame[(frame["statistic"] == "min") & (frame["group"] == "All")]
    assert held["people"].tolist() == [1], "the least value is one person's"
    months = frame[(frame["statistic"] == "max_month") & (frame["group"] == "arm=A")]
    assert months["people"].tolist() == [2], "two people began in that month"


def test_overall_stands_first_last_or_nowhere(table) -> None:  # type: ignore[no-untyped-def]
    for option, labels in (("first", ["Overall", "A", "B", "Missing"]), ("last", ["A", "B", "Missing", "Overall"]),
                           ("false", ["A", "B", "Missing"])):  # fmt: skip
        assert [c.label for c in table("age", f"columns: arm, overall: {option}")[1].columns] == labels


def test_percentages_of_rows_and_cells(table) -> None:  # type: ignore[no-untyped-def]
    _, _, rows = table("mood", "columns: arm, percent: row")
    assert rows["Mood / Good"] == ("2 (67%)", "1 (33%)", "0 (0%)", "3 (100%)")
    assert rows["Mood / Poor"] == ("1 (50%)", "0 (0%)", "1 (50%)", "2 (100%)")
    exhibit, filled, rows = table("mood, help", "columns: arm, percent: cell")
    assert rows["Mood / Good"] == (f"2 ({100 * 2 / 6:.0f}%)", "1 (17%)", "0 (0%)", "3 (50%)")
    assert number(exhibit, "mood", "Good", "arm=A", "denominator") == 6
    assert number(exhibit, "mood", "", "arm=A", "denominator") == 4
    assert any("everyone with an answer in all columns" in n for n in filled.notes)
    assert rows["Help (several answers possible) / Talk"][0] == "2 (33%)", "2 of the 6 people who answered"


def test_counts_with_their_denominators(table) -> None:  # type: ignore[no-untyped-def]
    assert table("mood", "columns: arm, counts: n/N")[2]["Mood / Good"][1] == "1/1 (100%)"


def test_choices_on_the_basis_of_answers_and_of_both(table) -> None:  # type: ignore[no-untyped-def]
    label = "Help (several answers possible)"
    _, filled, rows = table("help", "choices: answers")
    assert rows[f"{label} / Talk"] == (f"4 ({100 * 4 / 7:.0f}%)",)
    assert rows[f"{label} / Answers given"] == ("7",)
    exhibit, _, rows = table("help", "choices: both")
    assert rows[f"{label} / Talk"][0].startswith("4 (67%; 57%")
    assert number(exhibit, "help", "Talk", "All", "denominator") == 6


@pytest.mark.parametrize("percent", ["row", "cell"])
def test_a_share_of_answers_says_that_it_is_of_its_own_column(table, percent) -> None:  # type: ignore[no-untyped-def]
    """In a table of row or cell percentages, too: what others answered elsewhere is no part of it."""
    unlike = "Percentages of answers are of their own column, unlike the others."
    exhibit, filled, _ = table("mood, help", f"columns: arm, choices: answers, percent: {percent}")
    levels = exhibit.results.frame
    here = levels[(levels["term"] == "help") & (levels["group"] == "arm=A")]
    n = here[(here["statistic"] == "n") & (here["level"] != "Missing")].set_index("level")["value"]
    share = here[here["statistic"] == "answers_percent"].set_index("level")["value"]
    assert share.to_dict() == pytest.approx((100 * n / n.sum()).to_dict()) and share.sum() == pytest.approx(100)
    assert any(note.endswith(unlike) and "all answers given in the column" in note for note in filled.notes)
    for option in ("choices: answers", f"choices: people, percent: {percent}"):
        assert not any(unlike in note for note in table("mood, help", f"columns: arm, {option}")[1].notes)


def test_missing_as_column_footnote_and_by_reason(table) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = table("age, calm", "columns: arm, missing: column")
    assert [c.label for c in filled.columns][-1] == "Missing"
    assert rows["Age"] == ("3", "2", "1", "6", "1") and rows["Age / Mean (SD)"][-1] == ""
    assert "Age / Missing" not in rows
    assert rows["Calm / Not asked"] == ("1", "0", "0", "1", ""), "by design is another thing"
    exhibit, filled, rows = table("age, mood", "columns: arm, missing: footnote")
    assert "Age / Missing" not in rows
    assert {n.template for row in exhibit.table.rows for n in row.notes} == {"Missing: {n0}."}
    assert [words for _, words in filled.footnotes] == ["Missing: 1."]
    _, _, rows = table("age", "columns: arm, missing: reasons")
    assert rows["Age / Missing"] == rows["Age / No answer"] == ("1", "0", "0", "1")


def test_columns_within_columns_leave_out_those_in_which_nobody_stands(table) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, rows = table("age", "columns: [place, arm]")
    assert [(c.spanner, c.label, c.n) for c in filled.columns] == [
        ("Town", "A", "2"), ("Town", "B", "1"), ("Town", "Missing", "1"), ("Country", "A", "2"), ("Country", "B", "1"),
        ("", "Overall", "7"),
    ]  # fmt: skip
    assert rows["Age / Mean (SD)"][0] == "25.0 (7.1)"
    assert number(exhibit, "age", "", "place=Town;arm=A", "mean") == 25
    assert "Columns in which nobody stands are left out." in filled.notes


WAVES = """
title: Made up
data: {file: made-up.csv, id: id, wave: w, waves: {1: First, 2: Later, 3: Last}}
design: {kind: cohort}
release: {rule: journal}
"""
TWICE = """
id wave  arm age mood help
1  First A   20  Good Talk
1  Later A   22  Fair none
2  First A   30  Good Talk
2  Later A   31  Fair none
3  First B   40  Poor none
3  Later B   44  Poor Talk
4  First B   50  Good Talk
5  Later B   60  Fair Talk
"""


def test_waves_stand_side_by_side(table) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, rows = table("age, mood", "columns: arm, waves: [1, 2]", TWICE, WAVES)
    assert [(c.spanner, c.label, c.n) for c in filled.columns] == [
        ("First", "A", "2"), ("First", "B", "2"), ("First", "Overall", "4"),
        ("Later", "A", "2"), ("Later", "B", "2"), ("Later", "Overall", "4"),
    ]  # fmt: skip
    assert rows["Mood / Fair"] == ("0 (0%)", "0 (0%)", "0 (0%)", "2 (100%)", "1 (50%)", "3 (75%)")
    assert number(exhibit, "age", "", "wave=Later;arm=A", "mean") == 26.5
    _, filled, _ = table("age", "waves: all", TWICE, WAVES)
    assert [(c.label, c.n) for c in filled.columns] == [("First", "4"), ("Later", "4"), ("Last", "0")]


def test_the_same_people_at_two_waves_are_tested_as_pairs(table) -> None:  # type: ignore[no-untyped-def]
    from scipy import stats

    exhibit, filled, _ = table("age, mood, help", "waves: [1, 2], tests: true", TWICE, WAVES)
    change = np.array([2.0, 1, 4])
    assert number(exhibit, "age", "", "All", "p") == pytest.approx(stats.ttest_1samp(change, 0).pvalue)
    assert number(exhibit, "help", "Talk", "All", "p") == 1, "two stopped, one began: exact McNemar"
    assert "Paired t test: Age." in filled.notes
    assert filled.rows[0].cells[-1] != ""


def test_intervals_of_people_who_stand_for_themselves(table) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, rows = table("age, mood", "columns: arm, intervals: usual")
    low, high = (100 * float(x) for x in wilson(2, 4))
    assert number(exhibit, "mood", "Good", "arm=A", "ci_low") == pytest.approx(low)
    assert number(exhibit, "mood", "Good", "arm=A", "ci_high") == pytest.approx(high)
    assert rows["Mood / Good"][0] == f"2 (50%; {low:.1f} to {high:.1f})"
    mean = of_mean(30, 10, 3)
    assert number(exhibit, "age", "", "arm=A", "ci_low") == pytest.approx(float(mean.low))
    assert rows["Age / Mean (95% CI)"][0] == f"30.0 ({mean.low:.1f}, {mean.high:.1f})"
    exhibit, filled, _ = table("mood", "columns: arm, intervals: exact")
    assert number(exhibit, "mood", "Good", "arm=A", "ci_low") == pytest.approx(100 * float(exact(2, 4).low))
    assert any("Clopper" in n for n in filled.notes)


def test_differences_and_standardised_differences(table) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, rows = table("age, mood, help", "columns: arm, differences: true, smd: true, overall: false")
    found = welch(30, 10, 3, 60, math.sqrt(200), 2)
    path = "contrast=A - B"
    values = [number(exhibit, "age", "", path, s) for s in ("difference", "difference_low", "difference_high")]
    assert values == pytest.approx(list(found))
    assert (
        rows["Age / Mean (SD)"][3].startswith("−30.0 (")
        and rows["Age"][3] == ""
        and rows["Age / Median [IQR]"][3] == ""
    )
    assert number(exhibit, "mood", "Good", path, "difference") == pytest.approx(100 * (2 / 4 - 1))
    assert number(exhibit, "mood", "Good", path, "difference_low") == pytest.approx(100 * newcombe(2, 4, 1, 1).low)
    assert number(exhibit, "age", "", path, "smd") == pytest.approx(smd_means(30, 10, 60, math.sqrt(200)))
    theirs = smd_levels(np.array([0.5, 0.25, 0.25]), np.array([1.0, 0, 0]))
    assert number(exhibit, "mood", "", path, "smd") == pytest.approx(theirs)
    assert rows["Mood"][4] == f"{theirs:.2f}" and rows["Mood / Good"][4] == ""
    assert rows["Help (several answers possible) / Talk"][4] != ""
    assert [c.spanner for c in filled.columns][-2:] == ["A − B", "A − B"]
    assert any("Newcombe" in n for n in filled.notes) and any("Yang and Dalton" in n for n in filled.notes)


def test_what_compares_two_columns_stands_on_the_fewest_people_of_either(table) -> None:  # type: ignore[no-untyped-def]
    """A difference of percentages also on those without the answer: of nearly all, the few others would be told of."""
    options = "columns: arm, differences: true, smd: true, tests: {family: all}, overall: false"
    frame = table("age, mood, help", options)[0].results.frame
    people = {tuple(k): n for *k, n in frame[["term", "level", "group", "statistic", "people"]].itertuples(index=False)}
    path = "contrast=A - B"
    assert people["age", "", path, "difference"] == people["age", "", path, "smd"] == min(3, 2)
    assert people["mood", "Good", path, "difference"] == min(2, 4 - 2, 1, 1 - 1)
    assert people["mood", "", path, "smd"] == 0, "nobody in B is Fair or Poor"
    assert people["help", "Talk", path, "difference"] == people["help", "Talk", path, "smd"] == min(2, 1, 1, 1)
    assert people["age", "", "All", "p"] == min(3, 2), "who has no arm has no part in a test"


def test_three_columns_are_compared_with_the_declared_reference(table) -> None:  # type: ignore[no-untyped-def]
    variables = VARIABLES.replace("calm:", "level: {codes: {1: Good, 2: Fair, 3: Poor}, reference: Fair}\n  calm:")
    people = PEOPLE.replace("mood", "level", 1)
    _, filled, _ = table("age", "columns: level, smd: true", people, variables=variables)
    assert [c.spanner for c in filled.columns][-2:] == ["Good − Fair", "Poor − Fair"]


def test_tests_of_people_who_stand_for_themselves_and_their_adjustment(table) -> None:  # type: ignore[no-untyped-def]
    from scipy import stats

    exhibit, filled, rows = table("age, mood, place", "columns: arm, tests: {adjust: holm}")
    t = stats.ttest_ind([20, 30, 40], [50, 70], equal_var=False).pvalue
    fisher = stats.fisher_exact([[2, 1], [2, 1]])[1]
    assert number(exhibit, "age", "", "All", "p") == pytest.approx(t)
    assert number(exhibit, "place", "", "All", "p") == pytest.approx(fisher)
    assert number(exhibit, "age", "", "All", "p_adjusted") == pytest.approx(min(1, 3 * t))
    assert filled.columns[-1].label == "Adjusted P"
    assert "Welch's t test: Age." in filled.notes
    assert "Fisher's exact test: Mood; Place." in filled.notes
    assert "P values of 3 tests are adjusted together (Holm)." in filled.notes
    same = PEOPLE.replace("mood calm", "mood years")
    for answer in ("Good Good", "Good Fair", "Poor Poor", "Fair ns", "--  --", "Poor Good"):
        same = same.replace(answer, f"{answer.split()[0]} 3")
    extra = VARIABLES.replace("  help:", "  years: {type: number}\n  help:").replace("  calm: {", "  unasked: {")
    exhibit, filled, _ = table("age, years", "columns: arm, tests: {adjust: holm}", same, variables=extra)
    assert math.isnan(number(exhibit, "years", "", "All", "p")), "everyone says 3"
    assert number(exhibit, "age", "", "All", "p_adjusted") == pytest.approx(min(1, 2 * t)), "two were declared"
    assert (
        "Where a test of these gave no P value, it counts as a test that was made, with a P value of 1, so that the "
        "others are not adjusted for fewer."
    ) in filled.notes
    exhibit, filled, _ = table("age, mood", "columns: arm, tests: {family: [age]}, numbers: [median_iqr]")
    assert "Exact Wilcoxon rank-sum test (given the ranks): Age." in filled.notes
    assert not any("Mood" in n for n in filled.notes)


CLUSTERS = VARIABLES.replace(
    "variables:", "variables:\n  programme: {codes: {1: P1, 2: P2, 3: P3, 4: P4, 5: P5, 6: P6, 7: P7, 8: P8}}"
)
CLUSTERED = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cohort, cluster: programme}
release: {rule: journal}
"""


def in_programmes(n: int = 48, seed: int = 2) -> tuple[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    programme = np.arange(n) % 8
    arm = programme % 2
    age = np.round(40 + 5 * rng.normal(size=8)[programme] + 8 * rng.normal(size=n))
    mood = rng.integers(0, 3, n)
    lines = ["id programme arm age mood"] + [
        f"{i} P{p + 1} {'AB'[a]} {x:.0f} {('Good', 'Fair', 'Poor')[m]}"
        for i, (p, a, x, m) in enumerate(zip(programme, arm, age, mood, strict=True))
    ]
    return "\n".join(lines), {"cluster": programme, "side": arm, "age": age, "mood": mood}


def test_people_in_clusters_are_compared_as_such(table) -> None:  # type: ignore[no-untyped-def]
    import pandas as pd

    from pipeline.models.cluster import clustered
    from pipeline.models.linear import ols
    from pipeline.tables.compare import in_clusters

    people, held = in_programmes()
    options = "columns: arm, intervals: usual, differences: true, tests: true"
    exhibit, filled, _ = table("age, mood", options, people, CLUSTERED, CLUSTERS)
    x = pd.DataFrame({"(Intercept)": 1.0, "A": 1.0 - held["side"]})
    model = clustered(ols(x, held["age"]), held["cluster"])
    low, high = model.interval()
    found = [
        number(exhibit, "age", "", "contrast=A - B", s) for s in ("difference", "difference_low", "difference_high")
    ]
    assert found == pytest.approx([model.estimate[1], low[1], high[1]])
    assert number(exhibit, "age", "", "All", "p") == pytest.approx(model.p[1])
    ticks = np.eye(3)[held["mood"]][:, 1:]
    assert number(exhibit, "mood", "", "All", "p") == pytest.approx(in_clusters(ticks, held["side"], held["cluster"]).p)
    here = held["side"] == 0
    good = (held["mood"][here] == 0).astype(float)
    one = clustered(ols(pd.DataFrame({"(Intercept)": np.ones(here.sum())}), good), held["cluster"][here])
    expected = logit_interval(one.estimate[0], one.std_error[0], one.df[0])
    assert number(exhibit, "mood", "Good", "arm=A", "ci_low") == pytest.approx(100 * float(expected.low))
    assert any(n.startswith("Cluster-robust test (CR2, approximate Hotelling): Age; Mood.") for n in filled.notes)


def test_with_few_clusters_the_note_says_that_p_is_not_to_be_relied_on(table) -> None:  # type: ignore[no-untyped-def]
    lines = in_programmes()[0].splitlines()
    few = [lines[0], *(line for line in lines[1:] if line.split()[1] in ("P1", "P2", "P3", "P4"))]
    _, filled, _ = table("age, mood", "columns: arm, tests: true", "\n".join(few), CLUSTERED, CLUSTERS)
    assert "Fewer than 4 degrees of freedom: too few clusters to rely on P: Age." in filled.notes
    assert "No test, because the clusters are too few for so many coefficients: Mood." in filled.notes


def test_columns_of_one_cluster_each_have_the_intervals_of_their_own_people(table) -> None:  # type: ignore[no-untyped-def]
    people, held = in_programmes()
    exhibit, filled, _ = table("mood", "columns: programme, intervals: usual", people, CLUSTERED, CLUSTERS)
    n = int((held["mood"][held["cluster"] == 0] == 0).sum())
    assert number(exhibit, "mood", "Good", "programme=P1", "ci_low") == pytest.approx(100 * float(wilson(n, 6).low))
    assert any("one cluster" in n for n in filled.notes)


def test_overall_speaks_of_clusters_whatever_the_columns_are(table) -> None:  # type: ignore[no-untyped-def]
    people, _ = in_programmes()
    beside, _, _ = table("mood, age", "columns: programme, intervals: usual", people, CLUSTERED, CLUSTERS)
    alone, _, _ = table("mood, age", "intervals: usual", people, CLUSTERED, CLUSTERS)
    for term, level, low, high in (("mood", "Good", "ci_low", "ci_high"), ("age", "", "ci_low", "ci_high")):
        ends = [[number(each, term, level, "All", end) for end in (low, high)] for each in (beside, alone)]
        assert ends[0] == pytest.approx(ends[1])


SURVEY = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey, weight: w, strata: s, psu: u}
release: {rule: journal}
"""


def surveyed(n: int = 60) -> tuple[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(4)
    held = {"weight": np.round(rng.uniform(0.5, 3, n), 2), "strata": np.arange(n) % 3, "psu": np.arange(n) % 12,
            "side": rng.integers(0, 2, n), "age": rng.integers(20, 80, n), "mood": rng.integers(0, 3, n)}  # fmt: skip
    lines = ["id weight strata psu arm age mood"] + [
        f"{i} {held['weight'][i]} {held['strata'][i]} {held['psu'][i]} {'AB'[held['side'][i]]} {held['age'][i]} "
        f"{('Good', 'Fair', 'Poor')[held['mood'][i]]}"
        for i in range(n)
    ]
    return "\n".join(lines), held


def test_a_weighted_table_counts_people_and_weighs_percentages(table) -> None:  # type: ignore[no-untyped-def]
    people, held = surveyed()
    options = "columns: arm, intervals: usual, differences: true, smd: true, tests: true"
    exhibit, filled, rows = table("age, mood", options, people, SURVEY)
    here = held["side"] == 0
    w, good = held["weight"][here], held["mood"][here] == 0
    share = w[good].sum() / w.sum()
    assert number(exhibit, "mood", "Good", "arm=A", "weighted_percent") == pytest.approx(100 * share)
    assert number(exhibit, "mood", "Good", "arm=A", "n") == good.sum()
    assert number(exhibit, "", "", "arm=A", "effective_n") == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert rows["Effective n"][0] == f"{w.sum() ** 2 / (w**2).sum():.1f}"
    design = SurveyDesign.of(held["weight"], held["strata"], held["psu"])
    mean = survey_mean((held["mood"] == 0).astype(float), design, here)
    assert mean.estimate == pytest.approx(share)
    limits = logit_interval(mean.estimate, mean.std_error, mean.df)
    assert number(exhibit, "mood", "Good", "arm=A", "ci_low") == pytest.approx(100 * float(limits.low))
    age = survey_mean(held["age"].astype(float), design, here)
    assert number(exhibit, "age", "", "arm=A", "weighted_mean") == pytest.approx(age.estimate)
    assert number(exhibit, "age", "", "arm=A", "ci_high") == pytest.approx(age.ci_high)
    other = survey_mean(held["age"].astype(float), design, ~here)
    assert number(exhibit, "age", "", "contrast=A - B", "difference") == pytest.approx(age.estimate - other.estimate)
    assert any(n.startswith("Rao–Scott test (second order, F): Mood") for n in filled.notes)
    assert any(n.startswith("Wald test of a survey regression (F): Age") for n in filled.notes)
    assert 0 < number(exhibit, "mood", "", "All", "p") < 1


def test_the_rows_of_a_person_at_several_waves_are_one_sampling_unit(table) -> None:  # type: ignore[no-untyped-def]
    """R survey 4.1.1: ``d <- svydesign(~id, weights = ~w)``, ``confint(svymean(~x, subset(d, wave == 1)), df = 7)`` and
    ``svyciprop(~cat, ..., method = "logit")``; with each row as its own unit the mean's would be 5.888 and 15.712."""
    rows = [(i, wave) for wave, ids in ((1, range(1, 9)), (2, range(1, 21)), (3, range(3, 21))) for i in ids]
    drawn = ["id wave weight age mood"] + [
        f"{i} {('Start', 'Half_a_year', 'A_year')[w - 1]} {1 + i * w % 4} {(i * 7 + w * 3) % 20} "
        f"{('Good', 'Poor')[(i + w) % 2]}"
        for i, w in rows
    ]
    head = SURVEY.replace("id: id}", "id: id, wave: v, waves: {1: Start, 2: Half a year, 3: A year}}")
    head = head.replace("cross-sectional survey, weight: w, strata: s, psu: u", "cohort, weight: w")
    exhibit, _, _ = table("age, mood", "wave: 1, intervals: usual", "\n".join(drawn), head)
    ends = [number(exhibit, "age", "", "All", end) for end in ("ci_low", "ci_high")]
    assert ends == pytest.approx([5.81506555733, 15.7849344427], rel=1e-9)
    ends = [number(exhibit, "mood", "Poor", "All", end) for end in ("ci_low", "ci_high")]
    assert ends == pytest.approx([9.36899430008, 81.1297085379], rel=1e-8)  # R iterates


def test_a_group_in_a_single_sampling_unit_is_not_tested(table) -> None:  # type: ignore[no-untyped-def]
    head, *lines = surveyed()[0].strip().splitlines()
    at = head.split().index("psu")
    arm = head.split().index("arm")
    cells = [line.split() for line in lines]
    for line in cells:
        line[arm] = "A" if line[at] == "5" else "B"
    text = "\n".join([head, *(" ".join(line) for line in cells)])
    exhibit, filled, _ = table("age, mood", "columns: arm, differences: true, tests: true", text, SURVEY)
    why = "a group stands in a single sampling unit, so how units differ can't be known there"
    assert f"No test, because {why}: Age; Mood." in filled.notes
    assert math.isnan(number(exhibit, "age", "", "contrast=A - B", "difference_low"))
    assert not math.isnan(number(exhibit, "age", "", "contrast=A - B", "difference"))


def test_of_two_groups_the_survey_regression_s_test_is_that_of_its_difference(table) -> None:  # type: ignore[no-untyped-def]
    from scipy import stats

    people, _ = surveyed()
    exhibit, _, _ = table("age", "columns: arm, differences: true, tests: true", people, SURVEY)
    d, low = (number(exhibit, "age", "", "contrast=A - B", s) for s in ("difference", "difference_low"))
    df = number(exhibit, "age", "", "All", "df2")
    t = d / ((d - low) / stats.t.ppf(0.975, df))
    assert number(exhibit, "age", "", "All", "p") == pytest.approx(2 * stats.t.sf(abs(t), df))


def test_questions_with_the_same_answers_are_a_grid(table) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = table("{grid: [mood, calm], label: Feelings}", "")
    assert [c.label for c in filled.columns] == ["N", "Good", "Fair", "Poor", "Missing", "Not asked"]
    assert filled.spanners() == [("Overall (n = 7)", 6)]
    assert rows["Feelings / Mood"] == ("6", "3 (50%)", "1 (17%)", "2 (33%)", "1", "0")
    assert rows["Feelings / Calm"] == ("5", "3 (60%)", "1 (20%)", "1 (20%)", "1", "1")
    assert filled.notes[0].startswith("N counts the people who answered the question; percentages are of these")
    _, filled, _ = table("age, {grid: [mood, calm], label: Feelings}", "columns: arm")
    assert [(r.label, r.indent) for r in filled.rows if r.label in ("Feelings", "Mood", "Good")] == [
        ("Feelings", 0), ("Mood", 1), ("Good", 2), ("Good", 2),
    ]  # fmt: skip


def test_a_grid_accounts_for_everyone_in_each_column(table) -> None:  # type: ignore[no-untyped-def]
    """Calm was for those in town: whom it was not for stands in a column, and so does that nobody's mood is missing."""
    people = """
id arm place   mood calm
1  A   Town    Good Good
2  A   Town    Good --
3  B   Country Poor na
4  B   Country Good na
"""
    exhibit, filled, rows = table("{grid: [mood, calm], label: Feelings}", "columns: arm, overall: false", people)
    assert filled.spanners() == [("Arm · A (n = 2)", 6), ("Arm · B (n = 2)", 6)]
    assert [c.label for c in filled.columns[:6]] == ["N", "Good", "Fair", "Poor", "Missing", "Not applicable"]
    assert rows["Feelings / Mood"] == ("2", "2 (100%)", "0 (0%)", "0 (0%)", "0", "0",
                                       "2", "1 (50%)", "0 (0%)", "1 (50%)", "0", "0")  # fmt: skip
    assert rows["Feelings / Calm"] == ("1", "1 (100%)", "0 (0%)", "0 (0%)", "1", "0",
                                       "0", "0 (NA)", "0 (NA)", "0 (NA)", "0", "2")  # fmt: skip


WRONG = [
    ("age", "columns: arm, wave: 1, waves: all", WAVES, "waves", "stands beside 'wave'"),
    ("age", "waves: [9]", WAVES, "waves", "there is no wave '9'"),
    ("age", "waves: all", None, "waves", "the data have no waves"),
    ("age", "waves: [1, 2], columns: arm, smd: true", WAVES, "smd", "compares columns"),
    ("age", "waves: all, tests: true", WAVES, "tests", "compare two waves"),
    ("age", "columns: [arm, arm]", None, "columns", "stands in it twice"),
    ("age", "columns: [arm, help]", None, "columns", "several answers"),
    ("age, age", "columns: arm", None, "rows", "'age' stands in two rows"),
    ("{grid: [mood, place], label: G}", "columns: arm", None, "rows", "different answers"),
    ("{grid: [age], label: G}", "columns: arm", None, "rows", "no single answer"),
    ("age", "percent: row", None, "percent", "needs columns"),
    ("age", "weighted: true", None, "weighted", "the design has no weight"),
    ("age", "columns: arm, counts: n/N", SURVEY, "counts", "no weighted form"),
    ("age", "columns: arm, weighted: false, tests: true", SURVEY, "tests", "nobody's population"),
    ("age", "columns: arm, intervals: exact", SURVEY, "intervals", "take people for independent"),
    ("mood", "columns: arm, percent: row, intervals: usual", None, "intervals", "a column's people"),
    ("age", "columns: mood, smd: true", None, "smd", "none to compare the others with"),
    ("age", "columns: help, smd: true", None, "smd", "several columns"),
    ("age", "smd: true", None, "smd", "needs columns of one variable"),
    ("age", "columns: arm, differences: true, numbers: [median_iqr]", None, "differences", "differences of means"),
    ("age", "tests: true", None, "tests", "needs columns or two waves"),
    ("age", "columns: arm, tests: {family: [mood]}", None, "tests", "there is no row 'mood'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "options", "head", "key", "words"), WRONG, ids=[f"{w[3]}-{i}" for i, w in enumerate(WRONG)]
)
def test_what_a_table_can_not_have_is_told_where_it_stands(made, rows, options, head, key, words) -> None:  # type: ignore[no-untyped-def]
    text = VARIABLES.replace("ROWS", rows).replace("OPTIONS", options)
    with pytest.raises(Mistakes) as error:
        made(text, people=PEOPLE, **({"head": head} if head else {}))
    assert any(f"tables.t.{key}" in str(m) and words in str(m) for m in error.value.mistakes), str(error.value)


@pytest.mark.parametrize("weighted", ["", ", weighted: false", ", weighted: true"])
def test_a_change_in_a_weighted_sample_is_refused_by_one_sentence_whatever_weighted_says(made, weighted) -> None:  # type: ignore[no-untyped-def]
    head = WAVES.replace("kind: cohort", "kind: cohort, weight: age")
    with pytest.raises(Mistakes) as error:
        made(VARIABLES.replace("ROWS", "age").replace("OPTIONS", f"waves: [1, 2], tests: true{weighted}"), head=head)
    (said,) = [m for m in error.value.mistakes if ".tests" in m.where]
    assert (said.what, said.mend) == (
        "no test of a change takes weights, whatever 'weighted' says.",
        "Leave the tests out, and declare a model of the later wave.",
    )


TRIAL = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: trial, arm: arm}
release: {rule: journal}
"""


def test_a_randomised_trial_s_arms_are_not_tested(made) -> None:  # type: ignore[no-untyped-def]
    text = VARIABLES.replace("ROWS", "age").replace("OPTIONS", "columns: arm, tests: true")
    with pytest.raises(Mistakes) as error:
        made(text, head=TRIAL, people=PEOPLE)
    assert str(error.value) == (
        "studies/made_up.yaml:16  tables.t.tests: the columns are the arms of a randomised trial, which differ "
        "by chance alone; a test of that answers no question. Leave it out; smd: true describes how far the arms lie "
        "apart, and a model tests an outcome."
    )


def test_nor_is_the_arm_as_a_row(made) -> None:  # type: ignore[no-untyped-def]
    text = VARIABLES.replace("ROWS", "arm").replace("OPTIONS", "columns: mood, tests: true")
    with pytest.raises(Mistakes, match="tables.t.tests: the rows are the arms of a randomised trial"):
        made(text, head=TRIAL, people=PEOPLE)


def test_nor_is_what_is_made_of_the_arm(made) -> None:  # type: ignore[no-untyped-def]
    other = "  again: {derive: {regroup: arm, into: {First: [A], Second: [B]}}}\ntables:"
    text = VARIABLES.replace("tables:", other).replace("ROWS", "age").replace("OPTIONS", "columns: again, tests: true")
    with pytest.raises(Mistakes, match="tables.t.tests: the columns are the arms of a randomised trial"):
        made(text, head=TRIAL, people=PEOPLE)


@pytest.mark.parametrize("option", ["intervals: usual", "differences: true"])
def test_intervals_of_a_sample_without_its_weights_are_refused(made, option) -> None:  # type: ignore[no-untyped-def]
    text = VARIABLES.replace("ROWS", "age").replace("OPTIONS", f"columns: arm, weighted: false, {option}")
    said = "without the sample's weights and units speak of nobody's population. Leave 'weighted' out, or these."
    with pytest.raises(Mistakes, match=said):
        made(text, head=SURVEY, people=PEOPLE)


def test_a_naive_test_of_clusters_is_refused_with_the_reason(made) -> None:  # type: ignore[no-untyped-def]
    text = CLUSTERS.replace("ROWS", "age").replace("OPTIONS", "columns: programme, tests: true")
    with pytest.raises(Mistakes) as error:
        made(text, head=CLUSTERED, people=in_programmes()[0])
    assert str(error.value) == (
        "studies/made_up.yaml:17  tables.t.tests: each column is one cluster: what sets clusters apart can't be told "
        "from what sets these two apart, and a comparison that takes their people for independent finds differences "
        "too often. Leave it out; smd: true describes how they differ."
    )


def test_few_people_each_with_a_line_of_their_own_have_no_interval_of_a_mean(table) -> None:  # type: ignore[no-untyped-def]
    _, _, rows = table("age", "columns: arm, intervals: usual")
    assert rows["Age / Mean (95% CI)"][2] == "90.0 (NA, NA)"


def test_totals_and_shares_of_answers_go_with_a_withheld_count(made) -> None:  # type: ignore[no-untyped-def]
    from pipeline.disclosure import release

    drawn = "id arm help\n" + "\n".join(f"{i} {'AB'[i % 2]} {'Talk' if i < 37 else 'Visits'}" for i in range(40))
    text = VARIABLES.replace("ROWS", "help").replace("OPTIONS", "choices: both, intervals: none")
    study, people = made(text, people=drawn)
    frame = release(participants(people, study, "t").results, study.release).frame
    shares = frame[frame["statistic"].isin(["answers", "answers_percent"])]
    assert len(shares) == 3 and shares["withheld"].all(), "37 of 40 answers would give the 3 back"


def test_braces_in_a_label_stand_in_the_notes_on_tests_as_they_are_declared(made) -> None:  # type: ignore[no-untyped-def]
    text = VARIABLES.replace("mood: {type", 'mood: {label: "Mood {now}", type')
    study, people = made(text.replace("ROWS", "mood").replace("OPTIONS", "columns: arm, tests: true"), people=PEOPLE)
    exhibit = participants(people, study, "t")
    told = [note.words(lambda key: "") for note in exhibit.table.notes]
    assert "Fisher's exact test: Mood {now}." in told


def test_why_there_is_no_test_is_no_count_where_a_rule_withholds_counts(made) -> None:  # type: ignore[no-untyped-def]
    """That nobody's answer changed says of a withheld cell that it is the same at both waves."""
    rows = [f"{i} w{w} {'Town' if i < 9 else 'Country'}" for i in range(18) for w in (1, 2)]
    drawn = "\n".join(["id wave place", *rows])
    text = VARIABLES.replace("ROWS", "place").replace("OPTIONS", "waves: [1, 2], tests: true")
    reasons = {"journal": "the answers do not allow one", "none, because: made up": "nobody's answer changed"}
    for rule, why in reasons.items():
        study, held = made(text, people=drawn, head=HEAD_OF_WAVES.replace("RULE", rule))
        said = [note.template for note in participants(held, study, "t").table.notes]
        assert f"No test, because {why}: Place." in said


HEAD_OF_WAVES = """
title: Made up
data: {file: made-up.csv, id: id, wave: wave, waves: {1: w1, 2: w2}}
design: {kind: cohort}
release: {rule: RULE}
"""
