"""Every table of people and programmes that a study file declares, each by its kind."""

from __future__ import annotations

from pipeline.cleaning.cleaned import People
from pipeline.study import Study
from pipeline.tables.cascade import cascade
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.followed import followed
from pipeline.tables.participants import participants
from pipeline.tables.printed import SUFFIX, as_printed
from pipeline.tables.programmes import programmes

KINDS = {"participants": participants, "followed": followed, "programmes": programmes}


def exhibits(people: People, study: Study) -> dict[str, Exhibit]:
    """Name -> exhibit of each declared table of people and programmes; after it, where declared, it as printed. Last,
    care cascades."""
    found: dict[str, Exhibit] = {}
    for name, spec in study.tables.items():
        if spec.kind in KINDS:
            found[name] = KINDS[spec.kind](people, study, name)
        if spec.printed:
            found[name + SUFFIX] = as_printed(found[name], study, name)
    return found | {name: cascade(people, study, name) for name in study.cascades}
