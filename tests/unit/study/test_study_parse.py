"""A study file is parsed once, with every mistake reported at once, by line."""

from __future__ import annotations

import jsonschema
import pytest
from ruamel.yaml import YAML

from pipeline.errors import Mistakes
from pipeline.study import Source, json_schema, parse_study

SMALL = """\
title: A made-up survey
data: {file: made_up.csv, id: id}
design: {kind: cross-sectional survey}
variables:
  age: {type: number, unit: years, range: 18-99, missing: {blank: not answered}}
  gender: {codes: {1: Men, 2: Women}}
scales:
  mood: {items: [m1, m2], range: 0-3, score: sum, max_missing: 0}
tables:
  participants: {rows: [age, mood], columns: gender}
release: {rule: journal, below: 5}
"""


def told(text: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        parse_study(text, "studies/x.yaml")
    return [str(m) for m in caught.value.mistakes]


def test_the_small_study_parses_to_frozen_values():
    study = parse_study(SMALL, "studies/x.yaml")
    assert study.name == "x"
    assert list(study.sources) == ["people"]
    assert study.variables["gender"].levels == ("Men", "Women")
    assert 18 in study.variables["age"].limits and 99.5 not in study.variables["age"].limits
    with pytest.raises(Exception, match="frozen"):
        study.variables["age"].unit = "months"


def test_a_place_in_the_file_is_known_for_every_key_even_one_that_is_not_there():
    study = parse_study(SMALL, "studies/x.yaml")
    assert study.where("variables", "gender", "codes") == "studies/x.yaml:6  variables.gender.codes"
    assert study.where("scales", "mood", "reverse") == "studies/x.yaml:8  scales.mood.reverse"


def test_every_mistake_is_told_at_once_with_line_key_and_mend():
    text = SMALL.replace("unit:", "unot:").replace("survey}", "surveys}").replace("columns: gender", "columns: gendre")
    assert told(text) == [
        "studies/x.yaml:3  design.kind: 'cross-sectional surveys' is not known. Did you mean 'cross-sectional survey'?",
        "studies/x.yaml:5  variables.age.unot: unknown key 'unot'. Did you mean 'unit'?",
        "studies/x.yaml:10  tables.participants.columns: there is no variable 'gendre'. Did you mean 'gender'?",
    ]
    assert told(SMALL.replace("columns: gender", "columns: gendre").replace("[age, mood]", "[ages, mood]")) == [
        "studies/x.yaml:10  tables.participants.rows: there is no variable or scale 'ages'. Did you mean 'age'?",
        "studies/x.yaml:10  tables.participants.columns: there is no variable 'gendre'. Did you mean 'gender'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("release: {rule: journal, below: 5}\n", "", "studies/x.yaml:1  release: 'release' is missing. Add "
         "release: {rule: journal, below: 5}, which withholds counts below 5."),
        ("rule: journal, below: 5", "rule: none", "studies/x.yaml:11  release: rule none needs a reason: "
                                                  "because: public-use file."),
        ("made_up.csv", "../../etc/passwd", "studies/x.yaml:2  data.file: a path stays inside the study's own "
                                            "folder: no '..', no drive, no leading '/' or '~'."),
        ("made_up.csv", "/etc/passwd", "studies/x.yaml:2  data.file: a path stays inside the study's own "
                                       "folder: no '..', no drive, no leading '/' or '~'."),
        ("{1: Men, 2: Women}", "{1: Men, 1: Women}", "studies/x.yaml:6  variables.gender.codes.1: stands here "
                                                     "twice. Keep one of the two."),
        ("{1: Men, 2: Women}", "{1: true}", "studies/x.yaml:6  variables.gender.codes.1: true is a truth value "
                                            "here; put it into quotes to mean the word."),
        ("score: sum, max_missing: 0", "score: sum", "studies/x.yaml:8  scales.mood: 'max_missing' is missing. "
                                                     "Add 'max_missing:', or 'instrument:' with one of the registry."),
        ("range: 0-3", "range: 3-0", "studies/x.yaml:8  scales.mood.range: '3-0' runs downwards; write 0-3."),
        ("items: [m1, m2]", "items: [m1, m1]", "studies/x.yaml:8  scales.mood.items: item 'm1' stands there "
                                               "twice. Name each item once."),
        ("gender: {codes: {1: Men, 2: Women}}", "gender: {label: Gender}",
         "studies/x.yaml:6  variables.gender: say what it is: 'type: number' (or category, ordered, choices, "
         "count, date, text), or give 'codes'."),
        ("title: A made-up survey\n", "title: A made-up survey\nmissing: {-99: refused}\n",
         "studies/x.yaml:2  missing.-99: '-99' is declared missing for the whole file. Only Stata's .a-.z and "
         "SPSS's user-missing can be; "
         "declare other codes where the variable or scale stands."),
        ("title: A made-up survey", "title: &a A made-up survey", "studies/x.yaml:1  title: uses an anchor or "
                                                                  "alias (& or *). Write the value out where it "
                                                                  "is needed."),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_in_a_whole_sentence(old, new, sentence):
    assert old in SMALL
    assert told(SMALL.replace(old, new)) == [sentence]


def test_a_tag_that_would_run_something_elsewhere_is_refused_and_runs_nothing():
    text = SMALL.replace("title: A made-up survey", "title: !!python/object/apply:os.system [exit]")
    assert any("title" in line for line in told(text))
    assert told(SMALL.replace("unit: years", "unit: !secret years")) == [
        "studies/x.yaml:5  variables.age.unit: carries a tag (!). Study files are plain data; leave the tag out."
    ]


@pytest.mark.parametrize(
    "text", ["", "just words", "- a\n- b\n", "title: [", "a: b: c", "\x00", "title: 'x", "{" * 5000]
)
def test_what_is_no_study_file_is_a_mistake_and_never_a_traceback(text):
    assert told(text)


def test_yes_no_and_norway_are_words_and_codes_keep_their_zeros():
    text = SMALL.replace("{1: Men, 2: Women}", "{yes: Yes, NO: no, 007: Bond, 1.50: dear}")
    codes = parse_study(text, "studies/x.yaml").variables["gender"].codes
    assert codes == {"yes": "Yes", "NO": "no", "007": "Bond", "1.50": "dear"}


def test_values_written_as_numbers_stay_as_written_where_text_is_meant():
    text = SMALL.replace("release:", "exclude:\n  - {where: {flag: [0012, 3]}, because: test rows}\nrelease:")
    assert parse_study(text, "studies/x.yaml").exclude[0].where == {"flag": ("0012", "3")}


def test_a_circle_of_derived_variables_is_found():
    extra = "  a: {derive: {difference: [b, age]}}\n  b: {derive: {difference: [a, age]}}\nscales:"
    assert told(SMALL.replace("scales:", extra)) == [
        "studies/x.yaml:7  variables.a: needs itself, by way of other derived variables. Break the circle.",
        "studies/x.yaml:8  variables.b: needs itself, by way of other derived variables. Break the circle.",
    ]


def test_regrouping_must_take_every_level_once():
    extra = "  group: {derive: {regroup: gender, into: {All: [Men]}}}\nscales:"
    assert told(SMALL.replace("scales:", extra)) == [
        "studies/x.yaml:7  variables.group.derive.into: level 'Women' of gender goes nowhere. Each level goes "
        "into exactly one."
    ]


def test_the_published_schema_accepts_what_parses_and_refuses_an_unknown_key():
    schema = json_schema()
    plain = YAML(typ="safe", pure=True).load(SMALL.replace("1: Men, 2: Women", "'1': Men, '2': Women"))
    jsonschema.validate(plain, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "tabels": {}}, schema)
    several = {**plain, "data": {"people": plain["data"]}}
    jsonschema.validate(several, schema)


def test_every_key_of_the_data_is_described_for_editors():
    described = json_schema()["$defs"]["Source"]["properties"]
    assert set(described) == {info.alias or name for name, info in Source.model_fields.items()}


@pytest.mark.parametrize(("old", "new", "where"), [
    ("1: Men", "1: Men, and boys", "6  variables.gender.codes.and boys: should be a word or text. "),
    ("below: 5", "below: 5, because: few, and far apart",
     "11  release.and far apart: unknown key 'and far apart'. Known here: "),
])  # fmt: skip
def test_a_comma_in_a_text_without_quotes_is_told_as_such(old: str, new: str, where: str) -> None:
    (mistake,) = told(SMALL.replace(old, new))
    assert mistake.startswith(f"studies/x.yaml:{where}")
    assert mistake.endswith("Inside of { } a comma ends a text: if this is the rest of one, put that text in quotes.")
