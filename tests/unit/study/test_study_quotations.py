"""What a study file may say of quotations; every mistake is told whole."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study.quoted import Redaction
from tests.quoted_talks import HEAD, study

ONE = "chosen: {Heard: [{document: d1, begins: I told"
CLEAR = "cleared_by: second reader, on: 2026-03-02, fingerprint: 0123abcd"
FILE = "data/processed/<study>/05_themes/quotations/quotations.txt"


def mistakes(quotations: str, head: str = HEAD) -> list[str]:
    with pytest.raises(Mistakes) as error:
        study(quotations, head)
    return [str(mistake) for mistake in error.value.mistakes]


def test_a_whole_declaration_is_read() -> None:
    redact = "redact: [{from: 2-3, to: '[a tale]'}]"
    said = study(f"{ONE}, ends: clock., tag: '{{role}}', {redact}, {CLEAR}}}]}}").interviews
    assert said is not None and said.quotations is not None
    [quote] = said.quotations.chosen["Heard"]
    assert (quote.document, quote.begins, quote.ends, quote.tag) == ("d1", "I told", "clock.", "{role}")
    assert (quote.cleared_by, quote.on, quote.fingerprint) == ("second reader", "2026-03-02", "0123abcd")
    assert [(r.first_and_last, r.to) for r in quote.redact] == [((2, 3), "[a tale]")]
    assert said.quotations.tag == "{role}"


@pytest.mark.parametrize("written", ["12345678", "00012345", '"1234e567"'])
def test_a_fingerprint_of_digits_stays_as_it_was_written(written: str) -> None:
    said = study(f"{ONE}, cleared_by: me, on: 2026-03-02, fingerprint: {written}}}]}}").interviews
    assert said is not None and said.quotations is not None
    assert said.quotations.chosen["Heard"][0].fingerprint == written.strip('"')


AT = "studies/made_up.yaml:10  interviews.quotations.chosen.Heard.0"


@pytest.mark.parametrize(
    ("quotation", "told"),
    [
        ("document: d1", f"{AT}: say with which words the passage begins (begins:), or ends (ends:)."),
        (
            "document: d1, begins: I told, cleared_by: me",
            f"{AT}: a clearance says by whom, on which day and of which very words: cleared_by, on and fingerprint; "
            f"{FILE} has the line.",
        ),
        (
            "document: d1, begins: I told, redact: [{from: Anna Berg, to: '[name]'}]",
            f"{AT}.redact.0.from: what is hidden is named by the number of its word, or of its first and last (7-9), "
            f"and never by the words themselves: this file goes where they must not. {FILE} counts them.",
        ),
        (
            "document: d1, begins: I told, redact: [{from: 9-7, to: '[name]'}]",
            f"{AT}.redact.0.from: '9-7' runs downwards; write 7-9.",
        ),
        (
            "document: d1, begins: I told, redact: [{from: 7, to: a place}]",
            f"{AT}.redact.0.to: what stands instead is in square brackets, on one line: '[place]'.",
        ),
        (
            "document: d1, begins: I told, tag: '{participant}'",
            f"{AT}.tag: a tag that names a participant or a document points to one person; use {{role}} or a variable.",
        ),
        (
            "document: d1, begins: I told, tag: '{role'",
            f"{AT}.tag: the braces of a tag stand in pairs around one name each: '{{role}}, {{programme}}'.",
        ),
        ("document: d1, begins: I told, tag: '{role!r}'",
         f"{AT}.tag: a tag holds plain names in braces: '{{role}}, {{programme}}'."),
        ("document: d1, begins: I told, tag: '=SUM(A1)'",
         f"{AT}.tag: a label that begins with '=' would be a formula in a spreadsheet; begin with a word."),
        ("document: d1, begins: I told, cleared_by: me, on: 2 March, fingerprint: 0123abcd",
         f"{AT}.on: a day is written year, month, day: 2025-12-31."),
        ("document: d1, begins: I told, cleared_by: me, on: 2026-03-02, fingerprint: ABC",
         f"{AT}.fingerprint: does not look right. It must match ^[0-9a-f]{{8}}$."),
    ],
)  # fmt: skip
def test_what_a_quotation_can_not_say(quotation: str, told: str) -> None:
    assert mistakes(f"chosen: {{Heard: [{{{quotation}}}]}}") == [told]


def test_themes_variables_and_labels_must_be_there() -> None:
    legends = "  roles: {a: Recipient}\n  programmes: {n: North}\n"
    head = HEAD.replace("  themes:\n", legends + "  themes:\n")
    found = mistakes("tag: '{rol}'\ncalled: {Nort: there}\n" + ONE.replace("Heard", "Herd") + ", tag: '{age}'}]}", head)
    assert found == [
        "studies/made_up.yaml:12  interviews.quotations.tag: there is no variable of people 'rol'. "
        "Did you mean 'role'?",
        "studies/made_up.yaml:13  interviews.quotations.called.Nort: there is no role or programme 'Nort'. "
        "Did you mean 'North'?",
        "studies/made_up.yaml:14  interviews.quotations.chosen.Herd: there is no theme 'Herd' with codes. "
        "Did you mean 'Heard'?",
        "studies/made_up.yaml:14  interviews.quotations.chosen.Herd.0.tag: there is no variable of people 'age'. "
        "Known: role, programme.",
    ]


def test_quotations_need_coded_interviews() -> None:
    head = "title: T\ndesign: {kind: interviews}\nrelease: {rule: journal}\ninterviews:\n"
    assert mistakes(f"{ONE}}}]}}", head) == [
        "studies/made_up.yaml:5  interviews.quotations: are chosen, and no file holds coded interviews. "
        "Add coded: {file: interviews.qdpx}, or leave this out."
    ]


def test_one_word_is_its_own_last() -> None:
    assert Redaction.model_validate({"from": "7", "to": "[place]"}).first_and_last == (7, 7)
    assert Redaction.model_validate({"from": "7 – 9", "to": "[…]"}).first_and_last == (7, 9)


def test_no_other_table_has_the_name_of_the_quotations() -> None:
    head = HEAD.replace("  themes:\n", "  tables: {quoted: {codebook: true}}\n  themes:\n")
    assert mistakes(f"{ONE}}}]}}", head) == [
        "studies/made_up.yaml:6  interviews.tables.quoted: 'quoted' is the table of the study's quotations. "
        "Give this one another name."
    ]
