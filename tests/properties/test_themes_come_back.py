"""Coded interviews that go out and come in again are the same, whatever stands in them. All of them are made up."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.study import parse_study
from pipeline.study.coded import Coded
from pipeline.themes.clean_coding import clean_coding
from pipeline.themes.coding import UNDER, Coding, coding_of
from pipeline.themes.long_table import table_file
from pipeline.themes.offsets import BYTES, POINTS, UNITS, UTF16, Text, Unit, in_points, text_of
from pipeline.themes.opened import Opened
from pipeline.themes.read import read_coding
from pipeline.themes.refi import read_project
from pipeline.themes.refi_out import codebook_file, project_file
from pipeline.themes.theme_counts import theme_counts

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff\ufffd")
NAMES = st.text(LETTERS, min_size=1, max_size=8).map(lambda s: " ".join(s.split())).filter(
    lambda s: s and s.isprintable() and UNDER not in s and not s.startswith(":") and not s.endswith(":"))  # fmt: skip
TEXTS = st.text(st.one_of(st.sampled_from("ab c\n.😀ä🙂"), LETTERS), min_size=1, max_size=60)


STUDY = parse_study("""
title: Made up
design: {kind: interviews}
release: {rule: journal}
interviews:
  coded: {file: [t.csv, c.qdc]}
  roles: {PR: Recipients, PS: Supporters, blank: Not said}
  tables: {counts: {rows: codes, columns: role, count: [people, documents, segments]}}
""", "studies/made_up.yaml")


@st.composite
def codings(draw: st.DrawFn, voices: bool = True) -> tuple[Coding, dict[str, str]]:
    """Everyone was in one interview or more, alone or with others, and may have no passage in it. voices: whether no
    one in particular may speak where one person alone is known to have been there."""
    people = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    documents = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=str.casefold))
    tops = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    paths = [*tops, *(f"{tops[0]}{UNDER}{name}" for name in draw(st.lists(NAMES, max_size=2, unique=True)))]
    there = [(draw(st.sampled_from(documents)), person) for person in people]
    there += draw(st.lists(st.tuples(st.sampled_from(documents), st.sampled_from(people)), max_size=5))
    texts = {document: draw(TEXTS) for document in documents}
    lines = []
    for document in documents:
        group = sorted({person for d, person in there if d == document})
        speakers = [*group, ""] if voices or len(group) != 1 else group
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(texts[document]) - 1))
            end = draw(st.integers(start + 1, len(texts[document])))
            said = draw(st.sampled_from(speakers)), draw(st.sampled_from(paths)), draw(st.sampled_from(["", "A"]))
            lines.append((document, *said, start, end, texts[document][start:end]))
    columns = ["document", "participant", "code", "coder", "start", "end", "quotation"]
    about = pd.DataFrame({"length": [len(t) for t in texts.values()]}, index=documents)
    roles = [draw(st.sampled_from(["PR", "PS", ""])) for _ in people]
    coding = coding_of(about, pd.DataFrame({"role": roles}, index=people), pd.DataFrame(index=paths),
                       pd.DataFrame(lines, columns=columns), pd.DataFrame(there, columns=columns[:2]))  # fmt: skip
    return coding, texts


def counted(opened: Opened) -> pd.DataFrame:
    """What a report tells of it: people, documents and segments of each code, in all and by role, and the flow."""
    cleaned = clean_coding(opened, STUDY)
    numbers = theme_counts(cleaned, STUDY, "counts").frame
    flow = cleaned.flow.melt(["step", "reason"])
    return pd.concat([numbers, flow]).sort_values([*flow.columns, *numbers.columns]).reset_index(drop=True)


@settings(max_examples=40)
@given(codings(voices=False))
def test_a_project(made: tuple[Coding, dict[str, str]]) -> None:
    coding, texts = made
    back = read_project("p.qdpx", project_file(coding, texts))
    for part in fields(Coding):
        pd.testing.assert_frame_equal(getattr(back.coding, part.name), getattr(coding, part.name))
    assert back.texts == texts


@settings(max_examples=15)
@given(codings())
def test_the_neutral_table_with_its_codebook(made: tuple[Coding, dict[str, str]]) -> None:
    coding, _ = made
    files = [("t.csv", table_file(coding)), ("c.qdc", codebook_file(coding))]
    back = read_coding(Coded(file=("t.csv", "c.qdc")), files, lambda *_: "")
    for part in fields(Coding):
        one, other = (getattr(made, part.name).sort_index() for made in (back.coding, coding))
        pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(counted(back), counted(Opened(coding)))


def places_one_by_one(text: Text, unit: Unit) -> dict[int, int]:
    """Place in the unit -> place in code points, counted along the text one character after another."""
    size = {POINTS: lambda c: 1, UTF16: lambda c: len(c.encode("utf-16-le")) // 2, BYTES: lambda c: len(c.encode())}
    here = size[unit.letters]("\ufeff") if unit.mark and text.marked else 0
    found = {}
    for place, letter in enumerate(text.plain):
        found[here] = place
        two = letter == "\n" and (unit.ends == "as two" or (unit.ends == "as they stood" and place in text.returns))
        here += 2 if two else size[unit.letters](letter)
    return {**found, here: len(text.plain)}


@given(st.text(st.sampled_from("a é\n😀"), max_size=20), st.booleans(), st.sampled_from(UNITS), st.data())
def test_places_are_those_of_counting_one_character_after_another(
    plain: str, mark: bool, unit: Unit, data: st.DataObject
) -> None:
    lines = plain.split("\n")
    ends = data.draw(st.lists(st.sampled_from(["\n", "\r\n"]), min_size=len(lines) - 1, max_size=len(lines) - 1))
    raw = "\ufeff" * mark + "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
    text = text_of(raw)
    assert text.plain == plain
    wanted = places_one_by_one(text, unit)
    points = np.array([ord(c) for c in plain], dtype=np.uint32)
    asked = np.arange(-2, max(wanted) + 3).reshape(-1, 1).repeat(2, axis=1)
    assert in_points(asked, unit, text, points)[:, 0].tolist() == [
        wanted.get(place, -1) for place in asked[:, 0].tolist()
    ]
