"""The neutral long table, and tables of other programs. The interviews are made up."""

from __future__ import annotations

import io

import openpyxl
import pytest

from pipeline.errors import Mistakes
from pipeline.study.coded import Coded
from pipeline.themes.long_table import guarded, unguarded
from pipeline.themes.opened import Opened
from pipeline.themes.read import read_coding
from tests.coded_projects import two

LONG = """document,participant,role,programme,code,start,end,coder,quotation
first,P1,PR,A,Support::heard,0,6,A,made up
first,P1,PR,A,Way,7,13,B,made up
second,P2,PS,B,Support::heard,,,A,"made up, too"
third,P3,PS,,,,,,
"""
TAGUETTE = "id,document,tag,content\n1,first.docx,heard,made up\n1,first.docx,way,made up\n2,second.docx,,made up\n"


def read(text: str | bytes, file: str = "t.csv", **declared: object) -> Opened:
    data = text if isinstance(text, bytes) else text.encode()
    return read_coding(Coded(file=(file,), **declared), [(file, data)], lambda *keys: f"coded.{'.'.join(keys)}")  # type: ignore[arg-type]


def test_the_long_table() -> None:
    coding = read(LONG).coding
    assert coding.documents["participant"].to_dict() == {"first": "P1", "second": "P2", "third": "P3"}
    assert coding.people["role"].to_dict() == {"P1": "PR", "P2": "PS", "P3": "PS"}
    assert coding.people["programme"].tolist() == ["A", "B", ""]
    assert coding.codes.index.tolist() == ["Support", "Support::heard", "Way"]
    assert coding.segments["end"].dropna().tolist() == [6, 13]
    assert coding.segments["coder"].tolist() == ["A", "B", "A"]


def test_highlights_of_taguette_as_csv_and_as_a_workbook() -> None:
    book = openpyxl.Workbook()
    for line in TAGUETTE.splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    for data, file in ((TAGUETTE.encode(), "t.csv"), (out.getvalue(), "t.xlsx")):
        opened = read(data, file)
        assert opened.coding.segments["code"].tolist() == ["heard", "way"]
        assert opened.coding.people.index.tolist() == ["first.docx", "second.docx"]
        assert {f.what: f.cells for f in opened.findings}["rows without a code"] == 1


def test_the_database_names_of_qualcoder() -> None:
    text = "codename,filename,pos0,pos1,seltext,owner\nheard,first.txt,4,11,made up,A\n"
    segments = read(text).coding.segments
    assert segments.iloc[0].tolist() == ["first.txt", "first.txt", "heard", "A", 4, 11, "made up"]


def test_columns_of_any_name_by_declaration() -> None:
    text = "Interview;Thema;Rolle;Alter\nI1;heard;PR;31\nI1;way;PR;31\n"
    found = read(text, columns={"document": "Interview", "code": "Thema", "role": "Rolle"}, variables=("Alter",))
    assert found.coding.people.loc["I1"].to_dict() == {"role": "PR", "programme": "", "consent": "", "Alter": "31"}


def test_a_talk_of_several_people() -> None:
    text = "document,participant,code\ntalk,P1,a\ntalk,P2,a\nalone,P1,a\n"
    coding = read(text).coding
    assert coding.documents["participant"].to_dict() == {"talk": "", "alone": "P1"}
    assert coding.segments["participant"].tolist() == ["P1", "P2", "P1"]


def test_consent_in_other_words() -> None:
    text = "document,code,consent\nfirst,a,1\nsecond,a,0\nthird,a,\n"
    with pytest.raises(Mistakes, match="2 people have a consent that is neither yes nor no"):
        read(text)
    coding = read(text, consent={"given": ("1",), "refused": ("0",)}).coding
    assert coding.people["consent"].tolist() == ["yes", "no", ""]


@pytest.mark.parametrize(
    ("text", "declared", "told"),
    [
        ("document,content\nfirst,x\n", {}, "no column for the code"),
        ("code,content\na,x\n", {}, "no column for the document or participant"),
        ("document,code\nfirst,a\n", {"columns": {"code": "Code"}}, "no column 'Code' .code.. Did you mean 'code'"),
        ("document,code\nfirst,a\n,b\n", {}, r"1 rows name no document and no participant \(line 3\)\. Fill"),
        ("document,participant,code\nfirst,P1,a\n,P2,b\n", {}, r"1 rows name a participant and no document \(line 3\)"),
        ("document,code,start,end\nfirst,a,1,\nfirst,a,x,3\nfirst,a,1,3\nfirst,a,5,3\n", {},
         r"3 rows have a start or an end that is no place in a text \(lines 2, 3, 5\)"),
        ("document,code\n" + "first,::a\n" * 7, {}, r"7 rows have a code without .*\(lines 2, 3, 4, 5, 6, …\)"),
        ("document,participant,code,role\nd,P1,a,PR\ne,P2,a,PR\ne,P1,a,PS\n", {},
         r"1 people have two values of role \(lines 2, 4\)"),
        ("document,code\nfirst,a\n", {"variables": ("age",)}, "no column 'age'"),
        ("document,code\nfirst,a::\nfirst,::b\nfirst,a::b\n", {}, "2 rows have a code without a name beside its ::"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_counts(text: str, declared: dict, told: str) -> None:
    with pytest.raises(Mistakes, match=told):
        read(text, **declared)


def test_two_columns_that_may_be_one_field_are_named() -> None:
    """Without a participant each document would be a person of its own."""
    text = "document,Case,case,code\nd1,P1,1,a\nd2,P1,1,a\n"
    with pytest.raises(Mistakes, match=r"has 2 columns that may be the participant: Case, case.*columns.*participant"):
        read(text)
    assert len(read(text, columns={"participant": "Case"}).coding.people) == 1


@pytest.mark.parametrize(
    ("file", "data", "told"),
    [
        ("talks.nvp", b"\xd0\xcf", r"coded.file: talks.nvp can't hold coded interviews. Export them .* as .qdpx, .qdc"),
        ("talks.docx", b"PK\x03\x04", r"coded.file: talks.docx can't hold coded interviews"),
        ("talks.sav", b"$FL2", r"coded.file: talks.sav can't hold coded interviews"),
        ("talks.xlsx", b"document,code", r"talks.xlsx: is text, not .*XLSX.*Give it the ending .csv, if"),
        ("talks.csv", b"%PDF", r"talks.csv: is a PDF, not delimited text. Export the coded interviews as .qdpx, .qdc"),
    ],
)
def test_a_file_that_holds_no_coded_interviews_is_told_what_can(file: str, data: bytes, told: str) -> None:
    with pytest.raises(Mistakes, match=told) as found:
        read(data, file)
    assert "format:" not in str(found.value)


@pytest.mark.parametrize("apart", ["\n", "\r\n", "\n\n"])
def test_codes_on_lines_of_their_own_in_one_cell_are_no_code(apart: str) -> None:
    """As ATLAS.ti lists quotations: read as one code, Trust would miss the passages that have Hope, too."""
    with pytest.raises(Mistakes, match=r"1 rows have several codes in one cell \(line 2\). Write a row for each code"):
        read(f'document,code\nfirst,"Trust{apart}Hope"\nfirst,Trust\n')


@pytest.mark.parametrize("apart", ["; ", ";", " | "])
def test_several_codes_in_a_cell_are_found_where_each_is_a_code_elsewhere(apart: str) -> None:
    several = f"document\tcode\nfirst\tTrust{apart}Hope\nfirst\tHope{apart}Way\nfirst\tTrust\nfirst\tWay\n"
    with pytest.raises(Mistakes, match=r"2 rows have several codes in one cell \(lines 2, 3\)"):
        read(several, "t.tsv")
    named = f"document\tcode\nfirst\tTime{apart}and money\nfirst\tTime\n"
    assert len(read(named, "t.tsv").coding.codes) == 2  # a name that holds the sign


def test_rows_of_empty_cells_are_passed_over_and_told() -> None:
    """As a spreadsheet writes them between blocks of rows."""
    found = read("document;participant;code\nfirst;P1;a\n;;\nsecond;P2;b\n")
    assert len(found.coding.segments) == 2
    assert [f.cells for f in found.findings if f.what == "rows without anything, passed over"] == [1]


WORDS = "made up words, as many as a paragraph has"


@pytest.mark.parametrize(("end", "words"), [(12, WORDS), (12, ""), (14, WORDS)])
def test_places_that_count_paragraphs_are_refused(end: int, words: str) -> None:
    """Two passages of one paragraph would be one, and none would overlap."""
    rows = "".join(f'd{n},a,12,{end},"{words} {"x" * n if words else ""}"\n' for n in range(5))
    with pytest.raises(Mistakes, match=r"5 of 5 passages are longer than .* may count paragraphs or lines"):
        read(f"document,code,start,end,quotation\n{rows}")


def test_more_than_a_third_of_odd_places_are_refused() -> None:
    rows = [f"d,a,{at},{at},\n" for at in (1, 2)] + [f"d,a,{at},{at + 9},\n" for at in (10, 20, 30, 40)]
    read("document,code,start,end,quotation\n" + "".join(rows))
    with pytest.raises(Mistakes, match="2 of 5 passages are longer than"):
        read("document,code,start,end,quotation\n" + "".join(rows[:-1]))


def test_a_few_places_that_do_not_fit_are_told() -> None:
    rows = f'd,a,0,{len(WORDS)},"{WORDS}"\nd,b,50,60,"{WORDS[:6]}…"\nd,a,100,100,\nd,a,5,10,\n'
    found = read(f"document,code,start,end,quotation\n{rows}")
    assert [f.cells for f in found.findings if f.what.startswith("passages longer than")] == [1]


def test_files_of_two_coders_are_one_and_contradictions_are_told() -> None:
    one, other = LONG, "document,participant,role,code,coder\nfirst,P1,PR,Way,C\nfourth,P4,PR,new,C\n"
    files = [("a.csv", one.encode()), ("b.csv", other.encode())]
    coding = read_coding(Coded(file=("a.csv", "b.csv")), files, lambda *_: "").coding
    assert len(coding.segments) == 5 and coding.documents.index.tolist() == ["first", "second", "third", "fourth"]
    files[1] = ("b.csv", other.replace("first,P1,PR", "first,P1,PS").encode())
    with pytest.raises(Mistakes, match=r"a.csv, b.csv: 1 people have another role in another file"):
        read_coding(Coded(file=("a.csv", "b.csv")), files, lambda *_: "")


def held(*lines: str) -> bytes:
    """Documents with the order in which they were held: ``d1 3``."""
    return "\n".join(
        ["document,code,order", *(f"{d},way,{o}" for d, _, o in (x.partition(" ") for x in lines))]
    ).encode()


def read_held(*files: bytes) -> list[str]:
    named = [(f"{n}.csv", data) for n, data in enumerate(files)]
    return read_coding(Coded(file=("*.csv",)), named, lambda *_: "").coding.documents.index.tolist()


def test_interviews_of_several_files_stand_in_the_order_in_which_all_were_held() -> None:
    assert read_held(held("d1 1", "d10 10", "d3 3"), held("d2 2", "d0 0", "d3 3")) == ["d0", "d1", "d2", "d3", "d10"]
    assert read_held(held("a 2025-03-02"), held("b 2025-01-30", "c ")) == ["b", "a", "c"]
    with pytest.raises(Mistakes, match=r"0.csv, 1.csv: 1 documents have another order in another file"):
        read_held(held("d1 1"), held("d1 2"))


@pytest.mark.parametrize("said", ["03.04.2025", "3 March 2025", "Interview 2", "2025/03/04", "second"])
def test_an_order_that_need_not_be_that_of_time_is_refused(said: str) -> None:
    """As text 10.02.2025 stands after 03.04.2025."""
    with pytest.raises(Mistakes, match="1 documents have an order that is no date like 2025-03-02"):
        read_held(held("a 2025-02-10", f"b {said}"))
    assert read_held(held("a 2025-02-10", "b 2025-02-10T09:30:00", "c 2025", "d 2024-12")) == ["d", "c", "a", "b"]


def test_mistakes_of_all_files_come_at_once() -> None:
    files = [("a.csv", b"document,x\nfirst,1\n"), ("b.qdpx", b"no"), ("c.qde", b""), ("d.dta", b"<stata_dta>")]
    with pytest.raises(Mistakes) as error:
        read_coding(Coded(file=("*",)), files, lambda *_: "here")
    assert len(error.value.mistakes) == 4


def test_a_codebook_beside_a_table_defines_its_codes() -> None:
    book = b"<CodeBook><Codes><Code guid='1' name='way'><Description>by foot</Description></Code></Codes></CodeBook>"
    files = [("t.csv", TAGUETTE.encode()), ("c.qdc", book)]
    codes = read_coding(Coded(file=("t.csv", "c.qdc")), files, lambda *_: "").coding.codes
    assert codes["definition"].to_dict() == {"heard": "", "way": "by foot"}


def test_projects_come_in_by_the_same_door() -> None:
    assert len(read(two().bytes(), "p.qdpx").coding.segments) == 6


@pytest.mark.parametrize("text", ["=1+1", "'=1", "''-x", " @a", "made up", "'made up'", "", "'", "\t", "' -"])
def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@", "|"))
