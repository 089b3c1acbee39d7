"""Every number that a reader of the committed made-up report sees: from results.csv, from the study file, or explained.

Read from the page and from the Word document themselves, so that no way into them goes round the door.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from pipeline import __version__
from pipeline.instruments.registry import rules
from pipeline.report.layouts import layouts_from
from pipeline.study import Study, parse_study

ROOT = Path(__file__).parents[3]
REPORT = ROOT / "reports" / "bridges"
NUMBER = re.compile(r"[-−]?\d[\d.,]*\d|\d")
CONSTANTS = {
    "what an interval covers": {"95"},
    "the rule's threshold, declared or its default, and the largest count below it": {"1", "4", "5"},
    "the rule of percentages without decimals, and what percentages add up to": {"100"},
    "names of methods and of an algorithm: CR2, SHA-256": {"2", "256"},
    "the years of the methods' papers": {"2018", "2008", "2010", "2013", "2015", "2017"},
    "the table of the book that the knots of splines are from": {"2.3"},
    "up to how many clusters every sign vector is gone through": {"12"},
    "the years of papers on agreement": {"1960", "1969", "1971", "2011", "1993"},
    "the years of papers on scores at two waves": {"1996", "2006"},
    "the place of the paper on saturation": {"2020", "0232076"},
    "the place of COREQ": {"2007", "19", "349", "10.1093", "042"},
    "random orders, where the study file does not say how many": {"1,000"},
}
"""Numbers that stand in the report's own words, with the reason."""


OF_RESULTS = ("alt", "notes", "why")
"""Places that tell results without naming a key each: alternative texts, notes, what a cell says of its denominator."""
WAYS = "table-ways-ways"
"""The table of ways holds words alone: notebooks, cells, files and columns, as the manifest has them."""
COUNTED = {"table-saturation-saturation": 40, "table-themes-coreq": 32}
"""Tables whose lines are counted: interviews in their order, items of COREQ -> how many there are."""


def tokens(text: str) -> list[str]:
    return NUMBER.findall(text)


class Page(HTMLParser):
    """The words of a page in order, with what kind of place they stand in (alternative texts are words, too), and the
    keys that their element names."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.keyed: list[tuple[str, str, list[list[str]]]] = []
        self._open: list[str] = []
        self._keys: list[list[str]] = []
        self.scripts: list[str] = []
        self.lines: dict[str, list[str]] = {}
        self._ways = False
        self._table = ""
        self._whole = 0
        self._begun = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("class") == "whole":  # a name in which no line ends: its words go on with those around it
            self._open.append(self._open[-1])
            self._whole = 2 if self._begun else 1
            return
        self._whole, self._begun = 0, False
        self._table = named.get("id") or "" if tag == "table" else self._table
        self._ways = self._table == WAYS
        if named.get("class") == "why":  # a cell's own words, and what the browser says of them on hover and focus
            self.said.append(("why", named["title"] or ""))
            self._open.append(self._open[-1])
            return
        if tag not in ("meta", "link", "img", "source", "br", "hr", "col"):
            known = named.get("class") if named.get("class") in ("made", "notes", "n") else None
            self._open.append(known or tag)
        keys = json.loads(named.get("data-key") or "[]")
        self._keys = [keys] if keys and isinstance(keys[0], str) else keys
        self.said += [("alt", named["alt"] or "")] if tag == "img" else []

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._whole and self._begun:
            held = self.keyed if self._open[-1] in ("td", "data", "n") else self.said
            where, before, *keys = held.pop()
            held.append((where, before + data, *keys))  # type: ignore[arg-type]
            self._whole -= 1
            return
        self._begun = True
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)
        elif self._ways and self._open and self._open[-1] in ("td", "th"):
            self.said.append(("ways", data))
        elif self._table in COUNTED and self._open and self._open[-1] == "th" and data[:1].isdigit():
            self.lines.setdefault(self._table, []).append(data)
        elif not {"style", "made", "head"}.intersection(self._open):
            where = "notes" if "notes" in self._open else self._open[-1] if self._open else ""
            if where in ("td", "data", "n"):
                self.keyed.append((where, data, self._keys))
            else:
                self.said.append((where, data))


@pytest.fixture(scope="module")
def page() -> Page:
    found = Page()
    found.feed((REPORT / "report.html").read_text(encoding="utf-8"))
    assert {"alt", "why", "p", "notes", "caption", "figcaption", "li", "th", "h3"} <= {where for where, _ in found.said}
    assert {"td", "data", "n"} == {where for where, _, _ in found.keyed}
    return found


def ways_words() -> str:
    """What the manifest says of ways: notebooks and cells, files, columns."""
    held = json.loads((REPORT / "manifest.json").read_text(encoding="utf-8")).get("ways")
    return json.dumps(held) if held else ""


def word_words() -> list[tuple[str, str]]:
    document = Document(io.BytesIO((REPORT / "report.docx").read_bytes()))
    hyphen = qn("w:noBreakHyphen")
    last = document.tables[-1]._tbl if ways_words() else None
    of_ways = set(last.iter(qn("w:p"))) if last is not None else set()
    said = [
        (
            "ways" if p in of_ways else "paragraph",
            "".join("-" if t.tag == hyphen else t.text or "" for t in p.iter(qn("w:t"), hyphen)),
        )
        for p in document.element.iter(qn("w:p"))
    ]
    said += [("alt", e.get("descr", "")) for e in document.element.iter() if e.tag.endswith("}docPr")]
    said += [("title", e.get("title", "")) for e in document.element.iter() if e.tag.endswith("}docPr")]
    return said


@pytest.fixture(scope="module")
def released() -> dict[tuple[str, ...], str]:
    """Key -> text, as results.csv has it."""
    with (REPORT / "results.csv").open(encoding="utf-8", newline="") as lines:
        return {tuple(row[:6]): row[7] for row in list(csv.reader(lines))[1:]}


def declared_words(study: Study) -> Iterator[str]:
    """What the study file says, and what its instruments say: titles, labels, codes, bands, ranges, sources."""
    yield (ROOT / "studies" / "bridges.yaml").read_text(encoding="utf-8")
    for rule in rules(study).values():
        yield f"{rule.label} {rule.source} {' '.join(r.label for r in rule.ranges.values())} {' '.join(rule.reverse)}"
        yield " ".join(f"{edge:g}" for edge in rule.limits)
        yield f"{len(rule.items)} {rule.max_missing}"
        yield " ".join(str(word) for word in getattr(rule, "bands", ()) or ())
    yield from (band for variable in study.variables.values() for band in variable.bands)
    if study.interviews is not None and study.interviews.saturation_asked is not None:
        yield study.interviews.saturation_asked.words


@pytest.fixture(scope="module")
def study() -> Study:
    return parse_study((ROOT / "studies" / "bridges.yaml").read_text(encoding="utf-8"), "studies/bridges.yaml")


@pytest.fixture(scope="module")
def declared(study: Study) -> set[str]:
    whole = {token.lstrip("-−") for words in declared_words(study) for token in tokens(words)}
    parts = {part for token in whole for part in re.findall(r"\d+", token)}
    return whole | parts | set().union(*CONSTANTS.values())


@pytest.fixture(scope="module")
def known(declared: set[str], released: dict[tuple[str, ...], str]) -> set[str]:
    return declared | {token for text in released.values() for token in tokens(text)}


@cache
def values() -> dict[tuple[str, ...], str]:
    """Key -> value, as results.csv has it."""
    with (REPORT / "results.csv").open(encoding="utf-8", newline="") as lines:
        return {tuple(row[:6]): row[6] for row in list(csv.reader(lines))[1:]}


def leaves(tree: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Six words, and what stands under them."""
    if not isinstance(tree, dict):
        yield above, tree
        return
    for word, below in tree.items():
        yield from leaves(below, (*above, word))


def untraced(said: list[tuple[str, str]], known: set[str]) -> list[tuple[str, str, str]]:
    found = []
    for where, words in said:
        words = words.replace(__version__, "")
        words = re.sub(r"^(Table|Figure) \d+(?=\.)", r"\1", words)  # counted in the order of reading
        words = re.sub(r"(?<=statsmodels )\d+\.\d+\.\d+", "", words)  # the lock file's version
        for token in tokens(words):
            parts = [token, token.lstrip("-−")] if token[0] in "-−" else [token]
            if not known.intersection(parts):
                found.append((where, token, words[:90]))
    return found


def test_every_number_of_a_cell_or_a_sentence_is_the_one_whose_key_it_names(
    page: Page, released: dict[tuple[str, ...], str], study: Study, declared: set[str]
) -> None:
    """A cell without a key has the very words of the study file; one of the joint display is made of its labels."""
    tables = layouts_from((REPORT / "layouts.json").read_bytes(), "layouts.json").tables
    joint = {text for table in tables if table.name == "joint" for row in table.rows for text in row.texts}
    assert len(joint) > 10
    assert len([1 for _, words, keys in page.keyed if keys and tokens(words)]) > 1000
    for where, words, keys in page.keyed:
        own = [token for key in keys for token in tokens(released[tuple(key)])]
        if not keys and words in joint:
            assert untraced([(where, words)], declared) == []
        elif not keys and tokens(words):
            assert any(words.casefold() in text.casefold() for text in declared_words(study)), (where, words)
        else:
            assert set(tokens(words)) <= set(own), (where, words, keys)


def test_lines_that_are_counted_are_counted_from_one_on(page: Page) -> None:
    """Their numbers are places, and are in no result."""
    assert {table: [re.match(r"\d+", line)[0] for line in lines] for table, lines in page.lines.items()} == {  # type: ignore[index]
        table: [str(n) for n in range(1, most + 1)] for table, most in COUNTED.items()
    }
    assert all(line.isdigit() for line in page.lines["table-saturation-saturation"])
    assert all(len(tokens(line)) == 1 for lines in page.lines.values() for line in lines)


def test_the_words_around_hold_no_number_but_declared_ones(page: Page, declared: set[str]) -> None:
    """Headings, captions, labels and sentences: a result in one of them would be out of reach of its key."""
    said = [(where, words) for where, words in page.said if where not in (*OF_RESULTS, "ways")]
    assert untraced(said, declared) == []


def test_the_table_of_ways_holds_what_the_manifest_says_of_them(page: Page) -> None:
    said = [(where, words) for where, words in [*page.said, *word_words()] if where == "ways"]
    assert untraced(said, set(tokens(ways_words()))) == []


def test_the_data_of_the_page_hold_released_numbers_alone(page: Page, released: dict[tuple[str, ...], str]) -> None:
    """What the script of the page shows of a number is its row of results, and nothing of a withheld one."""
    held = [json.loads(script)["numbers"] for script in page.scripts if script.startswith("{")]
    found = [(key, number) for numbers in held for key, number in leaves(numbers)]
    assert len(found) > 1000
    for key, number in found:
        assert number == (None if released[key] == "[c]" else [values()[key], released[key]]), key


def test_every_number_of_notes_and_alternative_texts_is_traced(page: Page, known: set[str]) -> None:
    assert untraced([(where, words) for where, words in page.said if where in OF_RESULTS], known) == []


def test_every_number_of_the_word_document_is_traced(known: set[str]) -> None:
    assert untraced([(where, words) for where, words in word_words() if where != "ways"], known) == []


def test_a_number_from_elsewhere_would_be_found(known: set[str]) -> None:
    assert untraced([("p", "There were 31,415 answers.")], known) == [("p", "31,415", "There were 31,415 answers.")]
