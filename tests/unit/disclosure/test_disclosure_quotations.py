"""The door for people's words: consent, clearance of these very words, and a tag that enough people share."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure import draft, release
from pipeline.disclosure.quotations import (
    CHANGED,
    NO_CONSENT,
    NOT_CLEARED,
    Candidate,
    Judged,
    Quotation,
    fingerprint,
    from_dicts,
    judge,
    key,
    released_quotations,
    smallest_group,
    to_dicts,
)
from pipeline.disclosure.tags import Tagging, filled
from pipeline.errors import Mistakes, StageFailed
from pipeline.results import Results
from pipeline.study import Release
from pipeline.study.quoted import Quotations
from tests.quoted_talks import HEAD, ROWS, cleaned, opened, study

JOURNAL = Release(rule="journal", below=5)
WORDS, TAG = "I told it twice.", "Recipient"
GOOD = Candidate("Heard", "", WORDS, TAG, 5, "yes", fingerprint(WORDS, TAG), 0, 0)


def judged(quotations: str, rows: str = ROWS, head: str = HEAD) -> Judged:
    said = study(quotations, head)
    return judge(opened(said, rows), cleaned(said, rows), said)


def test_a_fingerprint_is_of_words_and_tag() -> None:
    assert fingerprint("a", "b") == hashlib.sha256(b"a\x1fb").hexdigest()[:8]
    assert len({fingerprint("a", "b"), fingerprint("ab", ""), fingerprint("a", "c")}) == 3


def test_words_come_out_with_consent_and_clearance() -> None:
    [out] = released_quotations([GOOD], JOURNAL)
    assert (out.theme, out.definition, out.words, out.tag) == ("Heard", "", WORDS, TAG)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"consent": "no"}, NO_CONSENT),
        ({"consent": ""}, NO_CONSENT),
        ({"consent": "no", "cleared": ""}, NO_CONSENT),
        ({"cleared": ""}, NOT_CLEARED),
        ({"words": "I told it thrice."}, CHANGED),
        ({"tag": "Leader"}, CHANGED),
        ({"cleared": "00000000"}, CHANGED),
    ],
)
def test_without_either_they_stay_behind_and_no_other_way_leads_out(change: dict[str, str], why: str) -> None:
    barred = replace(GOOD, **change)
    assert barred.barred == why
    assert released_quotations([barred], JOURNAL) == ()
    with pytest.raises(StageFailed, match=f"a quotation can't be printed: {why}"):
        Quotation(barred, JOURNAL)
    assert Judged((), (barred,)).left_out == {why: 1}


def test_a_tag_of_too_few_is_stopped_at_the_door_too() -> None:
    with pytest.raises(StageFailed, match="its tag points to too few people"):
        released_quotations([replace(GOOD, people=4)], JOURNAL)
    with pytest.raises(StageFailed, match="its tag points to too few people"):
        released_quotations([GOOD], Release(rule="nhs"))


@pytest.mark.parametrize(
    ("rule", "k"),
    [("journal", 5), ("opensafely", 8), ("midpoint6", 7), ("nhs", 8), ("acro", 10), ("cms", 11), ("none", 5)],
)
def test_how_many_a_tag_must_stand_for(rule: str, k: int) -> None:
    assert smallest_group(Release.model_validate({"rule": rule, "because": "made up"})) == k


def test_nothing_shows_words_by_accident() -> None:
    assert "told" not in repr(GOOD) + repr(Quotation(GOOD, JOURNAL)) + repr(Judged((), (GOOD,)))


def test_released_numbers_carry_them_and_a_draft_too() -> None:
    out = released_quotations([GOOD], JOURNAL)
    for made in (release(Results.of([]), JOURNAL), draft(Results.of([]))):
        assert made.quotations == ()
        assert made.with_quotations(out).quotations == out


def test_candidates_come_back_from_json() -> None:
    assert from_dicts(to_dicts([GOOD])) == (GOOD,)


CLEARED = "cleared_by: me, on: 2026-03-02, fingerprint: "


def test_every_chosen_quotation_is_judged_and_counted() -> None:
    good = fingerprint("I told it twice, and nobody looked at the clock.", "Recipient")
    hidden = fingerprint("[name] of Oslo showed me the door, and I went through.", "Recipient")
    found = judged(f"""
chosen:
  Heard:
    - {{document: d1, begins: I told, {CLEARED}"{good}"}}
    - {{document: d2, begins: She waited until}}
    - {{document: d3, begins: He asked, {CLEARED}"{good}"}}
    - {{document: d6, begins: Time, tag: Participant}}
  Way:
    - {{document: d1, ends: through., redact: [{{from: 1-2, to: '[name]'}}], {CLEARED}"{hidden}"}}
    - {{document: d5, begins: my mouth, {CLEARED}"{good}"}}
""", ROWS.replace("P6|Leader", "P6|Supporter"))  # fmt: skip
    assert found.stands["stands"].tolist() == ["printed", NOT_CLEARED, NO_CONSENT, NO_CONSENT, "printed", CHANGED]
    assert found.stands["quotation"].tolist() == [1, 2, 3, 4, 1, 2]
    assert not {"words", "printed"} & set(found.stands.columns)
    assert found.results.lookup() == {
        key("printed"): 2,
        key("speakers"): 1,
        key("hidden"): 1,
        key("left out", NO_CONSENT): 2,
        key("left out", NOT_CLEARED): 1,
        key("left out", CHANGED): 1,
    }


def test_how_few_people_are_quoted_is_withheld_and_how_many_quotations_is_not() -> None:
    released = release(judged("chosen: {Heard: [{document: d1, begins: I told}]}").results, JOURNAL)
    assert released.text(key("printed")) == "0"
    one = Judged((), (GOOD, replace(GOOD, words="x", cleared=fingerprint("x", TAG))))
    released = release(one.results, JOURNAL)
    assert (released.text(key("printed")), released.text(key("speakers"))) == ("2", "[c]")


def test_words_of_no_one_in_particular_have_no_consent() -> None:
    rows = ROWS + "d7||||yes|Heard|0|9|A|We all said so."
    found = judged("chosen: {Heard: [{document: d7, begins: We all}]}", rows)
    assert (found.candidates[0].tag, found.candidates[0].barred) == ("", NO_CONSENT)


def test_a_study_without_quotations_has_none_to_judge() -> None:
    said = study("chosen: {Heard: [{document: d1, begins: I told}]}")
    assert judge(None, None, said).results.frame.empty
    assert judge(opened(said), cleaned(said), said.model_copy(update={"interviews": None})) == Judged()


def test_a_definition_that_repeats_what_was_said_is_not_printed() -> None:
    head = HEAD.replace("Somebody has time.", "Heard means that nobody looked at the clock")
    [candidate] = judged("chosen: {Heard: [{document: d1, begins: I told}]}", head=head).candidates
    assert candidate.definition == "(not printed)"


# --- Tags

PEOPLE = pd.DataFrame(
    [("R", "N")] * 6 + [("R", "S")] * 2 + [("S", "N")] * 5 + [("S", "S")] * 1 + [("L", "N")] * 3 + [("L", "S")] * 2,
    columns=["role", "programme"],
    index=[f"P{n}" for n in range(19)],
)
FIRST = {("R", "N"): "P0", ("R", "S"): "P6", ("S", "N"): "P8", ("S", "S"): "P13", ("L", "N"): "P14", ("L", "S"): "P17"}


FINE = "{role}, {programme}"


def tagging(usual: str = FINE, called: dict[str, str] | None = None, people: pd.DataFrame = PEOPLE) -> Tagging:
    said = Quotations.model_validate({"tag": usual, "called": called or {}, "chosen": {}})
    return Tagging(people, said, 5)


@pytest.mark.parametrize(
    ("usual", "form", "who", "people"),
    [
        ("{role}, {programme}", "{role}, {programme}", ("R", "N"), 6),
        ("{role}, {programme}", "{role}, {programme}", ("L", "N"), 3),
        ("{role}, {programme}", "{role}", ("L", "N"), 5),
        ("{role}, {programme}", "{role}", ("R", "S"), 2),  # the six others would have been told with their programme
        ("{role}, {programme}", "{role}", ("R", "N"), 6),  # and of the six the two are taken off
        ("{role}", "{role}", ("R", "S"), 8),
        ("{role}, {programme}", "Participant", ("R", "S"), 2 + 1),  # leaders would have been told as such
        ("Participant", "Participant", ("R", "S"), 19),
    ],
)
def test_to_how_many_a_tag_points(usual: str, form: str, who: tuple[str, str], people: int) -> None:
    assert tagging(usual).points_to(form, FIRST[who]) == people


def test_labels_that_are_called_alike_are_one() -> None:
    one = tagging(called={"N": "a programme", "S": "a programme", "L": "Leader"})
    assert one.printed("{role}, {programme}", "P14") == "Leader, a programme"
    assert one.points_to("{role}, {programme}", "P14") == 5


@pytest.mark.parametrize(
    ("usual", "form", "who", "told"),
    [
        ("{role}, {programme}", "{role}, {programme}", ("L", "N"),
         'x: its tag points to 3 of 19 people, fewer than 5. Write tag: "{role}", which 5 share, or join labels '
         "under 'called'."),
        ("{role}, {programme}", "{role}", ("R", "S"),
         "x: its tag points to 2 of 19 people, fewer than 5: of others who share it a finer tag can be told. "
         "Write a coarser tag for all (quotations: tag: '{role}'), or join labels under 'called'."),
    ],
)  # fmt: skip
def test_too_few_are_refused_with_a_coarser_tag(usual: str, form: str, who: tuple[str, str], told: str) -> None:
    assert [str(m) for m in tagging(usual).wrong(form, FIRST[who], "x")] == [told]


def test_of_too_few_no_one_can_be_quoted() -> None:
    four = pd.DataFrame({"role": ["R"] * 4, "programme": ["N"] * 4}, index=list("abcd"))
    [mistake] = tagging(people=four).wrong("{role}", "a", "x")
    assert mistake.mend == "Quote no one: so few people were interviewed that any tag points to them."


def test_what_is_not_known_of_a_speaker_is_told() -> None:
    unknown = PEOPLE.assign(programme="")
    [mistake] = tagging(people=unknown).wrong("{role}, {programme}", "P0", "x")
    assert str(mistake) == (
        'x: its tag names something that is not known of its speaker. Write tag: "{role}", which 8 share, or join '
        "labels under 'called'."
    )


def test_all_tags_are_refused_at_once_with_their_places() -> None:
    with pytest.raises(Mistakes) as error:
        judged("tag: '{role}, {programme}'\nchosen:\n  Heard: [{document: d3, begins: He}, "
               "{document: d1, begins: I told}, {document: d6, begins: Time, tag: '{role}'}]")  # fmt: skip
    assert [str(m).partition(": ")[0] for m in error.value.mistakes] == [
        f"studies/made_up.yaml:12  interviews.quotations.chosen.Heard.{n}.tag" for n in (0, 2)
    ]


def test_values_are_text_and_no_form() -> None:
    assert filled("{role} {{x}}", {"role": "{programme}"}) == "{programme} {x}"


LEVELS = st.lists(st.tuples(st.sampled_from("RSL"), st.sampled_from("NEW")), min_size=1, max_size=40)


@given(LEVELS)
def test_no_reader_narrows_an_accepted_tag_to_fewer(rows: list[tuple[str, str]]) -> None:
    """The reader knows everyone, and that all take the usual tag or else what is proposed in its place."""
    people = pd.DataFrame(rows, columns=["role", "programme"], index=[f"P{n}" for n in range(len(rows))])
    found, tags = tagging(people=people), dict[str, str]()
    for person, own in people.iterrows():
        fine = not list(found.wrong(FINE, str(person), ""))
        assert fine == (Counter(rows)[tuple(own)] >= 5)
        form = FINE if fine else (found.coarser(FINE, str(person)) or ("", 0))[0]
        if form:
            assert not list(found.wrong(form, str(person), ""))
            tags[str(person)] = found.printed(form, str(person))
    assert all(n >= 5 for n in Counter(tags.values()).values())
