"""The made-up interviews: valid by the standard's schema, what is told of them is so, and stage 05 arrives at it."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from lxml import etree

from pipeline.disclosure.quotations import NO_CONSENT, NOT_CLEARED, Judged, judge, released_quotations
from pipeline.files import Workspace
from pipeline.results import Key
from pipeline.run.codings import read_coded
from pipeline.run.studies import read_study
from pipeline.themes import CleanedCoding, clean_coding, measured

ROOT = Path(__file__).parents[3]
Q = "{urn:QDA-XML:project:1.0}"


@pytest.fixture(scope="module")
def archive(bridges: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((bridges.folder / "interviews.qdpx").read_bytes()))


@pytest.fixture(scope="module")
def root(archive: zipfile.ZipFile) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read("project.qde"))


@pytest.fixture(scope="module")
def quoted() -> tuple[CleanedCoding, Judged]:
    study = read_study(Workspace.at(str(ROOT)), "bridges")
    opened = read_coded(Workspace.at(str(ROOT)), study)
    assert opened is not None
    cleaned = clean_coding(opened, study)
    return cleaned, judge(opened, cleaned, study)


@pytest.fixture(scope="module")
def cleaned(quoted: tuple[CleanedCoding, Judged]) -> CleanedCoding:
    return quoted[0]


def texts(archive: zipfile.ZipFile, root: ElementTree.Element) -> dict[str, str]:
    sources = root.find(f"{Q}Sources")
    assert sources is not None
    paths = {s.get("name", ""): s.get("plainTextPath", "").removeprefix("internal://") for s in sources}
    return {name: archive.read(f"Sources/{path}").decode() for name, path in paths.items()}


def test_it_is_valid_by_the_standards_schema(archive: zipfile.ZipFile, real_data: Callable[..., Path]) -> None:
    schema = etree.XMLSchema(etree.parse(real_data("refi-qda", "Project.xsd")))
    assert schema.validate(etree.fromstring(archive.read("project.qde"))), schema.error_log


def test_every_interview_says_that_it_is_made_up_and_has_a_few_short_turns(
    archive: zipfile.ZipFile, root: ElementTree.Element
) -> None:
    found = texts(archive, root)
    assert len(found) == 41
    for text in found.values():
        first, *turns = text.removesuffix("\r\n").split("\r\n")
        assert re.fullmatch(r"Made-up (interview \d\d|pilot interview)\. Nobody said any of this\.", first)
        assert 6 <= len(turns) <= 16
        assert [turn.partition(":")[0] for turn in turns] == ["Interviewer", "Participant"] * (len(turns) // 2)
        assert all(len(turn) < 500 for turn in turns)


def test_every_passage_is_what_one_person_said_in_one_turn(
    archive: zipfile.ZipFile, root: ElementTree.Element
) -> None:
    found = texts(archive, root)
    for source in root.iter(f"{Q}TextSource"):
        for part in source.iter(f"{Q}PlainTextSelection"):
            words = found[source.get("name", "")][int(part.get("startPosition", "")) : int(part.get("endPosition", ""))]
            assert "\r" not in words and "Interviewer" not in words and words.strip() == words
            assert words[-1] in ".?!"


def test_a_quotation_reads_like_its_own_person(archive: zipfile.ZipFile, root: ElementTree.Element) -> None:
    """No sentence is the talk of more than a few, and no one says a coded one twice."""
    said = Counter[str]()
    for text in texts(archive, root).values():
        turns = re.findall("Participant: (.*)", text)
        long = [s for turn in turns for s in re.findall(r"[^.?!]+[.?!]", turn) if len(s) > 45]
        assert len(long) == len(set(long))
        said.update(long)
    assert max(said.values()) <= 3
    assert len(said) > 150


def test_the_codebook_has_definitions_and_three_coders_stand_in_it(root: ElementTree.Element) -> None:
    codes = list(root.iter(f"{Q}Code"))
    tops = root.findall(f"{Q}CodeBook/{Q}Codes/{Q}Code")
    assert (len(tops) - 1, len(codes) - len(tops)) == (7, 26), "seven at the top beside the coders' note"
    assert all((code.findtext(f"{Q}Description") or "").strip() for code in codes)
    assert len(root.findall(f"{Q}Users/{Q}User")) == 3


def test_what_is_told_is_in_the_file(root: ElementTree.Element, told: dict[str, Any]) -> None:
    said = told["interviews"]
    assert len(list(root.iter(f"{Q}Case"))) == said["read"]["people"]
    assert len(list(root.iter(f"{Q}Coding"))) == said["read"]["passages"]
    roles = Counter(v.findtext(f"{Q}TextValue") for v in root.iter(f"{Q}VariableValue"))
    assert roles["Recipient"] == said["role_with_a_capital"] == 4
    assert (roles["declined"], roles["agreed"]) == (1, 39)
    by_all = said["coded_by_all"]
    assert sum(by_all["found_by_three_two_one_none"]) == by_all["planted"]
    for coder in by_all["by_coder"].values():
        assert coder["as_planted"] + coder["taken_for_another"] + coder["missed"] == by_all["planted"]


def test_the_stage_arrives_at_what_is_told(cleaned: CleanedCoding, told: dict[str, Any]) -> None:
    said, coding = told["interviews"], cleaned.coding
    parts = {"people": coding.people, "documents": coding.documents, "passages": coding.segments}
    assert {name: len(part) for name, part in parts.items()} == said["analysed"]
    assert coding.people["role"].value_counts().to_dict() == {
        f"{role}s": n for role, n in said["people_by_role"].items()
    }
    assert coding.people["programme"].value_counts().to_dict() == said["people_by_programme"]
    renamed = {"The programme::working with professionals": "The programme::professionals"}
    codes = Counter(renamed.get(code, code) for code in coding.segments["code"])
    assert codes == said["passages_by_code"]
    assert coding.segments["coder"].value_counts().to_dict() == said["passages_by_coder"]
    assert coding.people.index[coding.people["consent"] != "yes"].tolist() == [said["no_consent_to_be_quoted"]]
    assert said["excluded"]["document"] not in coding.documents.index
    rules = cleaned.ledger.rules.set_index("rule")["cells"]
    assert rules["to discuss: dropped"] == said["notes_dropped"] > 0
    assert rules["Being met::listened to: merged into Being met::being heard"] == said["merged_away"] > 0
    twice = rules["the same passage by the same coder under codes that were merged, counted once"]
    assert twice == said["twice_after_the_merge"] > 0


def test_three_coders_share_the_interviews_that_are_told(cleaned: CleanedCoding, told: dict[str, Any]) -> None:
    coders = cleaned.coding.segments.groupby("document")["coder"].nunique()
    by_all = told["interviews"]["coded_by_all"]["documents"]
    assert len(by_all) == 12
    assert set(coders.index[coders == 3]) == set(by_all)
    assert coders[~coders.index.isin(by_all)].max() == 1


def test_the_last_new_code_comes_where_it_is_told(cleaned: CleanedCoding, told: dict[str, Any]) -> None:
    said, coding = told["interviews"]["first_seen"], cleaned.coding
    at = coding.segments["document"].map(coding.documents["order"])
    first = at.groupby(coding.segments["code"]).min()
    assert [int((first == i).sum()) for i in range(len(coding.documents))] == said["new_codes"]
    last = said["last_new"]
    assert sorted(first.index[first == first.max()]) == last["codes"] == ["Belonging::being missed"]
    assert int(first.max()) + 1 == last["interview"]
    assert coding.documents.index[first.max()] == last["document"]
    assert len(first) == said["codes"]


def given(cleaned: CleanedCoding, by: str) -> dict[str, dict[str, dict[str, bool]]]:
    """Theme or code -> document -> coder who coded it -> whether they gave it there. By loops over the passages."""
    passages = list(cleaned.coding.segments[["document", "coder", "code"]].itertuples(index=False))
    names = {code: {code} for _, _, code in passages}
    if by == "themes":
        names = {}
        for theme, code in cleaned.themes[["theme", "code"]].itertuples(index=False):
            names.setdefault(theme, set()).add(code)
    coders: dict[str, set[str]] = {}
    for document, coder, _ in passages:
        coders.setdefault(document, set()).add(coder)
    gave = {name: {(d, c) for d, c, code in passages if code in codes} for name, codes in names.items()}
    compared = {document: sorted(who) for document, who in coders.items() if len(who) > 1}
    return {
        name: {document: {c: (document, c) in pairs for c in who} for document, who in compared.items()}
        for name, pairs in gave.items()
        if any(document in compared for document, _ in pairs)  # what nobody gave there is compared with nothing
    }


@pytest.mark.parametrize("by", ["themes", "codes"])
def test_agreement_in_the_results_is_that_of_the_passages(quoted: tuple[CleanedCoding, Judged], by: str) -> None:
    """Fleiss' kappa of three coders and their percentage of pairs that agree, by their definitions."""
    cleaned, study = quoted[0], read_study(Workspace.at(str(ROOT)), "bridges")
    results = measured(cleaned, study, np.random.default_rng(1)).results
    found = given(cleaned, by)

    def said(term: str, level: str, statistic: str) -> float:
        return results.get(Key("agreement", f"agreement_{by}", term, level, statistic=statistic))

    def check(term: str, level: str, decisions: list[list[bool]]) -> None:
        units, yes = len(decisions), [sum(each) for each in decisions]
        assert said(term, level, "n") == units
        agree = sum((y * (y - 1) + (3 - y) * (2 - y)) / 6 for y in yes) / units
        assert said(term, level, "percent") == pytest.approx(100 * agree)
        p = sum(yes) / (3 * units)
        chance = p * p + (1 - p) * (1 - p)
        if chance < 1:
            assert said(term, level, "fleiss") == pytest.approx((agree - chance) / (1 - chance))
        pairs = [sum(row) * (3 - sum(row)) for row in decisions]  # ordered pairs that differ, halved twice below
        n = 3 * units
        differ = 2 * sum(pairs) / 2
        by_chance = 2 * sum(yes) * (n - sum(yes)) / (n - 1)
        if by_chance:
            assert said(term, level, "krippendorff") == pytest.approx(1 - differ / by_chance)

    decisions = {name: [list(coders.values()) for coders in documents.values()] for name, documents in found.items()}
    assert {len(row) for rows in decisions.values() for row in rows} == {3}
    for name, rows in decisions.items():
        check("theme", name, rows)
    check("all", "", [row for rows in decisions.values() for row in rows])


def test_the_curve_of_new_codes_is_that_of_the_interviews_in_their_order(cleaned: CleanedCoding) -> None:
    study = read_study(Workspace.at(str(ROOT)), "bridges")
    results = measured(cleaned, study, np.random.default_rng(1)).results
    seen, new = set[str](), list[int]()
    for document in cleaned.coding.documents.sort_values("order").index:
        codes = set(cleaned.coding.segments.loc[cleaned.coding.segments["document"] == document, "code"])
        new.append(len(codes - seen))
        seen |= codes
    stop = next(at for at in range(4, len(new)) if sum(new[at : at + 2]) <= 0.05 * sum(new[:4]))

    def said(term: str, statistic: str, level: str = "") -> float:
        return results.get(Key("saturation", "saturation", term, level, statistic=statistic))

    assert [said("interview", "new", str(at + 1)) for at in range(len(new))] == new
    assert [said("interview", "themes", str(at + 1)) for at in range(len(new))] == list(itertools.accumulate(new))
    assert said("base", "themes") == sum(new[:4])
    assert (said("stop", "interviews"), said("run", "interviews")) == (stop, 2) == (8, 2)


def test_quotations_of_every_theme_are_cleared_but_for_two_that_show_why(quoted: tuple[CleanedCoding, Judged]) -> None:
    """One that nobody cleared has a name and a place in it; one is of the person who declined to be quoted."""
    cleaned, judged = quoted
    release = read_study(Workspace.at(str(ROOT)), "bridges").release
    printed = released_quotations(judged.candidates, release)
    assert {one.theme for one in printed} == set(cleaned.themes["theme"])
    assert judged.left_out == {NO_CONSENT: 1, NOT_CLEARED: 1}
    left = {c.barred: t for c, t in zip(judged.candidates, judged.traces, strict=True) if c.barred}
    found = [(trace.kind, trace.words) for trace in left[NOT_CLEARED]]
    assert found == [("name", "Runhild"), ("place", "Øvre Tåkedal")]
    assert left[NO_CONSENT] == ()
    assert all(c.people >= 5 for c in judged.candidates)
    words = " ".join(one.words for one in printed)
    assert not re.search("Huntington|drinking|Runhild|Tåkedal", words)
    assert "She has [a rare illness], […]." in words
