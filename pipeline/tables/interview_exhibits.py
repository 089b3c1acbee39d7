"""Every table of interviews that a study file declares, with their flow and the checklists of reporting."""

from __future__ import annotations

from pipeline.study import Study
from pipeline.study.format import CODED
from pipeline.tables.checklists import checklists
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.interview_flow import interview_flow
from pipeline.tables.printed_quotations import printed_quotations
from pipeline.tables.theme_tables import theme_table
from pipeline.themes.clean_coding import CleanedCoding


def interview_exhibits(cleaned: CleanedCoding | None, study: Study) -> dict[str, Exhibit]:
    """Name -> exhibit, in the order of the report: the flow, declared tables, checklists. Without coded interviews
    those that need none.

    Raises ``Mistakes`` for tables that the coding can't fill, ``StageFailed`` where numbers do not add up.
    """
    if study.interviews is None:
        return {}
    found = {CODED: interview_flow(cleaned)} if cleaned is not None else {}
    for name, spec in study.interviews.tables.items():
        if spec.form == "printed":
            found[name] = printed_quotations(study, name)
        elif cleaned is not None:
            found[name] = theme_table(cleaned, study, name)
    return {**found, **checklists(study)}
