"""What a study file says of its interviews. *Not reported* and *not applicable* stay two different words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Interviews, Study

FACTS = {
    "method": "How they were held",
    "where": "Where",
    "when": "When",
    "analysis": "Analysis",
    "software": "Software",
    "coders": "Coders",
    "saturation": "Saturation",
    "consent_to_quote": "Consent to be quoted",
    "themes": "Themes",
}
"""Key of the study file -> its words in print."""
PEOPLE, NOT_SAID = "People interviewed", "Not said in the study file"


@dataclass(frozen=True)
class Interviewed:
    """results: people by role, coders (kind ``themes``, name ``interviews``). facts: (heading, sentence), as declared.

    Both are empty and ``there_are`` is False where the study file names no interviews.
    """

    there_are: bool
    results: Results
    facts: tuple[tuple[str, Sentence], ...]


def interviews(study: Study) -> Interviewed:
    """The interviews as the study file declares them. Nothing is filled in that it does not say; that is told last."""
    declared = study.interviews
    if declared is None:
        return Interviewed(False, Results.of([]), ())
    numbers, facts = _people(declared)
    for name, heading in FACTS.items():
        if (said := declared.fact(name)) is not None:
            counted, sentence = _fact(name, said)
            numbers += counted
            facts.append((heading, sentence))
    told = {heading for heading, _ in facts}
    silent = [heading for heading in (PEOPLE, *FACTS.values()) if heading not in told]
    facts += [(NOT_SAID, Sentence(", ".join(h[:1].lower() + h[1:] for h in silent)))] if silent else []
    return Interviewed(True, Results.of(numbers), tuple(facts))


def _fact(name: str, said: str | int | tuple[str, ...]) -> tuple[list[Number], Sentence]:
    """A declared text as a sentence without holes; a number (of coders, who are not the people studied) as a hole."""
    said = "; ".join(said) if isinstance(said, tuple) else said
    if isinstance(said, str):
        return [], Sentence(literal(said))
    key = Key("themes", "interviews", "", "", ALL, name)
    return [Number(key, said, NOBODY, 0)], Sentence("{n}", {"n": key})


def _people(declared: Interviews) -> tuple[list[Number], list[tuple[str, Sentence]]]:
    """``18 people: 12 recipients, 6 leaders``; nothing where the file says nothing."""
    everyone = declared.everyone
    counted = {role: n for role, n in declared.people.items() if isinstance(n, int)}
    keys = {f"n{i}": Key("themes", "interviews", "people", role, ALL, "n") for i, role in enumerate(counted)}
    numbers = [Number(key, counted[key.level], counted[key.level], 0) for key in keys.values()]
    parts = [f"{{{hole}}} {literal(key.level.lower())}" for hole, key in keys.items()]
    parts += [f"{literal(role.lower())} {word}" for role, word in declared.people.items() if not isinstance(word, int)]
    said = [", ".join(parts)] if parts else []
    if isinstance(everyone, int) and (len(declared.people) > 1 or not counted):
        keys["total"] = Key("themes", "interviews", "people", "", ALL, "n")
        numbers.append(Number(keys["total"], everyone, everyone, 0))
        said = ["{total} people", *said]
    elif isinstance(everyone, str):
        said = [everyone, *said]
    return numbers, [(PEOPLE, Sentence(": ".join(said), keys))] if said else []
