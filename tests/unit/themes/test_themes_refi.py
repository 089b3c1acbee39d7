"""REFI-QDA projects and codebooks as Coding. The interviews are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pipeline.errors import Mistakes
from pipeline.themes.codebook import read_codebook
from pipeline.themes.opened import Asked
from pipeline.themes.refi import read_project
from tests.coded_projects import OTHER, PROJECT, TALK, TOLD, Project, Source, case, guid, two, variables

PLAIN = TALK.replace("\r\n", "\n")
NVIVO = {"unit": "utf16", "mark": True, "crlf": True, "count_crlf": True}
WAYS = [
    {"unit": "points"},
    {"unit": "utf16"},
    {"unit": "bytes"},
    NVIVO,
    {"unit": "points", "count_crlf": False},
    {"unit": "utf16", "count_crlf": False},
    {"unit": "points", "mark": True, "count_mark": True},
    {"unit": "bytes", "mark": True, "count_mark": True},
    {"unit": "points", "crlf": False, "count_crlf": True},
    {"unit": "utf16", "inline": True},
    {"unit": "points", "inline": True, "count_crlf": True},
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: ",".join(f"{k}={v}" for k, v in way.items()))
def test_passages_stand_where_they_stand_in_whatever_unit_the_file_counts(way: dict) -> None:
    opened = read_project("p.qdpx", two(**way).bytes())
    first = opened.coding.segments[opened.coding.segments["document"] == "first"]
    said = list(zip(first["quotation"], first["code"], first["coder"], strict=True))
    assert said == TOLD
    for start, end, words in zip(first["start"], first["end"], first["quotation"], strict=True):
        assert PLAIN[start:end] == words
    assert opened.texts["first"] == PLAIN
    assert opened.coding.documents["length"].tolist() == [len(PLAIN), len(OTHER.replace("\r\n", "\n"))]


def test_the_way_of_one_program_is_named() -> None:
    told = {f.what: f.value for f in read_project("p.qdpx", two(**NVIVO).bytes()).findings}
    assert told["places are counted in"] == "UTF-16 code units, line ends as they stood"
    assert told["passages with a place in a text"] == "6 of 6 cut no word"


def test_places_that_fit_no_unit_are_refused_with_counts_and_without_words() -> None:
    with pytest.raises(Mistakes) as error:
        read_project("p.qdpx", two(shift=2).bytes())
    assert "of 6 passages begin and end between words" in str(error.value)
    assert "heard" not in str(error.value)


def test_names_that_are_the_passages_words_tell_the_unit_where_words_are_cut() -> None:
    cut = [("elt hea", "heard", ""), ("ody befo", "heard", ""), ("upporter 🙂 kn", "way", ""), ("illed the", "way", "")]
    project = Project([Source("first", TALK, cut)], unit="utf16", names=True)
    assert read_project("p.qdpx", project.bytes()).coding.segments["quotation"].tolist() == [w for w, *_ in cut]
    with pytest.raises(Mistakes):
        read_project("p.qdpx", Project([Source("first", TALK, cut)], unit="utf16").bytes())


def test_a_script_without_blanks_between_words_is_no_reason_to_refuse() -> None:
    raw = "这是编造的访谈没有人这样说过我觉得有人在听我说话"
    project = Project([Source("first", raw, [("有人在听", "heard", "")])])
    assert read_project("p.qdpx", project.bytes()).coding.segments["quotation"].tolist() == ["有人在听"]


def test_codes_are_a_tree_whether_nested_or_written_in_their_names() -> None:
    book = (
        f"<Code guid='{guid('codeheard')}' name='Support' isCodable='false'><Description>of peers</Description>"
        f"<Code guid='{guid('codeway')}' name=' being  heard ' isCodable='true'/></Code>"
        f"<Code guid='{guid('x')}' name='Ways::by foot' isCodable='true'/>"
    )
    codes = read_project("p.qdpx", two(codebook=book).bytes()).coding.codes
    assert codes.index.tolist() == ["Support", "Support::being heard", "Ways", "Ways::by foot"]
    assert codes["parent"].tolist() == ["", "Support", "", "Ways"]
    assert codes["definition"].tolist() == ["of peers", "", "", ""]


def test_guids_in_braces_and_in_small_letters_are_the_same() -> None:
    assert len(read_project("p.qdpx", two(braces=True).bytes()).coding.segments) == 6


def test_cases_are_people_with_what_is_declared_of_them() -> None:
    cases = case("P1", ["first", "second"], [], {"Role": "PR", "Site": "A", "Consent": "Yes", "Age": "31"})
    cases += case("folder")
    project = two(cases=cases, variables=variables("Role", "Site", "Consent", "Age"))
    opened = read_project("p.qdpx", project.bytes(), Asked({"programme": "Site"}, ("Age",)))
    assert opened.coding.people.to_dict("index") == {
        "P1": {"role": "PR", "programme": "A", "consent": "yes", "Age": "31"}
    }
    assert opened.coding.documents["participant"].tolist() == ["P1", "P1"]
    assert any("no one's interview" in f.what and f.cells == 1 for f in opened.findings)


def test_in_a_talk_of_several_people_the_passage_says_who_spoke() -> None:
    cases = case("P1", ["first"], ["first0"]) + case("P2", ["first"], ["first1", "first2"]) + case("P3", ["second"])
    segments = read_project("p.qdpx", two(cases=cases).bytes()).coding.segments
    assert segments["participant"].tolist() == ["P1", "P2", "P2", "", "", "P3"]


def test_a_passage_of_two_speakers_is_no_ones_in_particular() -> None:
    cases = case("P1", ["first"], ["first0", "first1"]) + case("P2", ["first"], ["first0"]) + case("P3", ["second"])
    opened = read_project("p.qdpx", two(cases=cases).bytes())
    assert opened.coding.segments["participant"].tolist()[:2] == ["", "P1"]
    assert ("passages of several people", 1) in [(f.what, f.cells) for f in opened.findings]


def said_of(where: str, word: str) -> str:
    return (f"<VariableValue><VariableRef targetGUID='{guid('v' + where)}'/><TextValue>{word}</TextValue>"
            "</VariableValue>")  # fmt: skip


@pytest.mark.parametrize(
    ("of_case", "of_first", "of_second"), [("", "yes", "no"), ("", "no", "yes"), ("yes", "", "no"), ("no", "yes", "")]
)
def test_consent_that_one_interview_denies_is_not_granted_by_another(
    of_case: str, of_first: str, of_second: str
) -> None:
    """A case and each of its sources may say it."""
    project = two(cases=case("P1", ["first", "second"], [], {"consent": of_case}), variables=variables("consent"))
    for source, word in zip(project.sources, (of_first, of_second), strict=True):
        source.inside = said_of("consent", word) if word else ""
    with pytest.raises(Mistakes, match="1 people have two values of consent"):
        read_project("p.qdpx", project.bytes())


def test_a_variable_that_stands_twice_of_a_person_says_one_thing() -> None:
    twice = case("P1", ["first", "second"], [], {"Role": "PR"})
    twice = twice.replace("<SourceRef", said_of("Role", "PS") + "<SourceRef", 1)
    with pytest.raises(Mistakes, match="1 people have two values of role"):
        read_project("p.qdpx", two(cases=twice, variables=variables("Role")).bytes())


def test_what_a_case_says_goes_before_what_its_sources_say() -> None:
    project = two(cases=case("P1", ["first", "second"], [], {"Role": "PR"}), variables=variables("Role"))
    project.sources[0].inside = said_of("Role", "group")
    assert read_project("p.qdpx", project.bytes()).coding.people["role"].tolist() == ["PR"]


def test_interviews_come_in_the_order_in_which_they_were_held_where_it_is_said() -> None:
    cases = case("P1", ["first"], [], {"held": "2025-03-02"}) + case("P2", ["second"], [], {"held": "2025-01-30"})
    project = two(cases=cases, variables=variables("held"))
    coding = read_project("p.qdpx", project.bytes(), Asked({"order": "held"})).coding
    assert coding.documents.index.tolist() == ["second", "first"]
    assert coding.segments["document"].tolist() == ["second"] + ["first"] * 5


def test_a_code_of_a_whole_document_is_a_passage_without_a_place() -> None:
    whole = f"<Coding guid='{guid('c')}'><CodeRef targetGUID='{guid('codeway')}'/></Coding>"
    project = Project([Source("first", TALK, TOLD[:1], inside=whole)])
    segments = read_project("p.qdpx", project.bytes()).coding.segments
    assert segments["code"].tolist() == ["heard", "way"]
    assert segments["start"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("project", "told"),
    [
        (two(codes={"heard": ""}), "3 codings name codes that are not in its codebook"),
        (two(codebook=f"<Code guid='{guid('a')}' name='x'/><Code guid='{guid('b')}' name='x'/>"), "name of another: x"),
        (two(cases=case("P1", ["first"]) + case("P1", ["second"])), "1 names stand for two cases"),
        (Project([Source("first", TALK, attributes="plainTextPath='absolute:///etc/hosts'")]), "1 sources lie outside"),
        (
            Project([Source("first", TALK, attributes="plainTextPath='relative://../../x.txt'")]),
            "1 sources lie outside",
        ),
    ],
)
def test_what_does_not_hold_together_is_told_with_counts(project: Project, told: str) -> None:
    with pytest.raises(Mistakes, match=told):
        read_project("p.qdpx", project.bytes())


def test_a_text_that_is_not_there_is_told_and_nothing_else_is_opened(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Made-up text of another folder.")
    attributes = f"plainTextPath='relative://{tmp_path.as_posix().lstrip('/')}/x.txt'"
    opened = read_project("p.qdpx", Project([Source("first", TALK, attributes=attributes)]).bytes())
    assert opened.texts == {}
    assert any(f.what == "documents whose text is not in the archive" and f.cells == 1 for f in opened.findings)


def codes_xml(root: str, namespace: str) -> bytes:
    inner = "<Code guid='{0}' name='Support' isCodable='true'><Code guid='{1}' name='heard' isCodable='true'/></Code>"
    codes = inner.format(guid("a"), guid("b"))
    inside = codes if root == "Codes" else f"<Codes>{codes}</Codes><Sets/>"
    declared = f" xmlns='{namespace}'" if namespace else ""
    return f"<{root}{declared}>{inside}</{root}>".encode()


@pytest.mark.parametrize("root", ["CodeBook", "Codes"])
@pytest.mark.parametrize("namespace", ["urn:QDA-XML:codebook:1.0", PROJECT, ""])
def test_codebooks_of_either_namespace_and_of_programs_that_write_none(root: str, namespace: str) -> None:
    coding = read_codebook("c.qdc", codes_xml(root, namespace)).coding
    assert coding.codes.index.tolist() == ["Support", "Support::heard"]
    assert coding.segments.empty and coding.documents.empty


def test_other_xml_is_no_codebook() -> None:
    with pytest.raises(Mistakes, match="no REFI-QDA codebook"):
        read_codebook("c.qdc", codes_xml("Codes", "urn:something:else"))


def test_the_test_project_of_the_standard_has_the_codings_that_it_has(real_data: Callable[..., Path]) -> None:
    """Its archive holds no texts. Counted by a slow and obvious twin: two of its 16 codings are of one passage each,
    which ATLAS.ti writes as a place on a page and again as one in the page's text, under one GUID."""
    import zipfile

    path = real_data("refi-qda", "TestProject.qdpx")
    coding = read_project(path.name, path.read_bytes()).coding
    root = ElementTree.fromstring(zipfile.ZipFile(path).read("Project.qde"))
    ns = f"{{{PROJECT}}}"
    passages = {
        (source.get("guid"), part.get("guid"), code.get("targetGUID"))
        for source in root.find(f"{ns}Sources")
        for part in source.iter()
        if part.tag.endswith("Selection")
        for code in part.findall(f"{ns}Coding/{ns}CodeRef")
    }
    assert len(passages) == 14 and len(list(root.iter(f"{ns}CodeRef"))) == 16
    assert len(coding.segments) == 14
    assert len(coding.codes) == len(list(root.iter(f"{ns}Code"))) == 14
    assert len(coding.documents) == len(list(root.find(f"{ns}Sources"))) == 12
    assert coding.codes.loc["Coke::diet Coke", "parent"] == "Coke"
    assert coding.segments["start"].notna().sum() == 9 and coding.documents["length"].isna().all()
