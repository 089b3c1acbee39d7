"""What the methods say of care cascades: their steps, and what it takes to reach one."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.report.blocks import Pieces, listed
from pipeline.study import CascadeSpec, Study
from pipeline.study.cascade import STRICT
from pipeline.study.known_cascades import known_of
from pipeline.tables.cascade import labels_of, steps_of, title_of
from pipeline.tables.words import inside_sentence, label_of


def cascades(study: Study) -> Iterator[Pieces]:
    """A paragraph each."""
    for name, spec in study.cascades.items():
        yield (f"{title_of(study, name)}: {_steps(study, spec)} {_reached(spec)}{_by(study, spec)}{_known(spec)}",)


def _steps(study: Study, spec: CascadeSpec) -> str:
    told = zip(labels_of(study, spec), steps_of(study, spec), strict=True)
    steps = [f"“{label}” ({label_of(study, variable)}: {level})" for label, (variable, level) in told]
    return f"the steps are, in this order, {listed(steps)}."


def _reached(spec: CascadeSpec) -> str:
    if spec.reached == STRICT:
        return (
            "A step is reached by the answer named beside it and by every step before (strict order); who gave it "
            "without an earlier step is told apart and not counted at the step."
        )
    return (
        "A step is reached by the answer named beside it or by any later step, which takes the earlier ones for done; "
        "who is counted for a later step alone is told apart."
    )


def _by(study: Study, spec: CascadeSpec) -> str:
    by = f" It is told by {inside_sentence(label_of(study, spec.by))}." if spec.by else ""
    return f" Each step is a percentage of the step before and of the first one; unknown answers stay in both.{by}"


def _known(spec: CascadeSpec) -> str:
    known = known_of(spec)
    return f" Steps and order follow: {known.source}." if known else ""
