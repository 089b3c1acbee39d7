"""House styles are data: what each prints, what is wrong with one, and one of a workspace's own."""

from __future__ import annotations

import re

import pytest

from pipeline.disclosure import draft
from pipeline.errors import Mistakes
from pipeline.files import package_text
from pipeline.results import ALL, Key, Number, Results, Sentence
from pipeline.study.tree import read_tree
from pipeline.tables.fill import fill
from pipeline.tables.forms import FORMS
from pipeline.tables.marks import marks
from pipeline.tables.style_file import SHIPPED, parse_style, style, style_names
from pipeline.tables.table import Column, Row, Table

SECTIONS = {"percent", "numbers", "p", "heads", "notes", "abbreviations", "absent", "forms"}


def key(statistic: str, term: str = "v", level: str = "", group: str = ALL) -> Key:
    return Key("participants", "t", term, level, group, statistic)


def released(rounded: bool = True, **values: float):  # type: ignore[no-untyped-def]
    """Numbers of one line as the journal rule rounds them, or as they are; the group's n is 12,040."""
    from pipeline.disclosure import release
    from pipeline.study import Release

    of = {"n": 12040, **{s: v for s, v in values.items() if s == "N"}}
    numbers = [Number(key("n", ""), of.get("N", of["n"]), 99)]
    numbers += [Number(key(s), v, 99) for s, v in values.items() if s != "N"]
    rule = Release(rule="journal") if rounded else Release(rule="none", because="made up")
    return release(Results.of(numbers), rule)


def cell(form: str, name: str, rounded: bool = True, **values: float) -> str:
    table = Table("participants", "t", "T", (Column(ALL, "All", key("n", "")),), (Row("", "v", form=form),))
    return fill(table, released(rounded, **values), style(name)).rows[0].cells[0]


@pytest.mark.parametrize(
    ("name", "form", "values", "printed"),
    [
        ("plain", "count", {"n": 307, "denominator": 1172, "percent": 100 * 307 / 1172}, "307 (26.2%)"),
        ("bmj", "count", {"n": 307, "denominator": 1172, "percent": 100 * 307 / 1172}, "307 (26.2)"),
        ("jama", "estimate_ci", {"estimate": 1.15, "ci_low": 0.86, "ci_high": 1.44}, "1.15 (0.86-1.44)"),
        ("jama", "estimate_ci", {"estimate": 0.15, "ci_low": -0.86, "ci_high": 1.44}, "0.15 (−0.86 to 1.44)"),
        ("bmj", "estimate_ci", {"estimate": 1.15, "ci_low": 0.86, "ci_high": 1.44}, "1.15 (0.86 to 1.44)"),
        ("bmc", "estimate_ci", {"estimate": 1.15, "ci_low": 0.86, "ci_high": 1.44}, "1.15 (0.86–1.44)"),
        ("oxford", "estimate_ci", {"estimate": -1.15, "ci_low": -1.86, "ci_high": -0.44}, "−1.15 (−1.86 to −0.44)"),
        ("apa", "estimate_ci", {"estimate": 1.15, "ci_low": 0.86, "ci_high": 1.44}, "1.15 [0.86, 1.44]"),
        ("plain", "median_iqr", {"median": 52, "q1": 41, "q3": 63}, "52.0 [41.0, 63.0]"),
        ("bmj", "median_iqr", {"median": 52, "q1": 41, "q3": 63}, "52.0 (41.0 to 63.0)"),
        ("bmj", "n", {"n": 12040}, "12\u202f040"),
        ("bmj", "n", {"n": 1204}, "1204"),
        ("apa", "n", {"n": 1204}, "1,204"),
        ("plain", "p", {"p": 0.0004}, "<0.001"),
        ("apa", "p", {"p": 0.0004}, "<.001"),
        ("bmc", "p", {"p": 0.0004}, "< 0.001"),
        ("jama", "p", {"p": 0.999}, ">.99"),
        ("jama", "p", {"p": 0.034}, ".03"),
        ("apa", "p", {"p": 0.0473}, ".047"),
        ("plain", "p", {"p": 0.0062}, "0.006"),
        ("jama", "alpha", {"alpha": 0.85}, "0.85"),
        ("apa", "alpha", {"alpha": 0.85}, ".85"),
        ("apa", "smd", {"smd": 0.12}, "0.12"),
        ("apa", "icc", {"icc": 0.05}, ".050"),
    ],
)
def test_each_style_prints_a_form_in_its_own_way(name, form, values, printed) -> None:  # type: ignore[no-untyped-def]
    assert cell(form, name, **values) == printed
    assert cell(form, name, rounded=False, **values) == printed


OWN = {
    "coarse": "title: Coarse\npercent: {decimals: {0: 0}, rounding: half-up}\n",
    "even": "title: Even\nlike: coarse\npercent: {rounding: half-even}\n",
    "fine": "title: Fine\npercent: {decimals: {0: 5}}\n",
}


def own_cell(name: str, n: int, of: int, rounded: bool) -> str:
    table = Table("participants", "t", "T", (Column(ALL, "All"),), (Row("", "v", form="count"),))
    found = released(rounded, n=n, denominator=of, percent=100 * n / of)
    return fill(table, found, style(name, OWN)).rows[0].cells[0]


@pytest.mark.parametrize("rounded", [True, False])
def test_a_percentage_that_loses_decimals_is_rounded_anew_from_its_counts(rounded) -> None:  # type: ignore[no-untyped-def]
    """69 of 465 are 14.84%, released as 14.8; 89 of 615 are 14.47%, released as 14.5, which is no 15%."""
    assert own_cell("coarse", 89, 615, rounded) == "89 (14%)"
    assert own_cell("coarse", 25, 200, rounded) == "25 (13%)" and own_cell("even", 25, 200, rounded) == "25 (12%)"


@pytest.mark.parametrize("rounded", [True, False])
def test_no_style_prints_more_decimals_than_were_released(rounded) -> None:  # type: ignore[no-untyped-def]
    assert own_cell("fine", 307, 1172, rounded) == "307 (26.2%)"


@pytest.mark.parametrize("rounded", [True, False])
@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (2_000_000_000.5, "2,000,000,000.5"),
        (-1_999_999_999.25, "−1,999,999,999.3"),
        (1_503_148_749_032_009.0, "1,503,148,749,032,009.0"),
        (123_456_789.96, "123,456,790.0"),
    ],
)
def test_a_number_with_more_digits_than_results_keep_is_printed_as_its_text_says(rounded, value, printed) -> None:  # type: ignore[no-untyped-def]
    """In a report and in an export of it: a value there has ten digits, and zeros in place of the others are wrong."""
    from pipeline.report.layouts import released_from

    held = released(rounded, mean=value)
    table = Table("participants", "t", "T", (Column(ALL, "All", key("n", "")),), (Row("", "v", form="mean"),))
    assert held.text(key("mean")) == printed
    for numbers in (held, released_from(held.to_csv(), not rounded, "results.csv")):
        assert fill(table, numbers, style("plain")).rows[0].cells[0] == printed


@pytest.mark.parametrize("name", style_names())
def test_a_style_that_ships_says_where_each_of_its_rules_is_from(name) -> None:  # type: ignore[no-untyped-def]
    tree = read_tree(package_text(SHIPPED, f"{name}.yaml"), name)[0]
    given = SECTIONS & set(tree)
    found = style(name)
    assert given <= set(found.because), "a rule without a source or a reason"
    assert set(re.findall(r"\[(\w+)\]", " ".join(found.because.values()))) <= set(found.sources) | {"c"}
    assert found.sources and all(len(text) > 10 for text in (*found.because.values(), *found.sources.values()))


@pytest.mark.parametrize("name", style_names())
def test_every_form_of_several_statistics_has_words_and_every_abbreviation_a_meaning(name) -> None:  # type: ignore[no-untyped-def]
    found = style(name)
    assert {f for f, s in FORMS.items() if len(s) > 1} - {"tick_inferred"} <= set(found.forms)
    assert {s for words in found.forms.values() for s in words.short} <= set(found.abbreviations.meanings)
    assert not any("±" in words.cell + words.label for words in found.forms.values())


def test_percent_signs_stand_in_cells_in_headings_or_in_a_note() -> None:
    rows = (Row("Sex", "v", form="denominator"), Row("Men", "v", "Men", "count", "level", 1),
            Row("Missing", "v", "Missing", "n", "missing", 1))  # fmt: skip
    numbers = Results.of([Number(key("n", "v", "Men"), 30, 99), Number(key("percent", "v", "Men"), 30, 99),
                          Number(key("denominator"), 100, 99), Number(key("denominator", "v", "Men"), 100, 99),
                          Number(key("n", "v", "Missing"), 7, 99)])  # fmt: skip
    table = Table("participants", "t", "T", (Column(ALL, "All"),), rows)
    found = {name: fill(table, draft(numbers), style(name)) for name in ("plain", "jama", "bmj")}
    assert [r.cells[0] for r in found["plain"].rows] == ["100", "30 (30.0%)", "7"]
    assert [r.head for r in found["jama"].rows] == ["Sex, No. (%)", "Men", "Missing"]
    assert found["jama"].rows[1].cells == ("30 (30.0)",)
    assert found["bmj"].rows[0].head == "Sex"
    assert found["bmj"].notes == ("Values are numbers (percentages) unless stated otherwise.",)


def test_general_notes_stand_as_the_style_says() -> None:
    table = Table("participants", "t", "T", (Column(ALL, "All", notes=(Sentence("A note"),)),),
                  (Row("", "v", form="mean_sd"),), (Sentence("People at one time"), Sentence("Twice?")))  # fmt: skip
    numbers = Results.of([Number(key("mean"), 1, 9), Number(key("sd"), 1, 9)])
    assert fill(table, draft(numbers), style("apa")).under() == (
        ("", "Note. People at one time. Twice? M = mean; SD = standard deviation."), ("a", "A note"),
    )  # fmt: skip
    assert fill(table, draft(numbers), style("jama")).notes[-1] == "Abbreviations: SD, standard deviation."
    own = {"mine": "title: Mine\nnotes: {first: marked, marks: numbers}\n"}
    assert fill(table, draft(numbers), style("mine", own)).under()[0] == ("1", "A note")


def test_adding_a_style_needs_no_code_and_may_build_on_another_of_its_own() -> None:
    own = {
        "mine": "title: My journal\nlike: base\nheads: {n: '[N = {n}]'}\nforms: {mean_sd: {label: Mean}}\n",
        "base": "title: Base\nlike: bmj\nnumbers: {point: ·}\n",
    }
    found = style("mine", own)
    assert (found.name, found.heads.n, found.numbers.point, found.numbers.to) == ("mine", "[N = {n}]", "·", " to ")
    assert style_names(own)[-1] == "oxford" and "mine" in style_names(own)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: X\nlike: bjm\n", "styles/x.yaml:2  like: there is no style 'bjm'. Did you mean 'bmj'?"),
        (
            "title: X\nnumbers: {thosands: ''}\n",
            "styles/x.yaml:2  numbers.thosands: unknown key 'thosands'. Did you mean 'thousands'?",
        ),
        (
            "title: X\nforms:\n  cuont: {cell: '{n}'}\n",
            "styles/x.yaml:3  forms.cuont: there is no form 'cuont'. Did you mean 'count'?",
        ),
        (
            "title: X\nforms:\n  count: {cell: '{n}'}\n",
            "styles/x.yaml:3  forms.count: its cell leaves out a statistic, or names another. "
            "It must hold {n} {percent}, each once; {to} is what stands in a range.",
        ),
        (
            "title: X\nheads: {caption: '{title}'}\n",
            "styles/x.yaml:2  heads.caption: it must hold {label} and {title}, each once.",
        ),
        (
            "title: X\nlike: x\n",
            "styles/x.yaml:2  like: leads round in a circle. Begin from a style that ships, such as plain.",
        ),
        ("- a\n", "styles/x.yaml:1: is not a mapping. Begin with 'title:' and 'like: plain'."),
    ],
)
def test_what_is_wrong_with_a_style_is_told_with_its_line(text, told) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Mistakes) as error:
        parse_style(text, "styles/x.yaml", {"x": text})
    assert str(error.value) == told


def test_all_mistakes_of_a_style_are_told_at_once() -> None:
    text = "title: X\np: {smallest: 2}\nnotes: {marks: stars}\nforms:\n  count: {cell: '{n}'}\n"
    with pytest.raises(Mistakes) as error:
        parse_style(text, "styles/x.yaml")
    assert [m.where for m in error.value.mistakes] == [
        "styles/x.yaml:2  p.smallest", "styles/x.yaml:3  notes.marks", "styles/x.yaml:5  forms.count",
    ]  # fmt: skip


def test_marks_go_on_when_they_run_out() -> None:
    assert marks("symbols", 7) == ["*", "†", "‡", "§", "¶", "**", "††"]
    assert marks("letters", 28)[25:] == ["z", "aa", "bb"] and marks("numbers", 2) == ["1", "2"]


@pytest.mark.parametrize("name", style_names())
def test_each_rule_says_whether_it_is_published_seen_or_our_own(name: str) -> None:
    """Each part begins with one of three words; what is published or seen names a source, and each source is named."""
    found = style(name)
    sections = {"percent", "numbers", "p", "heads", "notes", "abbreviations", "forms"}
    assert sections <= set(found.because)
    named = set()
    for text in found.because.values():
        parts = re.split(r"(?:^|(?<=\. ))(?=Published|Seen in print|Own choice)", text)
        assert parts[0] == "" and len(parts) > 1, text
        for part in parts[1:]:
            sources = {word for held in re.findall(r"\[([a-z][^\]]*)\]", part) for word in re.findall("[a-z]+", held)}
            sources &= set(found.sources)
            named |= sources
            if part.startswith("Published"):
                assert sources - {"papers"} and "papers" not in sources, part
            elif part.startswith("Seen in print"):
                assert sources == {"papers"}, part
    assert named | {"authors"} >= set(found.sources)
