"""What a study file says of its interviews. *Not reported* and *not applicable* stay two different words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Interviews, Study

_FACTS = {
    "method": "How they were held",
    "when": "When",
    "analysis": "Analysis",
    "software": "Software",
    "coders": "Coders",
    "saturation": "Saturation",
    "consent_to_quote": "Consent to be quoted",
}


@dataclass(frozen=True)
class Interviewed:
    """results: people by role, coders (kind ``themes``, name ``interviews``). facts: (heading, sentence), as declared.

    Both are empty and ``there_are`` is False where the study file names no interviews.
    """

    there_are: bool
    results: Results
    facts: tuple[tuple[str, Sentence], ...]


def interviews(study: Study) -> Interviewed:
    """The interviews as the study file declares them; nothing is filled in that it does not say."""
    declared = study.interviews
    if declared is None:
        return Interviewed(False, Results.of([]), ())
    numbers, sentence = _people(declared)
    facts = [("People interviewed", sentence)]
    for name, heading in _FACTS.items():
        counted, sentence = _fact(name, getattr(declared, name))
        numbers += counted
        facts.append((heading, sentence))
    return Interviewed(True, Results.of(numbers), tuple(facts))


def _fact(name: str, said: str | int) -> tuple[list[Number], Sentence]:
    """A declared text as a sentence without holes; a number (of coders, who are not the people studied) as a hole."""
    if isinstance(said, str):
        return [], Sentence(literal(said))
    key = Key("themes", "interviews", "", "", ALL, name)
    return [Number(key, said, NOBODY, 0)], Sentence("{n}", {"n": key})


def _people(declared: Interviews) -> tuple[list[Number], Sentence]:
    if not declared.people:
        return [], Sentence("not reported")
    counted = {role: n for role, n in declared.people.items() if isinstance(n, int)}
    keys = {f"n{i}": Key("themes", "interviews", "people", role, ALL, "n") for i, role in enumerate(counted)}
    numbers = [Number(key, counted[key.level], counted[key.level], 0) for key in keys.values()]
    parts = [f"{{{hole}}} {literal(key.level.lower())}" for hole, key in keys.items()]
    parts += [f"{literal(role.lower())} {word}" for role, word in declared.people.items() if not isinstance(word, int)]
    if len(counted) == len(declared.people) and len(counted) > 1:
        total = Key("themes", "interviews", "people", "", ALL, "n")
        numbers.append(Number(total, sum(counted.values()), sum(counted.values()), 0))
        return numbers, Sentence(f"{{total}} people: {', '.join(parts)}", {"total": total, **keys})
    return numbers, Sentence(", ".join(parts), keys)
