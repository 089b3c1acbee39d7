"""Study files that a stranger wrote to harm: refused in sentences, within seconds."""

from __future__ import annotations

import time

import pytest

from pipeline.errors import Mistakes
from pipeline.study import parse_study

HEAD = "title: T\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
LAUGHS = "a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)
ALIAS = "uses an anchor or alias (& or *). Write the value out where it is needed."
DEEP = "is nested deeper than 30 levels. No declaration needs that."
LONG = "has more than 400,000 characters. A study file is a page or two of YAML."
MANY = "declares more than any study asks. A study file is a page or two of YAML."
NUMBER = "variables: {x: {type: number, top_code: "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LAUGHS + HEAD, f"studies/x.yaml:1  a: {ALIAS}"),
        ("a: &a [*a]\n" + HEAD, f"studies/x.yaml:1  a: {ALIAS}"),
        ("a: &a {b: 1}\nc: {<<: *a}\n" + HEAD, f"studies/x.yaml:1  a: {ALIAS}"),
        ("a: " + "[" * 20_000 + "]" * 20_000 + "\n" + HEAD, f"studies/x.yaml:1: {DEEP}"),
        ("a: " + "{b: " * 20_000 + "1" + "}" * 20_000 + "\n" + HEAD, f"studies/x.yaml: {MANY}"),
        ("".join(" " * n + "a:\n" for n in range(800)) + HEAD, "studies/x.yaml: is not YAML: maximum recursion depth "
         "exceeded. Save it as UTF-8 text."),
        ("x" * 500_000, f"studies/x.yaml: {LONG}"),
        (HEAD + "variables: {" + ", ".join("a: 1" for _ in range(20_000)) + "}", f"studies/x.yaml: {MANY}"),
        (HEAD + NUMBER + "9" * 100_000 + "}}", "studies/x.yaml:5  variables.x.top_code: is a number of 100,000 signs. "
         "Put it into quotes if it is a code."),
        (HEAD + NUMBER + "1e999}}", "studies/x.yaml:5  variables.x.top_code: is larger than any number that can be "
         "computed with. Put codes into quotes."),
        (HEAD + "variables: {x: {type: number, range: 1-" + "9" * 5000 + "}}",
         "studies/x.yaml:5  variables.x.range: a range or band is short, like 1-5, 65+ or <18."),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_a_sentence_within_seconds(text: str, message: str) -> None:
    began = time.monotonic()
    with pytest.raises(Mistakes) as caught:
        parse_study(text, "studies/x.yaml")
    assert str(caught.value.mistakes[0]) == message
    assert caught.value.exit_code == 3
    assert time.monotonic() - began < 10


def test_an_id_of_seventeen_digits_is_no_huge_number() -> None:
    study = parse_study(HEAD + "variables: {x: {codes: {12345678901234567: A, 0012: B}}}", "studies/x.yaml")
    assert list(study.variables["x"].codes) == ["12345678901234567", "0012"]
