"""What a study file asks for and its release rule never prints."""

from __future__ import annotations

from pipeline.disclosure.release import rule_for
from pipeline.study import Study


def never_printed(study: Study) -> list[str]:
    """Lines of least and greatest values that tables ask for under a rule that prints no single person's value."""
    rule = rule_for(study.release)
    if rule is None or rule.extremes:
        return []
    found = []
    for name, table in study.tables.items():
        numbers = [row for row in table.shown if row in study.scales or study.kind_of(row) in ("number", "count")]
        if "range" in table.numbers and numbers:
            found.append(
                f"{study.where('tables', name, 'numbers')}: 'range' of {', '.join(numbers)} would never be printed: "
                f"least and greatest values are single people's, which '{study.release.rule}' withholds. Leave it out, "
                "or look at it in a draft: alongside run --draft."
            )
    return found
