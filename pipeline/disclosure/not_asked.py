"""Who was not asked a question, where an answer is missing to the one that it hangs on.

Those who gave another answer to the earlier question are not asked, those with none may have been: so the people who
were asked are more than those with the answer that it hangs on (``told``), and those who were not are still those with
the other answers, one fact under two names. Of everyone, less those, less those with that answer, the missing ones are
left.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.disclosure.facts import BY_DESIGN
from pipeline.disclosure.regrouped import Merged
from pipeline.disclosure.sheet import Sheet
from pipeline.study import Study


def not_asked(terms: Mapping[str, Sheet], study: Study, merged: Mapping[tuple[str, str], Merged]) -> None:
    """Tell the sheets of questions that hang on one other which counts of that one are those not asked."""
    for name, sheet in terms.items():
        part = study.variables.get(name) or study.scales.get(name)
        if part is None or len(part.asked_of) != 1:
            continue
        ((parent, levels),) = part.asked_of.items()
        original, others = _others(study, parent, levels, merged)
        above = terms.get(original)
        if above is None or not others:
            continue
        for group, n in sheet.cells.get(BY_DESIGN, {}).items():
            told = [above.get(role, group) for role in others]
            design = above.get(BY_DESIGN, group)
            if design is None or any(count is None for count in told):
                continue
            if sum(count for count in told if count is not None) + design == n:
                facts = tuple(above.fact(role, group) for role in others)
                apart = (above.fact(BY_DESIGN, group),) if design else ()
                sheet.equal.append((sheet.fact(BY_DESIGN, group), (*facts, *apart)))


def _others(
    study: Study, parent: str, levels: tuple[str, ...], merged: Mapping[tuple[str, str], Merged]
) -> tuple[str, tuple[str, ...]]:
    """The variable that tells of the earlier question, and the levels with which one is not asked."""
    every = study.levels_of(parent) if parent in study.variables else ()
    held = [(merged.get((parent, level)), level) for level in every if level not in levels]
    originals = {made.original if made else parent for made, _ in held}
    if len(originals) != 1:
        return parent, ()
    roles = tuple(one for made, level in held for one in (made.held if made else (level,)))
    return originals.pop(), roles
