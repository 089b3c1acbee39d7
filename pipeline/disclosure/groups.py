"""Who stands in a group of results, as the conditions that its people meet, and which groups make up another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from pipeline.results import parts_of

Conditions: TypeAlias = frozenset[tuple[str, str]]
"""``{("wave", "Baseline"), ("role", "Leader")}``; empty for everyone."""

EVERYONE: Conditions = frozenset()
DUE, FOLLOWED = "due", "followed"
IS_DUE, NOT_DUE = "Due", "Not yet due"


def apart(group: str) -> Conditions:
    """``wave=1;programme=A`` as two conditions."""
    return frozenset(parts_of(group))


def together(group: str) -> Conditions:
    """As ``apart``, but what a table of those followed says of a later wave is a property of its people, who are those
    of the first: of ``wave=2;due=Due;followed=Lost`` they meet ``("wave=2;due", "Due")`` and
    ``("wave=2;followed", "Lost")``."""
    met = apart(group)
    later = [pair for pair in met if pair[0] in (DUE, FOLLOWED)]
    if not later:
        return met
    wave = ";".join(f"{name}={level}" for name, level in sorted(met.difference(later)))
    return frozenset((f"{wave};{name}", level) for name, level in later)


def of_whom(group: Conditions) -> Conditions:
    """Of whose people a share is, that is said of a whole group: of those due, where they were followed or lost."""
    said = frozenset(pair for pair in group if pair[0].endswith(f";{FOLLOWED}"))
    return group - said if said else EVERYONE


def waiting(held: Mapping[Conditions, int], people: Mapping[Conditions, int]
            ) -> Iterator[tuple[Conditions, Conditions, Conditions]]:  # fmt: skip
    """Who is not yet due at a wave is not at a later one: the group of the later wave, that of the earlier, and the
    rest of the later, who were due at the earlier. held: groups; people: how many they have, which says what is later.
    """
    found: dict[Conditions, list[tuple[int, str, Conditions]]] = {}
    for group in held:
        for name, level in group:
            if level == NOT_DUE and name.endswith(f";{DUE}"):
                found.setdefault(group - {(name, level)}, []).append((people.get(group, held[group]), name, group))
    for groups in found.values():
        ordered = sorted(groups, key=lambda each: each[:2])
        for (_, name, earlier), (_, _, later) in zip(ordered, ordered[1:], strict=False):
            yield later, earlier, later | {(name, IS_DUE)}


def families(groups: Iterable[Conditions]) -> dict[tuple[Conditions, str], list[Conditions]]:
    """(group, variable) -> the groups that lie in it by this variable's levels; in the order of their words."""
    found: dict[tuple[Conditions, str], list[Conditions]] = {}
    for group in sorted(groups, key=sorted):
        for pair in sorted(group):
            found.setdefault((group - {pair}, pair[0]), []).append(group)
    return found
