"""The curve of new themes, from released numbers."""

from __future__ import annotations

import math

from pipeline.disclosure import Released
from pipeline.report.blocks import Figure
from pipeline.report.draw_saturation import Curve, saturation_picture
from pipeline.results import ALL, Key
from pipeline.study import Study
from pipeline.themes.gathered import counted
from pipeline.themes.saturated import BASE, INTERVIEW, KIND, NAME, RUN, STOP

OF_ORDERS = ("low", "middle", "high")


def saturation_figure(study: Study, released: Released, label: str = "") -> Figure | None:
    """None where no saturation is declared, or nothing of its curve may be shown. Its numbers stand in the table beside
    it."""
    frame = released.frame
    here = frame[(frame["kind"] == KIND) & (frame["term"] == INTERVIEW) & (frame["statistic"] == "themes")]
    if here["withheld"].all():
        return None
    places = sorted(here["level"], key=int)
    seen, low, middle, high = (
        [value for level in places if (value := _value(released, INTERVIEW, s, level)) is not None]
        for s in ("themes", *OF_ORDERS)
    )
    base, run = (int(_value(released, term, "interviews") or 0) for term in (BASE, RUN))
    stop = _value(released, STOP, "interviews")
    curve = Curve(seen, low, middle, high, base, run, math.nan if stop is None else stop, counted(study))
    lost = bool(here["withheld"].any())
    return Figure(NAME, saturation_picture(curve, label), _told(curve, released, places), _caption(curve, lost))


def _key(term: str, statistic: str, level: str = "") -> Key:
    return Key(KIND, NAME, term, level, ALL, statistic)


def _value(released: Released, term: str, statistic: str, level: str = "") -> float | None:
    """NaN where withheld; None where there is no such number."""
    key = _key(term, statistic, level)
    return released.value(key) if released.has(key) else None


def _caption(curve: Curve, lost: bool) -> str:
    words = f"{curve.counted.capitalize()} seen after each interview. Shaded: the base, the first {curve.base}."
    if math.isfinite(curve.stop):
        words += f" Dashed upright: where it stops, and below it the run of {curve.run} that showed it."
    if curve.middle:
        words += " Grey: the middle 95% of random orders of the same interviews, and their median."
    return words + (" Where there is no point, it is withheld." if lost else "")


def _told(curve: Curve, released: Released, places: list[str]) -> str:
    """Every point of the curve, and where it stops."""
    points = [f"{level}: {released.said(_key(INTERVIEW, 'themes', level))}" for level in places]
    words = f"A curve of {curve.counted} seen so far, by interview: {', '.join(points)}."
    stop = _key(STOP, "interviews")
    if math.isfinite(curve.stop):
        return f"{words} Saturation at {released.said(stop)}+{released.said(_key(RUN, 'interviews'))}."
    return words if released.withheld(stop) else f"{words} Saturation was not reached."
