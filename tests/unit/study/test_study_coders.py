"""Agreement and saturation as a study file declares them: what is understood, and every mistake with its line."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import json_schema, parse_study
from pipeline.study.compared import AgreementSpec, SaturationSpec

HEAD = "title: T\ndesign: {kind: interviews}\nrelease: {rule: journal}\ninterviews:\n"
CODED = "  coded: {file: t.csv, columns: {order: Held}}\n"
THEMES = "  themes: {Trust: {codes: [trust]}}\n"


def wrong(declared: str) -> list[str]:
    with pytest.raises(Mistakes) as error:
        parse_study(HEAD + declared, "studies/t.yaml")
    return [str(mistake).removeprefix("studies/t.yaml:") for mistake in error.value.mistakes]


def test_what_is_declared_is_understood() -> None:
    study = parse_study(
        HEAD + CODED + THEMES
        + "  agreement: {on: segments, of: [themes, codes], coders: [1, AB], measures: [percent]}\n"
        "  saturation: {base: 6, run: 3, threshold: 0, orders: 0}\n", "studies/t.yaml",
    )  # fmt: skip
    said = study.interviews
    assert said is not None and said.agreement is not None
    assert said.agreement == AgreementSpec(
        on="segments", of=("themes", "codes"), coders=("1", "AB"), measures=("percent",)
    )
    assert said.saturation_asked == SaturationSpec(base=6, run=3, threshold=0, orders=0)
    assert said.fact("saturation") == "judged by runs of 3 interviews after a base of 6: no new theme"
    assert parse_study(HEAD + "  saturation: not reported\n", "studies/t.yaml").interviews.fact("saturation") == (  # type: ignore[union-attr]
        "not reported"
    )


@pytest.mark.parametrize(
    "words", ["approach: reflexive thematic analysis", "analysis: Reflexive  thematic analysis, by two"]
)
def test_a_reflexive_analysis_has_no_agreement(words: str) -> None:
    assert wrong(f"  {words}\n{CODED}  agreement: {{of: codes}}\n") == [
        "7  interviews.agreement: a reflexive thematic analysis has none: codes are made by interpretation, and no one "
        "expects another coder to make the same. Leave it out, or say with approach: what was done instead."
    ]


def test_the_declared_approach_goes_before_the_words() -> None:
    text = "  approach: codebook thematic analysis\n  analysis: not reflexive thematic analysis\n" + CODED
    assert parse_study(HEAD + text + "  agreement: {}\n", "studies/t.yaml").interviews is not None
    assert wrong("  approach: reflexive\n")[0].startswith("5  interviews.approach: 'reflexive' is not known.")


def test_every_mistake_is_told_at_once() -> None:
    assert wrong(
        "  coders: 1\n"
        "  agreement: {on: segments, of: [themes, themes], coders: [a, b, c], measures: [pabak, cohen, ac1], "
        "how_often: true, level: ratio}\n  saturation: {of: themes}\n" + CODED.replace("Held", "Held")
    ) == [
        "6  interviews.agreement: needs two coders or more, and 'coders' says 1. Correct one.",
        "6  interviews.agreement.of: the themes name no codes. Write themes: {name: {codes: [...]}}, or of: codes.",
        "6  interviews.agreement.of: 'themes' stands twice. Name it once.",
        "6  interviews.agreement.how_often: counts passages in a document, and 'on' says segments. Write on: "
        "documents, or leave how_often out.",
        "6  interviews.agreement.measures: 'pabak' is of two coders, and 'coders' names 3. Leave it out, or name two "
        "coders.",
        "6  interviews.agreement.measures: 'pabak' is of what was given or not, not of how often. With how_often there "
        "are percent, cohen, krippendorff.",
        "6  interviews.agreement.measures: 'ac1' is of what was given or not, not of how often. With how_often there "
        "are percent, cohen, krippendorff.",
        "6  interviews.agreement.level: belongs to 'krippendorff', which is not among the measures. Add krippendorff "
        "there, or leave it out.",
        "7  interviews.saturation.of: the themes name no codes. Write themes: {name: {codes: [...]}}, or of: codes.",
    ]


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("  agreement: {}\n", "5  interviews.agreement: speaks of coded interviews, and no file holds any. "
         "Add coded: {file: interviews.qdpx}, or leave this out."),
        ("  saturation: {}\n", "5  interviews.saturation: speaks of coded interviews, and no file holds any. "
         "Add coded: {file: interviews.qdpx}, or leave this out."),
        (CODED + "  agreement: {coders: A}\n",
         "6  interviews.agreement.coders: names one coder. Name two or more, or leave it out for everyone."),
        (CODED + "  agreement: {level: ordinal}\n", "6  interviews.agreement.level: needs values with an order, and a "
         "code is given or not. Add how_often: true, or leave it out."),
        (CODED + "  agreement: {weights: linear}\n", "6  interviews.agreement.weights: needs values with an order, and "
         "a code is given or not. Add how_often: true, or leave it out."),
        (CODED + "  agreement: {measures: [kapa]}\n",
         "6  interviews.agreement.measures.0: 'kapa' is not known. Write one of: 'percent', 'cohen', 'fleiss', "
         "'krippendorff', 'ac1', 'pabak', 'prevalence' or 'bias'."),
        ("  coded: {file: t.csv}\n  saturation: {}\n",
         "6  interviews.saturation: needs the order in which the interviews were held. Name what tells it, coded: "
         "{columns: {order: Held}}; or write order: files, which the report says."),
        (CODED + "  saturation: {bas: 4}\n", "6  interviews.saturation.bas: unknown key 'bas'. Did you mean 'base'?"),
        (CODED + "  saturation: {orders: 20}\n", "6  interviews.saturation: 20 random orders are too few for a band; "
         "write 100 or more, or 0 for none. "),
        (CODED + "  saturation: {run: 0}\n", "6  interviews.saturation.run: should be 1 or more. "),
        (CODED + "  saturation: 4\n", "6  interviews.saturation: should be a word or text. "),
    ],
)  # fmt: skip
def test_each_mistake_says_what_to_write(declared: str, told: str) -> None:
    assert [words.rstrip() for words in wrong(declared)] == [told.rstrip()]


def test_the_schema_has_both_forms_of_saturation_and_the_keys_of_agreement() -> None:
    parts = json_schema()["$defs"]
    assert set(parts["AgreementSpec"]["properties"]) == {
        "on", "of", "coders", "measures", "how_often", "weights", "level",
    }  # fmt: skip
    assert set(parts["SaturationSpec"]["properties"]) == {"of", "base", "run", "threshold", "orders", "order"}
    kinds = str(parts["Interviews"]["properties"]["saturation"])
    assert "SaturationSpec" in kinds and "'type': 'string'" in kinds
