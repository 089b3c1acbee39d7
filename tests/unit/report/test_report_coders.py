"""Agreement and saturation in the report: tables, curve, words; of a reflexive analysis, why there is none."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pipeline.disclosure import release
from pipeline.disclosure.release import Released
from pipeline.report import audited, finished, report_files, write_report
from pipeline.report.methods_coders import DOUBTED, NO_AGREEMENT, coders
from pipeline.report.report import Report
from pipeline.results import Results
from pipeline.study import Study
from pipeline.tables.agreement import agreement_tables
from pipeline.tables.saturation import saturation_tables
from pipeline.themes import interviews as declared_interviews
from pipeline.themes import measured
from tests.compared_coders import cleaned, interviews, rows, study
from tests.report_example import executed

THEMES = "themes: {Trust: {codes: [trust]}, Money: {codes: [money]}, Rare: {codes: [rare]}}\n"
LINES = rows((f"d{n}", coder, [code for code, most in (("trust", 12), ("money", 9), ("rare", 2))
                               if n < most + (coder == "B")]) for n in range(24) for coder in "AB")  # fmt: skip


def reported(said: Study, lines: list[str]) -> Report:
    return both(said, lines)[0]


def both(said: Study, lines: list[str]) -> tuple[Report, Released]:
    made = measured(cleaned(said, lines), said, np.random.default_rng(1))
    results = Results.join([made.results, declared_interviews(said).results])
    tables = [*agreement_tables(made.results), *saturation_tables(made.results, said)]
    released = release(results, said.release, said)
    return write_report(said, released, tables, made.remarks), released


def words(report: Report, section: str = "Interviews") -> str:
    return report.show(section)._repr_markdown_() or ""


def test_the_section_has_both_tables_the_curve_and_sentences_from_results() -> None:
    report = reported(study(THEMES + "agreement: {}\nsaturation: {orders: 200}"), LINES)
    said = words(report)
    assert "### Agreement between coders" in said and "### Saturation" in said
    heads = "Theme | Decisions | Agreement | Cohen's kappa (95% CI) | Krippendorff's alpha | Gwet's AC1 | PABAK"
    assert f"{heads} | Prevalence index | Bias index" in said
    assert "Trust | 24 | 96% | 0.92 (0.76, 1.00) | 0.92 | 0.92 | 0.92 | 0.04 | 0.04" in said
    assert "Rare | 24 | [c] | [c] | [c] | [c] | [c] | [c] | [c]" in said
    assert "Both coders coded 24 of 24 documents; agreement is of these." in said
    assert "Saturation was reached at 4+2: in the 2 interviews after the first 4, new themes were no more than" in said
    assert [t.filled.kind for t in report.tables()] == ["agreement", "saturation"]
    lost = "Theme: Money and Rare (AC1, bias, Cohen's kappa, intervals, Krippendorff's alpha, PABAK, percentages and"
    assert lost in words(report, "What was withheld")


@pytest.mark.parametrize(
    ("asked", "told"), [("{}", True), ("{measures: [fleiss]}", True), ("{measures: [percent]}", False),
                        ("{on: segments}", False)],
)  # fmt: skip
def test_an_interval_of_a_single_theme_on_documents_says_that_it_is_of_large_samples(asked: str, told: bool) -> None:
    (table,) = reported(study(f"{THEMES}agreement: {asked}"), LINES).tables()
    assert any("a normal approximation for large samples" in note for note in table.filled.notes) is told


def test_what_is_not_known_of_coders_and_of_the_order_stands_in_the_report() -> None:
    said = words(reported(study(THEMES + "agreement: {}\nsaturation: {orders: 0}"), LINES))
    assert "taken for different coders" not in said and "order of collection is not known" not in said
    spelt = [row.replace(",B,", ",b,") if row.startswith("d7,") else row for row in LINES]
    undated = [f"{row.rpartition(',')[0]}," if row.startswith("d7,") else row for row in spelt]
    said = words(reported(study(THEMES + "agreement: {measures: [fleiss]}\nsaturation: {orders: 0}"), undated))
    assert "taken for different coders" in said and "order of collection is not known" in said


def test_the_curve_says_in_words_what_it_shows_and_where_it_stops() -> None:
    report = reported(study("saturation: {orders: 0}"), interviews(9, 5, 3, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0))
    (figure,) = report.figures()
    assert figure.alt == (
        "A curve of codes seen so far, by interview: 1: [withheld], 2: 14, 3: 17, 4: 19, 5: 20, 6: 20, 7: 20, 8: 21, "
        "9: 21, 10: 21, 11: 21, 12: 21, 13: 21, 14: 21, 15: 21. Saturation at 5+2."
    )
    assert figure.caption == (
        "Codes seen after each interview. Shaded: the base, the first 4. Dashed upright: where it stops, and below it "
        "the run of 2 that showed it. Where there is no point, it is withheld."
    )
    assert figure.picture.svg.startswith(b"<?xml") and figure.picture.narrow_width < figure.picture.width
    again = reported(study("saturation: {orders: 0}"), interviews(9, 5, 3, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0))
    assert again.figures()[0].picture.svg == figure.picture.svg


def test_the_band_of_random_orders_and_a_stop_that_there_is_not() -> None:
    report = reported(study("saturation: {orders: 100}"), interviews(*[3] * 20))
    (figure,) = report.figures()
    assert figure.alt.endswith("Saturation was not reached.")
    assert "Grey: the middle 95% of random orders of the same interviews, and their median." in figure.caption
    assert (
        "Saturation was not reached within the 20 interviews: in every 2 of them in a row, new codes were more"
        in words(report)
    )


def test_a_reflexive_analysis_says_why_it_has_no_agreement() -> None:
    said = study("approach: reflexive thematic analysis\nsaturation: {orders: 0}")
    report = reported(said, interviews(5, 1, 0, 0, 0, 0, 0, 0))
    assert f"### Agreement between coders\n\n{NO_AGREEMENT}" in words(report)
    methods = list(coders(said))
    assert methods[0] == NO_AGREEMENT and methods[1].endswith(DOUBTED)
    bare = study(THEMES)
    assert list(coders(bare)) == [] and "Agreement between coders" not in words(reported(bare, LINES))


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("agreement: {}", "Agreement is about whether each coder gave each theme anywhere in a document. A document "
         "counts where two or more coders coded it; a coder who did not give it there said no. All who coded were "
         "compared by the percentage of pairs"),
        ("agreement: {on: segments, of: codes, coders: [A, B], measures: [percent, ac1]}",
         "Agreement is about whether each coder gave each code to each passage, of all that one of them marked. A "
         "document counts where two or more coders coded it; a coder who did not give it there said no. The 2 coders "
         "whom the study file names were compared by the percentage of pairs of coders that agree and Gwet's AC1 "
         "(2008). Intervals of several decisions of a document take these together. A code counts by itself, without "
         "those under it."),
        ("agreement: {how_often: true, weights: linear, level: ratio}",
         "in how many passages of a document each coder gave each theme. A document counts where two or more coders "
         "coded it; a coder who did not give it there said no. All who coded were compared by the percentage of pairs "
         "of coders that agree, Cohen's kappa, weighted (linear), with intervals by the infinitesimal jackknife and "
         "Krippendorff's alpha (2011) at the ratio level."),
        ("saturation: {run: 3, threshold: 0, order: files, orders: 100}",
         "interviews stand in the order of the files, that of collection being unknown; the themes that are new in "
         "each run of 3 interviews are divided by those of the first 4 (the base), and it is reached at the first run "
         "with at most 0%."),
    ],
)  # fmt: skip
def test_the_methods_say_what_was_done(declared: str, told: str) -> None:
    said = study(THEMES + declared)
    assert told in " ".join(coders(said))
    assert "### Coders and saturation" in words(reported(said, LINES), "Methods")


@pytest.mark.parametrize(
    ("declared", "percent"),
    [("agreement: {of: [themes, codes]}\nsaturation: {}", "96,96"), ("agreement: {on: segments}", "98,98.0")],
)
def test_a_report_with_both_passes_its_own_audit_and_prints_what_results_have(declared: str, percent: str) -> None:
    said = study(THEMES + declared)
    report, released = both(said, LINES)
    files = finished(
        report_files(report, released), executed(report), study="made_up", title="t", made_up=False, made_from={},
        audited=lambda files: audited(said, files),
    )  # fmt: skip
    held = files["results.csv"].decode()
    assert f"agreement,agreement_themes,theme,Trust,All,percent,{percent}\n" in held
    assert "agreement,agreement_themes,theme,Rare,All,percent,,[c]" in held


def test_what_a_stranger_called_a_theme_stays_words() -> None:
    lines = [re.sub("trust", "<b>trust</b>{n}", line) for line in LINES]
    report = reported(
        study("themes: {'<i>T</i>{x}': {codes: ['<b>trust</b>{n}']}}\nagreement: {of: [themes, codes]}"), lines
    )
    html = report.show("Interviews").html()
    assert "<b>trust" not in html and "<i>T" not in html and "&lt;b&gt;trust&lt;/b&gt;{n}" in html
