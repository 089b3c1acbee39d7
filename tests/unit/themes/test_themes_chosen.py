"""Quotations found in the coded interviews, and what is hidden in them. The interviews are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Mistakes
from pipeline.themes.chosen import Chosen, choose, one_line
from tests.quoted_talks import HEAD, ROWS, cleaned, study

WHOLE = "I told it twice, and nobody looked at the clock."
COUNT, ONCE = "Count them as quotations.txt does.", "Hide each word once."
NAMED = (
    "hides a word by which the passage is named in this file. Name it by words that may be read: fewer of them, or "
    "ends: instead of begins:."
)
NO_DOCUMENT = (
    "its document is none of those that are analysed. Write it as it stands in the files; what 'exclude' leaves out "
    "can't be quoted."
)
NO_PASSAGE = (
    "no passage of this document begins so; 3 of them have codes of this theme. Copy the words exactly as they stand "
    "in a coded passage."
)
NO_CODE = (
    "a passage begins so, and it has no code of this theme. Choose it for the theme whose code it has, or name that "
    "code under 'themes'."
)
AT = "studies/made_up.yaml:11  interviews.quotations.chosen.{}.0"


def chosen(theme: str, quotation: str, rows: str = ROWS) -> Chosen:
    said = study(f"chosen:\n  {theme}: [{{{quotation}}}]")
    [one] = choose(cleaned(said, rows), said)
    return one


def told(theme: str, quotation: str, rows: str = ROWS) -> list[str]:
    with pytest.raises(Mistakes) as error:
        chosen(theme, quotation, rows)
    return [str(mistake) for mistake in error.value.mistakes]


def test_a_passage_of_two_coders_is_one() -> None:
    one = chosen("Heard", "document: d1, begins: I told it")
    assert (one.words, one.printed, one.participant, one.consent) == (WHOLE, WHOLE, "P1", "yes")
    assert (one.theme, one.definition, one.number) == ("Heard", "Somebody has time.", 1)


def test_a_code_below_the_themes_own_is_of_the_theme() -> None:
    assert chosen("Heard", "document: d1, begins: and nobody").words == "and nobody looked at the clock."


def test_last_words_tell_two_passages_apart() -> None:
    assert told("Heard", "document: d2, begins: She waited") == [
        f"{AT.format('Heard')}: 2 passages of this theme begin so. Add its last words (ends:)."
    ]
    assert chosen("Heard", "document: d2, begins: She, ends: waited.").words == "She waited."
    assert chosen("Heard", "document: d2, ends: I was done.").words == "She waited until I was done."


@pytest.mark.parametrize("place", ["0|44", "|"])
def test_a_passage_of_two_people_is_nobodys_to_be_quoted(place: str) -> None:
    """Under another theme's code it is said to be of one who did not agree."""
    who = ["P1|Leader|North|yes|Also", "P1|Leader|North|yes|Heard", "P2|Leader|North|no|Way"]
    rows = "\n".join(f"g|{one}|{place}|A|We kept quiet." for one in who)
    said = study("chosen: {Heard: [{document: g, begins: We kept}]}")
    with pytest.raises(Mistakes, match="the file has its passage for two people"):
        choose(cleaned(said, rows), said)
    apart = rows.replace("no|Way|0|44", "no|Way|50|94")
    if apart != rows:
        assert choose(cleaned(said, apart), said)[0].participant == "P1"


def test_words_are_not_cut() -> None:
    assert "no passage of this document begins so" in told("Heard", "document: d1, begins: I tol")[0]
    assert "no passage of this document ends so" in told("Heard", "document: d1, ends: lock.")[0]


@pytest.mark.parametrize(
    ("theme", "quotation", "mistake"),
    [
        ("Heard", "document: d9, begins: I told", NO_DOCUMENT),
        ("Heard", "document: d1, begins: Nobody said", NO_PASSAGE),
        ("Way", "document: d1, begins: I told", NO_CODE),
        ("Way", "document: d5, begins: I keep", NO_CODE),
    ],
)
def test_one_that_fits_no_passage_says_why_and_quotes_nothing(theme: str, quotation: str, mistake: str) -> None:
    assert told(theme, quotation) == [f"{AT.format(theme)}: {mistake}"]


def test_every_mistake_is_told_at_once_and_twice_the_same_is_one() -> None:
    three = ("d1, begins: I told", "d1, ends: the clock., begins: I", "d8, begins: x")
    said = study("chosen:\n  Heard:\n" + "".join(f"    - {{document: {one}}}\n" for one in three))
    with pytest.raises(Mistakes) as error:
        choose(cleaned(said), said)
    assert [str(m).split("chosen.")[1] for m in error.value.mistakes] == [
        "Heard.1: is chosen twice for this theme. Leave one of the two out.",
        f"Heard.2: {NO_DOCUMENT}",
    ]


def test_who_is_left_out_cannot_be_quoted() -> None:
    out = HEAD.replace("  themes:\n", "  exclude: [{participant: P2, because: withdrew}]\n  themes:\n")
    said = study("chosen: {Heard: [{document: d2, begins: She, ends: waited.}]}", out)
    with pytest.raises(Mistakes) as error:
        choose(cleaned(said), said)
    assert str(error.value).endswith(f"Heard.0: {NO_DOCUMENT}")


def test_words_without_their_text_are_told() -> None:
    rows = "d1|P1|Recipient|North|yes|Heard|0|44|A|\nd2|P2|Recipient|North|yes|Way|0|4|A|Well"
    assert told("Heard", "document: d1, begins: I told", rows) == [
        f"{AT.format('Heard')}: the file holds no words of this document's passages. Export it with its texts."
    ]


def test_hidden_words_are_replaced_and_signs_around_them_stay() -> None:
    hidden = "{from: 1-2, to: '[name]'}, {from: 4, to: '[place]'}, {from: 8, to: '[…]'}"
    one = chosen("Way", f"document: d1, ends: went through., redact: [{hidden}]")
    assert one.printed == "[name] of [place] showed me the […], and I went through."
    assert one.hidden == ((1, 2, "Anna Berg", "[name]"), (4, 4, "Oslo", "[place]"), (8, 8, "door,", "[…]"))


@pytest.mark.parametrize("name", ["Jose\u0301", "सीता", "ราศี", "Ann\u034fa\u034f", "e\u0301lo"])
def test_a_mark_that_belongs_to_a_hidden_letter_is_hidden_with_it(name: str) -> None:
    """An accent or a vowel of a name may be written as a sign of its own."""
    said = study("chosen: {Way: [{document: d1, ends: through., redact: [{from: 1-2, to: '[name]'}]}]}")
    [one] = choose(cleaned(said, ROWS.replace("Anna Berg of", f"“{name} {name}” of")), said)
    assert one.printed.startswith("“[name]” of Oslo")


@pytest.mark.parametrize(
    ("redact", "mistake"),
    [
        ("{from: 4-13, to: '[x]'}", f"0: there is no word 13: the passage has 12 words. {COUNT}"),
        ("{from: 4-5, to: '[x]'}, {from: 5, to: '[y]'}", f"1: hides a word that another one hides. {ONCE}"),
        ("{from: 10-12, to: '[x]'}", f"0: {NAMED}"),
    ],
)
def test_what_cannot_be_hidden(redact: str, mistake: str) -> None:
    found = told("Way", f"document: d1, ends: I went through., redact: [{redact}]")
    assert found == [f"{AT.format('Way')}.redact.{mistake}"]


def test_nothing_shows_its_words_by_accident() -> None:
    assert "told" not in repr(chosen("Heard", "document: d1, begins: I told it"))


@given(st.text(max_size=60))
def test_one_line_is_one_line_of_what_can_be_seen(text: str) -> None:
    line = one_line(text)
    assert line == " ".join(line.split()) and line.isprintable()
    assert one_line(line) == line


def test_what_turns_the_direction_of_writing_is_taken_out() -> None:
    assert one_line("a\u202eb\u200f c\r\n\u00a0 d") == "ab c d"
