"""Traces of a person in a quotation: what is pointed out, and what is not. All of it is made up."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.themes.chosen import choose
from pipeline.themes.traces import (
    AGE,
    DATE,
    ILLNESS,
    KNOWN,
    LEFT,
    MAIL,
    NAME,
    NUMBER,
    PLACE,
    WEB,
    Known,
    known_of,
    traces_of,
)
from tests.quoted_talks import ROWS, cleaned, opened, study

HEARD = "d1|P1|Recipient|North|yes|Heard|0|44|A|{}\nd2|P2|Recipient|North|yes|Way|0|4|A|Well"


def found(words: str, known: Known | None = None, more: str = "") -> list[tuple[str, int, int, str]]:
    said = study("chosen: {Heard: [{document: d1, begins: Well" + more + "}]}")
    [one] = choose(cleaned(said, HEARD.format(f"Well, {words}")), said)
    return [(t.kind, t.first, t.last, t.words) for t in traces_of(one, known or Known())]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("I met Anna-Lena Müller there", [(NAME, 4, 5, "Anna-Lena Müller")]),
        ("she moved to New York then", [(PLACE, 5, 6, "New York")]),
        ("it was 14 March 2019", [(DATE, 4, 6, "14 March 2019")]),
        ("on 3.5.2019 it rained", [(DATE, 3, 3, "3.5.2019")]),
        ("since 1987 we have this", [(DATE, 3, 3, "1987")]),
        ("in May it was over", [(DATE, 3, 3, "May")]),
        ("she is 93.", [(AGE, 4, 4, "93")]),
        ("he is ninety-four now", [(AGE, 4, 4, "ninety-four")]),
        ("ring 0171/1234567 at night", [(NUMBER, 3, 3, "0171/1234567")]),
        ("ring +47 22 33 44 55", [(NUMBER, 3, 7, "+47 22 33 44 55")]),
        ("write to a.b@example.org", [(MAIL, 4, 4, "a.b@example.org")]),
        ("look at www.example.org/x", [(WEB, 4, 4, "www.example.org/x")]),
        ("she has Huntington’s", [(NAME, 4, 4, "Huntington’s"), (ILLNESS, 4, 4, "Huntington’s")]),
        ("my cystic fibrosis came back", [(ILLNESS, 3, 4, "cystic fibrosis")]),
    ],
)
def test_what_is_pointed_out(words: str, kinds: list[tuple[str, int, int, str]]) -> None:
    assert found(words) == kinds


@pytest.mark.parametrize(
    "words",
    ["I may go on Monday, I'm sure", "it was 89 or 50%", "93% of it", "we were 12 and 8", "who knows. She does"],
)
def test_what_is_not(words: str) -> None:
    assert found(words) == []


def test_a_capital_at_the_beginning_counts_where_no_passage_has_the_word_in_small_letters() -> None:
    words = "it was so. Runhild knew. Mostly they talk. Talk helps"
    assert found(words, Known(usual=frozenset({"talk"}))) == [(NAME, 5, 5, "Runhild")]


def test_people_documents_and_programmes_of_the_data_are_known() -> None:
    said = study("chosen: {Heard: [{document: d1, begins: I told}]}")
    known = known_of(cleaned(said), opened(said).texts)
    assert known.names == ("north", "south"), "what has one or two letters would be everywhere"
    assert found("the one up north, Anna", known) == [(KNOWN, 5, 5, "north"), (NAME, 6, 6, "Anna")]


def test_what_is_hidden_leaves_no_trace_and_is_looked_for_everywhere() -> None:
    assert found("I met Anna there", more=", redact: [{from: 4, to: '[name]'}]") == []
    said = study("chosen:\n  Way: [{document: d1, ends: through., redact: [{from: 1-2, to: '[name]'}]}]")
    rows = ROWS.replace("and I went", "and Anna and I went")
    [one] = choose(cleaned(said, rows), said)
    known = known_of(cleaned(said, rows), {}, [one])
    assert [(t.kind, t.first, t.words) for t in traces_of(one, known) if t.kind == LEFT] == [(LEFT, 10, "Anna")]


@pytest.mark.parametrize(("name", "said"), [("josé", "josé"), ("josé", "JOSÉ"), ("weiß", "weiß"), ("weiß", "WEISS")])
def test_a_name_is_known_however_its_letters_are_written(name: str, said: str) -> None:
    """With an accent as a sign of its own, or as one with its letter."""
    rows = ROWS.replace("d1|P1", f"d1|{name}").replace("told it twice", f"told {said} twice")
    for form, other in (("NFC", "NFD"), ("NFD", "NFC")):
        here = unicodedata.normalize(form, rows)
        asked = study("chosen: {Heard: [{document: d1, begins: I told}]}")
        [one] = choose(cleaned(asked, here), asked)
        known = known_of(cleaned(asked, unicodedata.normalize(other, rows)), {})
        assert (KNOWN, 3) in [(t.kind, t.first) for t in traces_of(one, known)]


def test_what_is_hidden_once_is_looked_for_however_its_letters_are_written() -> None:
    rows = ROWS.replace("showed me the door", "showed José to me").replace("She waited.", "She knew josé.")
    chosen = "{from: 6, to: '[name]'}]}], Heard: [{document: d2, begins: She knew}]}"
    asked = study(f"chosen: {{Way: [{{document: d1, ends: through., redact: [{chosen}")
    both = choose(cleaned(asked, unicodedata.normalize("NFD", rows).replace("jose\u0301", "josé")), asked)
    known = known_of(cleaned(asked, rows), {}, both)
    assert [(t.kind, t.first) for t in traces_of(both[1], known)] == [(LEFT, 3)]
