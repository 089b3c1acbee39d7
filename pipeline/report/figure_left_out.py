"""The plot of a model without each cluster, from released numbers."""

from __future__ import annotations

import math

from pipeline.disclosure import Released
from pipeline.models.coefficients import FEW_DF
from pipeline.models.declared import Declared, called
from pipeline.report.blocks import Figure
from pipeline.report.draw_estimates import Estimate, EstimatePanel, EstimateRow, estimates_picture
from pipeline.report.figure_estimates import row_label
from pipeline.report.left_out_told import LeftOut, left_out
from pipeline.report.look_up import printed
from pipeline.results import Key
from pipeline.study import Study

ENDS = {"estimate": "Estimate", "ci_low": "95% CI from", "ci_high": "to"}


def left_out_figure(study: Study, model: Declared, released: Released, label: str = "") -> Figure | None:
    """A row a block of clusters left out, a panel a level of the exposure; None where nothing may be shown of it."""
    some = [
        one for one in left_out(model, released)
        if not released.withheld(one.whole) and not all(released.withheld(key) for key in one.refits.values())
    ]  # fmt: skip
    if not some:
        return None
    word = called(study, model.cluster)
    panels = tuple(_panel(model, one, released, word) for one in some)
    estimates = [estimate for panel in panels for row in panel.rows for estimate in row.estimates]
    together = any(" + " in names for one in some for names in one.refits)
    of = f"{model.words_of(some[0].adjustment)} {model.effect}"
    caption = (
        f"{model.title}: the {of}{_with_intervals(panels, word)}. The line stands at the estimate of all together, the "
        "dashed one where there is no difference."
    )
    caption += " Small ones are left out together." if together else ""
    caption += " Dotted: withheld or not estimated." if any(math.isnan(e.value) for e in estimates) else ""
    if any(_bare(estimate) for panel in panels for row in panel.rows[1:] for estimate in row.estimates):
        caption += (
            f" A point alone has no interval that could be relied on: without that {word} a side of the comparison "
            f"stands in one {word}, fewer than {FEW_DF:g} degrees of freedom are left, or intervals of its kind held "
            "the truth too rarely in simulations."
        )
    rows = [
        (f"{row_label(model, one.level)}. {head}", [key._replace(statistic=s) for s in ENDS])
        for one in some
        for head, key in _lines(one, word)
    ]
    columns = [(words, "") for words in ENDS.values()]
    title = f"{model.title}, without one {word} at a time"
    return Figure(
        f"left-out-{model.name}", estimates_picture(panels, label), _told(panels), caption,
        printed(released, f"left-out-{model.name}", title, "Left out", columns, rows),
    )  # fmt: skip


def _with_intervals(panels: tuple[EstimatePanel, ...], word: str) -> str:
    """What is drawn of which estimates."""
    if any(_spans(row) for panel in panels for row in panel.rows[1:]):
        return f" with its 95% confidence interval, without one {word} at a time"
    if any(_spans(panel.rows[0]) for panel in panels):
        return f" of all together with its 95% confidence interval, and without one {word} at a time with none"
    return f" without one {word} at a time; none has a confidence interval"


def _spans(row: EstimateRow) -> bool:
    return any(not math.isnan(estimate.low) for estimate in row.estimates)


def _bare(estimate: Estimate) -> bool:
    """Whether it stands without an interval: released, and not withheld."""
    return math.isfinite(estimate.value) and math.isnan(estimate.low)


def _lines(one: LeftOut, word: str) -> list[tuple[str, Key]]:
    return [(f"All {word}s", one.whole), *((f"Without {names}", key) for names, key in one.refits.items())]


def _panel(model: Declared, one: LeftOut, released: Released, word: str) -> EstimatePanel:
    rows = tuple(EstimateRow(head, (_estimate(key, one, released),)) for head, key in _lines(one, word))
    unit = f" in {model.outcome.unit}" if model.outcome.unit and model.effect == "mean difference" else ""
    title = f"{row_label(model, one.level)}"
    return EstimatePanel(title, f"{model.effect}{unit}", rows, model.ratio, released.value(one.whole))


def _estimate(middle: Key, one: LeftOut, released: Released) -> Estimate:
    low, high = (middle._replace(statistic=s) for s in ("ci_low", "ci_high"))
    if released.withheld(middle):
        words = "withheld"
    elif math.isnan(released.value(middle)):
        words = "not estimated"
    elif math.isnan(released.value(low)):
        words = f"{released.text(middle)} (no interval)"
    else:
        words = f"{released.text(middle)} ({released.text(low)} to {released.text(high)})"
    return Estimate(one.adjustment, released.value(middle), released.value(low), released.value(high), words, "")


def _told(panels: tuple[EstimatePanel, ...]) -> str:
    told = [
        f"{panel.title}, {panel.axis}. {'; '.join(f'{row.label}: {row.estimates[0].words}' for row in panel.rows)}."
        for panel in panels
    ]
    some = any(_spans(row) for panel in panels for row in panel.rows)
    return f"Estimates {'with 95%' if some else 'without'} confidence intervals, without clusters. {' '.join(told)}"
