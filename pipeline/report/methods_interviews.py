"""Methods of coded interviews, from the study file: what became of codes, what themes are made of, how they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.report.blocks import Pieces, Strong, listed
from pipeline.report.methods import begun
from pipeline.study import Study
from pipeline.study.outputs import Interviews
from pipeline.tables.theme_tables import UNITS

COUNTED = (
    "People, documents and segments are three different counts. A segment is a passage, which counts once in a line "
    "whichever of its codes and coders marked it; who has a code has every theme and code above it. What nobody in "
    "particular said, such as a voice in a group, counts among all documents and segments alone. Nothing is tested."
)


def coding(study: Study) -> Iterator[Pieces]:
    """A sentence or an item each; none where no interview is coded."""
    said = study.interviews
    if said is None or said.coded is None:
        return
    yield from _codes(said)
    if said.exclude:
        reasons = listed(dict.fromkeys(rule.because.rstrip(".") for rule in said.exclude))
        yield (f"Interviews that are in the files were left out of the analysis because: {reasons}.",)
    for name, theme in said.coded_themes.items():
        several = len(theme.codes) > 1
        made = (
            f"the code{'s' * several} {listed(map(shown, theme.codes))}, with all under {'them' if several else 'it'}"
        )
        means = f" {begun(theme.definition)}." if theme.definition else ""
        yield (Strong(f"{name}: "), f"a theme made of {made}.{means}")
    tables = said.tables.values()
    if any(table.form != "printed" for table in tables):
        yield (COUNTED,)
    if units := list(dict.fromkeys(UNITS[table.cooccurrence] for table in tables if table.cooccurrence)):
        yield (f"Two themes stand together where both mark {listed(units, 'or')}, as the table says: of n1 units with "
               "the one, n2 with the other and n12 with both, c = n12/(n1 + n2 − n12).",)  # fmt: skip
    if said.joint:
        yield (JOINT,)


JOINT = (
    "Survey and interviews were brought together question by question in a joint display: the estimates and counts "
    "that speak to a question beside the themes that do, and the analysts' judgement of their fit (they converge, the "
    "interviews expand on the survey, they contradict each other, or one of them is silent)."
)


def shown(code: str) -> str:
    """A code's path as it is printed."""
    return code.replace("::", " › ")


def _codes(said: Interviews) -> Iterator[Pieces]:
    changes = said.codes
    merged: Mapping[str, Sequence[str]] = changes.merge
    parts = [f"{listed(map(shown, olds))} became {shown(new)}" for new, olds in merged.items()]
    parts += [f"{shown(old)} is called {shown(new)}" for old, new in changes.rename.items()]
    parts += [f"{shown(code)} was dropped ({reason.rstrip('.')})" for code, reason in changes.drop.items()]
    if parts:
        yield (f"Before anything was counted, codes were changed, each with all under it: {'; '.join(parts)}.",)
