"""What a study file alone shows of answers that could not be cleaned."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study.words import date_pattern
from tests.drawn import declared

TWO = """
data:
  people: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
  visits: {file: b.csv, id: v, parent: {people: who}}
variables:
  age: {type: number}
  sex: {codes: {1: Women, 2: Men}}
  kinds: {type: choices, codes: {1: Talk, 2: Rides}}
  since: {type: date, format: "%Y-%m-%d"}
  minutes: {in: visits, type: number}
  mode: {in: visits, codes: {1: Talk, 2: Walk, 3: Drive}}
"""


def wrong(text: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        declared(text)
    return [str(m).split("  ", 1)[1] for m in caught.value.mistakes]


def added(line: str) -> list[str]:
    return wrong(TWO + "  x: " + line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{type: number, codes: {88: none}}",
         "variables.x.codes.88: 'none' is not a number. The codes of a number give other numbers (88: 0); "
         "reasons go under 'missing'."),
        ("{type: count}", "variables.x: does not say what is counted. Add count: [columns]."),
        ("{columns: {k1: One, k2: Two}, exclusive: k3}", "variables.x.exclusive: 'k3' is none of the columns. "
         "Known: k1, k2."),
        ("{type: number, bands: [18-30, 29-44]}",
         "variables.x.bands: 18-30 and 29-44 overlap or run downwards. Write them upwards; where two touch, "
         "the edge belongs to the upper one."),
        ("{type: number, bands: [30+, 18-29]}",
         "variables.x.bands: 30+ and 18-29 overlap or run downwards. Write them upwards; where two touch, the "
         "edge belongs to the upper one."),
        ("{type: number, asked_of: {mode: Talk}}",
         "variables.x.asked_of.mode: 'mode' belongs to visits, which is no parent of people. Add the parent, "
         "or leave it out."),
        ("{type: number, asked_of: {x: A}}", "variables.x.asked_of.x: there is no level of x 'A'. Known: none."),
        ("{derive: {sum: [age, sex], max_missing: 0}}",
         "variables.x.derive: 'sex' is a category. This needs a number or a count or a set of choices."),
        ("{derive: {days: [age, since]}}", "variables.x.derive: 'age' is a number. This needs a date."),
        ("{derive: {cut: sex}, bands: [1-2]}", "variables.x.derive: 'sex' is a category. This needs a number "
         "or a count."),
        ("{derive: {difference: [age, minutes]}}",
         "variables.x.derive: 'minutes' belongs to visits, which is no parent of people. Bring it together "
         "with from, take and by."),
        ("{derive: {at_wave: 3, of: age}}", "variables.x.derive: people has no wave '3'. Known: 1, 2."),
        ("{derive: {from: visits, take: sum, of: age, by: who}}",
         "variables.x.derive.of: 'age' belongs to people. Name a variable of visits."),
        ("{derive: {from: visits, take: any, of: mode, by: who}}",
         "variables.x.derive: 'any' needs two levels, mode has 3. Regroup it first."),
        ("{derive: {from: visits, take: sum, of: minutes, by: who, none: some}}",
         "variables.x.derive.none: 'some' is not a number. Write one, like 0."),
        ("{derive: {from: visits, take: count, by: age}}", "variables.x.derive.by: 'age' belongs to people. "
         "Name a variable or column of visits."),
        ("{derive: {from: visits, take: count, by: minutes}}", "variables.x.derive.by: 'minutes' is a number. "
         "An id is text: use the raw column."),
    ],
)  # fmt: skip
def test_what_a_variable_cannot_be(line: str, message: str) -> None:
    assert message in added(line)


def test_what_stands_in_order() -> None:
    study = declared(
        TWO
        + """  total: {derive: {sum: [age, kinds], max_missing: 0}}
  first: {type: number, derive: {at_wave: One, of: age}}
  often: {derive: {from: visits, take: most frequent, of: mode, by: who, none: Never}}
  later: {derive: {at_wave: 2, of: often}}
  older: {in: visits, derive: {difference: [age, minutes]}}
"""
    )
    assert study.kind_of("often") == study.kind_of("later") == "category" and study.kind_of("total") == "number"
    assert study.levels_of("often") == ("Talk", "Walk", "Drive", "Never")
    assert study.levels_of("sex") == ("Women", "Men") and study.levels_of("age") == ()
    assert study.ancestors("visits") == ("people",) and study.ancestors("people") == ()


def test_conditions_in_a_circle() -> None:
    found = wrong(
        """
        variables:
          a: {codes: {1: One}, asked_of: {b: One}}
          b: {codes: {1: One}, asked_of: {a: One}}
        """
    )
    assert found == [
        "variables.a.asked_of.b: 'a' and 'b' are asked of each other. Break the circle.",
        "variables.b.asked_of.a: 'b' and 'a' are asked of each other. Break the circle.",
    ]


def test_a_condition_that_is_derived() -> None:
    found = added("{type: number, asked_of: {young: '<30'}}\n  young: {bands: [<30, 30+], derive: {cut: age}}")
    assert "variables.x.asked_of.young: 'young' is derived. Name the variable that was asked." in found


def test_conditions_of_scales() -> None:
    scale = "scales: {s: {items: [q1, q2], range: 1-4, score: sum, max_missing: 0, asked_of: {sxe: Women, sex: Womne}}}"
    assert wrong(TWO + scale) == [
        "scales.s.asked_of.sxe: there is no variable 'sxe'. Did you mean 'sex'?",
        "scales.s.asked_of.sex: there is no level of sex 'Womne'. Did you mean 'Women'?",
    ]


def test_links_that_lead_nowhere_or_in_circles() -> None:
    assert wrong(
        """
        data:
          a: {file: a.csv, id: [x, y], parent: {c: z}}
          b: {file: b.csv, id: x, parent: {a: x}}
          c: {file: c.csv, id: x, parent: {b: x}}
        """
    ) == [
        "data.a.parent: a is its own ancestor. Break the circle.",
        "data.b.parent.a: names 1 column, the id of a has 2. Name the columns here that hold x, y.",
        "data.b.parent: b is its own ancestor. Break the circle.",
        "data.c.parent: c is its own ancestor. Break the circle.",
    ]
    assert wrong(
        """
        data:
          top: {file: a.csv, id: x}
          one: {file: b.csv, id: x, parent: {top: t}}
          two: {file: c.csv, id: x, parent: {top: t}}
          low: {file: d.csv, id: x, parent: {one: o, two: w}}
        """
    ) == ["data.low.parent: leads to top by two ways. Keep the parent that is meant."]


def test_items_have_one_coding_and_names_of_their_own() -> None:
    found = wrong(
        """
        variables: {q1: {type: number}}
        scales:
          s: {items: [q1, q2], range: 1-4, score: sum, max_missing: 0}
          t: {items: [q2, q3], range: 1-4, coded: 0-3, score: sum, max_missing: 0}
        """
    )
    assert found == [
        "scales.s.items: item 'q1' is the name of a variable or scale, too. Rename that one, and say from: q1.",
        "scales.t.items: item 'q2' is coded otherwise in s. One item has one coding.",
    ]


@pytest.mark.parametrize(
    ("population", "message"),
    [
        ("{asked: q1", "population.asked: people has no variable, scale or item 'q1'. Declare it as a variable."),
        ("{asked: young", "population.asked: 'young' is derived. Name what was asked."),
        ("{where: {sex: Woman}", "population.where.sex: there is no level of sex 'Woman'. Did you mean 'Women'?"),
        ("{where: {age: old}", "population.where.age: 'old' is not a range; write it like 1-5, 65+ or <18."),
        ("{where: {sex: Women, mode: Talk}", "population.where.mode: 'mode' belongs to visits, not to people. "
         "Children follow; say in: that table."),
        ("{where: {young: <30}",
         "population.where.young: 'young' is derived. Name the variable from which it is made; of a number, a "
         "range (65+)."),
    ],
)  # fmt: skip
def test_populations(population: str, message: str) -> None:
    young = "  young: {bands: [<30, 30+], derive: {cut: age}}\n"
    assert wrong(TWO + young + f"population: {population}, because: made up}}") == [message]


def test_item_codes_are_numbers_and_an_id_is_asked() -> None:
    scale = "scales: {s: {items: [q1, q2], range: 1-4, score: sum, max_missing: 0, codes: {never: one}}}"
    assert wrong(scale) == ["scales.s.codes.never: 'one' is not a number. Write the item's code."]
    who = "  who2: {in: visits, type: text, derive: {at_wave: 1, of: mode}}\n"
    found = wrong(TWO + who + "  x: {derive: {from: visits, take: count, by: who2}}")
    assert "variables.x.derive.by: 'who2' is derived. Name a column of visits." in found


def test_columns_of_the_design_are_names_and_a_weight_is_a_number() -> None:
    assert wrong(TWO + "design: {kind: cohort, cluster: kinds, weight: sex}\n") == [
        "design.cluster: 'kinds' is a set of choices. "
        "This needs text or a category or an ordered category or a number.",
        "design.weight: 'sex' is a category. This needs a number.",
    ]


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("%d.%m.%y", "%y is a year of two digits"),
        ("%d.%m", "a date has a year"),
        ("%Y-%m-%d %Z", "'%Z' is not known"),
        ("%Y-%m-%d %H %H", "a part stands in it twice"),
        ("%Y-%m-%d %b", "a date has a year"),
    ],
)
def test_formats_of_dates(written: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        date_pattern(written)


def test_a_year_of_two_digits_is_refused_where_it_stands() -> None:
    assert wrong('variables: {d: {type: date, format: "%d.%m.%y"}}') == [
        "variables.d.format: %y is a year of two digits, which could be any century; export four digits (%Y)."
    ]
