"""Agreement and saturation as study files declare them, on made-up coders: published values, mistakes, what differs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.errors import Mistakes
from pipeline.themes import measured
from pipeline.themes.coders import How, decisions, of_theme
from pipeline.themes.gathered import gathered
from tests.compared_coders import HEAD, both, cleaned, found, interviews, line, rows, study

THEMES = "themes: {Trust: {codes: [trust]}}\n"
COHEN = ["11"] * 20 + ["10"] * 5 + ["01"] * 10 + ["00"] * 15
"""The 2 x 2 example of facts/qualitative.md: kappa .40, 95% CI .151 to .649."""


def test_cohens_example_is_what_a_declaration_gives() -> None:
    made = line(found(f"{THEMES}agreement: {{on: documents}}", both("trust", COHEN)), "theme", "Trust")
    assert round(made["cohen"], 10) == 0.40
    assert [round(made[end], 3) for end in ("cohen_low", "cohen_high")] == [0.151, 0.649]
    assert made["n"] == 50 and round(made["percent"], 10) == 70
    assert [round(made[s], 10) for s in ("pabak", "prevalence", "bias")] == [round(2 * 0.70 - 1, 10), 0.1, 0.1]


def test_krippendorffs_example_of_two_coders_is_what_a_declaration_gives() -> None:
    pairs = [f"{a}{b}" for a, b in zip("0100000010", "1110010000", strict=True)]
    made = found(f"{THEMES}agreement: {{measures: [krippendorff, fleiss]}}", both("trust", pairs))
    assert round(line(made, "theme", "Trust")["krippendorff"], 3) == 0.095
    assert set(line(made, "theme", "Trust")) == {"n", "krippendorff", "fleiss", "fleiss_low", "fleiss_high"}


def test_several_coders_have_fleiss_and_each_two_of_them_cohen() -> None:
    lines = both("trust", ["111", "110", "000", "011", "111", "001"], "ABC")
    made = found(f"{THEMES}agreement: {{measures: [percent, cohen, fleiss]}}", lines)
    assert set(line(made, "theme", "Trust")) == {"n", "percent", "fleiss", "fleiss_low", "fleiss_high"}
    pairs = {level: line(made, "pair", level) for level in ("1 and 2", "1 and 3", "2 and 3")}
    assert pairs["1 and 2"]["n"] == 6
    assert pairs["1 and 2"]["cohen"] == pytest.approx((5 / 6 - (3 / 6 * 4 / 6 + 3 / 6 * 2 / 6)) / 0.5)
    assert set(line(found(THEMES + "agreement: {}", lines), "theme", "Trust")) == {
        "n", "percent", "fleiss", "fleiss_low", "fleiss_high", "krippendorff", "ac1",
    }  # fmt: skip


def test_the_interval_of_two_coders_is_by_the_documents_that_both_coded() -> None:
    """A and B coded four documents, B and C six others: of A and B it is the same as if C were not there."""
    halves = [(f"d{n}", who, ["trust"] * (n % 3 > int(who == "B"))) for n in range(4) for who in "AB"]
    halves += [(f"e{n}", who, ["trust"] * (n % 2)) for n in range(6) for who in "BC"]
    told = f"{THEMES}agreement: {{measures: [cohen], of: [themes, codes]%s}}"
    three = line(found(told % "", rows(halves)), "pair", "1 and 2")
    alone = line(found(told % ", coders: [A, B]", rows(halves)), "all")
    ends = [f"cohen{end}" for end in ("", "_low", "_high")]
    assert [three[end] for end in ends] == pytest.approx([alone[end] for end in ends])
    lone = [(f"d{n}", who, ["trust"] * (n % 2)) for n in range(4) for who in ("AB" if n else "ABC")]
    lone[0] = ("d0", "A", ["trust"])
    made = line(found(f"{THEMES}agreement: {{measures: [cohen]}}", rows(lone)), "pair", "1 and 3")
    assert math.isnan(made["cohen_low"])  # of one document


def test_a_document_counts_where_two_coded_it_and_the_sentence_says_on_how_many_that_is() -> None:
    lines = both("trust", ["11", "10", "01"]) + rows([("alone", "A", ["trust"]), ("other", "C", [])])
    made = found(THEMES + "agreement: {coders: [A, B]}", lines)
    assert line(made, "documents") == {"n": 3, "denominator": 5}
    assert line(made, "theme", "Trust")["percent"] == pytest.approx(100 / 3)
    (sentence,) = made.remarks["agreement_themes"]
    told = sentence.words(lambda key: f"{made.results.get(key):g}")
    assert told == "Both coders coded 3 of 5 documents; agreement is of these."


def test_where_coders_never_differ_ac1_is_one_and_kappa_is_not_defined() -> None:
    """Of what is given or not there are two answers, also where one of them never came."""
    made = line(found(f"{THEMES}agreement: {{}}", both("trust", ["11"] * 8)), "theme", "Trust")
    assert (made["percent"], made["ac1"], made["pabak"]) == (100, 1, 1)
    assert math.isnan(made["cohen"]) and math.isnan(made["krippendorff"])


def test_how_often_counts_passages_and_not_the_codes_of_a_theme_on_them() -> None:
    """A gives each passage both codes of the theme and B one of them: they gave it in the same passages."""
    given = [("A", "a"), ("A", "b"), ("B", "a")]
    placed = [f"d{n},P{n},{code},{at},{at + 5},{coder},made up,{n}"
              for n in range(4) for at in range(0, 10 * (n % 2 + 1), 10) for coder, code in given]  # fmt: skip
    words = [f"d{n},P{n},{code},,,{coder},made up {at},{n}"
             for n in range(4) for at in range(n % 2 + 1) for coder, code in given]  # fmt: skip
    declared = "themes: {Trust: {codes: [a, b]}}\nagreement: {how_often: true, level: ratio}"
    for lines in (placed, words):
        made = line(found(declared, lines), "theme", "Trust")
        assert (made["percent"], made["cohen"], made["krippendorff"]) == pytest.approx((100, 1, 1))


def test_how_often_is_weighted_and_has_a_level() -> None:
    lines = [f"d{n},P{n},trust,{at},{at + 5},{coder},,{n}" for n, times in enumerate([(1, 1), (3, 2), (0, 1), (2, 2)])
             for coder, most in zip("AB", times, strict=True) for at in range(0, 10 * most, 10)]  # fmt: skip
    lines += [f"d{n},P{n},read,900,905,{coder},,{n}" for n in range(4) for coder in "AB"]
    declared = THEMES + "agreement: {how_often: true, weights: quadratic, level: interval}"
    made = line(found(declared, lines), "theme", "Trust")
    coded = cleaned(study(declared), lines)
    how = of_theme(decisions(coded.coding, "documents", gathered(coded, "themes")), "Trust",
                   How(True, "quadratic", "interval"))  # fmt: skip
    assert set(made) == {"n", "percent", "cohen", "cohen_low", "cohen_high", "krippendorff"}
    assert (made["percent"], made["cohen"], made["krippendorff"]) == (50, how.kappa.value, how.alpha.value)
    # by hand: differences 0 1 -1 0; values 0 1 2 3 in places 0 to 3, so 1 - observed / expected of squared distances
    a, b = [1, 3, 0, 2], [1, 2, 1, 2]
    expected = np.mean([[(x - y) ** 2 for x in a] for y in b])
    assert made["cohen"] == pytest.approx(1 - (2 / 4) / expected)


def test_codes_count_alone_and_themes_with_what_stands_under_their_codes() -> None:
    lines = rows([("d0", "A", ["help"]), ("d0", "B", ["help::advice"]), ("d1", "A", []), ("d1", "B", [])])
    made = found("themes: {Help: {codes: [help]}}\nagreement: {of: [themes, codes], measures: [percent]}", lines)
    assert line(made, "theme", "Help")["percent"] == 100
    assert line(made, "theme", "help")["percent"] == line(made, "theme", "help::advice")["percent"] == 50


def test_where_nobody_differs_there_is_no_interval() -> None:
    made = line(found(THEMES + "agreement: {}", both("trust", ["11", "00", "11"])), "theme", "Trust")
    assert made["cohen"] == 1 and math.isnan(made["cohen_low"]) and math.isnan(made["cohen_high"])
    lines = both("trust", [said * 3 for said in "1100101110010"], "ABC")  # where a sum of thirds is not quite nought
    made = line(found(THEMES + "agreement: {measures: [fleiss]}", lines), "theme", "Trust")
    assert made["fleiss"] == pytest.approx(1) and math.isnan(made["fleiss_low"]) and math.isnan(made["fleiss_high"])


def test_coders_who_cut_the_text_differently_are_told_so() -> None:
    lines = [
        f"d{n},P{n},trust,{n + shift},{n + 9},{coder},,{n}" for n in range(6) for coder, shift in (("A", 0), ("B", 1))
    ]
    made = found(THEMES + "agreement: {on: segments}", lines)
    assert line(made, "passages") == {"shared": 0}
    assert made.remarks["agreement_themes"][1].caveat


@pytest.mark.parametrize("other", ["anna", "AN NA", "Ann\uff41"])
def test_coders_who_may_be_one_are_told_in_the_report_and_are_one_where_the_study_file_says_so(other: str) -> None:
    lines = [*both("trust", ["11", "10", "01", "00"], ["Anna", "Ben"]), *rows([("d4", other, ["trust"])])]
    lines += rows([("d4", "Ben", ["trust"])])
    said = f"{THEMES}agreement: {{}}"
    made = found(said, lines)
    assert line(made, "coders") == {"n": 3}
    told = [s for s in made.remarks["agreement_themes"] if s.caveat]
    assert len(told) == 1 and "taken for different coders" in told[0].template
    assert told[0].template.endswith("merge_coders: true under interviews: coded: puts them together.")

    one = found(said, lines, HEAD.replace("{file: t.csv,", "{file: t.csv, merge_coders: true,"))
    assert line(one, "coders") == {"n": 2}
    plain = found(said, [row.replace(f",{other},", ",Anna,") for row in lines])
    assert one.results.frame.equals(plain.results.frame) and not any(s.caveat for s in one.remarks["agreement_themes"])
    assert one.disagreements.equals(plain.disagreements)


def test_what_coders_differ_on_is_listed_with_the_words_of_those_who_gave_it() -> None:
    listed = found(THEMES + "agreement: {}", both("trust", ["11", "10", "01"])).disagreements
    assert listed is not None
    assert listed.drop(columns=["start", "end"]).to_numpy().tolist() == [
        ["themes", "d1", "Trust", "A", "B", "made up trust"], ["themes", "d2", "Trust", "B", "A", "made up trust"],
    ]  # fmt: skip
    assert found(THEMES, both("trust", ["11"])).disagreements is None


def test_the_worked_example_of_saturation_is_six_and_two() -> None:
    made = found("saturation: {orders: 200}", interviews(15, 9, 8, 5, 4, 3, 1, 0, 0, 1))
    assert line(made, "stop", kind="saturation") == {"interviews": 6}
    assert line(made, "base", kind="saturation") == {"interviews": 4, "themes": 37}
    shares = [line(made, "interview", str(n), "saturation")["share"] for n in (5, 6, 7)]
    assert [round(share, 1) for share in shares] == [18.9, 10.8, 2.7]
    curve = [line(made, "interview", str(n), "saturation")["themes"] for n in range(1, 11)]
    assert curve == [15, 24, 32, 37, 41, 44, 45, 45, 45, 46]
    assert line(made, "interview", "10", "saturation")["high"] == 46
    first, orders = made.remarks["saturation"]
    told = first.words(lambda key: f"{made.results.get(key):g}")
    assert told == (
        "Saturation was reached at 6+2: in the 2 interviews after the first 6, new codes were no more than 5% of those "
        "of the first 4."
    )
    assert orders.template.startswith("In {orders} random orders of the same interviews it was reached in {reached}%")


def test_where_it_is_not_reached_and_where_the_order_is_not_known_the_report_must_say_so() -> None:
    said = "saturation: {order: files, orders: 0}"
    made = found(said, interviews(3, 3, 3, 3, 3, 3))
    not_reached, order = made.remarks["saturation"]
    assert not_reached.caveat and order.caveat
    assert not_reached.template.startswith(
        "Saturation was not reached within the {n} interviews: in every {run} of them"
    )
    assert order.template.startswith("The order of collection is not known; interviews stand as the files have them")
    assert math.isnan(line(made, "stop", kind="saturation")["interviews"])
    assert not line(made, "orders", kind="saturation")


@pytest.mark.parametrize(
    ("orders", "told"),
    [(range(6), False), (["2025-03-02", "2025-03-01", "2025-04", "2026", "2025-01-01", "2024"], False),
     ([0, 1, 2, "", 4, 5], True), ([0, 1, 2, 2, 4, 5], True), ([""] * 6, True)],
)  # fmt: skip
def test_interviews_of_which_nobody_knows_when_they_were_are_told_beside_saturation(
    orders: Sequence[object], told: bool
) -> None:
    lines = [f"{row.rpartition(',')[0]},{orders[int(row[1])]}" for row in interviews(3, 3, 3, 3, 3, 3)]
    remarks = found("saturation: {orders: 0}", lines).remarks["saturation"]
    assert [s.caveat for s in remarks if "order of collection is not known" in s.template] == [True] * told


def test_random_orders_come_from_their_stream_alone() -> None:
    lines = interviews(5, 4, 3, 2, 1, 1, 0, 0, 0)
    one, again, other = (found("saturation: {orders: 100}", lines, seed=seed) for seed in (1, 1, 2))
    assert one.results.to_csv() == again.results.to_csv() != other.results.to_csv()
    plain = found("saturation: {orders: 0}", lines).results.frame
    both_have = one.results.frame.merge(plain, on=["term", "level", "statistic"])
    assert (both_have["value_x"] == both_have["value_y"]).all() and len(both_have) == len(plain)


def test_all_that_files_have_against_the_declarations_is_told_at_once_and_names_no_coder_of_theirs() -> None:
    declared = THEMES + "agreement: {on: segments, coders: [A, B, Anna], measures: [percent]}\nsaturation: {base: 9}"
    lines = ["d0,P0,trust,,,A,words,0", "d0,P0,trust,0,5,B,,0"]
    with pytest.raises(Mistakes) as error:
        found(declared, lines)
    assert [str(mistake) for mistake in error.value.mistakes] == [
        "studies/made_up.yaml:7  interviews.agreement.coders: no passage is by a coder 'Anna'. "
        "The files name 2; write them as they stand there.",
        "studies/made_up.yaml:7  interviews.agreement.on: 1 coded passages have no place in their text. "
        "Write on: documents.",
        "studies/made_up.yaml:8  interviews.saturation: 1 interviews are fewer than a base of 9 and a run of 2. "
        "Write a smaller base or run, or leave it out.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "lines", "told"),
    [
        ("agreement: {}", rows([("d0", "A", ["x"])]),
         "agreement: needs two coders or more, and the files name 1. Name the column that tells them, "
         "coded: {columns: {coder: By}}."),
        ("agreement: {}", rows([("d0", "A", ["x"]), ("d1", "B", ["x"])]),
         "agreement: no document was coded by two of the coders. Leave it out, or read the file of the other coder, "
         "too."),
        ("agreement: {measures: [bias]}", both("x", ["111"], "ABC"),
         "agreement.measures: 'bias' is of two coders, and the files name 3. Leave it out, or name two of them under "
         "coders."),
        ("agreement: {of: codes}", both("=x", ["11"]),
         "agreement.of: 1 codes begin with =, +, -, @ or |, which spreadsheets run. Rename them under "
         "codes: {rename: …}."),
        ("themes: {Trust: {codes: [trust]}}\nsaturation: {of: themes}",
         [*interviews(1, 1, 1, 1, 1), "late,P9,trust,0,5,A,,9"],
         "saturation: the first 4 interviews, the base, have none of what is counted. Look whether they were coded, "
         "and whether the order is right."),
    ],
)  # fmt: skip
def test_what_the_files_do_not_allow_says_what_to_write(declared: str, lines: list[str], told: str) -> None:
    with pytest.raises(Mistakes) as error:
        found(declared, lines)
    assert [str(mistake).partition("interviews.")[2] for mistake in error.value.mistakes] == [told]


def test_nothing_coded_and_nothing_asked_give_nothing() -> None:
    said = study(THEMES)
    assert measured(None, said, np.random.default_rng(1)).results.frame.empty
    assert found(THEMES, both("trust", ["11"])).results.frame.empty
    lines = [*both("trust", ["00", "00"]), *rows([("alone", "A", ["trust"])])]
    none = found("themes: {Trust: {codes: [trust]}, Way: {codes: [read]}}\nagreement: {}", lines)
    assert not line(none, "theme", "Trust") and line(none, "theme", "Way")["percent"] == 100


def test_a_theme_that_stands_on_few_people_is_marked_as_standing_on_them() -> None:
    lines = both("trust", ["11"] * 2 + ["01"] + ["00"] * 9)
    made = found(THEMES + "agreement: {}", lines).results.frame
    people = made[made["statistic"] == "cohen"].set_index("term")["people"].to_dict()
    assert people == {"all": 12, "theme": 2}
    alone = found(THEMES + "agreement: {}", [*both("trust", ["11", "00"] * 8), *rows([("one", "A", [])])]).results.frame
    assert alone[(alone["statistic"] == "cohen") & (alone["term"] == "theme")]["people"].tolist() == [1]


def test_several_interviews_of_one_person_are_one_person() -> None:
    parts = [row.split(",") for row in both("trust", ["11"] * 6 + ["00"] * 6)]
    same = [",".join([document, "one", *rest]) for document, _, *rest in parts]
    made = found(THEMES + "agreement: {}", same).results.frame
    assert set(made.loc[made["term"].isin(["all", "theme"]), "people"]) == {1.0}
