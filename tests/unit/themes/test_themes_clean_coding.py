"""Coded interviews cleaned: labels, codes, everyone accounted for. The interviews are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import Mistakes, StageFailed
from pipeline.study import Study, parse_study
from pipeline.themes.clean_coding import HEARD, NOWHERE, SPELT, UNTOLD, CleanedCoding, clean_coding
from pipeline.themes.coding_flow import FLOW, check
from pipeline.themes.read import read_coding
from pipeline.themes.refi import read_project
from pipeline.themes.tally import Tally
from tests.coded_projects import case, two

HEAD = """
title: Made up
design: {kind: interviews}
release: {rule: journal}
interviews:
  coded: {file: t.csv}
"""
#             document  person role prog. code            start end  coder
ROWS = """
d1 P1 PR A Support::heard 0 9 A
d1 P1 PR A Support::heard 0 9 A
d1 P1 PR A Support::listened 0 9 A
d1 P1 PR A Way 20 30 B
d2 P2 PS B Way 5 9 A
d2 P2 PS B Way::bus 5 9 A
d3 P3 PS B Noise 5 9 A
d4 P4 mentor B Way 1 2 A
d5 P5 PR A . . . .
"""


def study(declared: str = "", head: str = HEAD) -> Study:
    lines = "".join(f"  {line}\n" for line in declared.strip().splitlines())
    return parse_study(head + lines, "studies/made_up.yaml")


def cleaned(declared: str = "", rows: str = ROWS) -> CleanedCoding:
    said = study(declared)
    lines = [line.replace(" ", ",").replace(".", "") for line in rows.strip().splitlines()]
    text = "\n".join(["document,participant,role,programme,code,start,end,coder", *lines])
    assert said.interviews is not None and said.interviews.coded is not None
    opened = read_coding(said.interviews.coded, [("t.csv", text.encode())], lambda *_: "")
    return clean_coding(opened, said)


def rule(found: CleanedCoding, variable: str, text: str) -> int:
    rules = found.ledger.rules
    return int(rules[(rules["variable"] == variable) & (rules["rule"] == text)]["cells"].item())


def steps(found: CleanedCoding) -> dict[tuple[str, str], list[object]]:
    return {(step, why): [None if pd.isna(n) else int(n) for n in counts]
            for step, why, *counts in found.flow.itertuples(index=False, name=None)}  # fmt: skip


def test_without_declarations_nothing_changes_but_that_a_passage_counts_once() -> None:
    found = cleaned()
    assert len(found.coding.segments) == 7
    assert rule(found, "", "the same passage with the same code by the same coder twice, counted once") == 1
    assert found.coding.people["role"].tolist() == ["PR", "PS", "PS", "mentor", "PR"]
    assert found.themes.empty and found.ledger.changes.empty
    assert list(found.flow.columns) == FLOW
    assert steps(found)["analysed", ""] == [5, 5, 7]


def test_a_role_that_no_legend_has_stops_with_counts_and_is_not_named_where_few_have_it() -> None:
    with pytest.raises(Mistakes) as error:
        cleaned("roles: {PR: Recipients, PS: Supporters}\nprogrammes: {A: North}")
    role, programme = error.value.mistakes
    assert role.where == "studies/made_up.yaml:7  interviews.roles"
    assert role.what == "role: one stands for 1 people (1 passages) and is not among roles."
    assert programme.what == "programme: 'B' stands for 3 people (4 passages) and is not among programmes."
    many = "\n".join(f"d{n} P{n} mentor A Way 1 2 A" for n in range(6))
    with pytest.raises(Mistakes, match="'mentor' stands for 6 people"):
        cleaned("roles: {PR: Recipients}", many)


def test_labels_are_applied_and_counted_also_where_nobody_has_them() -> None:
    found = cleaned("roles: {PR: Recipients, PS: Supporters, mentor: Supporters, PL: Leaders}")
    assert found.coding.people["role"].tolist() == [
        "Recipients",
        "Supporters",
        "Supporters",
        "Supporters",
        "Recipients",
    ]
    assert rule(found, "role", "PR: Recipients") == 2 and rule(found, "role", "PL: Leaders") == 0


def test_a_person_without_a_role_needs_a_word_for_it() -> None:
    rows = "d1 P1 PR A Way 0 1 A\nd2 P2 . A Way 0 1 A"
    with pytest.raises(Mistakes, match="none stands for 1 people"):
        cleaned("roles: {PR: Recipients}", rows)
    assert cleaned("roles: {PR: Recipients, blank: Not said}", rows).coding.people["role"].tolist()[1] == "Not said"


def test_codes_are_merged_renamed_and_dropped_each_with_what_stands_under_it() -> None:
    found = cleaned("codes: {merge: {Being heard: ['Support::heard', 'Support::listened']}, rename: {Way: Ways}, "
                    "drop: {Noise: nothing was said}}")  # fmt: skip
    assert found.coding.codes.index.tolist() == ["Support", "Being heard", "Ways", "Ways::bus"]
    assert found.coding.segments["code"].tolist() == ["Being heard", "Ways", "Ways", "Ways::bus", "Ways"]
    assert rule(found, "code", "Support::heard: merged into Being heard") == 1
    assert rule(found, "code", "Way::bus: renamed to Ways") == 1
    assert rule(found, "code", "Noise: dropped") == 1
    assert rule(found, "code", "the same passage by the same coder under codes that were merged, counted once") == 1
    changes = found.ledger.changes
    assert changes["row"].str.fullmatch(r"segment \d+").all()
    assert changes.loc[changes["before"] == "Noise", "rule"].tolist() == ["dropped"]
    assert len(changes) == 7
    assert steps(found)["recoded", "codes dropped, and passages that stood twice"] == [0, 0, 3]


def test_what_is_said_of_a_code_goes_before_what_is_said_of_one_above_it() -> None:
    found = cleaned("codes: {drop: {Way: too wide}, rename: {'Way::bus': Bus}}")
    assert "Bus" in found.coding.codes.index and "Way" not in found.coding.codes.index
    found = cleaned("codes: {rename: {Way: Ways}, drop: {'Way::bus': too narrow}}")
    assert "Ways" in found.coding.codes.index and "Ways::bus" not in found.coding.codes.index


@pytest.mark.parametrize(
    ("declared", "where", "told"),
    [
        ("codes: {drop: {Nois: x}}", "codes.drop.Nois", "no code 'Nois' in the files. Did you mean 'Noise'?"),
        ("codes: {merge: {New: [heard]}}", "codes.merge.New", "Did you mean 'Support::heard'?"),
        ("codes: {rename: {Noise: Way}}", "codes.rename.Noise", "there is a code 'Way' already. Write merge"),
        ("themes: {Heard: {codes: [Suport]}}", "themes.Heard.codes", "no code 'Suport'. Did you mean 'Support'?"),
        ("codes: {rename: {Way: Ways}}\nthemes: {Bus: {codes: ['Way::bus']}}", "themes.Bus.codes", "'Ways::bus'?"),
        ("exclude:\n  - {participant: [P1, P9], because: withdrew}", "exclude.0.participant",
         "1 of 2 is in no file (number 2 of the list)."),
        ("exclude:\n  - {participant: p1, because: withdrew}", "exclude.0.participant", "this one is in no file."),
        ("roles: {PR: Recipients, PS: Supporters, mentor: Mentors}\nexclude:\n  - {role: blank, because: not known}",
         "exclude.0.role", "this one is in no file."),
        ("flow: {interviewed: 7}", "flow.interviewed", "7 people were interviewed; the files have 5"),
        ("total: 6", "people", "6 people were interviewed; the files have 5"),
        ("flow: {approached: 4}", "flow.approached", "4 were approached, and 5 interviewed"),
        ("people: {Recipients: 3, Supporters: 2}\nroles: {PR: Recipients, PS: Supporters, mentor: Supporters}",
         "people.Recipients", "3 were interviewed, and the files have 2"),
    ],
)  # fmt: skip
def test_contradictions_are_told_where_they_stand(declared: str, where: str, told: str) -> None:
    with pytest.raises(Mistakes) as error:
        cleaned(declared)
    assert any(f"interviews.{where}" in m.where and told in str(m) for m in error.value.mistakes), str(error.value)


def test_everyone_is_accounted_for() -> None:
    found = cleaned("""
exclude:
  - {role: mentor, because: not of the programmes}
  - {document: d3, because: recording failed half way}
flow: {approached: 9, not_interviewed: {declined: 2}, interviewed: 7, not_analysed: {recording failed: 2}}
""")
    assert steps(found) == {
        ("approached", ""): [9, None, None],
        ("not interviewed", "declined"): [2, None, None],
        ("interviewed", ""): [7, None, None],
        ("not analysed", "recording failed"): [2, None, None],
        ("read", ""): [5, 5, 8],
        ("excluded", "not of the programmes"): [1, 1, 1],
        ("excluded", "recording failed half way"): [1, 1, 1],
        ("recoded", "codes dropped, and passages that stood twice"): [0, 0, 1],
        ("analysed", ""): [3, 3, 5],
    }


def test_reasons_that_nobody_stated_are_said_to_be_so() -> None:
    assert steps(cleaned("flow: {approached: 8}"))["not interviewed", "reason not stated"] == [3, None, None]


def test_one_of_several_speakers_leaves_and_the_talk_stays() -> None:
    rows = "talk P1 PR A Way 0 5 A\ntalk P2 PR A Way 6 9 A\nown P1 PR A Way 0 3 A"
    found = cleaned("exclude:\n  - {participant: P1, because: withdrew}", rows)
    assert found.coding.documents.index.tolist() == ["talk"]
    assert found.coding.segments["participant"].tolist() == ["P2"]
    assert steps(found)["excluded", "withdrew"] == [1, 1, 2]


GROUP = """
talk P1 PR A Way 0 5 A
talk . . . Way 6 9 A
talk P2 PR A . . . .
talk P3 PS A . . . .
own P3 PS A Way 0 3 A
"""


def test_who_had_no_passage_in_a_talk_was_there_also_when_it_is_cleaned() -> None:
    found = cleaned("codes: {rename: {Way: Ways}}", GROUP).coding
    assert found.attendance.to_numpy().tolist() == [["talk", "P1"], ["talk", "P2"], ["talk", "P3"], ["own", "P3"]]
    assert found.documents["participant"].tolist() == ["", "P3"]


def test_who_had_no_passage_in_a_talk_that_is_left_out_goes_with_it() -> None:
    found = cleaned("exclude:\n  - {document: talk, because: recording failed}", GROUP)
    assert found.coding.people.index.tolist() == ["P3"]
    assert steps(found)["excluded", "recording failed"] == [2, 1, 2]


def test_a_talk_goes_when_the_last_who_is_known_to_have_been_there_leaves_it() -> None:
    stays = cleaned("exclude:\n  - {participant: [P1, P2], because: withdrew}", GROUP)
    assert stays.coding.attendance.to_numpy().tolist() == [["talk", "P3"], ["own", "P3"]]
    assert stays.coding.documents["participant"].tolist() == ["P3", "P3"]
    assert stays.coding.segments["participant"].tolist() == ["", "P3"]
    assert steps(stays)["excluded", "withdrew"] == [2, 0, 1]
    goes = cleaned("exclude:\n  - {participant: [P1, P2, P3], because: withdrew}", GROUP)
    assert steps(goes)["analysed", ""] == [0, 0, 0]


def test_people_of_whom_a_project_cannot_say_what_was_theirs_are_counted_in_the_ledger() -> None:
    """In a talk of several a project says whose a passage is by its place."""
    rows = "talk P1 PR A Way 0 5 A\ntalk P2 PR A Way . . A\ntalk P3 PR A . . . .\nown P4 PR A Way . . A"
    assert rule(cleaned(rows=rows), "participant", UNTOLD) == 1
    alone = "talk P1 PR A . . . .\ntalk . . . Way 6 9 A\nown P2 PR A Way . . A"
    assert rule(cleaned(rows=alone), "participant", UNTOLD) == 1
    assert UNTOLD not in set(cleaned(rows=GROUP).ledger.rules["rule"])


def test_people_of_no_document_are_counted_in_the_ledger() -> None:
    """A case may name a passage that is no longer in its project."""
    project = two(cases=case("P1", ["first", "second"]) + case("P2", [], ["deleted"]))
    found = clean_coding(read_project("p.qdpx", project.bytes()), study())
    assert rule(found, "participant", NOWHERE) == 1
    assert NOWHERE not in set(cleaned().ledger.rules["rule"])


def test_the_sum_is_held() -> None:
    lines = [("read", "", 5, 5, 8), ("excluded", "x", 1, 1, 1), ("analysed", "", 4, 3, 7)]
    with pytest.raises(StageFailed, match="does not add up in documents: 5 read, 4 left out or kept"):
        check(pd.DataFrame(lines, columns=FLOW))


def test_themes_have_their_codes_with_all_that_stand_under_them() -> None:
    found = cleaned("codes: {rename: {Way: Ways}}\nthemes:\n  Heard: {codes: [Support], definition: by peers}\n"
                    "  On the way: {codes: [Ways, 'Ways::bus']}")  # fmt: skip
    assert found.themes.to_dict("list") == {
        "theme": ["Heard"] * 3 + ["On the way"] * 2,
        "definition": ["by peers"] * 3 + [""] * 2,
        "code": ["Support", "Support::heard", "Support::listened", "Ways", "Ways::bus"],
    }


def test_nothing_is_shown_by_accident() -> None:
    assert "P1" not in repr(cleaned())


def test_names_that_may_be_one_are_told_and_stay_two() -> None:
    """A coder who signs as ``ab`` and ``AB`` would agree with nobody but with themselves."""
    found = cleaned(rows="d1 José PR A Way 0 9 ab\nd1 José PR A way 10 19 AB\nd2 Jose\u0301 PR A Way 0 9 CD")
    said = found.ledger.rules[found.ledger.rules["rule"] == SPELT].set_index("variable")["cells"].to_dict()
    assert said == {"coder": 2, "participant": 2, "code": 2} and len(found.coding.people) == 2


def test_of_one_place_that_two_coders_marked_the_speaker_is_who_one_of_them_names() -> None:
    """In a group: the words of one person are one passage, and go with them; of two speakers nobody is chosen."""
    rows = "g P1 PR A Way 0 9 A\ng . . . Way 0 9 B\ng P2 PR A Way 20 29 A\ng . . . Way 40 49 B\n"
    rows += "g P1 PR A Way 60 69 A\ng P2 PR A Way 60 69 C\ng . . . Way 60 69 B"
    found = cleaned(rows=rows)
    assert found.coding.segments["participant"].tolist() == ["P1", "P1", "P2", "", "P1", "", "P2"]
    assert rule(found, "participant", HEARD) == 1 and len(np.unique(Tally.of(found.coding).passage)) == 6
    gone = cleaned("exclude:\n  - {participant: P1, because: withdrew}", rows).coding.segments
    assert gone["start"].tolist() == [20, 40, 60, 60]


SPELT_TWICE = "d1 P1 PR A Way 0 9 A\nD1 p1 PR A Way 0 9 A\nd2 P2 PR A Way 0 9 A"


@pytest.mark.parametrize(("key", "name", "what"), [("participant", "P1", "people"), ("document", "d1", "documents")])
def test_nobody_stays_whose_name_is_spelt_in_another_way_than_it_is_left_out(key: str, name: str, what: str) -> None:
    """Who withdrew consent as P1 has other passages as p1."""
    with pytest.raises(Mistakes, match=f"exclude.0.{key}: 1 more {what} have such a name") as told:
        cleaned(f"exclude:\n  - {{{key}: {name}, because: withdrew}}", SPELT_TWICE)
    assert "p1" not in str(told.value) and "D1" not in str(told.value)
    both = f"exclude:\n  - {{{key}: {name}, because: withdrew}}\n  - {{{key}: {name.swapcase()}, because: withdrew}}"
    assert cleaned(both, SPELT_TWICE).coding.people.index.tolist() == ["P2"]


def test_those_without_a_role_can_be_left_out() -> None:
    found = cleaned("roles: {PR: Recipients}\nexclude:\n  - {role: blank, because: not known}",
                    "d1 P1 PR A Way 0 9 A\nd2 P2 . A Way 0 9 A")  # fmt: skip
    assert found.coding.people.index.tolist() == ["P1"]


def test_what_is_left_out_or_merged_is_not_told_to_be_one() -> None:
    found = cleaned("exclude:\n  - {participant: [P1, p1], because: x}", SPELT_TWICE)
    assert found.maybe_one == [] and cleaned(rows=SPELT_TWICE).maybe_one == ["people", "documents"]
    rows = "d1 P1 PR A Way 0 9 A\nd1 P1 PR A way 10 19 A"
    assert cleaned(rows=rows).maybe_one == ["codes"]
    assert cleaned("codes: {merge: {Way: [way]}}", rows).maybe_one == []


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("roles: {PR: Recipients}", "speaks of coded interviews, and no file holds any"),
        ("themes: {Heard: {codes: [a]}}", "speaks of coded interviews, and no file holds any"),
    ],
)
def test_what_speaks_of_files_needs_them(declared: str, told: str) -> None:
    with pytest.raises(Mistakes, match=told):
        study(declared, HEAD.replace("  coded: {file: t.csv}\n", ""))


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("codes: {drop: {a: x}, rename: {a: b}}", "'a' is merged, renamed or dropped twice"),
        ("codes: {merge: {a: [b], b: [a]}}", "'a', into which codes are merged, moves itself"),
        ("codes: {merge: {a: [b]}, rename: {a: c}}", "'a', into which codes are merged, moves itself"),
        ("codes: {merge: {'a::x': [b]}, rename: {a: c}}", "'a::x', into which codes are merged, moves itself"),
        ("codes: {merge: {'a::x': [a]}}", "'a::x', into which codes are merged, moves itself"),
        ("codes: {rename: {a: c, b: c}}", "several codes become 'c'; put them together by one line"),
        ("codes: {rename: {a: c}, merge: {c: [b]}}", "several codes become 'c'; put them together by one line"),
        ("codes: {rename: {a: ' '}}", "a code has a name, and one on each side of ::"),
        ("codes: {merge: {'c::': [a]}}", "a code has a name, and one on each side of ::"),
        ("codes: {rename: {a: b}}\nthemes: {Heard: {codes: [a]}}", "'a' is no code any more. Name b"),
        ("flow: {approached: 3, interviewed: 4}", "4 were interviewed of 3 approached"),
        ("flow: {not_interviewed: {declined: 1}}", "needs how many were approached"),
        ("people: {R: 3}\nflow: {interviewed: 4}", "3 people in all, and 'flow' has 4 interviewed"),
        ("exclude:\n  - {because: x}", "name one of participant, document, role and programme"),
        ("people: {Recipients: 3}\nroles: {PR: Recipient}", "no role 'Recipient'. Did you mean 'Recipients'"),
    ],
)
def test_what_the_study_file_alone_shows_is_told_before_a_file_is_read(declared: str, told: str) -> None:
    with pytest.raises(Mistakes) as error:
        study(declared)
    assert told in str(error.value) and "'data' is missing" not in str(error.value)
