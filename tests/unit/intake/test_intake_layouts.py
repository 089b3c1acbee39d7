"""Qualtrics' header rows and REDCap's checkbox columns. The wordings are made up."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import layout_of, read_cells
from pipeline.study import Source

AT = "studies/made_up.yaml  data."
QUALTRICS = (
    "ResponseId,Q1,Q2_4_TEXT\n"
    'Response ID,"How often do you\nmeet your partner?","What else, <b>if anything</b>?"\n'
    '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_4_TEXT""}"\n'
    'R_1,2,"a\nwalk"\nR_2,,None\n'
)


def where(*path: str) -> str:
    return "studies/made_up.yaml  data." + ".".join(path)


def read(text: str, **options: object) -> Cells:
    return read_cells(
        "people", Source(**{"file": "export.csv", "id": (), **options}), [("export.csv", text.encode())], where
    )


def refused(text: str, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(text, **options)
    return str(caught.value)


def likely(text: str) -> str:
    return layout_of(Source(file="export.csv", id=()), ("export.csv", text.encode()), where)


def test_qualtrics_three_header_rows() -> None:
    cells = read(QUALTRICS, layout="qualtrics", id="ResponseId")
    assert cells.text["Q1"].tolist() == ["2", ""]
    assert cells.text["Q2_4_TEXT"].tolist() == ["a\nwalk", "None"]
    assert cells.labels == {
        "ResponseId": "Response ID",
        "Q1": "How often do you\nmeet your partner?",
        "Q2_4_TEXT": "What else, <b>if anything</b>?",
    }
    assert cells.text.index.tolist() == ["export.csv:5", "export.csv:7"]
    assert [(f.what, f.value) for f in cells.findings][-1] == ("header rows below the names", "2")


def test_qualtrics_without_import_ids_is_known_by_its_own_wordings() -> None:
    text = "\n".join(line for line in QUALTRICS.split("\n") if "ImportId" not in line)
    cells = read(text, layout="qualtrics")
    assert cells.text["ResponseId"].tolist() == ["R_1", "R_2"]
    assert cells.labels["ResponseId"] == "Response ID"


def test_qualtrics_that_is_not_declared() -> None:
    mend = f"{AT}layout: export.csv has Qualtrics' header rows below its names. Write layout: qualtrics."
    assert refused(QUALTRICS) == refused(QUALTRICS, layout="redcap") == mend
    assert likely(QUALTRICS) == "qualtrics"


def test_a_plain_file_that_is_declared_qualtrics_loses_nobody() -> None:
    assert refused("id,a\n1,x\n2,y\n3,z\n", layout="qualtrics") == (
        "studies/made_up.yaml  data.layout: export.csv has no rows of wordings and ImportIds below its names. "
        "Write layout: plain, or export again from Qualtrics with its header rows."
    )


def test_qualtrics_without_an_answer() -> None:
    text = "\n".join(QUALTRICS.split("\n")[:4]) + "\n"
    assert "has names of columns and no rows" in refused(text, layout="qualtrics")


def test_ignored_columns_leave_no_label() -> None:
    cells = read(QUALTRICS, layout="qualtrics", ignore=["Q2_4_TEXT"])
    assert list(cells.text) == ["ResponseId", "Q1"] and set(cells.labels) == {"ResponseId", "Q1"}


def test_redcap_raw() -> None:
    text = "record_id,redcap_event_name,kinds___1,kinds___2,kinds____9,form_complete\n1,baseline_arm_1,1,0,0,2\n"
    cells = read(text, layout="redcap", id="record_id", wave="redcap_event_name")
    assert list(cells.text)[2:5] == ["kinds___1", "kinds___2", "kinds____9"]
    assert cells.text.iloc[0].tolist() == ["1", "baseline_arm_1", "1", "0", "0", "2"]
    assert cells.labels == {} and cells.value_labels == {}
    assert [f.value for f in cells.findings if f.what == "checkbox columns"] == ["3"]
    assert likely(text) == "redcap"


def test_redcap_labelled() -> None:
    text = (
        '"Record ID","Event Name","Which kinds? (choice=By telephone (mobile))","Which kinds? (choice=In a group)",'
        "Complete?,Complete?\n"
        '1,Baseline,Checked,Unchecked,"Complete","Incomplete"\n'
    )
    cells = read(text, layout="redcap")
    telephone, group = "Which kinds? (choice=By telephone (mobile))", "Which kinds? (choice=In a group)"
    assert list(cells.text) == ["Record ID", "Event Name", telephone, group, "Complete?.1", "Complete?.2"]
    assert cells.labels == {
        telephone: "Which kinds?", group: "Which kinds?", "Complete?.1": "Complete?", "Complete?.2": "Complete?"
    }  # fmt: skip
    assert cells.value_labels == {telephone: {"Checked": "By telephone (mobile)"}, group: {"Checked": "In a group"}}
    assert [f.column for f in cells.findings if f.what == "repeated column name"] == ["Complete?.1", "Complete?.2"]


def test_redcap_labelled_header_over_raw_codes() -> None:
    cells = read("id,Kinds (choice=Letters)\n1,0\n2,1\n", layout="redcap")
    assert cells.value_labels == {"Kinds (choice=Letters)": {"1": "Letters"}}


def test_a_plain_file_is_plain() -> None:
    assert likely("id,a__1,note\n1,2,{}\n2,x,y\n") == "plain"
