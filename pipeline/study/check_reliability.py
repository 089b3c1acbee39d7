"""What a study file says of reliability in the levels of a variable."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.check_derived import a_kind
from pipeline.study.format import Study
from pipeline.study.names import absent

LEVELS = ("category", "ordered")
"""Of a question with several answers the groups would overlap; of a number its bands are a variable (``cut``)."""


def check_reliability(study: Study) -> Iterator[Mistake]:
    """Every mistake in ``scales: …: reliability: by`` that the file alone can show."""
    for name, scale in study.scales.items():
        at = ("scales", name, "reliability")
        by = scale.reliability.by if scale.reliability else ()
        if by and len(scale.items) < 2:
            what = "one item by itself has no reliability of this kind."
            yield Mistake(study.where(*at), what, "Leave it out.")
        for variable in by:
            if variable not in study.variables:
                yield from absent(study, (*at, "by"), variable, study.variables, "variable")
            elif study.kind_of(variable) not in LEVELS:
                what = f"'{variable}' is {a_kind(study.kind_of(variable))}."
                mend = "This needs a category or an ordered variable; of a number, one that cuts it into bands."
                yield Mistake(study.where(*at, "by"), what, mend)
            elif study.source_of(variable) not in (table := study.source_of(name), *study.ancestors(table)):
                what = f"'{variable}' belongs to {study.source_of(variable)}, which is no parent of {table}."
                yield Mistake(study.where(*at, "by"), what, "Name a variable of these people.")
        for twice in sorted({variable for variable in by if by.count(variable) > 1}):
            yield Mistake(study.where(*at, "by"), f"'{twice}' is named twice.", "Name it once.")
