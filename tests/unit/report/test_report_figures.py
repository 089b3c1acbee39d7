"""Pictures: the same bytes, released numbers alone, alternatives for those who cannot see them."""

import base64
import math
import re
import struct
import time
import xml.etree.ElementTree as ET
import zlib

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit import Asked, audit
from pipeline.disclosure import draft
from pipeline.report.canvas import Canvas, picture, text_width, wrapped
from pipeline.report.draw_estimates import Estimate, EstimatePanel, EstimateRow, estimates_picture
from pipeline.report.draw_flow import Box, FlowOf, flow_picture
from pipeline.report.draw_missing import Cell, MissingPanel, missing_picture, shade
from pipeline.report.figure_estimates import estimates_figure
from pipeline.report.figure_flow import flow_figure
from pipeline.report.figure_missing import missing_figure
from pipeline.report.figure_scales import scale_figure
from pipeline.report.look_up import printed
from pipeline.report.scale_axis import log_ticks, ticks
from pipeline.results import ALL, Key, Number, Results
from pipeline.tables.as_html import to_html
from pipeline.tables.table import Column, Row, Table
from tests.report_example import HOSTILE, a_report, a_study, released_of, some_numbers

NAN = float("nan")


@pytest.fixture(scope="module")
def figures():
    return {f.name: f for f in a_report()[0].figures()}


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def chunks(png: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        length = struct.unpack(">I", png[at : at + 4])[0]
        found.append(png[at + 4 : at + 8])
        assert (
            zlib.crc32(png[at + 4 : at + 8 + length]) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        )
        at += 12 + length
    return found


def test_the_same_drawing_gives_the_same_bytes_and_holds_no_date_or_program():
    first, second = (
        flow_picture((FlowOf("a", Box("Read", ("3 people",)), None, Box("Kept", ("3 people",))),)) for _ in range(2)
    )
    assert first == second
    assert b"<dc:date>" not in first.svg and b"Matplotlib" not in first.svg and b"metadata" not in first.svg
    assert b"tEXt" not in chunks(first.png)


def test_settings_of_the_user_change_nothing():
    flows = (FlowOf("a", Box("Read", ("3 people",)), None, Box("Kept", ("3 people",))),)
    plain = flow_picture(flows)
    with mpl.rc_context(
        {
            "svg.fonttype": "none",
            "font.family": ["serif"],
            "path.sketch": (3, 10, 1),
            "text.color": "red",
            "svg.hashsalt": None,
        }
    ):
        assert flow_picture(flows) == plain


def test_every_picture_has_a_wide_and_a_narrow_drawing_and_pixels_for_paper(figures):
    assert set(figures) == {"flow", "missing", "scale-support", "scale-loneliness", "estimates", "reliability"}
    for figure in figures.values():
        made = figure.picture
        for svg, width, height in (
            (made.svg, made.width, made.height),
            (made.narrow_svg, made.narrow_width, made.narrow_height),
        ):
            root = ET.fromstring(svg)
            assert root.attrib["viewBox"] == f"0 0 {width} {height}"
            assert not [e for e in root.iter() if e.tag.endswith(("script", "image", "foreignObject"))]
        assert (made.width, made.narrow_width) == (680, 340)
        assert size_of(made.png)[0] >= 1800


def test_alternative_texts_say_the_numbers(figures):
    assert "read: 20 people (30 rows) in 2 clusters" in figures["flow"].alt
    assert "Rows of the study team: 2 people (4 rows)" in figures["flow"].alt
    assert "Baseline: 18 people in 2 clusters; 3 months: 8 people in 2 clusters" in figures["flow"].alt
    assert "Support and loneliness: 8 rows" in figures["flow"].alt
    assert (
        "mean 3.25, middle half 2.50 to 4, n = 18; means by programme: North 3.25, South [withheld]"
        in figures["scale-support"].alt
    )
    assert "unadjusted −0.52 (−0.75 to −0.29), adjusted −0.45 (−0.71 to −0.19)" in figures["estimates"].alt
    assert "3 months, all together: Age 12.50%." in figures["missing"].alt


def test_each_picture_but_the_flow_brings_its_numbers_as_a_table(figures):
    assert figures["flow"].data is None  # the flow's tables stand beside it
    table = figures["scale-support"].data
    assert [c.label for c in table.columns] == ["n", "Mean", "First quartile", "Median", "Third quartile"] * 2
    assert [c.spanner for c in table.columns] == ["Baseline"] * 5 + ["3 months"] * 5
    assert {r.label: r.cells for r in table.rows}["South"] == ("18", "3.25", "2.50", "3", "4", *["[c]"] * 5)
    assert table.notes == ("[c] withheld: small numbers",)
    assert figures["estimates"].data.rows[0].cells == ("−0.52", "−0.75", "−0.29", "−0.45", "−0.71", "−0.19")


def test_pictures_hold_no_number_that_was_withheld():
    """The same release with another number behind the withheld cell draws the same picture."""
    drawn = []
    for behind in (None, None):
        numbers = some_numbers()
        numbers[Key("scale", "support", "", "", "wave=3 months;programme=South", "mean")] = behind
        drawn.append(scale_figure(a_study(), released_of(numbers.items()), "support"))
    assert drawn[0].picture == drawn[1].picture
    hidden = released_of([(k, None) for k in some_numbers()])
    figure = scale_figure(a_study(), hidden, "support")
    assert not re.search(r"\d\.\d", figure.alt.replace("3 months", ""))
    assert {cell for row in figure.data.rows for cell in row.cells} == {"[c]"}


def test_a_figure_of_a_weighted_study_says_what_is_weighted():
    """The same numbers by weight: drawn alike, told otherwise."""
    moments = ("mean", "sd", "median", "q1", "q3")
    numbers = {
        k._replace(statistic=f"weighted_{k.statistic}") if k.kind == "scale" and k.statistic in moments else k: v
        for k, v in some_numbers().items()
    }
    plain, study = a_study(), a_study()
    study = study.model_copy(update={"design": study.design.model_copy(update={"weight": "w"})})
    figure = scale_figure(study, released_of(numbers.items()), "support")
    unweighted = scale_figure(plain, released_of(some_numbers().items()), "support")
    assert figure.picture.svg == unweighted.picture.svg
    assert "weighted mean 3.25, middle half 2.50 to 4, n = 18; weighted means by programme: North 3.25" in figure.alt
    assert "Mean, median and middle half are weighted, numbers of people are not." in figure.caption
    assert [c.label for c in figure.data.columns[:3]] == ["n", "Weighted mean", "Weighted first quartile"]
    assert figure.data.rows[0].cells == unweighted.data.rows[0].cells
    of_gaps = missing_figure(study, released_of(numbers.items()))
    assert "Unweighted: the sampling weights have no part in this figure." in of_gaps.caption
    assert "weighted" not in unweighted.caption


def test_nothing_to_draw_is_no_picture():
    empty = released_of([])
    study = a_study()
    assert [
        flow_figure(study, empty),
        missing_figure(study, empty),
        scale_figure(study, empty, "support"),
        estimates_figure(study, empty),
    ] == [None] * 4
    whole = released_of([(Key("quality", "missingness", "age", "", ALL, "percent"), 0.0)])
    assert missing_figure(study, whole) is None


def test_signs_of_mathematics_and_markup_are_only_words():
    canvas = Canvas(400, 40)
    canvas.text(5, 20, f"{HOSTILE} $\\frac{{1}}{{0}}$ _^")
    root = ET.fromstring(canvas.svg())
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert text_width("$x$") > text_width("x")


@given(st.text(alphabet="ab cdé-", max_size=60), st.floats(40, 300))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line) <= width or len(line) == 1 for line in lines)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_are_few_and_inside(low, span, most):
    found = ticks(low, low + span, most)
    assert len(found) <= most
    assert all(low - 1e-6 * span <= t <= low + span * (1 + 1e-6) for t in found)
    steps = {round(b - a, 6) for a, b in zip(found, found[1:], strict=False)}
    assert len(steps) <= 1 or max(steps) - min(steps) < 1e-5 * max(1, abs(low))


def test_ticks_of_ratios_have_one():
    assert log_ticks(0.4, 3) == [0.5, 1.0, 2.0]
    assert log_ticks(0.001, 1000) == [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]
    assert log_ticks(0.9, 1.1) == [1.0]
    assert ticks(3, 9, 3) == [4.0, 6.0, 8.0]
    assert ticks(5, 5) == [5]


def test_shades_get_darker_evenly_in_grey():
    def lightness(color: str) -> float:
        r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    greys = [lightness(shade(v, 20.0)) for v in range(21)]
    assert all(a > b for a, b in zip(greys, greys[1:], strict=False))
    assert shade(99.0, 20.0) == shade(20.0, 20.0)


def test_estimates_without_an_answer_are_drawn_as_such():
    row = EstimateRow(
        "Support",
        (
            Estimate("unadjusted", NAN, NAN, NAN, "withheld", "[c]"),
            Estimate("adjusted", 2.0, NAN, NAN, "2.00 (no interval)", "9"),
        ),
    )
    for log in (False, True):
        made = estimates_picture((EstimatePanel("Outcome", "odds ratio", (row,), log),))
        assert ET.fromstring(made.svg) is not None
    none = EstimateRow("Support", (Estimate("unadjusted", 0.0, 0.0, 0.0, "0", ""),))
    assert estimates_picture((EstimatePanel("Outcome", "mean difference", (none,)),)).height > 50


def test_the_label_stands_in_the_picture_itself():
    plain, labelled = (picture(lambda width: Canvas(width, 60), label) for label in ("", "Made-up data"))
    assert b"<!-- Made-up data -->" in labelled.svg and b"<!-- Made-up data -->" in labelled.narrow_svg
    assert plain.png != labelled.png


def test_arms_of_a_trial_stand_beside_each_other():
    arms = (Box("Control", ("Read: 42 clusters",)), Box("Intervention", ("Read: 40 clusters",)))
    with_arms = flow_picture((FlowOf("a", Box("Read", ()), None, Box("Kept", ()), arms=arms),))
    without = flow_picture((FlowOf("a", Box("Read", ()), None, Box("Kept", ())),))
    assert with_arms.height > without.height
    assert with_arms.svg.count(b"Read: 4") == 2


def test_pictures_fit_into_an_address():
    made = picture(lambda width: Canvas(width, 20))
    assert base64.b64decode(base64.b64encode(made.svg)) == made.svg
    assert math.isfinite(made.height)


def test_all_answers_together_come_first_where_they_were_counted():
    numbers = some_numbers()
    paths = [k.group for k in numbers if k.kind == "quality"]
    numbers |= {Key("quality", "answers_missing", "answers", "", path, "percent"): 3.5 for path in paths}
    figure = missing_figure(a_study(), released_of(numbers.items()))
    assert [row.cells[-1] for row in figure.data.rows] == ["3.50", "12.50"]
    assert figure.alt.count("3.50%, Age 12.50%") == 2


def test_the_grid_has_whole_per_cents_and_headings_whose_words_stay_whole(monkeypatch):
    drawn: list[str] = []
    monkeypatch.setattr(Canvas, "text", lambda self, x, y, text, *_, **__: drawn.append(text))
    cells = tuple(Cell(value, text) for value, text in ((8, "8"), (14.6, "14.6"), (0, "0.0"), (0.2, "0.2"), (0, "0")))
    names = ("Nord", "Ålesund", "Tromsø", "Finnmark", "All")
    panels = (MissingPanel("Start", names, (cells,)), MissingPanel("6 months", names, (cells,)))
    missing_picture(("Age",), panels)
    assert [t for t in drawn if t in ("8", "15", "0", "<1", "14.6", "0.0", "0.2")][:5] == ["8", "15", "0", "<1", "0"]
    assert {"14.6", "0.0", "0.2"}.isdisjoint(drawn)
    assert set(names) <= set(drawn)
    assert not {"Ålesun", "d", "Troms", "ø"} & set(drawn)


def test_what_the_tables_call_complete_has_no_row_in_the_grid():
    numbers = some_numbers()
    path = next(k.group for k in numbers if k.kind == "quality")
    numbers[Key("quality", "missingness", "gender", "", path, "percent")] = None
    released = released_of(numbers.items())
    table = Table("quality", "missingness", "Missing answers", (Column(path, "All"),), (Row("Age", "age"),))
    assert [row.label for row in missing_figure(a_study(), released).data.rows] == ["Age", "Gender"]
    assert [row.label for row in missing_figure(a_study(), released, tables=[table]).data.rows] == ["Age"]


def test_a_long_label_is_wrapped_in_time_that_grows_with_its_length():
    def seconds(words: str) -> float:
        started = time.perf_counter()
        lines = wrapped(words, 150)
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")
        return time.perf_counter() - started

    for unit in ("x", "ab cde "):
        short, long = unit * (2_000 // len(unit)), unit * (20_000 // len(unit))
        seconds(short)  # fonts and caches
        assert seconds(long) < 30 * max(min(seconds(short + "y"), seconds(short + "z")), 0.01)


@given(st.text(alphabet="abW dé-.", max_size=50), st.floats(15, 200))
def test_lines_are_as_the_slow_way_breaks_them(text, width):
    lines, line = [], ""
    for word in text.split():
        while text_width(word) > width and len(word) > 1:
            fits = max(i for i in range(1, len(word)) if i == 1 or text_width(word[:i]) <= width)
            lines += [line] if line else []
            lines.append(word[:fits])
            line, word = "", word[fits:]
        if line and text_width(f"{line} {word}") > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    assert wrapped(text, width) == ([*lines, line] if line or not lines else lines)


@pytest.fixture
def drawn(monkeypatch):
    """All words that are drawn, as (canvas, left edge, right edge, words)."""
    found = []
    draw = Canvas.text

    def text(self, x, y, words, size=12.5, color="", at="left", bold=False):
        wide = text_width(words, size, bold)
        left = x - {"left": 0, "center": wide / 2, "right": wide}[at]
        found.append((self, y, left, left + wide, words))
        draw(self, x, y, words, size, color or "#000000", at, bold)

    monkeypatch.setattr(Canvas, "text", text)
    return found


@pytest.mark.parametrize("value", [-0.43, 0.001066, 123456.789012])
@pytest.mark.parametrize("log", [False, True])
def test_the_words_beside_estimates_are_neither_cut_off_nor_drawn_over_each_other(drawn, value, log):
    low, high = sorted((value * 0.9, value * 1.2))
    words = f"{value:,.6f} ({low:,.6f} to {high:,.6f})"
    row = EstimateRow("Minutes of sessions, per unit", tuple(
        Estimate(a, value, low, high, words, "12,345") for a in ("unadjusted", "adjusted")))  # fmt: skip
    estimates_picture((EstimatePanel("Support", "difference", (row, row), log),))
    said = [d for d in drawn if d[4] == words]
    assert len(said) == 2 * 2 * 2
    for canvas, y, left, right, _ in drawn:
        assert left >= -0.5 and right <= canvas.width + 0.5
        others = [d for d in drawn if d[0] is canvas and abs(d[1] - y) < 6 and d[2] > left]
        assert all(other[2] >= right for other in others)


def test_words_of_the_examples_figures_stay_on_their_paper(drawn):
    numbers = some_numbers()
    numbers |= {Key("quality", "answers_missing", "answers", "", k.group, "percent"): 3.5 for k in list(numbers)
                if k.kind == "quality"}  # fmt: skip
    released, study = released_of(numbers.items()), a_study()
    for make in (flow_figure, missing_figure, estimates_figure):
        assert make(study, released, "Made-up data, Not for release")
    assert scale_figure(study, released, "support", "Made-up data, Not for release")
    assert len(drawn) > 100
    assert [d[4] for d in drawn if d[2] < -0.5 or d[3] > d[0].width + 0.5] == []


def test_a_caption_says_where_bars_are_of_unequal_width():
    bins = [k for k in some_numbers() if k.term == "distribution"]
    even = scale_figure(a_study(), released_of(some_numbers().items()), "support").caption
    numbers = {k: v for k, v in some_numbers().items() if k not in bins}
    numbers |= {k._replace(level=level): 9 for k in bins[:1] for level in ("1–1.5", "1.5–2.5", "2.5–4")}
    uneven = scale_figure(a_study(), released_of(numbers.items()), "support").caption
    said = "the height of a bar is its number of people, however wide it is"
    assert said in uneven and said not in even
    none = {k: v for k, v in some_numbers().items() if k not in bins}
    assert "Bars" not in scale_figure(a_study(), released_of(none.items()), "support").caption


def test_the_table_of_a_figure_explains_what_stands_for_absent_numbers():
    """A programme of nobody at one wave has a number of people and no mean."""
    keys = [Key("scale", "mood", "", "", f"programme={p}", s) for p in ("A", "Missing") for s in ("n", "mean")]
    held = draft(Results.of([Number(k, v, 9) for k, v in zip(keys, (9, 2.5, 0, float("nan")), strict=True)]))
    rows = [("A", keys[:2]), ("Missing", keys[2:])]
    made = printed(held, "mood-figure", "Mood: scores", "Programme", [("n", ""), ("Mean", "")], rows)
    assert made.rows[1].cells == ("0", "NA")
    assert made.notes == ("NA: does not exist, such as a percentage of nobody or the SD of one person",)
    page = f"<html><body>{to_html(made, 'Figure 3')}</body></html>".encode()
    assert audit({"report.html": page}, Asked(rule="journal")).findings == ()
    (unnoted,) = audit({"r.html": page.replace(b"NA: does not exist", b"Nothing")}, Asked(rule="journal")).findings
    assert unnoted.line.startswith("r.html, Figure 3, Missing: code 'NA' is not in the legend")
