"""The codebook of the made-up interviews: what coders look for. All codes and definitions are made up."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """path: names joined by ``::``. first: in order of collection no earlier interview holds it, and that one does."""

    path: str
    definition: str
    first: int = 1


HEARD, LISTENED, SHARED, MISSED = (
    "Being met::being heard", "Being met::listened to", "Being met::shared experience", "Belonging::being missed",
)
NOTE = "to discuss"
UNDER = "::"

CODES = (
    Code("Being met", "How the other person is there for them, before anything is done"),
    Code(HEARD, "Somebody has time and takes in what they say"),
    Code(LISTENED, "Somebody listens; made early on, and the same as being heard"),
    Code(SHARED, "The other one has been through it, and they notice what that changes"),
    Code("Being met::no judgement", "They may say or do what others would hold against them"),
    Code("Belonging", "Being alone with it, and no longer being so"),
    Code("Belonging::alone with it", "Nobody there, or nobody to whom it can be said"),
    Code("Belonging::out of the house", "Leaving home, and what it takes"),
    Code("Belonging::a group of one's own", "Several people among whom nothing has to be explained"),
    Code(MISSED, "Somebody notices that they are not there", 21),
    Code("Finding the way", "Knowing where to turn, and getting there"),
    Code("Finding the way::forms and services", "Rights, letters, counters, and who is in charge"),
    Code("Finding the way::what comes next", "What the illness will be like, told by one who knows", 2),
    Code("Finding the way::going along", "The supporter comes with them to an appointment or an office", 4),
    Code("Giving support", "What it is like to be the one who helps"),
    Code("Giving support::limits", "What supporters do not do, and how they hold to it"),
    Code("Giving support::carrying stories", "What supporters have heard stays with them", 6),
    Code("Giving support::helping helps", "What those who help have from it themselves", 3),
    Code("Giving support::training", "Courses, supervision, and what they lack", 8),
    Code("The programme", "How the support is organised"),
    Code("The programme::matching", "Who is brought together with whom, and why", 2),
    Code("The programme::money and time", "What it costs, who pays, and what is cut", 4),
    Code("The programme::professionals", "Nurses, doctors and offices beside the peers", 3),
    Code("The programme::being known", "How people hear of it, or do not", 8),
    Code("Change", "What is different now"),
    Code("Change::hope", "They look ahead again"),
    Code("Change::daily rhythm", "Getting up, sleeping, eating, taking medicine", 7),
    Code("Change::talking at home", "What changed between them and their families", 3),
    Code("Change::setbacks", "It got worse again", 11),
    Code("Trust", "How far they can rely on each other"),
    Code("Trust::confidentiality", "What is said stays there", 5),
    Code("Trust::time it takes", "Trust that comes late", 2),
    Code("Trust::endings", "How the support came to its end", 15),
    Code(NOTE, "A note of the coders among themselves"),
)
TOPS = tuple(c.path for c in CODES if UNDER not in c.path and c.path != NOTE)
CODABLE = tuple(c for c in CODES if UNDER in c.path)

ALSO = {
    LISTENED: HEARD,
    HEARD: "Being met::no judgement",
    SHARED: "Change::hope",
    "Belonging::alone with it": "Change::talking at home",
    "Giving support::limits": "Giving support::carrying stories",
    "Finding the way::forms and services": "Finding the way::going along",
}
"""A passage about one may be about the other as well."""

TAKEN_FOR = {
    "Being met::no judgement": HEARD,
    LISTENED: HEARD,
    "Belonging::a group of one's own": "Belonging::alone with it",
    "Finding the way::what comes next": SHARED,
    "Giving support::carrying stories": "Giving support::limits",
    "Change::daily rhythm": "Belonging::out of the house",
    "Trust::time it takes": HEARD,
    "The programme::professionals": "Finding the way::forms and services",
}
"""What a coder takes for something else."""
