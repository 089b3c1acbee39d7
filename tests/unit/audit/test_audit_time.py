"""No file keeps the audit busy: what patterns could try in very many ways is read in a moment."""

from __future__ import annotations

import io
import re
import time

import docx
import pytest

from pipeline.audit import audit
from pipeline.audit.findings import Finding
from pipeline.audit.numbers import NUM, plain_text

LONG = 20_000
SECONDS = 2.0
"""Ten times what a slow machine takes."""
BLANKS = {"blanks": " ", "ends of lines": "\n ", "no-break blanks": "\u00a0", "thin blanks": "\u2009"}


def docx_of(words: str) -> bytes:
    document, data = docx.Document(), io.BytesIO()
    document.add_paragraph(words)
    document.save(data)
    return data.getvalue()


def table_of(label: str, cell: str) -> bytes:
    return f'"Table 1. People (N = 60)"\nCharacteristic,n (%)\n"{label}","{cell}"\nMen,30 (50%)\n'.encode()


WAYS = {
    "txt": lambda words: {"a.txt": words.encode()},
    "html": lambda words: {"a.html": f"<p>{words}</p>".encode()},
    "md": lambda words: {"a.md": words.encode()},
    "docx": lambda words: {"a.docx": docx_of(words)},
    "label": lambda words: {"a.csv": table_of(words, "30 (50%)")},
    "cell": lambda words: {"a.csv": table_of("Women", words)},
}


def timed(files: dict[str, bytes]) -> float:
    begin = time.process_time()
    audit(files)
    return time.process_time() - begin


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("OR 1.5", "1.2."),
        ("The odds ratio was 1.50", "in the peer arm, of 39 people."),
        ("p = 0.01", "x"),
        ("t(28) = 2.2", "x"),
        ("12 (30%; 18", "to 46"),
    ],
)
def test_many_blanks_are_as_quick_as_one(before: str, after: str, blank: str, way: str):
    words = f"{before}{(BLANKS[blank] * LONG)[: LONG - 100]}{after}"
    assert timed(WAYS[way](words)) < SECONDS


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "part", ["111,", "1,", "OR 111,", "12% 18 to ", "p = 0.01 ", "made to add "], ids=lambda part: part.strip()
)
def test_lists_of_numbers_and_words_without_end_are_quick(part: str, way: str):
    words = f"{(part * LONG)[: LONG - 2]} 3"
    assert timed(WAYS[way](words)) < SECONDS


def told(words: str) -> list[Finding]:
    return list(audit({"a.txt": words.encode()}).findings)


def test_what_is_found_does_not_hang_on_how_many_blanks_there_are():
    words = "The odds ratio was 1.50 (95% CI 1.60 to 2.40), t(28) = 2.20, P = .5."
    found = told(words)
    assert {f.kind for f in found} == {"interval not possible", "significance"}
    for blank in "  ", "\n", " \n", 40 * " ", 40 * "\u00a0", 40 * "\u2009":
        assert [(f.kind, f.says) for f in told(words.replace(" ", blank))] == [(f.kind, f.says) for f in found]


def test_numbers_with_commas_are_read_up_to_quadrillions():
    assert re.fullmatch(NUM, plain_text("1,234,567,890,123.5"))
