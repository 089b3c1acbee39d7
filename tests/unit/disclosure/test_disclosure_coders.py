"""Agreement and saturation at the door: what would tell of few people goes, and what would give it back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipeline.disclosure import release
from pipeline.disclosure.release import Released
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Release
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.tables.saturation import saturation_tables
from pipeline.themes import Measured, measured
from pipeline.themes.saturated import INTERVIEW
from tests.compared_coders import HEAD, cleaned, found, interviews, rows, study

JOURNAL, NONE = Release(rule="journal"), Release(rule="none", because="made up")


def coded(**at: int) -> Measured:
    """Twenty documents, each theme given by both coders in so many of the first, and by one of them in one more."""
    lines = rows((f"d{n}", coder, [code for code, most in at.items() if n < most or (n == most and coder == "B")])
                 for n in range(20) for coder in "AB")  # fmt: skip
    themes = ", ".join(f"{code.capitalize()}: {{codes: [{code}]}}" for code in at)
    return found(f"themes: {{{themes}}}\nagreement: {{}}", lines)


ALL_CODES = {"rare": 2, "half": 10, "some": 6, "often": 14}


def shown(released: Released, term: str, level: str = "") -> set[str]:
    """Statistics of a line that are printed."""
    frame = released.frame
    here = (frame["kind"] == "agreement") & (frame["term"] == term) & (frame["level"] == level) & ~frame["withheld"]
    return set(frame.loc[here, "statistic"])


def test_a_theme_of_few_people_goes_as_a_whole_and_takes_the_next_smallest_along() -> None:
    released = release(coded(**ALL_CODES).results, JOURNAL)
    assert shown(released, "theme", "Rare") == {"n"}
    assert shown(released, "theme", "Often") == {"n"}  # 5 people have it not: fewest after 2
    for level in ("Half", "Some"):
        assert {"n", "percent", "cohen", "krippendorff", "prevalence", "bias"} <= shown(released, "theme", level)
    assert {"percent", "cohen", "krippendorff"} <= shown(released, "all")
    assert not release(coded(**ALL_CODES).results, NONE).frame["withheld"].any()


def test_prevalence_bias_and_agreement_would_give_the_count_of_a_theme_back() -> None:
    """Why a line goes as a whole: an attacker solves the printed line of a theme for how many have it."""
    made = coded(**ALL_CODES)

    def solved(level: str, released: Released) -> set[int]:
        key = Key("agreement", "agreement_themes", "theme", level, ALL, "percent")
        n = 20
        found = set()
        for a, b, c in itertools.product(range(n + 1), repeat=3):
            if (d := n - a - b - c) >= 0:
                said = {"percent": 100 * (a + d) / n, "prevalence": abs(a - d) / n, "bias": abs(b - c) / n}
                fits = [released.withheld(k := key._replace(statistic=s)) or abs(released.value(k) - v) < 0.5001 * unit
                        for (s, v), unit in zip(said.items(), (1, 0.01, 0.01), strict=True)]  # fmt: skip
                found |= {a} if all(fits) else set()
        return found

    assert solved("Rare", release(made.results, NONE)) == {2, 17}  # or as many without it
    assert len(solved("Rare", release(made.results, JOURNAL))) > 15


def test_all_decisions_less_the_other_lines_do_not_give_a_withheld_line_back() -> None:
    """The mean of all lines is that of all decisions: with one line withheld, it would be this one."""
    released = release(coded(**ALL_CODES).results, JOURNAL)
    key = Key("agreement", "agreement_themes", "theme", "", ALL, "prevalence")
    lost = [level for level in ("Rare", "Half", "Some", "Often") if released.withheld(key._replace(level=level))]
    assert len(lost) == 2
    alone = coded(rare=2, half=10)
    whole = release(alone.results, JOURNAL)
    assert shown(whole, "theme", "Rare") == shown(whole, "theme", "Half") == {"n"}
    assert "cohen" in shown(whole, "all")
    single = release(coded(rare=2).results, JOURNAL)
    assert shown(single, "all") == shown(single, "theme", "Rare") == {"n"}


def test_a_theme_that_a_table_of_themes_withholds_is_withheld_here_too() -> None:
    themes = Results.of([Number(Key("themes", "themes", "theme", "Half", ALL, "n"), 4, 4)])
    both = release(Results.join([coded(**ALL_CODES).results, themes]), JOURNAL)
    assert shown(both, "theme", "Half") == {"n"}
    column = Results.of([Number(Key("themes", "themes", "theme", "Half", "role=Leaders", "n"), 4, 4)])
    beside = release(Results.join([coded(**ALL_CODES).results, column]), JOURNAL)
    assert "cohen" in shown(beside, "theme", "Half")


@pytest.mark.parametrize("rule", ["opensafely", "nhs", "midpoint6"])
def test_under_rules_that_round_nothing_made_of_exact_counts_is_printed(rule: str) -> None:
    frame = release(coded(**ALL_CODES).results, Release.model_validate({"rule": rule})).frame
    held = frame[(frame["kind"] == "agreement") & frame["term"].isin(["all", "theme"])]
    assert set(held.loc[~held["withheld"], "statistic"]) == {"n"}


def curve(*new: int, rule: Release = JOURNAL, declared: str = "saturation: {orders: 200}") -> Released:
    return release(found(declared, interviews(*new)).results, rule)


def at(released: Released, statistic: str) -> list[int]:
    """Interviews of which a statistic is printed."""
    frame = released.frame
    here = (frame["term"] == "interview") & (frame["statistic"] == statistic) & ~frame["withheld"]
    return sorted(int(level) for level in frame.loc[here, "level"])


def test_the_curve_is_shown_but_for_the_first_interview_where_the_last_few_bring_nothing() -> None:
    released = curve(9, 5, 3, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
    assert at(released, "themes") == [*range(2, 16)]
    assert at(released, "new") == [*range(3, 16)]  # the second interview's is the difference to the first
    assert at(released, "share") == [*range(5, 15)]
    assert at(released, "middle") == [*range(5, 11), 15]  # most themes are one person's here
    assert not released.withheld(Key("saturation", "saturation", "stop", "", ALL, "interviews"))


def test_themes_that_only_the_last_few_have_are_not_told_by_the_curve() -> None:
    """Two interviews before the end one theme more: a table of themes withholds how few have it."""
    released = curve(9, 5, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)
    assert at(released, "themes") == [*range(2, 11), 15]
    assert at(released, "new") == [*range(3, 11)]
    assert all(n + 1 < 11 for n in at(released, "share"))
    seen = [released.value(Key("saturation", "saturation", "interview", str(n), ALL, "themes")) for n in (10, 15)]
    assert seen == [20, 21]  # that few have the last theme, a table of themes says, too: not how few
    whole = curve(9, 5, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, rule=NONE)
    assert at(whole, "themes") == [*range(1, 16)] and at(whole, "low") == [*range(1, 16)]


def test_differences_of_what_is_printed_do_not_give_a_withheld_point_back() -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        new = [int(n) for n in rng.integers(0, 3, 14)]
        new[0] = max(new[0], 1)
        released = curve(*new, declared="saturation: {orders: 0, base: 3}")
        points, steps, runs = (set(at(released, s)) for s in ("themes", "new", "share"))
        for n in range(1, 15):
            if n not in points:
                assert not (n in steps and n - 1 in points) and not (n + 1 in steps and n + 1 in points)
                assert not (n - 1 in runs and n - 2 in points) and not (n + 1 in runs and n + 2 in points)


def test_a_base_of_one_interview_is_one_persons_value() -> None:
    released = curve(9, 0, 0, 0, 0, 0, 0, 0, declared="saturation: {base: 1, orders: 0}")
    assert released.withheld(Key("saturation", "saturation", "base", "", ALL, "themes"))
    assert released.withheld(Key("saturation", "saturation", "stop", "", ALL, "interviews"))
    assert at(released, "share") == []


def test_several_interviews_of_one_person_count_as_if_they_were_among_the_few() -> None:
    lines = interviews(9, 5, 3, 2, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0)
    twice = [line.replace(",P1,", ",P0,") for line in lines]
    one, two = (release(found("saturation: {orders: 0}", some).results, JOURNAL) for some in (lines, twice))
    assert at(one, "themes") == [*range(2, 17)]
    assert at(two, "themes") == [*range(3, 17)]


def test_under_rules_that_round_the_places_of_interviews_would_say_how_many_there_are() -> None:
    rule = Release(rule="opensafely")
    released = curve(9, 5, 3, 2, 1, 0, 0, 0, 0, 0, rule=rule)
    assert at(released, "themes") == at(released, "low") == at(released, "share") == []
    head = HEAD.replace("journal", rule.rule)
    made = found("saturation: {orders: 200}", interviews(9, 5, 3, 2, 1, 0, 0, 0, 0, 0), head)
    assert INTERVIEW not in set(made.results.frame["term"]), "lines that say nothing would count the interviews"
    assert saturation_tables(made.results, study("saturation: {orders: 200}", head)) == ()
    assert release(made.results, rule).text(Key("saturation", "saturation", "interviews", "", ALL, "n")) == "10"
    held = release(made.results, rule).frame
    assert set(held.loc[held["term"].isin(["orders", "base"]) & held["withheld"], "statistic"]) >= {"reached", "themes"}


def test_an_analysts_own_tables_of_these_kinds_are_tables_like_any_other() -> None:
    """4 of 20 people and the 16 others: one small count, and its complement."""
    for kind in ("agreement", "saturation"):
        cells = {"": 20, "Yes": 4, "No": 16}
        mine = [Number(Key(kind, "mine", "said", level, ALL, "denominator" if not level else "n"), n, n)
                for level, n in cells.items()]  # fmt: skip
        both = release(Results.join([coded(**ALL_CODES).results, Results.of(mine)]), JOURNAL)
        assert [both.withheld(number.key) for number in mine] == [False, True, True]
        assert "cohen" in shown(both, "theme", "Half")


def test_of_a_sensitive_theme_nobody_and_everybody_count_as_few() -> None:
    lines = rows((f"d{n}", coder, ["all", *(["half"] if n < 10 else [])]) for n in range(20) for coder in "AB")
    for sensitive, printed in (("true", {"n"}), ("false", {"n", "percent"})):
        themes = f"themes: {{All: {{codes: [all], sensitive: {sensitive}}}, Half: {{codes: [half]}}}}\n"
        made = found(themes + "agreement: {of: [themes, codes], measures: [percent]}", lines)
        released = release(made.results, JOURNAL)
        frame = released.frame[released.frame["level"].isin(["All", "all"]) & ~released.frame["withheld"]]
        assert set(frame["statistic"]) == printed


def of_study(at: dict[str, int], tables: str, of: str = "themes", odd: bool = True, sensitive: str = "") -> Released:
    """As ``coded``, beside tables of themes. odd: whether one coder differs in a document of each theme."""
    lines = rows((f"d{n}", coder, [c for c, most in at.items() if n < most or (odd and n == most and coder == "B")])
                 for n in range(20) for coder in "AB")  # fmt: skip
    lines += rows([("d99", "A", [*at, *([sensitive] if sensitive else [])])])
    themes = [f"{code.capitalize()}: {{codes: [{code}]}}" for code in at if code != "bare"]
    themes += [f"{sensitive.capitalize()}: {{codes: [{sensitive}], sensitive: true}}"] if sensitive else []
    said = study(f"exclude: [{{document: d99, because: a trial}}]\nthemes: {{{', '.join(themes)}}}\n"
                 f"agreement: {{of: {of}}}\n{tables}")  # fmt: skip
    held = cleaned(said, lines)
    made = interview_exhibits(held, said)
    results = [measured(held, said, np.random.default_rng(1)).results, *(e.results for e in made.values())]
    return release(Results.join(results), said.release, said)


@pytest.mark.parametrize("odd", [False, True])
def test_what_tables_of_themes_print_does_not_give_a_withheld_theme_back(odd: bool) -> None:
    """Percent and prevalence of all decisions say how often any coder gave any theme: less the three that a table
    prints, that is the fourth. 32 yes of both and 4 of one are 36; less 11, 7 and 15 they are 3."""
    released = of_study(ALL_CODES, "tables: {t: {rows: themes}}", odd=odd)
    printed = {theme: released.text(Key("themes", "t", "theme", theme.capitalize())) for theme in ALL_CODES}
    assert printed == {c: "[c]" if c == "rare" else str(n + odd) for c, n in ALL_CODES.items()}
    assert shown(released, "all") == {"n"} and shown(released, "theme", "Rare") == {"n"}
    assert "cohen" in shown(released, "theme", "Some"), "to withhold what the table tells hides nothing"


def test_a_theme_that_is_one_code_is_withheld_under_both_names() -> None:
    """A code of no theme goes along with the rare one, and another theme with the rare theme: the line of its code
    would give that one back."""
    released = of_study({**ALL_CODES, "bare": 5}, "", "[themes, codes]")
    assert "percent" in shown(released, "all")
    assert shown(released, "theme", "bare") == shown(released, "theme", "rare") == {"n"}
    for code in ALL_CODES:
        assert shown(released, "theme", code) == shown(released, "theme", code.capitalize()), code


def test_a_sensitive_theme_that_no_coder_gave_has_a_line_and_it_is_withheld() -> None:
    """Without one, everyone would know that nobody told of it."""
    released = of_study({"half": 10, "often": 14}, "tables: {t: {rows: themes}}", sensitive="relapse")
    assert released.text(Key("themes", "t", "theme", "Relapse")) == "[c]"
    assert shown(released, "theme", "Relapse") == {"n"} and shown(released, "all") == {"n"}
    assert released.text(Key("agreement", "agreement_themes", "all")) == "60"


@pytest.mark.parametrize("sensitive", ["", "relapse"])
def test_how_many_themes_there_are_does_not_say_that_nobody_told_of_a_sensitive_one(sensitive: str) -> None:
    """Two in the end, of three, and of the others a table says how many have them."""
    saturation = "saturation: {of: themes, orders: 100}"
    released = of_study(
        {"half": 10, "often": 14}, f"tables: {{t: {{rows: themes}}}}\n{saturation}", sensitive=sensitive
    )
    own = released.frame[(released.frame["kind"] == "saturation")]
    seen = own[~own["withheld"] & ((own["term"] == INTERVIEW) | (own["statistic"] == "themes"))]
    assert set(seen["term"]) == ({"base"} if sensitive else {"base", INTERVIEW, "interviews"})
    assert released.text(Key("saturation", "saturation", "stop", "", ALL, "interviews")) == "4"
