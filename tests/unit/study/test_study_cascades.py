"""Care cascades in a study file: what is read, and each mistake with its place."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import parse_study
from pipeline.study.known_cascades import known_cascade, known_keys

TEXT = """title: T
data: {{file: a.csv, id: id}}
design: {{kind: cohort}}
variables:
  site: {{codes: {{A: A, B: B}}}}
  age: {{type: number}}
  tested: {{codes: {{1: "Yes", 0: "No"}}}}
  tested_again: {{from: tested, codes: {{1: "Yes", 0: "No"}}}}
  rna: {{codes: {{p: Positive, n: Negative, i: Unclear}}}}
  treated: {{codes: {{1: "yes", 0: "no"}}}}
  cured: {{codes: {{1: Cured, 0: Not cured}}}}
cascades:
{}
release: {{rule: journal}}
"""


def wrong(cascades: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        parse_study(TEXT.format(cascades), "studies/x.yaml")
    return [str(m).partition("cascades.")[2] for m in caught.value.mistakes]


def test_steps_are_variables_levels_or_named_ones() -> None:
    study = parse_study(
        TEXT.format("  a: {steps: [tested, {rna: Positive}], by: site}\n"
                    "  hcv: {known: hcv, reached: any, steps: {started: treated, cured: {cured: Cured}}}"),
        "studies/x.yaml",
    )  # fmt: skip
    assert [(s.variable, s.level, s.name) for s in study.cascades["a"].steps] == [
        ("tested", None, ""), ("rna", "Positive", "")
    ]  # fmt: skip
    assert study.cascades["a"].reached == "strict"
    assert [(s.variable, s.level, s.name) for s in study.cascades["hcv"].steps] == [
        ("treated", None, "started"), ("cured", "Cured", "cured")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("[testd, treated]", "there is no variable 'testd'. Did you mean 'tested'?"),
        ("[tested, age]", "'age' has no answers of yes or no. A step is a variable with codes; derive one from it."),
        ("[tested]", "has 1 step, and a cascade has 2 to 12. Name two at least: the start, and what comes after it."),
        ("[tested, treated, tested]", "'tested' stands in two steps. A step is a variable of its own; leave one out."),
        ("[tested, tested_again]",
         "'tested_again' and 'tested' are one answer, read twice. Each step needs an answer of its own; leave one "
         "out."),
        ("[tested, cured]", "which level of 'cured' is a yes is not said. Write {cured: Cured}, or another of its "
                            "levels: Cured, Not cured."),
        ("[tested, {rna: Positiv}]", "'rna' has no level 'Positiv'. Did you mean 'Positive'?"),
    ],
)  # fmt: skip
def test_steps_that_can_not_be(steps: str, said: str) -> None:
    assert wrong(f"  a: {{steps: {steps}}}") == [f"a.steps: {said}"]


def test_a_step_that_is_no_step_and_columns_that_can_not_be() -> None:
    assert wrong("  a: {steps: [tested, {rna: Positive, treated: yes}]}") == [
        "a.steps: a step is a variable, or a variable with its level: {rna: Positive}."
    ]
    assert wrong("  a: {steps: [tested, treated], by: age}")[0].startswith("a.by: 'age' does not part people")
    assert wrong("  a: {steps: [tested, treated], by: sites}") == [
        "a.by: there is no variable 'sites'. Did you mean 'site'?"
    ]
    assert wrong("  a: {steps: [tested, treated], by: treated}")[0].startswith("a.by: 'treated' is a step.")


def test_one_variable_in_two_cascades() -> None:
    assert wrong("  a: {steps: [tested, treated]}\n  b: {steps: [treated, {rna: Positive}]}") == [
        "b.steps: 'treated' is a step of the cascade 'a', too. Keep it in one of them: what both tell together can't "
        "be looked through for small numbers."
    ]


def test_a_known_cascade_checks_names_and_order() -> None:
    assert wrong("  a: {known: hcvs, steps: {cured: treated, linked: tested}}")[0].startswith(
        "a.known: there is no known cascade 'hcvs'. Did you mean 'hcv'?"
    )
    assert wrong("  a: {known: hcv, steps: [tested, treated]}")[0].startswith(
        "a.steps: which steps of 'hcv' these are is not said. Write a mapping, step: variable."
    )
    assert wrong("  a: {known: hcv, steps: {rna_testd: tested, cured: treated}}")[0] == (
        "a.steps: 'hcv' has no step 'rna_testd'. Did you mean 'rna_tested'?"
    )
    assert wrong("  a: {known: hcv, steps: {cured: treated, linked: tested}}") == [
        "a.steps: are in another order than those of 'hcv'. Write them in this order: linked, cured."
    ]


def test_a_step_of_another_table_and_rows_that_are_no_people() -> None:
    text = TEXT.replace(
        "{{file: a.csv, id: id}}",
        "{{a: {{file: a.csv, id: id}}, visits: {{file: b.csv, id: v, unit: visits, parent: {{a: id}}}}}}",
    )
    text = text.replace("  age:", '  came: {{in: visits, codes: {{1: "Yes", 0: "No"}}}}\n  age:')
    with pytest.raises(Mistakes) as caught:
        parse_study(
            text.format("  a: {steps: [tested, came]}\n  b: {of: visits, steps: [came, treated]}"), "studies/x.yaml"
        )
    told = [m.what for m in caught.value.mistakes]
    assert "'came' is not in table 'a'." in told
    assert "the rows of 'visits' are visits, and a cascade counts people." in told


@pytest.mark.parametrize("key", known_keys())
def test_every_known_cascade_says_where_it_is_from(key: str) -> None:
    found = known_cascade(key)
    assert len(found.steps) > 3 and found.source and all(found.steps.values())
