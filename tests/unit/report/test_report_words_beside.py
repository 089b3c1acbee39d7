"""People's words are found in every kind of file; released quotations are none of them. All is made up."""

from __future__ import annotations

import io
import json

import docx
import pytest

from pipeline.errors import StageFailed
from pipeline.report.words_beside import RUN, runs, without_words

SAID = "I told it twice, and then nobody in the room looked at the clock."
OTHER = "Nobody ever asks me what I would want to do with my days."
RELEASED = "I told it twice, and then nobody in [the place] looked at the clock."


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for words in paragraphs:
        paragraph = document.add_paragraph()
        for at, part in enumerate(words.split(" ")):  # Word tears sentences into runs
            paragraph.add_run(f" {part}" if at else part)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report.html", b"<p>They said: <b>i told it twice</b>, and then &#110;obody in the&nbsp;room looked.</p>"),
        ("report.docx", word_file("Heading", SAID)),
        ("tables/x.csv", f'Theme,"“{SAID}”"\n'.encode()),
        ("layouts.json", json.dumps({"title": SAID}, ensure_ascii=False).encode()),
        ("figures/x.svg", b"<svg><text>I told it twice and</text><text>then nobody in the</text></svg>"),
    ],
)
def test_words_are_found_in_every_kind_of_file(name: str, data: bytes) -> None:
    with pytest.raises(StageFailed) as error:
        without_words({"a.html": b"<p>fine</p>", name: data}, [SAID, OTHER], [])
    first, told, mend = str(error.value).splitlines()
    assert first == "the report repeats what people said and was not published:"
    assert told.startswith(f"  {name}: ") and told.endswith(f"times {RUN} words in a row")
    quoted = "quotations alone (interviews: quotations:), each with consent and clearance."
    assert mend == f"  Print people's words as {quoted}"
    assert "clock" not in str(error.value)


def test_released_quotations_are_none_and_hidden_words_are_not_released() -> None:
    page = {"report.html": f"<td>“{RELEASED}”</td>".encode()}
    without_words(page, [SAID, OTHER], [RELEASED])
    with pytest.raises(StageFailed):
        without_words({"report.html": f"<td>{SAID}</td>".encode()}, [SAID, OTHER], [RELEASED])


def test_fewer_words_are_anybodys_and_pictures_hold_none() -> None:
    seven = " ".join(SAID.split()[: RUN - 1])
    without_words({"report.html": f"<p>{seven}</p><p>looked</p>".encode(), "x.png": SAID.encode()}, [SAID], [])


def test_a_tag_between_two_cells_does_not_join_words_of_two_speakers() -> None:
    assert runs(["one two three four"]) == frozenset()
    assert len(runs(["a b c d e f g h i"])) == 2
