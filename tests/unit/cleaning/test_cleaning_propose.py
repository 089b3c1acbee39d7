"""A proposed study file: guesses marked as guesses, and a file that parses unedited."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning import clean
from pipeline.cleaning.guess_scales import Form
from pipeline.cleaning.propose import propose
from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells, Finding
from pipeline.study import parse_study
from pipeline.study.words import interval
from tests.drawn import drawn

MADE_UP = """\
participant,Age,Sex,Arm (group),q_1,q_2,q_3,kinds,visit date,comment,city,empty
0012,34,1,A,1,2,3,"1,3",2024-01-02,one thing,Oslo,
0013,-99,2,B,2,2,1,2,2024-01-02,,Oslo,
0014,55,2,A,3,,1,"2,3",2024-01-02,=cmd,Bergen,
0015,25,1,B,3,1,1,,2024-01-02,another,Bergen,
0016,41,1,B,3,1,1,1,2024-01-02,a third,Bergen,
"""


def cells(text: str, **words: object) -> Cells:
    rows = list(csv.reader(io.StringIO(text)))
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    frame.index = pd.Index([f"a.csv:{n + 2}" for n in range(len(frame))], name="row")
    return Cells("people", frame, **words)


def many(text: str) -> str:
    """The same people over and over, under ids of their own: enough of them that answers can be codes."""
    head, *rows = text.splitlines()
    again = [row.replace("001", f"{n}1", 1) for n in range(100, 105) for row in rows]
    return "\n".join([head, *again]) + "\n"


def proposed(found: Cells):
    text = propose("A made-up survey", "a.csv", found, {})
    return text, parse_study(text, "studies/proposed.yaml")


def test_each_column_is_declared_or_named_as_left_out():
    text, study = proposed(cells(many(MADE_UP)))
    assert study.sources["people"].id == ("participant",)
    assert study.variables["Age"].kind == "number"
    assert study.variables["Age"].missing == {"-99": "no answer"}
    assert study.variables["Sex"].codes == {"1": "1", "2": "2"}
    assert study.variables["Arm_group"].from_ == "Arm (group)"
    assert study.variables["kinds"].kind == "choices"
    assert study.scales["q"].items == ("q_1", "q_2", "q_3")
    assert study.scales["q"].missing == {"blank": "not answered"}
    assert all(f"#   {left}: " in text for left in ("visit date", "empty"))
    assert "#   comment: " in proposed(cells(MADE_UP))[0]


def test_every_guess_says_so_and_release_withholds():
    text, study = proposed(cells(MADE_UP))
    lines = [line for line in text.splitlines() if line.startswith("  ") and "file:" not in line]
    assert all("# guess" in line for line in lines)
    assert study.release.rule == "journal"


def test_labels_of_the_file_become_codes_and_reasons():
    found = cells(
        "id,help\n1,1\n2,2\n3,9\n4,1\n",
        value_labels={"help": {"1": "Yes", "2": "No", "9": "Don't know"}},
        labels={"help": 'Any "help"?'},
    )
    _, study = proposed(found)
    assert study.variables["help"].codes == {"1": "Yes", "2": "No"}
    assert study.variables["help"].missing == {"9": "Don't know"}
    assert study.variables["help"].label == 'Any "help"?'


def test_rows_of_a_person_in_several_waves():
    _, study = proposed(cells("pid,wave,score\na,1,3\na,2,4\nb,1,33\nb,2,50\n"))
    assert study.sources["people"].wave == "wave"
    assert list(study.sources["people"].waves) == ["1", "2"]
    assert study.design.kind == "cohort"


def test_names_that_come_back_in_every_wave_are_no_codes():
    rows = [f"{n},{w},{name}" for n, name in enumerate(["Ada", "Bo", "Cy", "Di"]) for w in (1, 2, 3)]
    text, study = proposed(cells("pid,wave,first\n" + "\n".join(rows) + "\n"))
    assert "first" not in study.variables
    assert not any(name in text for name in ("Ada", "Bo", "Cy", "Di"))


def test_a_timestamp_is_no_id_and_a_repeated_person_is_told():
    rows = [f"2025-03-{n:02d} 10:00,{n:04d},{n % 3}" for n in range(1, 28)]
    text, study = proposed(cells("Tidspunkt,Løbenr,svar\n" + "\n".join([*rows, "2025-03-29 10:00,0007,1"]) + "\n"))
    assert study.sources["people"].id == ("Løbenr",)
    assert study.sources["people"].duplicates is not None
    assert "# guess: look why they do" in text


def test_without_an_id_nothing_can_be_counted():
    with pytest.raises(Mistakes) as caught:
        proposed(cells("sex,arm\n1,A\n1,A\n2,A\n"))
    assert str(caught.value) == (
        "people: no column tells the 3 rows apart. People may have answered several times: name the column with one id "
        "a person, and the one that says at which time a row was answered, with --id COLUMN --wave COLUMN. Where no "
        "column says so, add one (1, 2, … or dates rounded to waves); where none names people, add a code that is not "
        "a name."
    )


TWICE = "\n".join(f"{n:04d},{times},{n % 3},{20 + n}" for n in range(1, 31) for times in ("Før", "Etter"))


def test_waves_in_a_column_of_any_name_are_found_with_the_id():
    text, study = proposed(cells(f"deltaker,omgang,sex,age\n{TWICE}\n"))
    assert study.sources["people"].id == ("deltaker",)
    assert (study.sources["people"].wave, list(study.sources["people"].waves)) == ("omgang", ["Etter", "Før"])
    assert "  wave: omgang   # guess: with the id it tells the rows apart" in text.splitlines()
    assert study.design.kind == "cohort" and study.sources["people"].duplicates is None


def test_an_id_that_repeats_is_not_blamed_where_no_column_tells_the_times_apart():
    found = cells("pid,sex,age\n" + "\n".join(f"{n:04d},{n % 3},{20 + n}" for n in range(1, 31) for _ in "ab") + "\n")
    with pytest.raises(Mistakes) as caught:
        propose("T", "a.csv", found, {})
    assert str(caught.value).startswith(
        "people: 30 different ids stand in the 60 rows of 'pid', and 60 rows share 'pid'. People may have answered "
        "several times: name the column with one id a person, and the one that says at which time a row was answered, "
        "with --id COLUMN --wave COLUMN."
    )


def test_the_user_can_name_the_id_and_the_wave():
    found = cells(f"deltaker,omgang,sex,age\n{TWICE}\n")
    study = parse_study(propose("T", "a.csv", found, {}, named=("deltaker", "omgang")), "studies/proposed.yaml")
    assert (study.sources["people"].id, study.sources["people"].wave) == (("deltaker",), "omgang")
    for named, told in (
        (("deltager", ""), "people, --id deltager: there is no such column. Did you mean 'deltaker'?"),
        (("", "age"), "people, --wave age: 30 different values stand there, and there are 2 to 12 waves."),
        (("sex", "omgang"), "people: 3 different ids stand in the 60 rows of 'sex', and 60 rows share 'sex' and 'omga"),
    ):
        with pytest.raises(Mistakes) as caught:
            propose("T", "a.csv", found, {}, named=named)
        assert str(caught.value).startswith(told)


def waves_of_people(head: str, tool: str) -> str:
    """Thirty made-up people, three rows each, every row under a name of its own; nothing says which row is when."""
    rows = [f"{tool}{n},c{person:02d}x,{20 + person}" for n, person in enumerate(list(range(1, 31)) * 3)]
    return head + "\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("code", ["participant", "ParticipantCode", "participant code", "code", "deltakerkode", "pid"])
@pytest.mark.parametrize("tool", ["ResponseId", "ResponseID", "Response ID", "response_id"])
def test_a_response_id_names_rows_where_a_code_of_people_comes_back(tool: str, code: str):
    with pytest.raises(Mistakes) as caught:
        proposed(cells(waves_of_people(f"{tool},{code},age", "R_")))
    assert str(caught.value) == (
        f"people: 30 different ids stand in the 90 rows of '{code}', and 90 rows share '{code}'. People may have "
        "answered several times: name the column with one id a person, and the one that says at which time a row was "
        "answered, with --id COLUMN --wave COLUMN. Where no column says so, add one (1, 2, … or dates rounded to "
        "waves); where none names people, add a code that is not a name. Where each row is a person of its own, say so "
        f"with --id {tool}."
    )
    text = propose("T", "a.csv", cells(waves_of_people(f"{tool},{code},age", "R_")), {}, named=(tool, ""))
    assert parse_study(text, "studies/proposed.yaml").sources["people"].id == (tool,)


@pytest.mark.parametrize(
    "head, key",
    [
        ("id,submitdate,lastpage,token,wave,age", ("token", "wave")),
        ("ID,Start time,Completion time,Participant code,wave,age", ("Participant code", "wave")),
        ("_id,_submission_time,_index,pid,wave,age", ("pid", "wave")),
        ("ResponseId,StartDate,EndDate,ParticipantCode,wave,age", ("ParticipantCode", "wave")),
        ("form_id,a,b,record_id,redcap_event_name,age", ("record_id", "redcap_event_name")),
        ("id,a,b,token,wave,age", ("id", None)),
    ],
)
def test_people_and_rows_are_told_apart_by_what_the_tool_names(head: str, key: tuple[str, str | None]):
    """The last: an id that no tool is known to give is a person's, as it says."""
    rows = [f"{n},2025-01-{1 + n % 9:02d} 10:00,{n % 2},P{n % 30:03d}z,{n // 30},{n % 30}" for n in range(90)]
    study = proposed(cells(head + "\n" + "\n".join(rows) + "\n"))[1]
    assert (study.sources["people"].id, study.sources["people"].wave) == ((key[0],), key[1])


def test_a_record_of_redcap_is_a_person_though_another_id_tells_its_rows_apart():
    rows = [f"{n},{n % 30 + 1},{'' if n < 30 else 'visits'},{n % 30}" for n in range(90)]
    with pytest.raises(Mistakes) as caught:
        proposed(cells("form_id,record_id,redcap_repeat_instrument,age\n" + "\n".join(rows) + "\n"))
    assert str(caught.value).startswith("people: 30 different ids stand in the 90 rows of 'record_id', and 90 rows sh")


def test_a_response_id_is_the_id_where_no_column_names_people():
    rows = [f"R_{n},site{n % 9},{20 + n % 50}" for n in range(90)]
    for head in ("ResponseId,site_id,age", "ResponseId,hjem,age"):
        study = proposed(cells(head + "\n" + "\n".join(rows) + "\n"))[1]
        assert (study.sources["people"].id, study.design.kind) == (("ResponseId",), "cross-sectional survey")


def test_a_code_of_people_with_blanks_is_not_passed_over_for_the_name_of_a_row():
    text = waves_of_people("ResponseId,participant,age", "R_").replace("c07x", "")
    with pytest.raises(Mistakes) as caught:
        proposed(cells(text))
    assert str(caught.value).startswith(
        "people: 29 different ids stand in the 90 rows of 'participant', and 87 rows share 'participant'. 3 are blank "
        "there. People may"
    )


def test_a_wave_asks_for_an_id_of_people_and_not_of_rows():
    rows = [f"R_{n},{n % 3},{20 + n % 5}" for n in range(90)]
    found = cells("ResponseId,wave,age\n" + "\n".join(rows) + "\n")
    with pytest.raises(Mistakes) as caught:
        propose("T", "a.csv", found, {}, named=("", "wave"))
    assert str(caught.value).startswith("people: no column tells the 90 rows apart. People may")


def test_blanks_around_an_answer_are_taken_off_as_cleaning_does():
    rows = [f"p{n},{'AB'[n % 2]}" for n in range(40)] + ["q1, A", "q2,B "]
    _, study = proposed(cells("pid,home\n" + "\n".join(rows) + "\n"))
    assert study.variables["home"].codes == {"A": "A", "B": "B"}


FORMS = {
    "ucla-3": Form(3, interval("1-3")), "phq-9": Form(9, interval("0-3")), "ces-d-10": Form(10, interval("0-3")),
    "k6": Form(6, interval("0-4")),
}  # fmt: skip


def items(stem: str, count: int, low: int, high: int, odd: str = "") -> str:
    head = ",".join(f"{stem}_{i + 1}" for i in range(count))
    width = high - low + 1
    rows = [",".join([f"p{n:03d}", *(str(low + (n + i) % width) for i in range(count))]) for n in range(60)]
    return f"pid,{head}\n" + "\n".join([*rows, *([f"q001,{odd}"] if odd else [])]) + "\n"


def test_a_stray_value_is_counted_and_does_not_widen_the_range():
    text, study = proposed(cells(items("lonely", 3, 1, 3, odd="7,1,2")))
    assert study.scales["lonely"].range == "1-3"
    assert study.scales["lonely"].missing == {"7": "not a possible answer"}
    assert "; 7 stands in 1 cell, outside 1-3: correct the file, or say why" in text


@pytest.mark.parametrize(
    "stem, count, low, high, instrument, coded",
    [
        ("ucla", 3, 1, 3, "ucla-3", None),
        ("UCLA3", 3, 1, 3, "ucla-3", None),
        ("t1_phq", 9, 0, 3, "phq-9", None),
        ("phq9", 9, 1, 4, "phq-9", "1-4"),
        ("cesd", 10, 0, 3, "ces-d-10", None),
        ("k6", 6, 1, 5, "k6", "1-5"),
        ("k", 6, 0, 4, None, None),
        ("ucla", 4, 1, 3, None, None),
        ("ucla", 3, 1, 5, None, None),
    ],
)
def test_items_called_and_answered_like_an_instruments_are_guessed_to_be(stem, count, low, high, instrument, coded):
    text = propose("T", "a.csv", cells(items(stem, count, low, high)), {}, forms=FORMS)
    (scale,) = parse_study(text, "studies/proposed.yaml").scales.values()
    assert (scale.instrument, scale.coded) == (instrument, coded)


def test_peoples_own_words_are_neither_codes_nor_a_row_of_a_table():
    said = ["Fine people and thank you!", "A long way to go", "Not for me"]
    rows = [f"p{n},{said[n % 3]},{said[1 + n % 2]},{'xyz'[n % 3]}" for n in range(60)]
    text, study = proposed(cells("pid,thoughts,kommentar,kind\n" + "\n".join(rows) + "\n"))
    assert list(study.variables) == ["kind"]
    assert not any(words in text for words in said)
    rows = [f"p{n},{['Bergen', 'Oslo'][n % 2]}" for n in range(60)] + ["q1,Ann's flat"]
    text, study = proposed(cells("pid,home\n" + "\n".join(rows) + "\n"))
    assert "home" not in study.variables and "Ann" not in text


@pytest.mark.parametrize(
    "word, reason",
    [
        ("refused", "refused"), ("Vil ikke svare", "refused"), ("Don't know/unsure", "don't know"),
        ("vet ikke", "don't know"), ("NA", "no answer"), ("ikke besvart", "no answer"),
    ],
)  # fmt: skip
def test_words_for_not_answering_are_missing_with_a_reason(word: str, reason: str):
    rows = [f"p{n},{'with a partner' if n % 2 else 'alone'}" for n in range(60)] + [f"q1,{word}"]
    _, study = proposed(cells("pid,home\n" + "\n".join(rows) + "\n"))
    assert list(study.variables["home"].codes) == ["alone", "with a partner"]
    assert study.variables["home"].missing == {word: reason}


def test_columns_of_the_table_are_the_likely_group_which_is_the_cluster():
    rows = [f"p{n},{n % 2 + 1},{'ABCDEF'[n % 6]}" for n in range(60)]
    _, study = proposed(cells("pid,sex,gruppe\n" + "\n".join(rows) + "\n"))
    assert study.tables["participants"].columns == ("gruppe",)
    assert study.design.cluster == "gruppe"
    _, study = proposed(cells("pid,sex,gruppe\n" + "\n".join([*rows, "q1,1,"]) + "\n"))
    assert study.tables["participants"].columns == ("gruppe",)
    assert study.design.cluster is None, "everyone must be in one"


def test_one_persons_words_among_numbers_are_not_written_down():
    rows = [f"p{n},{20 + n}" for n in range(60)]
    text, study = proposed(cells("pid,age\n" + "\n".join([*rows, "q1,I am Ann", "q2,about 40"]) + "\n"))
    assert "age" not in study.variables and "Ann" not in text and "about" not in text
    assert "#   age: numbers but for 2 cells of few people; declare type: number and what these mean" in text
    text, study = proposed(cells("pid,age\n" + "\n".join([*rows, "q1,refused"]) + "\n"))
    assert study.variables["age"].missing == {"refused": "refused"}


def test_long_numbers_in_a_cell_are_no_codes():
    rows = [f"p{n},{n} {5550000 + n}" for n in range(10, 20)]
    text, study = proposed(cells("pid,reached\n" + "\n".join(rows) + "\n"))
    assert "reached" not in study.variables and "5550010" not in text


def test_waves_whose_labels_are_alike_keep_their_codes():
    found = cells(
        "pid,wave,score\na,1,3\na,2,4\na,3,5\nb,1,33\nb,2,50\n",
        value_labels={"wave": {"1": "Follow-up", "2": "Follow-up", "3": "1"}},
    )
    _, study = proposed(found)
    assert study.sources["people"].waves == {"1": "Follow-up (1)", "2": "Follow-up (2)", "3": "1 (3)"}


def test_a_column_with_a_reserved_name_gets_another():
    _, study = proposed(cells("pid,row,done\n" + "\n".join(f"p{n},{30 + n},{n % 2}" for n in range(20)) + "\n"))
    assert {name: v.from_ for name, v in study.variables.items()} == {"row_2": "row", "done_2": "done"}


def test_options_that_are_guesses_say_why():
    text = propose("T", "a.xlsx", cells("pid,age\na,30\nb,41\n"), {"sheet": "Answers: 2"}, {"sheet": "most rows"})
    assert '  sheet: "Answers: 2"   # guess: most rows' in text.splitlines()
    assert parse_study(text, "studies/proposed.yaml").sources["people"].sheet == "Answers: 2"


word = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(word.filter(bool), min_size=1, max_size=4, unique=True),
    st.lists(st.lists(word, min_size=4, max_size=4), min_size=2, max_size=8),
)
def test_whatever_stands_in_an_export_the_proposal_parses(names, rows):
    frame = pd.DataFrame(
        [[f"{n:03d}", *r[: len(names)]] for n, r in enumerate(rows)],
        columns=["case_id", *(f"c{n}" for n in names)],
        dtype="str",
    )
    text = propose("A made-up survey", "a.csv", Cells("people", frame), {})
    assert parse_study(text, "studies/proposed.yaml").sources["people"].file == "a.csv"


def test_a_decimal_comma_in_a_file_that_commas_part_is_the_columns_own_mark():
    rows = [
        f'p{n:03d},"{n % 40},{n % 10}",{n % 3}.5,"{1 + n % 2},{3 + n % 2}","{n % 9}{",."[n % 2]}5"' for n in range(80)
    ]
    text, study = proposed(cells("pid,km,wgt,kinds,odd\n" + "\n".join(rows) + "\n"))
    assert (study.variables["km"].kind, study.variables["km"].decimal) == ("number", ",")
    assert "# guess: numbers, with the decimal mark , in this column alone" in text
    assert (study.variables["wgt"].kind, study.variables["wgt"].decimal) == ("number", None)
    assert study.variables["kinds"].codes == {c: c for c in "1234"}, "1,3 and 2,4 are lists"
    assert "#   odd: numbers with two decimal marks; type: text and a function make numbers of them" in text


def test_a_decimal_point_in_a_file_of_commas_is_the_columns_own_mark():
    comma = Finding("a.csv", "decimal", ",")
    rows = [f'p{n:03d},"{n % 40},{n % 10}",{n % 3}.5' for n in range(80)]
    _, study = proposed(cells("pid,km,wgt\n" + "\n".join(rows) + "\n", findings=(comma,)))
    assert [study.variables[name].decimal for name in ("km", "wgt")] == [None, "."]


def test_several_answers_in_words_in_a_cell_are_choices():
    said = ["parler", "infos", "parler; infos", "parler; infos; transport", "", "infos; transport"]
    rows = [f"p{n:03d},{said[n % 6]},{said[n % 6]} by {n}" for n in range(90)]
    text, study = proposed(cells("pid,aide,autre\n" + "\n".join(rows) + "\n"))
    help_ = study.variables["aide"]
    assert (help_.kind, help_.separator, list(help_.codes)) == ("choices", ";", ["infos", "parler", "transport"])
    assert help_.missing == {"blank": "not answered"}
    assert "autre" not in study.variables and "by 1" not in text


TICKS = [("1", "", ""), ("1", "1", ""), ("", "1", ""), ("", "", "1"), ("", "", "")]
ASKED = {
    "Q7_1": "What help? (all that apply) - Selected Choice - Talking about how I feel",
    "Q7_2": "What help? (all that apply) - Selected Choice - Practical help, e.g. transport to the clinic",
    "Q7_3": "What help? (all that apply) - Selected Choice - None of these",
}


def ticked(columns: str, rows: list[tuple[str, ...]], **words: object) -> Cells:
    lines = [",".join([f"p{n:03d}", *rows[n % len(rows)], str(20 + n)]) for n in range(60)]
    return cells(f"pid,{columns},age\n" + "\n".join(lines) + "\n", **words)


def test_the_boxes_of_one_question_are_one_variable_whose_blanks_are_not_ticked():
    found = ticked("Q7_1,Q7_2,Q7_3", TICKS, labels=ASKED)
    text, study = proposed(found)
    assert list(study.variables) == ["Q7", "age"]
    question = study.variables["Q7"]
    assert question.label == "What help? (all that apply)"
    assert question.columns == {
        "Q7_1": "Talking about how I feel",
        "Q7_2": "Practical help, e.g. transport to the clinic",
        "Q7_3": "None of these",
    }
    assert (question.ticked, question.unticked, question.exclusive) == ("1", ("blank",), ("Q7_3",))
    assert "boxes of one question; a person who left all of them blank did not answer" in text
    frame = clean({"people": found}, study).responses["people"]
    assert frame["Q7=Talking about how I feel"].head(5).tolist()[:4] == [1, 1, 0, 0]
    assert frame["Q7=Talking about how I feel"].isna().sum() == 12, "12 of 60 left all three blank"


def test_boxes_without_one_for_none_say_how_who_ticked_none_counts():
    rows = [("1", ""), ("1", "1"), ("", "")]
    text, study = proposed(ticked("help_a.1,help_a.2", rows))
    assert study.variables["help_a"].missing == {}
    assert "a blank one is not ticked, so that a person who ticked none counts as one who answered" in text


@pytest.mark.parametrize(
    ("columns", "rows", "told"),
    [
        (
            "h___1,h___2,h___9",
            [("1", "0", "0"), ("0", "1", "0"), ("", "", "")],
            ("h", "1", ("0", "blank"), ["1", "2", "9"]),
        ),
        (
            "Kind of help (choice=Talk),Kind of help (choice=Walk)",
            [("Checked", "Unchecked"), ("Unchecked", "Checked")],
            ("Kind_of_help", "Checked", ("Unchecked",), ["Talk", "Walk"]),
        ),
        ("h[SQ1],h[SQ2]", [("Y", ""), ("", "Y")], ("h", "Y", ("blank",), ["SQ1", "SQ2"])),
    ],
    ids=["REDCap", "REDCap in words", "LimeSurvey"],
)  # fmt: skip
def test_boxes_of_other_tools(columns: str, rows: list[tuple[str, ...]], told: tuple[object, ...]):
    found = ticked(columns, rows)
    _, study = proposed(found)
    name, tick, unticked, answers = told
    question = study.variables[name]
    assert (question.ticked, question.unticked, list(question.columns.values())) == (tick, unticked, answers)
    assert clean({"people": found}, study).responses["people"].shape[1] == len(answers) + 1


def test_questions_of_0_and_1_are_no_boxes_and_a_none_beside_others_is_told():
    _, study = proposed(ticked("m_1,m_2,m_3", [("1", "0", "1"), ("0", "1", "")]))
    assert study.scales["m"].items == ("m_1", "m_2", "m_3")
    text, study = proposed(ticked("Q7_1,Q7_2,Q7_3", [*TICKS, ("1", "", "1")], labels=ASKED))
    assert study.variables["Q7"].exclusive == ()
    assert "Q7_3 is ticked beside others in 10 rows: say exclusive and contradicted" in text


def test_a_long_wording_is_cut_between_words():
    _, study = proposed(cells("pid,age\n" + "\n".join(f"p{n},{20 + n}" for n in range(9)) + "\n",
                              labels={"age": "When you were asked how old you are " * 9}))  # fmt: skip
    assert study.variables["age"].label == "When you were asked how old you are " * 3 + "When you …"


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (["2024-01-31", "2024-02-01"], 'declare type: date, format: "%Y-%m-%d" where you need one'),
        (["3.1.2024", "31.01.2024"], 'declare type: date, format: "%d.%m.%Y" where you need one'),
        (["03/04/2024", "13/04/2024"], 'declare type: date, format: "%d/%m/%Y" where you need one'),
        (["03/04/2024", "03/14/2024"], 'declare type: date, format: "%m/%d/%Y" where you need one'),
        (["03/04/2024", "04/04/2024"], "declare type: date where you need one"),
        (["2024-01-31 10:00", "2024-02-01 11:00"], "declare type: date where you need one"),
        (["31.01.24", "01.02.24"], "declare type: date where you need one"),
        (["31.01.2024", "2024-02-01"], "where you need them: type: text, and a function that makes dates of both, see"),
    ],
)
def test_of_dates_the_form_is_told_where_it_can_be_known(dates: list[str], told: str):
    rows = "".join(f"p{n:03d},{dates[n % 2]}\n" for n in range(20))
    text, study = proposed(cells(f"pid,joined\n{rows}"))
    (line,) = [line for line in text.splitlines() if line.startswith("#   joined: dates")]
    assert told in line and "joined" not in study.variables


@pytest.mark.parametrize(
    ("answers", "labels", "told"),
    [
        (["1", "2", "3", "-99"], {}, '{codes: {"1": "1", "2": "2", "3": "3"}, missing: {"-99": no answer}}'),
        (["Yes", "No", "-99"], {}, '{codes: {No: No, Yes: Yes}, missing: {"-99": no answer}}'),
        (["Female", "Male", "999"], {}, '{codes: {Female: Female, Male: Male}, missing: {"999": no answer}}'),
        (["1", "2", "-99"], {"1": "One", "2": "Two", "-99": "-99"},
         '{codes: {"1": One, "2": Two}, missing: {"-99": no answer}}'),
        (["Talk;Walk", "Talk", "Walk", "-99"], {},
         '{type: choices, separator: ";", codes: {Talk: Talk, Walk: Walk}, missing: {"-99": no answer}}'),
        (["-2", "-1", "0", "1", "2", "-99"], {},
         '{codes: {"-2": "-2", "-1": "-1", "0": "0", "1": "1", "2": "2"}, missing: {"-99": no answer}}'),
        (["1", "2", "-99"], {"1": "One", "2": "Two", "-99": "Some other way"},
         '{codes: {"1": One, "2": Two, "-99": Some other way}}'),
    ],
)  # fmt: skip
def test_a_code_such_as_minus_99_is_no_level_of_a_category(
    answers: list[str], labels: dict[str, str], told: str
) -> None:
    """With the mark of a guess, as for numbers; a label of the file's own is believed."""
    rows = "\n".join(f"p{i} | {answers[i % len(answers)]}" for i in range(60))
    text = propose("T", "a.csv", drawn(f"id | mood\n{rows}", value_labels={"mood": labels}), {})
    (line,) = [line for line in text.splitlines() if line.startswith("  mood: ")]
    declared_as, _, why = line.removeprefix("  mood: ").partition("   # ")
    assert declared_as == told
    assert why.startswith("guess: ")
    assert ("missing codes: " in why) == ("missing" in told)


@pytest.mark.parametrize(("held", "code"), [("Participant code", "Participant code"), ("", "blank")])
def test_a_row_of_wordings_below_the_names_is_left_out_and_hides_no_column(held: str, code: str) -> None:
    numbers = "participant,age,q_1,q_2,q_3\n" + f"{held},How old?,How well?,How often?,How much?\n"
    numbers += "".join(f"p{n},{20 + n},{n % 3 + 1},{n % 2 + 1},{n % 3 + 1}\n" for n in range(30))
    text, study = proposed(cells(numbers))
    assert [dict(line.where) for line in study.exclude] == [{"participant": (code,)}]
    assert text.count("a second header") == 1 and "  # guess: words in this first row" in text
    assert study.variables["age"].kind == "number" and study.scales["q"].items == ("q_1", "q_2", "q_3")


def test_a_first_person_who_answers_in_words_is_no_second_header() -> None:
    people = "".join(f"p{n},{20 + n},{n % 3 + 1},{n % 2 + 1},{n % 3 + 1}\n" for n in range(30))
    for first in ("p99,refused,refused,don't know,refused\n", "p99,about forty,well,1,2\n"):
        text, study = proposed(cells(f"participant,age,q_1,q_2,q_3\n{first}{people}"))
        assert not study.exclude and "second header" not in text


def test_passages_under_other_names_are_told_what_to_call_them() -> None:
    rows = "".join(f"talk {n % 4},voice {n % 4},{'hope' if n % 3 else 'trust'},made up {n % 7}\n" for n in range(60))
    with pytest.raises(Mistakes, match="known by columns called document, code, and quotation or start"):
        propose("Talks", "a.csv", cells(f"Dokument,Wer,Code,Zitat\n{rows}"), {})


@pytest.mark.parametrize(("odd", "said"), [("1978", True), ("99", False)])
def test_a_number_far_from_all_others_is_told_and_not_quoted(odd: str, said: bool) -> None:
    people = "".join(f"p{n},{20 + n % 60}\n" for n in range(150))
    text, study = proposed(cells(f"participant,age\n{people}p999,{odd}\n"))
    assert ("1 cell far from all others: look, and say range or missing" in text) is said
    assert study.variables["age"].kind == "number" and odd not in text
