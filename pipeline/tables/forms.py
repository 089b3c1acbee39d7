"""What a cell can show: the names of forms, and the statistics of each. How they look is a style's matter."""

from __future__ import annotations

from pipeline.errors import StageFailed, closest

JOINT = "joint"
"""A line that has one number: P of a joint test."""

FORMS: dict[str, tuple[str, ...]] = {
    "": (),
    "count": ("n", "percent"),
    "n_of": ("n", "denominator"),
    "n_of_percent": ("n", "denominator", "percent"),
    "weighted": ("n", "weighted_percent"),
    "events_n": ("events", "n"),
    "mean_sd": ("mean", "sd"),
    "count_ci": ("n", "percent", "ci_low", "ci_high"),
    "n_of_ci": ("n", "denominator", "percent", "ci_low", "ci_high"),
    "weighted_ci": ("n", "weighted_percent", "ci_low", "ci_high"),
    "of_answers": ("n", "answers_percent"),
    "of_both": ("n", "percent", "answers_percent"),
    "weighted_mean_sd": ("weighted_mean", "weighted_sd"),
    "weighted_median_iqr": ("weighted_median", "weighted_q1", "weighted_q3"),
    "weighted_mean_ci": ("weighted_mean", "ci_low", "ci_high"),
    "median_iqr": ("median", "q1", "q3"),
    "range": ("min", "max"),
    "mean_ci": ("mean", "ci_low", "ci_high"),
    "percent_ci": ("percent", "ci_low", "ci_high"),
    "weighted_percent_ci": ("weighted_percent", "ci_low", "ci_high"),
    "ci": ("ci_low", "ci_high"),
    "month_range": ("min_month", "max_month"),
    "estimate_ci": ("estimate", "ci_low", "ci_high"),
    "difference_ci": ("difference", "difference_low", "difference_high"),
    "percent_difference_ci": ("difference", "difference_low", "difference_high"),
    "test": ("statistic", "df"),
    "cohen_ci": ("cohen", "cohen_low", "cohen_high"),
    "fleiss_ci": ("fleiss", "fleiss_low", "fleiss_high"),
    "orders_band": ("middle", "low", "high"),
    **{s: (s,) for s in ("krippendorff", "ac1", "pabak", "prevalence", "bias", "new", "themes", "share")},
    "tick": ("tick",),
    "tick_inferred": ("tick", "inferred"),
    "text": (),
    JOINT: (),
    **{
        statistic: (statistic,)
        for statistic in (
            "n", "denominator", "missing", "answers", "percent", "weighted_percent", "weighted_n", "effective_n",
            "mean", "sd", "median", "median_month", "estimate", "p", "p_adjusted", "p_joint", "p_holm", "p_bh", "df",
            "smd", "icc", "sem", "sdc", "alpha", "alpha_standardised", "omega", "lambda6", "between", "item_rest",
            "alpha_dropped", "correlation", "items", "rows", "people", "clusters", "documents", "segments", "n1", "n2",
            "n12", "cooccurrence", "quotations", "coders",
        )
    },
}  # fmt: skip
"""Form -> its statistics, in the order in which they are read. ``text``: the layout's own words (``Row.texts``)."""


def statistics_of(form: str) -> tuple[str, ...]:
    """The statistics of a form; ``StageFailed`` with the nearest name for one that there is not."""
    if form not in FORMS:
        raise StageFailed(f"a layout asks for the form '{form}', which there is not. {closest(form, FORMS)}".strip())
    return FORMS[form]
