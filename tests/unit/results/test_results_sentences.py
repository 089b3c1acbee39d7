"""Sentences: numbers by their keys alone, labels that hold braces, and nothing that a template could do besides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure import Released, draft
from pipeline.errors import StageFailed
from pipeline.results import A_NUMBER_WITHHELD, Key, Number, Results, Sentence, literal
from pipeline.run.frames import remarks_from_json, remarks_to_json

N, ALL = Key("flow", "people"), Key("flow", "people", statistic="rows")


@pytest.fixture(scope="module")
def released() -> Released:
    return draft(Results.of([Number(N, 1203, 1203), Number(ALL, 3.5, 4, 1)]))


def test_pieces_are_words_and_keys_in_order():
    sentence = Sentence("{n} of {all} rows, {n}", {"n": N, "all": ALL})
    assert sentence.pieces() == (N, " of ", ALL, " rows, ", N)
    assert Sentence("None.").pieces() == ("None.",)
    assert Sentence("").pieces() == ()


def test_a_sentence_says_numbers_as_released(released):
    assert released.say(Sentence("{n} people, {all} rows", {"n": N, "all": ALL})) == "1,203 people, 3.5 rows"
    frame = released.frame.assign(withheld=[True, False], text=["[c]", "3.5"])
    hidden = [Key(*k) for k in frame.iloc[:, :6].itertuples(index=False, name=None)][0]
    assert Released(frame).say(Sentence("{n} left.", {"n": hidden})) == f"{A_NUMBER_WITHHELD} left."


@given(st.text(alphabet="ab{}!:[]0. ", max_size=12), st.text(alphabet="ab{}!:[]0. ", max_size=12))
def test_a_label_in_a_sentence_is_never_a_hole_and_loses_nothing(before, after):
    sentence = Sentence(literal(before) + "{n}" + literal(after), {"n": N})
    assert sentence.words(lambda key: "7") == f"{before}7{after}"
    back = remarks_from_json(remarks_to_json({"x": [sentence]}))
    assert back == {"x": (sentence,)}


@pytest.mark.parametrize(
    "template", ["{n!r}", "{n:>9}", "{n:.2f}", "{n.real}", "{n[0]}", "{n.__class__}", "{}", "{0}", "{n m}", "{n:{n}}"]
)
def test_a_hole_asks_for_the_number_as_released_and_for_nothing_of_it(template):
    with pytest.raises(StageFailed, match="is no plain name: numbers are shown as released"):
        Sentence(template, {"n": N})


@pytest.mark.parametrize("template", ["{n", "n}", "{n}}", "{", "a label {with} {a brace"])
def test_braces_that_are_not_in_pairs_are_a_mistake_that_says_what_to_do(template):
    with pytest.raises(StageFailed, match=r"a sentence's braces are not in pairs: a label in it needs results.literal"):
        Sentence(template, {"n": N})


def test_holes_and_keys_are_the_same():
    with pytest.raises(StageFailed, match=r"a sentence's holes \['n'\] and keys \['m'\] differ"):
        Sentence("{n}", {"m": N})
