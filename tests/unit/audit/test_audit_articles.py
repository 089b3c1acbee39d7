"""JATS, LaTeX, Markdown and text: the same table and sentences give the same findings; hostile files are refused."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from pipeline.audit import Asked, audit, read_tables
from pipeline.audit.told import lines
from pipeline.errors import Mistakes
from tests.unit.audit.articles import FORMATS, SAYS, SENTENCES
from tests.unit.audit.joo import as_csv


def key(found, file: str) -> list[tuple[str, ...]]:  # type: ignore[no-untyped-def]
    return [(f.kind, f.row, f.says.replace(file, "t"), f.possible, f.certainty) for f in found]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_says_the_same_in_every_format_and_sentences_are_checked_beside_it(ending: str):
    found = audit({f"t.{ending}": FORMATS[ending]()}).findings
    csv = audit({"t.csv": as_csv()}).findings
    assert key((f for f in found if f.table == "Table 1"), f"t.{ending}") == key(csv, "t.csv")
    assert tuple(f.kind for f in found if f.table == "text") == SAYS


def test_text_is_an_article_or_one_table():
    assert tuple(f.kind for f in audit({"t.txt": "\n\n".join(SENTENCES).encode()}).findings) == SAYS
    assert [t.groups for t in audit({"t.txt": as_csv().replace(b",", b"\t")}).tables if t.table == "Table 1"] == [6]
    assert list(lines(audit({"t.txt": b"In 2016 peers met, and talked, and left."}))) == []


def test_spans_of_jats_and_latex_reach_over_their_columns():
    latex = rb"""\begin{tabular}{lrrrr}\hline & \multicolumn{2}{c}{Control} & \multicolumn{2}{c}{Peer} \\ \cline{2-5}
 Sex & n & \% & n & \% \\ \hline \multirow{2}{*}{Women} & 30 & 75 & 5 & 25 \\ Men & 10 & 25 & 15 & 75 \\ \hline
\end{tabular}"""
    (table,) = read_tables("t.tex", latex)
    assert [(c.spanner, c.head.words) for c in table.columns] == [
        ("Control", "n"), ("Control", "%"), ("Peer", "n"), ("Peer", "%")
    ]  # fmt: skip
    assert [line.label.words for line in table.lines] == ["Women", "Men"]
    jats = b"""<article><body><table-wrap><label>Table 2</label><table><thead><tr><th rowspan="2">Sex</th>
<th colspan="2">Control</th></tr><tr><th>n</th><th>%</th></tr></thead><tbody><tr><td>Women</td><td>30</td><td>75</td>
</tr></tbody></table></table-wrap></body></article>"""
    (table,) = read_tables("t.xml", jats)
    assert [(c.spanner, c.head.words) for c in table.columns] == [("Control", "n"), ("Control", "%")]


# Means in tables and words


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ("Measure,n,Mean,SD\nUCLA-3 loneliness,28,5.19,1.34\n", ["mean not possible"]),
        ("Measure,n,Mean,SD\nUCLA-3 loneliness,28,5.21,1.34\n", []),
        ("Measure,n,Mean,SD\nSatisfaction (1–5),28,4.19,0.91\n", ["mean or SD"]),
        ("Measure,n,Mean,SD\nPain (VAS 0–10),28,5.19,1.34\n", []),
        ("Measure,n,Mean,SD\n\"Confidence, mean of 4 items (1–5)\",28,4.19,0.91\n", []),
        ("Measure,n,Mean,SD\n\"Depression, score 0–27\",28,28.50,0.91\n", ["mean not possible"]),
        ("Measure,n,Mean,SD\n\"Depression, score 0–27\",28,3.50,14.00\n", ["SD not possible"]),
        ("Measure,n,Mean,SD\nTelephone (yes = 1),20,0.35,0.18\n", ["SD not possible"]),
        ("Measure,Peer (n = 28)\n\"UCLA-3 loneliness, mean (SD)\",5.19 (1.34)\n", ["mean or SD"]),
        ("Measure,Peer (n = 28)\n\"UCLA-3 loneliness, mean (SD)\",5.19 (1.34)\n\nNo data were missing.\n",
         ["mean not possible"]),
        ("Measure,Peer (n = 28)\n\"UCLA-3 loneliness, mean (SD)\",5.19 (1.34)\n\nSome answers are missing.\n", []),
        ("Measure,n,Mean,SD\nUCLA-3 loneliness,28,5.19,1.34\n\nWeighted means.\n", ["not checked"]),
    ],
)  # fmt: skip
def test_means_are_checked_where_their_numbers_are_known_to_be_whole(table: str, kinds: list[str]):
    found = audit({"t.csv": table.encode()}).findings
    assert [f.kind for f in found if f.kind != "not checked"] == [k for k in kinds if k != "not checked"]


def test_a_mean_in_a_sentence():
    found = audit({"t.txt": b"The mean PHQ-9 score was 5.19 (SD 1.34) in the peer group (n = 28)."}).findings
    assert [(f.kind, f.certainty) for f in found] == [("mean not possible", "likely")]
    assert "if no missing item was filled in" in found[0].possible
    assert not audit({"t.txt": b"The mean weight was 65.19 kg (SD 1.34) in the peer group (n = 28)."}).findings


# Who can be told


def test_one_person_in_a_crossing_a_line_and_a_tag():
    table = b"Programme,Recipients (n = 10),Leaders (n = 8)\nProgramme,\n  F,9,7\n  G,1,1\n"
    says = [f.says for f in audit({"t.csv": table}).findings if f.kind == "re-identifying"]
    assert says == ["2 cells hold one person: Programme: G × Recipients and Programme: G × Leaders"]
    people = b"Participant,Age,Role\nP1,34,Leader\nP2,34,Leader\nP3,35,Peer\nP4,36,Peer\n"
    says = [f.says for f in audit({"t.csv": people}).findings if f.kind == "re-identifying"]
    assert says == ["2 of 4 people are alone with their Age"]
    quote = b"We laughed a lot, said one (G-PL); another was calmer (F-PL), 2016."
    counts = b"Programme,n\nProgramme,\n  Programme F,17\n  Programme G,1\n"
    found = audit({"a.txt": quote, "t.csv": counts}).findings
    assert [f.printed for f in found if f.kind == "re-identifying"] == ["G-PL"]
    assert not [f for f in audit({"a.txt": quote, "t.csv": counts}, Asked(rule="none")).findings if f.printed == "G-PL"]


@pytest.mark.parametrize(
    ("heads", "legend"),
    [("PR (n = 12),PL (n = 6)", ""), ("Recipients (n = 12),Leaders (n = 6)", "PR, recipient; PL, programme leader."),
     ("Recipients (n = 12),Leaders (n = 6)", "Recipients (PR) and programme leaders (PLs) spoke.")],
)  # fmt: skip
def test_a_tag_of_programme_and_role_is_held_against_the_cell_where_both_cross(heads: str, legend: str):
    table = f"Programme,{heads}\nProgramme,\n  Programme F,6,5\n  Programme G,6,1\n".encode()
    quotes = f"We laughed (G-PL); another was calmer (F-PL); a third wept (G-PR), 2016. {legend}".encode()
    found = [f for f in audit({"a.txt": quotes, "t.csv": table}).findings if f.printed.startswith(("F-", "G-"))]
    column = heads.split(",")[1].split(" (")[0]
    assert [(f.printed, f.says) for f in found] == [
        ("G-PL", f"tag G-PL points to one of 1 person: t.csv, Programme: Programme G × {column} counts 1")
    ]


# Hostile files


@pytest.mark.parametrize("words", [r"\input{/etc/hostname}", r"\immediate\write18{touch PLACE}", r"\include{x}"])
def test_latex_is_never_run_and_no_file_of_it_read(words: str, tmp_path: Path):
    mark = tmp_path / "run"
    text = rf"\begin{{document}} {words.replace('PLACE', str(mark))} t(28) = 2.20, P = .036. \end{{document}}"
    done = audit({"t.tex": text.encode()})
    assert [t.figures for t in done.tables] == [1] and not done.findings and not mark.exists()


def test_a_sheet_that_claims_a_gigabyte_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 12_345)
    claims = out.getvalue().replace((12_345).to_bytes(4, "little"), (1_000_000_000).to_bytes(4, "little"))
    assert refused("t.xlsx", claims) == (
        "t.xlsx: would unpack to 1,000 MB, 80,058 times its size. "
        "Check where the file comes from; export the data as CSV."
    )


# What real articles showed


def test_a_prevalence_beside_n_is_no_percentage_of_that_n():
    table = b'Place,n,Seroprevalence (%),95% C.I.\nNorth,383,13.1,"10.0, 16.8"\nSouth,66,10.6,"5.1, 20.8"\n'
    assert not [f for f in audit({"t.csv": table}).findings if "not possible" in f.kind]


def test_one_p_value_for_all_levels_is_none_of_the_first_ones():
    table = b"Age,OR (95% CI),P\n30 to 49,1.21 (0.78 to 1.87),.032\n50 to 54,1.15 (0.83 to 1.60),\n"
    assert not audit({"t.csv": table}).findings
    alone = table.replace(b"1.60),", b"1.60),.40")
    assert [f.kind for f in audit({"t.csv": alone}).findings] == ["significance"]


def test_an_abbreviation_between_an_estimate_and_its_interval():
    words = "The risk was lower (hazard ratio (HR), 0.92; 95% confidence interval (CI), 0.83\u20131.02)."
    done = audit({"t.txt": words.encode()})
    assert not done.findings and [t.figures for t in done.tables] == [1]


def test_jats_notes_of_several_marks_and_ones_that_begin_like_a_caption():
    notes = (
        "<fn><p>Table 1 shows districts; 30 kg m<sup>\u22122</sup>, and more.</p></fn>"
        "<fn><label>a,b</label><p>Values with no letter in common differ.</p></fn>"
    )
    rows = (
        "<tr><td>North</td><td>12<sup>a</sup></td></tr>"
        "<tr><td>South<xref ref-type='table-fn'>b</xref></td><td>9</td></tr>"
    )
    xml = (
        "<article><body><table-wrap><label>Table 1</label><caption><p>Districts</p></caption>"
        "<table><thead><tr><th>Place</th>"
        f"<th>n</th></tr></thead><tbody>{rows}</tbody></table><table-wrap-foot>{notes}</table-wrap-foot></table-wrap></body>"
        "</article>"
    )
    assert not [f for f in audit({"t.xml": xml.encode()}).findings if f.kind == "footnote"]


def test_a_lone_line_that_rounds_by_the_columns_n_is_half_up():
    """One line alone is a percentage of some N under any rounding: the column's own N settles which it is."""
    table = 'Stage,"Peers, n (%) (n = 3644)"\nI,2612 (72%)\nII,315 (9%)\nIII,321 (9%)\nIV,167 (5%)\n'
    assert not [
        f for f in audit({"t.csv": table.encode()}).findings if f.kind in ("denominator", "percentage not possible")
    ]


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Mistakes) as told:
        audit({name: data})
    return str(told.value)


def test_entities_in_jats_are_refused_and_a_document_type_alone_is_not_fetched():
    bomb = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><article><p>&b; 1</p></article>'
    outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><article><p>&x; 1</p></article>'
    long = b'<!DOCTYPE a [<!ATTLIST p x CDATA "%s">]><article>%s</article>' % (b"A" * 1000, b"<p>1</p>" * 9)
    for xml in (bomb, outside, bomb.decode().encode("utf-16"), long):
        assert refused("t.xml", xml).startswith("t.xml: declares entities")
    assert refused("t.xml", b"<article><p>1</p>") == (
        "t.xml: is no complete XML. Get the article again, or save its tables as HTML."
    )
    assert "holds more than a printed table does" in refused("t.xml", b"<a>" * 300 + b"</a>" * 300)
    named = (
        b'<!DOCTYPE article SYSTEM "http://localhost:1/x.dtd"><article><body><p>t(28)&nbsp;= 2.20, P = .036</p></body>'
        b"</article>"
    )
    assert [t.figures for t in audit({"t.xml": named}).tables] == [1]


def test_a_zip_bomb_a_million_lines_and_pages_with_scripts():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 60_000_000 + b"</a>")
    assert "would unpack to 60 MB" in refused("t.docx", out.getvalue())
    started = time.perf_counter()
    for name in ("t.csv", "t.txt"):
        assert "holds more" in refused(name, b"Women,30,75\n" * 1_000_000)
    assert "holds more" in refused("t.md", b"| a | b |\n|---|---|\n" + b"| 1 | 2 |\n" * 101_000)
    assert "holds more" in refused("t.tex", rb"\begin{tabular}{ll}" + rb"1 & 2 \\" * 101_000 + rb"\end{tabular}")
    assert time.perf_counter() - started < 60
    page = b"<script>document.write('t(28) = 9, P = .9')</script><p>t(28) = 2.20, P = .036</p>"
    assert [t.figures for t in audit({"t.html": page}).tables] == [1]


@pytest.mark.parametrize(
    "words",
    ["t(" * 20_000, "9" * 50_000, "1,111" * 10_000, "mean " * 10_000, "0.5 (95% CI " * 5_000, "chi2 " * 10_000,
     "1/2 v " * 8_000, "\\begin{tabular}" * 5_000, "{" * 50_000, "|" * 50_000, "*_`" * 15_000, "odds ratio " * 5_000,
     "P = " * 12_000, "N " * 20_000, "(" * 50_000, "SD = 1, n = 2 mean 3 " * 3_000, "a-" * 25_000],
)  # fmt: skip
def test_no_text_takes_long(words: str):
    started = time.perf_counter()
    for name in ("t.txt", "t.md", "t.tex"):
        try:
            audit({name: f"{words} 1".encode()})
        except Mistakes:
            continue
    assert time.perf_counter() - started < 20
