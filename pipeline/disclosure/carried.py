"""A variable that carries the answers of one wave to every wave, beside these answers.

At its own wave it is the answer itself. At a later one those with a value are the people of the first who were followed
to it, of whom a table of kind ``followed`` tells: what it leaves of the first wave's are those who were lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.disclosure.facts import ANSWERED, Fact
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.sheet import Sheet
from pipeline.models.declared import declared
from pipeline.study import Study
from pipeline.tables.followed import FOLLOWED


def carried(sheets: Sequence[Sheet], study: Study) -> None:
    """Tell the sheets which counts are of the same people, and which moments of the same answers."""
    made = dict(_carried(study))
    if not made:
        return
    told = {s.who(role, group): n for s in sheets for role, held in s.cells.items() for group, n in held.items()}
    by_term = {sheet.term: sheet for sheet in sheets if sheet.term}
    for sheet in sheets:
        for role, held in list(sheet.cells.items()):
            for group, n in held.items():
                who = sheet.who(role, group)
                for name, (of, wave) in made.items():
                    for other in _at_first(who, name, of, wave):
                        if told.get(other) == n:
                            sheet.equal.append((Fact(who, n), (Fact(other, n),)))
        if sheet.term in made:
            of, wave = made[sheet.term]
            if of in by_term:
                _moments(sheet, by_term[of], wave)


def _carried(study: Study) -> Iterator[tuple[str, tuple[str, str]]]:
    """A variable, whose answers it carries, and the label of their wave."""
    for name, variable in study.variables.items():
        derive = variable.derive
        if derive is not None and derive.at_wave is not None and derive.of is not None:
            labels = study.sources[study.source_of(name)].wave_labels
            yield name, (derive.of, labels.get(derive.at_wave, derive.at_wave))
    for name, spec in study.models.items():
        if spec.baseline is not None:
            model = declared(study, name)
            yield f"{model.outcome.name} at {model.baseline_wave}", (model.outcome.name, model.baseline_wave)


def _at_first(who: Conditions, name: str, of: str, wave: str) -> Iterator[Conditions]:
    """The same people by the answer that is carried."""
    for pair in who:
        if pair[0] == name and (pair[1] == ANSWERED or not pair[1].startswith("|")):
            group = _followed(who - {pair}, wave)
            if group is not None:
                yield group | {(of, pair[1])}


def _followed(group: Conditions, wave: str) -> Conditions | None:
    """A group of a later wave, as the table of those followed names it; None where it is of no wave."""
    at = [level for name, level in group if name == "wave"]
    if at == [wave]:
        return group
    return (group - {("wave", at[0])}) | {("wave", wave), (f"wave={at[0]};followed", FOLLOWED)} if at else None


def _moments(sheet: Sheet, first: Sheet, wave: str) -> None:
    for group, said in sheet.means.items():
        other = _followed(group, wave)
        if other is not None and first.get(ANSWERED, other) == sheet.get(ANSWERED, group):
            first.means.setdefault(other, dict(said))
            first.beside.setdefault(other, []).extend(sheet.beside[group])
