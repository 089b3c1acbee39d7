"""Bands in the pictures of scores, stacks of answers, the picture of reliability: from released numbers alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest

from pipeline.report import figure_reliability, figure_scales, figure_stacks
from pipeline.report.canvas import Canvas
from pipeline.report.draw_reliability import Held, reliability_picture
from pipeline.report.draw_scales import Band, SpreadPanel, SpreadRow, scale_picture
from pipeline.report.draw_stacks import Stack, StackPanel, stacks_picture
from pipeline.results import ALL, Key
from pipeline.study import Study, parse_study
from tests.report_example import released_of

LEVELS = ("Never", "Sometimes", "Always")
STUDY = """
title: Made up
data: {file: a.csv, id: id, wave: visit, waves: {1: Start, 2: End}}
design: {kind: cohort}
variables:
  heard: {label: Heard, from: a, codes: {1: Never, 2: Sometimes, 3: Always}}
  seen: {label: Seen, from: b, codes: {1: Never, 2: Sometimes, 3: Always}}
  arm: {codes: {2: Usual, 1: Peer}}
scales:
  mood: {label: Mood, instrument: phq-9, items: [q1, q2, q3, q4, q5, q6, q7, q8, q9]}
  own: {label: Own, items: [x, y, z], range: 1-5, score: mean, max_missing: 0}
tables:
  grid: {rows: [{grid: [heard, seen], label: Feelings}], wave: 1, SPEC}
release: {rule: journal, below: 5}
"""


def study(spec: str = "columns: arm") -> Study:
    return parse_study(STUDY.replace("SPEC", spec), "studies/made_up.yaml")


def answers(shares: Mapping[tuple[str, str], tuple[float | None, ...]], word: str = "percent"):
    """Group and question -> a percentage a level; None where withheld."""
    found = [(Key("participants", "grid", name, level, group, word), value)
             for (group, name), held in shares.items() for level, value in zip(LEVELS, held, strict=True)]  # fmt: skip
    found += [(Key("participants", "grid", name, "", group, "denominator"), 60) for group, name in shares]
    if word != "percent":
        found += [(key._replace(statistic="percent"), 0.0) for key, _ in found if key.level]
    return released_of(found)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What goes to the drawing, as it goes there."""
    found: list[tuple[object, ...]] = []
    for room, name, real in ((figure_stacks, "stacks_picture", stacks_picture),
                             (figure_reliability, "reliability_picture", reliability_picture),
                             (figure_scales, "scale_picture", scale_picture)):  # fmt: skip
        monkeypatch.setattr(room, name, lambda *of, real=real: found.append(of) or real(*of))
    return found


def test_a_question_with_a_withheld_answer_has_no_stack(drawn: list[tuple[object, ...]]) -> None:
    found = answers({(ALL, "heard"): (10, 30, 60), (ALL, "seen"): (None, 30, 66)})
    (figure,) = figure_stacks.stacks_figures(study(), found)
    levels, (panel,), _ = drawn[0]
    assert levels == LEVELS and panel.title == ""
    assert [(s.label, s.parts, s.n) for s in panel.stacks] == [("Heard", (10, 30, 60), "60"), ("Seen", (), "60")]
    assert "Heard: Never 10%, Sometimes 30%, Always 60%; Seen: withheld" in figure.alt
    assert "66" not in figure.alt + figure.caption and "Dotted" in figure.caption


def test_nothing_is_drawn_of_a_grid_that_shows_nothing_or_whose_percentages_are_of_rows() -> None:
    gone = answers({(ALL, "heard"): (None, 30, 60), (ALL, "seen"): (None, None, 66)})
    shown = answers({(ALL, "heard"): (10, 30, 60), (ALL, "seen"): (10, 30, 60)})
    assert not list(figure_stacks.stacks_figures(study(), gone))
    assert not list(figure_stacks.stacks_figures(study("columns: arm, percent: row"), shown))


def test_columns_stand_in_declared_order_where_none_is_overall(drawn: list[tuple[object, ...]]) -> None:
    of = {(f"arm={arm}", name): (10.0, 30.0, 60.0) for arm in ("Peer", "Usual") for name in ("heard", "seen")}
    list(figure_stacks.stacks_figures(study("columns: arm, overall: false"), answers(of)))
    assert [panel.title for panel in drawn[0][1]] == ["Usual", "Peer"]
    list(figure_stacks.stacks_figures(study(), answers(of | {(ALL, "heard"): (20, 20, 60)})))
    assert [panel.title for panel in drawn[1][1]] == [""]


def test_weighted_percentages_are_drawn_where_there_are_any(drawn: list[tuple[object, ...]]) -> None:
    found = answers({(ALL, "heard"): (10, 30, 60), (ALL, "seen"): (5, 35, 60)}, "weighted_percent")
    (figure,) = figure_stacks.stacks_figures(study(), found)
    assert drawn[0][1][0].stacks[0].parts == (10, 30, 60) and "weighted" in figure.caption


def reliability(without: tuple[str, ...] = ()) -> list[tuple[Key, float | None]]:
    key = Key("reliability", "own", "", "", "wave=Start")
    told = {"n": 60, "alpha": 0.8, "ci_low": 0.7, "ci_high": 0.86, "omega": 0.81}
    found = [(key._replace(statistic=s), None if s in without else v) for s, v in told.items()]
    for item, value in (("x", 0.5), ("y", -0.1), ("z", 0.62)):
        found.append((key._replace(term=item, statistic="item_rest"), None if item in without else value))
    return found


def test_reliability_has_the_range_of_all_items_or_none(drawn: list[tuple[object, ...]]) -> None:
    floor = (Key("quality", "ends", "own", "", "wave=Start", "floor"), 1.0)
    ceiling = (Key("quality", "ends", "own", "", "wave=Start", "ceiling"), 0.0)
    figure = figure_reliability.reliability_figure(study(), released_of([*reliability(), floor, ceiling]))
    ((row,), _), expected = drawn[0], ("Own, Start", "60", 0.8, 0.7, 0.86, 0.81, -0.1, 0.62, "floor")
    assert (row.label, row.n, row.alpha, row.low, row.high, row.omega, row.least, row.most, row.ends) == expected
    assert "alpha 0.80" in figure.alt and "−0.10 to 0.62, floor" in figure.alt
    figure_reliability.reliability_figure(study(), released_of(reliability(("z", "n"))))
    assert math.isnan(drawn[1][0][0].most) and drawn[1][0][0].n == "[c]" and drawn[1][0][0].ends == ""


def test_no_picture_where_no_alpha_may_be_shown() -> None:
    assert figure_reliability.reliability_figure(study(), released_of(reliability(("alpha",)))) is None
    assert figure_reliability.reliability_figure(study(), released_of([])) is None


def test_bands_of_an_instrument_are_numbered_from_the_lowest(drawn: list[tuple[object, ...]]) -> None:
    told = {"n": 60, "mean": 9.0, "q1": 5.0, "median": 8.0, "q3": 12.0}
    found = released_of([(Key("scale", "mood", "", "", "wave=Start", s), v) for s, v in told.items()])
    figure = figure_scales.scale_figure(study(), found, "mood")
    bands = drawn[0][4]
    assert [(band.number, band.low) for band in bands] == [("I", 0), ("II", 5), ("III", 10), ("IV", 15), ("V", 20)]
    assert "I Minimal (0 to below 5); II Mild (5 to below 10)" in figure.caption
    found = released_of([(Key("scale", "own", "", "", "wave=Start", s), v) for s, v in told.items()])
    assert "Upright dashes" not in figure_scales.scale_figure(study(), found, "own").caption


def lines_of(monkeypatch: pytest.MonkeyPatch, bands: tuple[Band, ...]) -> list[tuple[float, float]]:
    """Upright dashed lines of the wide picture: from the left, and how high."""
    found: list[tuple[float, float]] = []

    def line(self: Canvas, x1: float, y1: float, x2: float, y2: float, *look: object, dashed: bool = False) -> None:
        if dashed and x1 == x2 and self.width > 400:
            found.append((x1, y2 - y1))

    monkeypatch.setattr(Canvas, "line", line)
    scale_picture((SpreadPanel("Start", (SpreadRow("All", "60", 9, 5, 8, 12),)),), 0, 27, "", bands)
    return found


def test_each_band_but_the_first_begins_at_a_dashed_line(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = (-math.inf, 5, 12.5, 20, math.inf)
    bands = tuple(Band(str(at), low, high) for at, (low, high) in enumerate(zip(edges, edges[1:], strict=False)))
    (first, high), (middle, _), (last, _) = lines_of(monkeypatch, bands)
    assert first < middle < last and middle == pytest.approx((first + last) / 2) and high > 0
    assert lines_of(monkeypatch, ()) == []


def test_a_stack_is_as_wide_as_its_percentages_from_the_first_level_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the wide picture: each level's box from the left, in the shade that stands beside its name above."""
    boxes: list[tuple[float, float, str]] = []
    told: list[tuple[float, str]] = []

    def box(self: Canvas, x: float, y: float, width: float, height: float, fill: str, *look: object) -> None:
        if self.width > 400:
            boxes.append((x, width, fill))

    def text(self: Canvas, x: float, y: float, words: str, *look: object, **more: object) -> None:
        if self.width > 400:
            told.append((x, words))

    monkeypatch.setattr(Canvas, "box", box)
    monkeypatch.setattr(Canvas, "text", text)
    stacks_picture(LEVELS, (StackPanel("", (Stack("Heard", (12.0, 28.0, 60.0), "50", ""),)),))
    key, stack = boxes[:3], boxes[3:]
    assert [fill for *_, fill in stack] == [fill for *_, fill in key] and len({fill for *_, fill in key}) == 3
    assert [words for x, words in told if words in LEVELS] == list(LEVELS)
    whole = sum(width for _, width, _ in stack)
    assert [width / whole for _, width, _ in stack] == pytest.approx([0.12, 0.28, 0.60])
    assert [x for x, *_ in stack[1:]] == pytest.approx([x + width for x, width, _ in stack[:-1]])
    middles = [x + width / 2 for x, width, _ in stack]
    inside = {words: x for x, words in told if words in ("12", "28", "60")}
    assert [inside[words] for words in ("12", "28", "60")] == pytest.approx(middles)


def test_marks_of_reliability_stand_where_their_numbers_are_on_the_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    """The axis by its ticks; on it alpha (dot) and its interval, omega (diamond), item-rest correlations (bar)."""
    ticks: dict[float, float] = {}
    marks: dict[str, list[float]] = {}

    def text(self: Canvas, x: float, y: float, words: str, size: float = 0, color: str = "", at: str = "",
             *_: object, **__: object) -> None:  # fmt: skip
        if self.width > 400 and at == "center":
            ticks[float(words.replace("−", "-"))] = x

    def of(kind: str, ends: bool) -> Callable[..., None]:
        def mark(self: Canvas, x: float, y: float, width: float, *look: object, **more: object) -> None:
            if self.width > 400:
                marks.setdefault(kind, []).extend((x, x + width) if ends else (x,))
        return mark

    def line(self: Canvas, x1: float, y1: float, x2: float, y2: float, color: str, width: float, **_: object) -> None:
        if self.width > 400 and width == 2.0:
            marks.setdefault("interval", []).extend((x1, x2))

    monkeypatch.setattr(Canvas, "text", text)
    monkeypatch.setattr(Canvas, "line", line)
    for kind, ends in (("dot", False), ("diamond", False), ("box", True)):
        monkeypatch.setattr(Canvas, kind, of(kind, ends))
    reliability_picture((Held("Mood", "60", 0.8, 0.7, 0.86, 0.81, -0.1, 0.62, "", ""),))
    (low, first), (high, last) = min(ticks.items()), max(ticks.items())

    def at(value: float) -> float:
        return first + (value - low) / (high - low) * (last - first)

    assert marks["interval"][:2] == pytest.approx([at(0.7), at(0.86)])
    assert marks["dot"][0] == pytest.approx(at(0.8)) and marks["diamond"][0] == pytest.approx(at(0.81))
    assert marks["box"][:2] == pytest.approx([at(-0.1), at(0.62)])


def test_the_same_values_give_the_same_bytes_and_hostile_words_do_no_harm() -> None:
    words = "<script>alert(1)</script> & $x$ " + "verylongword" * 30
    stacks = (StackPanel(words, (Stack(words, (0.0, 100.0), "5", ""), Stack("b", (), "[c]", ""))),)
    rows = (Held(words, "[c]", math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, "floor, ceiling", ""),
            Held("b", "9", -0.4, -0.9, 0.1, math.nan, -0.5, 0.2, "", ""))  # fmt: skip
    for made in (lambda: stacks_picture((words, "b"), stacks), lambda: reliability_picture(rows, "Made-up data")):
        first, second = made(), made()
        assert first == second and b"<script" not in first.svg
