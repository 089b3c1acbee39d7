"""How a study file declares an instrument: parts, forms, bases, items reversed at the source; and what is wrong."""

from __future__ import annotations

import json

import pytest

from pipeline.cleaning import clean, join
from pipeline.errors import Mistakes
from pipeline.instruments import check_scales, item_ranges, rule
from pipeline.instruments.registry import from_cuts
from pipeline.instruments.scores import score
from pipeline.intake.read import read_cells
from pipeline.report.methods_variables import scales as methods
from pipeline.study import Study, parse_study
from pipeline.tables.scales import scores_results
from pipeline.tables.words import scale_note


def study(**scales: dict[str, object]) -> Study:
    """A study file with these scales, a line a scale."""
    lines = [f"  {name}: {json.dumps({'missing': {'blank': 'skipped'}, **words})}" for name, words in scales.items()]
    head = "title: Made up\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nscales:\n"
    return parse_study(head + "\n".join(lines) + "\nrelease: {rule: none, because: made up}\n", "studies/x.yaml")


def items(n: int, stem: str = "q") -> list[str]:
    return [f"{stem}{i}" for i in range(1, n + 1)]


def answered(declared: Study, *rows: str):
    """Cleaned answers; the first row names the columns, ids are counted."""
    head, *people = (row.split() for row in rows)
    text = "\n".join(",".join(row) for row in [["id", *head], *([f"p{n}", *p] for n, p in enumerate(people))])
    cells = read_cells(
        "people", declared.sources["people"], [("a.csv", text.replace("-", "").encode())], declared.where
    )
    return clean({"people": cells}, declared, item_ranges(declared))


def scored(declared: Study, *rows: str):
    return score(answered(declared, *rows), declared)


NINE = items(9)


@pytest.mark.parametrize(("words", "said"), [
    ({"instrument": "osss-3", "items": items(3), "coded": "0-4"},
     "scales.s.coded: items of osss-3 have several ranges. Say with 'base' which the lowest code in the file is."),
    ({"instrument": "phq-9", "items": NINE, "algorithm": "major depression"},
     "scales.s.algorithm: phq-9 has no algorithm 'major depression'. Did you mean 'major depressive "
     "syndrome'?"),
    ({"instrument": "phq-9", "items": NINE, "algorithm": "major depressive syndrome", "max_missing": 1},
     "scales.s.max_missing: the algorithm of phq-9 needs every item. Leave it out: an item that is missing might have "
     "counted."),
    ({"instrument": "mos-sss", "items": items(4), "subscale": "tangible"},
     "scales.s.subscale: the items of mos-sss are printed in several orders, and its subscales hang on them. Say "
     "which: form: grouped or form: as administered."),
    ({"instrument": "mos-sss", "items": items(4), "subscale": "tangible", "form": "groupd"},
     "scales.s.form: mos-sss has no form 'groupd'. Did you mean 'grouped'?"),
    ({"instrument": "phq-9", "items": NINE, "form": "short"}, "scales.s.form: phq-9 has no form 'short'. Known: none."),
    ({"instrument": "eq-5d", "items": items(5)},
     "scales.s.items: eq-5d has 1 item, 5 are named. Name the column that holds the finished score."),
    ({"instrument": "ces-d-10", "items": items(10), "max_missing": 3},
     "scales.s.max_missing: with more than 2 missing items ces-d-10 has no score (with more than two missing items "
     "there is no score; what stands for fewer no source says, so that a study declares max_missing (up to 2, by the "
     "person's mean) or needs all). Write at most max_missing: 2."),
    ({"instrument": "pss-4", "items": items(4), "reverse": ["q2"]},
     "scales.s.reverse: pss-4 brings its own 'reverse'. Leave it out; items that the file holds reversed already go "
     "under 'reversed_at_source'."),
    ({"items": items(2), "range": "1-5", "score": "sum", "max_missing": 0, "reversed_at_source": ["q1"]},
     "scales.s.reversed_at_source: says how the file differs from an instrument's form, and there is no instrument. "
     "Leave these items out of 'reverse' instead."),
    ({"instrument": "djg-6", "items": items(6)},
     "scales.s.instrument: the items of djg-6 are printed in several orders, and some count the other way round. Say "
     "which: form: manual or form: emotional first."),
    ({"instrument": "djg-6", "items": items(3), "subscale": "social", "max_missing": 1},
     "scales.s.max_missing: with more than 0 missing items djg-6 has no score (no rule for missing items of the "
     "subscale; all of them are needed). Write at most max_missing: 0."),
    ({"instrument": "sf-12", "items": ["q1"]},
     "scales.s.instrument: sf-12 has no score of the whole. Say which: subscale: physical component or mental "
     "component."),
    ({"instrument": "osss-3", "items": items(3), "max_missing": 1},
     "scales.s.max_missing: with more than 0 missing items osss-3 has no score (no validated rule was found; all three "
     "items are needed, and their ranges differ, so that a mean of the others says nothing). Write at most "
     "max_missing: 0."),
    ({"instrument": "djg-6", "form": "emotional first", "items": ["e3", "e4", "e7", "e9", "e8", "e10"]},
     "scales.s.items: are numbered as in the longer form, and djg-6 asks them in another order. Write items: [e3, e9, "
     "e10, e4, e7, e8]."),
    ({"instrument": "djg-6", "form": "manual", "items": ["e3", "e4", "e7", "e8", "e9", "e10"]},
     "scales.s.items: are numbered as in the longer form, and djg-6 asks them in another order. Write items: [e3, e4, "
     "e7, e9, e8, e10]."),
])  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_write(words, said):
    assert [str(m) for m in check_scales(study(s=words))] == [f"studies/x.yaml:5  {said}"]


@pytest.mark.parametrize(("words", "said"), [
    ({"instrument": "phq-9", "items": NINE, "coded": "1-4", "base": 1},
     "scales.s.base: says what 'coded' says. Keep one of the two."),
    ({"instrument": "pss-4", "items": items(4), "reversed_at_source": ["q5"]},
     "scales.s.reversed_at_source: there is no item 'q5'. Known: q1, q2, q3, q4."),
])  # fmt: skip
def test_what_a_study_file_alone_shows_stops_it(words, said):
    with pytest.raises(Mistakes) as error:
        study(s=words)
    assert said in str(error.value)


def test_an_item_of_two_scales_has_one_coding():
    two = study(whole={"instrument": "k10", "items": items(10)}, part={"instrument": "gse", "items": items(10)})
    (said,) = {m.what for m in check_scales(two)} - {f"item 'q{n}' is coded otherwise in whole." for n in range(2, 11)}
    assert said == "item 'q1' is coded otherwise in whole."
    turned = study(one={"instrument": "gad-7", "items": items(7)},
                   two={"instrument": "gad-2", "items": ["q1", "q2"], "reversed_at_source": ["q2"]})  # fmt: skip
    (found,) = check_scales(turned)
    assert str(found) == ("studies/x.yaml:6  scales.two.items: item 'q2' stands the other way round in one. Name it "
                          "under 'reversed_at_source' in both or in none.")  # fmt: skip


@pytest.mark.parametrize("second", [{"coded": "1-5"}, {"base": 1}])
def test_two_instruments_may_score_one_column_on_different_bases(second):
    """K10 counts from 1 and K6 from 0; the file counts from 1."""
    both = study(ten={"instrument": "k10", "items": items(10)},
                 six={"instrument": "k6", "items": ["q2", "q4", "q5", "q8", "q9", "q10"], **second})  # fmt: skip
    assert check_scales(both) == []
    found = scored(both, " ".join(items(10)), "2 2 2 2 2 2 2 2 2 2", "5 5 5 5 5 5 5 5 5 5", "1 1 1 1 1 1 1 1 1 1")
    assert found.frames["people"]["ten"].tolist() == [20, 50, 10]
    assert found.frames["people"]["six"].tolist() == [6, 24, 0]


def test_a_base_moves_items_of_several_ranges_and_a_wrong_one_is_named():
    ties = {"instrument": "osss-3", "items": items(3)}
    found = scored(study(s={**ties, "base": 0}), "q1 q2 q3", "0 0 0", "3 4 4")
    assert found.frames["people"]["s"].tolist() == [3, 14]
    with pytest.raises(Mistakes) as error:
        scored(study(s=ties), "q1 q2 q3", "3 4 4", "0 0 0", "1 0 0")
    assert str(error.value).splitlines() == [
        f"studies/x.yaml:5  scales.s.instrument: {cells} outside {label}: {listed}. All answers would fit a lowest "
        "code of 0: if the file counts so, say base: 0. Otherwise: Declare codes among them under 'missing', like "
        "missing: {99: not answered}, or correct 'range' or 'coded'."
        for cells, label, listed in (("1 cell of 1 item lies", "1-4", "'0' (1 cell)"),
                                     ("4 cells of 2 items lie", "1-5", "'0' (4 cells)"))
    ]  # fmt: skip


def test_minus_9999_is_no_zero():
    """A script that recodes it to 0 would make a lonely person's score the lowest; here it stops the run."""
    lonely = study(s={"instrument": "ucla-3", "items": items(3)})
    with pytest.raises(Mistakes, match="1 cell of 1 item lies outside 1-3: 1 different text. Declare codes"):
        text = "id,q1,q2,q3\np,3,3,-9999\n"
        clean({"people": read_cells("people", lonely.sources["people"], [("a.csv", text.encode())], lonely.where)},
              lonely, item_ranges(lonely))  # fmt: skip


def test_an_answer_between_two_codes_has_no_points_and_stops_the_run():
    lonely = study(s={"instrument": "djg-6", "form": "manual", "items": items(6)})
    with pytest.raises(Mistakes) as error:
        scored(lonely, " ".join(items(6)), "1 2 3 1 2 2.5")
    assert str(error.value) == (
        "studies/x.yaml:5  scales.s.items: 1 answer of its items is none of the codes 1, 2, 3 that have points. "
        "Correct the file, or declare such answers under 'missing'."
    )


def test_whose_score_rests_on_fewer_items_stands_in_a_list_and_so_do_answers_to_be_looked_at():
    mood = study(mood={"instrument": "phq-9", "items": NINE},
                 lonely={"instrument": "djg-6", "form": "manual", "items": items(6, "d")})  # fmt: skip
    found = scored(mood, " ".join([*NINE, *items(6, "d")]),
                   "1 1 1 1 1 1 1 1 0  2 2 2 2 2 2", "1 1 1 1 1 1 1 - -  2 2 2 2 2 -",
                   "1 1 1 1 1 1 - - -  2 2 2 2 - -", "0 0 0 0 0 0 0 0 2  1 1 1 1 1 1")  # fmt: skip
    assert found.fewer.drop(columns=["table", "row", "wave"]).to_numpy().tolist() == [
        ["p1", "mood", 9, 7, "person's mean"], ["p1", "lonely", 6, 5, "nothing"],
    ]  # fmt: skip
    assert found.flagged[["id", "scale", "item"]].to_numpy().tolist() == [["p3", "mood", "q9"]]
    said = [r.template for r in found.remarks]
    assert said[1] == (
        "De Jong Gierveld Loneliness Scale, six items: up to {max_missing} of {items} items may be missing and add "
        "nothing to the score; so it was for {n} of {scored} scores."
    )
    assert found.frames["people"]["lonely"].iloc[:2].tolist() == [6, 5]


def test_a_scale_without_lists_has_empty_ones():
    found = scored(study(s={"instrument": "ucla-3", "items": items(3)}), "q1 q2 q3", "1 1 1")
    assert (len(found.fewer), len(found.flagged)) == (0, 0)
    assert list(found.flagged) == ["table", "row", "id", "wave", "scale", "item"]


def test_bands_that_begin_above_a_number_do_not_hold_it():
    bands = from_cuts({"Low": "0", "Middle": ">28", "High": ">50"})
    at = {value: [label for label, band in bands.items() if value in band] for value in (0, 28, 28.5, 50, 50.1, 100)}
    assert at == {0: ["Low"], 28: ["Low"], 28.5: ["Middle"], 50: ["Middle"], 50.1: ["High"], 100: ["High"]}
    assert [band.label for band in bands.values()] == ["0 to 28", "above 28 to 50", "above 50"]


def test_what_tables_and_methods_say_of_a_score_that_is_put_onto_another_range():
    declared = study(
        support={"instrument": "mos-sss-8", "items": items(8)},
        taken={"instrument": "art-adherence-3", "items": items(3, "a")},
        ill={"instrument": "phq-9", "algorithm": "major depressive syndrome", "items": items(9, "p")},
        health={"instrument": "eq-5d", "items": ["eq"]},
        ties={"instrument": "osss-3", "items": items(3, "o"), "reversed_at_source": ["o2"]},
    )
    assert [scale_note(declared, name).split(": ", 1)[1] for name in declared.scales] == [
        "mean of 8 items, put onto 0 to 100; higher means more support.",
        "mean of 3 items, each put onto 0 to 100; higher means better adherence.",
        "1 where 5 or more of 9 items count, 0 elsewhere, 0 to 1; higher means the answers fit a major depressive "
        "syndrome.",
        "finished score, as the file has it, −1.1 to 1; higher means better health.",
        "sum of 3 items, 3 to 14; higher means more support.",
    ]
    said = ["".join(str(part) for part in pieces[1:3]) for pieces in methods(declared)]
    assert said == [
        "the mean of 8 items, each scored 1–5, put onto 0 to 100; it runs from 0 to 100, and higher means more "
        "support. ",
        "the mean of 3 items, answered 0–30 and 1–6, by the points that the instrument gives to the answers; it runs "
        "from 0 to 100, and higher means better adherence. ",
        "1 where 5 or more of 9 items, each answered 0–3, count, 0 elsewhere; it runs from 0 to 1, and higher means "
        "the answers fit a major depressive syndrome. ",
        "a finished score, taken as the file has it; it runs from −1.1 to 1, and higher means better health. ",
        "the sum of 3 items, answered 1–4 and 1–5; it runs from 3 to 14, and higher means more support. ",
    ]
    assert rule("ties", declared.scales["ties"]).source.endswith("; in this study o2 reversed in the file")
    two = study(a={"instrument": "osss-3", "items": items(3), "reversed_at_source": ["q2"]},
                b={"instrument": "pss-4", "items": items(4, "x"), "reversed_at_source": ["x2"]})  # fmt: skip
    assert [pieces[3:-2] for pieces in methods(two)] == [
        ("q2 stands in the file the other way round than on the form, and is reversed. ",),
        ("x3 is reversed. ", "x2 stands in the file the other way round than on the form, and is not reversed again. "),
    ]


def test_every_kind_of_score_goes_through_tables():
    declared = study(
        support={"instrument": "who-5", "items": items(5)},
        ill={"instrument": "phq-9", "algorithm": "other depressive syndrome", "items": items(9, "p")},
        health={"instrument": "eq-5d", "items": ["eq"]},
    )
    rows = [f"{n % 6} 3 2 {n % 4} 5  {n % 4} {n % 3} 0 0 2 2 0 0 {n % 2}  0.{n % 9}1" for n in range(40)]
    cleaned = answered(declared, " ".join([*items(5), *items(9, "p"), "eq"]), *rows)
    found = score(cleaned, declared)
    people = join(cleaned, found.frames, found.reasons, declared)
    told = scores_results(people, declared).frame
    bins = told[told["term"] == "distribution"].groupby("name")["value"].agg(["size", "sum"])
    assert bins["sum"].eq(40).all()
    assert bins["size"].to_dict() == {"health": 10, "ill": 2, "support": 9}


def test_items_that_were_not_asked_count_alike_in_a_file_that_runs_from_all_to_none_of_the_time():
    """K10 asks items 3 and 6 of nobody who said none of the time before; there 5 is none of the time."""
    as_printed = scored(study(s={"instrument": "k10", "items": items(10)}), " ".join(items(10)),
                        "1 1 - 1 1 - 1 1 1 1", "5 5 - 5 5 5 5 5 5 5", "1 2 3 4 5 1 2 3 4 5")  # fmt: skip
    turned = scored(
        study(s={"instrument": "k10", "items": items(10), "reversed_at_source": items(10)}), " ".join(items(10)),
        "5 5 - 5 5 - 5 5 5 5", "1 1 - 1 1 1 1 1 1 1", "5 4 3 2 1 5 4 3 2 1",
    )  # fmt: skip
    for found in (as_printed, turned):
        scores = found.frames["people"]["s"]
        assert scores.isna().tolist() == [False, True, False] and scores.dropna().tolist() == [10, 30]
        assert found.fewer.empty


def test_an_answer_to_be_looked_at_is_listed_where_an_algorithm_alone_is_scored():
    mood = study(s={"instrument": "phq-9", "items": NINE, "algorithm": "major depressive syndrome"})
    found = scored(mood, " ".join(NINE), "0 0 0 0 0 0 0 0 1", "3 3 3 3 3 3 3 3 0", "0 0 0 0 0 0 0 0 3")
    assert found.flagged[["id", "scale", "item"]].to_numpy().tolist() == [["p0", "s", "q9"], ["p2", "s", "q9"]]


def test_the_same_answers_score_alike_in_either_printed_order():
    """Numbers of the eleven-item form: 3 9 10 are lacks, 4 7 8 are ties. Their places differ between the forms."""
    said = {3: 3, 9: 2, 10: 1, 4: 3, 7: 2, 8: 1}
    for form, order in (("manual", (3, 4, 7, 9, 8, 10)), ("emotional first", (3, 9, 10, 4, 7, 8))):
        lonely = study(s={"instrument": "djg-6", "form": form, "items": items(6)},
                       ties={"instrument": "djg-6", "subscale": "social",
                             "items": [f"q{order.index(n) + 1}" for n in (4, 7, 8)]})  # fmt: skip
        assert check_scales(lonely) == []
        found = scored(lonely, " ".join(items(6)), " ".join(str(said[n]) for n in order), "3 3 3 3 3 3", "1 1 1 1 1 1")
        assert found.frames["people"]["s"].tolist() == [4, 3, 3]
        assert found.frames["people"]["ties"].tolist() == [2, 0, 3]
    named = study(s={"instrument": "djg-6", "form": "emotional first", "items": items(6)},
                  ties={"instrument": "djg-6", "subscale": "social", "items": ["q2", "q3", "q5"]})  # fmt: skip
    (wrong,) = check_scales(named)
    assert wrong.mend == "Write items: [q4, q5, q6]."


@pytest.mark.parametrize(("took", "rings"), [("17", True), ("18", False)])
def test_an_alarm_about_haste_reads_the_variable_that_is_named(took: str, rings: bool) -> None:
    head = "title: Made up\ndata: {file: a.csv, id: id, seconds: took}\ndesign: {kind: cohort}\n"
    scale = f"scales: {{mood: {json.dumps({'instrument': 'phq-9', 'items': NINE, 'missing': {'blank': 'skipped'}})}}}\n"
    variables = "variables: {took: {type: number, missing: {blank: not known}}}\n"
    declared = parse_study(head + variables + scale + "release: {rule: none, because: made up}\n", "studies/x.yaml")
    people = [" ".join([took, *(str((n + i) % 4) for i in range(9))]) for n in range(12)]
    found = scored(declared, " ".join(["took", *NINE]), *people)
    said = [sentence.template for sentence in found.alarms]
    assert any("two seconds for each item of the scales" in words for words in said) == rings


def test_of_a_formative_index_no_alpha_is_told_and_the_report_says_why():
    declared = study(ties={"instrument": "sni", "items": items(4)}, mood={"instrument": "phq-2", "items": ["p1", "p2"]})
    rows = [f"{i % 2} {100 * (i % 3)} {i % 7} {i // 2 % 2} {i % 4} {(i + 1) % 4}" for i in range(30)]
    found = scored(declared, "q1 q2 q3 q4 p1 p2", *rows)
    assert {key[1] for key in found.results.lookup() if key[0] == "reliability"} == {"mood"}
    assert {key[2] for key in found.results.lookup() if key[1] == "ends"} == {"ties", "mood"}
    (said,) = [remark.template for remark in found.remarks if remark.template.startswith("Berkman")]
    assert "No alpha is told of it: a person has one kind of tie or another" in said


def test_reliability_by_group_of_a_formative_index_is_refused():
    text = {"instrument": "sni", "items": items(4), "reliability": {"by": "arm"}}
    lines = "title: T\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
    lines += "variables: {arm: {codes: {1: A, 2: B}}}\nscales: {ties: " + json.dumps(text) + "}\n"
    (mistake,) = check_scales(parse_study(lines, "studies/x.yaml"))
    assert str(mistake).split("  ", 1)[1].startswith("scales.ties.reliability: sni has no alpha: a person has one kind")
