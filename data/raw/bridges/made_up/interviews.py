"""The made-up interviews before anyone codes them: who was interviewed, when, and what was said where about what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from made_up import codebook as c
from made_up import parameters as p
from made_up.talk import FIRST
from made_up.talk_further import ABOUT, AFTER, BEFORE, OF_OTHERS, OPENING, QUESTIONS, SECOND, TRACES, UNCODED

SAYINGS = FIRST | SECOND
CAST = {"r": (4, 3, 3, 3, 3, 4, 1), "s": (2, 2, 2, 2, 2, 1, 1), "l": (1, 1, 1, 1, 1, 1, 1)}
"""Role: how many of each programme, A to G, have an interview in the file."""
ROLES = {"r": "recipient", "s": "supporter", "l": "leader"}
SPELLED_OTHERWISE = "Recipient"
OTHERWISE = (5, 18, 32, 37)
"""Interviews (in order of collection, from 1) whose recipient stands in the file with a capital."""
REFUSED, TWICE = 12, 5
"""The interview whose person must not be quoted; that of the person with whom the questions were tried out before."""
PILOT_DAY, FIRST_DAY = date(2025, 2, 12), date(2025, 3, 3)
WEIGHTS = {"r": (5, 5, 4, 0.7, 2, 5, 3), "s": (4, 3, 4, 6, 3, 3, 3), "l": (3, 3, 2, 4, 6, 2, 2)}
"""Role: how much it has to say under each of the codes at the top."""
BREAK = "\r\n"
ASKED, ANSWERED = "Interviewer: ", "Participant: "


@dataclass(frozen=True)
class Said:
    """One answer's passage: all of it, the core without what leads to it and follows it, and what it is about.

    whole, core: places in the interview's text, from and to (not included). codes: () for talk about nothing.
    """

    whole: tuple[int, int]
    core: tuple[int, int]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Interview:
    """order: of collection, from 1; the pilot is 0. number: by which the person is called (as they were asked)."""

    order: int
    number: int
    role: str
    programme: str
    held: date
    text: str
    said: tuple[Said, ...]

    @property
    def pilot(self) -> bool:
        return self.order == 0

    @property
    def document(self) -> str:
        return "Pilot interview" if self.pilot else f"Interview {self.number:02d}"

    @property
    def participant(self) -> str:
        return f"P{self.number:02d}"

    @property
    def role_in_file(self) -> str:
        return SPELLED_OTHERWISE if self.order in OTHERWISE else ROLES[self.role]

    @property
    def may_be_quoted(self) -> bool:
        return self.order != REFUSED


def interviews() -> list[Interview]:
    """All that are in the file, in the order in which they were held."""
    rng = p.stream("interviews")
    people = [(role, letter) for role, counts in CAST.items() for letter, n in zip(p.PROGRAMMES, counts, strict=True)
              for _ in range(n)]
    numbers = rng.permutation(len(people)) + 1
    asked = [people[at] for at in rng.permutation(len(people))]
    recipients = [at for at, (role, _) in enumerate(asked) if role == "r"]
    fixed = (REFUSED, 1, *OTHERWISE)   # recipients' interviews: whoever stands there changes places with one of them
    for order in fixed:
        if asked[order - 1][0] != "r":
            other = next(at for at in recipients if at + 1 not in fixed)
            recipients.remove(other)
            asked[order - 1], asked[other] = asked[other], asked[order - 1]
    used: dict[str, int] = {}
    day, found = FIRST_DAY, []
    for order, ((role, letter), number) in enumerate(zip(asked, numbers.tolist(), strict=True), 1):
        text, said = _talk(rng, order, role, letter, f"interview {number:02d}", used)
        found.append(Interview(order, number, role, letter, day, text, said))
        day += timedelta(days=1 + int(rng.integers(6)))
    return [_pilot(found[TWICE - 1]), *found]


def _pilot(later: Interview) -> Interview:
    """A first interview with somebody who was interviewed again, by other questions."""
    text, said = _talk(p.stream("pilot"), 1, later.role, later.programme, "pilot interview", {})
    return replace(later, order=0, held=PILOT_DAY, text=text, said=said)


def _talk(
    rng: np.random.Generator, order: int, role: str, letter: str, name: str, used: dict[str, int]
) -> tuple[str, tuple[Said, ...]]:
    """A text and its passages: an opening, then a question about each of some topics, with its answer."""
    text = f"Made-up {name}. Nobody said any of this.{BREAK}"
    text += f"{ASKED}{_one(rng, OPENING)}{BREAK}{ANSWERED}"
    text += f"{_one(rng, UNCODED[::2])} {_one(rng, UNCODED[1::2])}{BREAK}"
    said: list[Said] = []
    for top, codes in _topics(rng, order, role).items():
        text += f"{ASKED}{_one(rng, QUESTIONS[top])}{BREAK}{ANSWERED}"
        if rng.random() < 0.45:
            idle = [words for words in UNCODED if words not in text]
            text, passage = _add(text, "", _one(rng, idle), "", ())
            said.append(passage)
        for code in codes:
            trace = f" {TRACES[order]}" if order in TRACES and not any(s.codes for s in said) else ""
            before, after = (rng.random() < 0.3), (rng.random() < 0.3)
            core = _saying(rng, code, role, letter, used) + trace
            lead = _one(rng, BEFORE) if before else ""
            also = c.ALSO.get(code)
            both = (code, also) if also and rng.random() < 0.25 and _may(also, order, role) else (code,)
            text, passage = _add(text, lead, core, _one(rng, AFTER) if after else "", both)
            said.append(passage)
        text = text.rstrip(" ") + BREAK
    return text, tuple(said)


def _topics(rng: np.random.Generator, order: int, role: str) -> dict[str, list[str]]:
    """Top code -> the codes that come up under it; a code that has its first place here comes up for certain."""
    weights = np.array(WEIGHTS[role], float)
    forced = [code for code in c.CODABLE if code.first == order and order > 1 and _sayable(code.path, role)]
    number = 2 + int(rng.integers(5))
    tops = [c.TOPS[at] for at in rng.choice(len(c.TOPS), size=number, replace=False, p=weights / weights.sum())]
    tops += [top for top in dict.fromkeys(_top(code.path) for code in forced) if top not in tops]
    found: dict[str, list[str]] = {}
    for top in sorted(tops, key=c.TOPS.index):
        open_ = [x.path for x in c.CODABLE if _top(x.path) == top and _may(x.path, order, role)]
        wanted = [x.path for x in forced if _top(x.path) == top]
        others = [path for path in open_ if path not in wanted and _common(rng, path)]
        drawn = [others[at] for at in rng.permutation(len(others))][: 1 + int(rng.random() < 0.75)]
        if wanted or drawn:
            found[top] = [*wanted, *drawn][:3]
    return found


def _top(path: str) -> str:
    return path.partition(c.UNDER)[0]


def _sayable(path: str, role: str) -> bool:
    return any(role in roles for roles, _ in SAYINGS[path])


def _may(path: str, order: int, role: str) -> bool:
    """Whether a code can come up: it has had its first place, and this role has something to say about it."""
    first = next(x.first for x in c.CODABLE if x.path == path)
    return first <= order and _sayable(path, role)


def _common(rng: np.random.Generator, path: str) -> bool:
    """Codes that come late come up rarely, the double of another one too."""
    first = next(x.first for x in c.CODABLE if x.path == path)
    return bool(rng.random() < (0.35 if first > 10 else 0.6 if path == c.LISTENED else 0.9))


def _saying(rng: np.random.Generator, code: str, role: str, letter: str, used: dict[str, int]) -> str:
    """One of the sentences least used so far."""
    open_ = [words for roles, words in SAYINGS[code] if role in roles]
    least = min(used.get(words, 0) for words in open_)
    words = _one(rng, [words for words in open_ if used.get(words, 0) == least])
    used[words] = least + 1
    return words.replace("{it}", (ABOUT if role == "r" else OF_OTHERS)[letter])


def _add(text: str, before: str, core: str, after: str, codes: tuple[str, ...]) -> tuple[str, Said]:
    begin = len(text)
    first = core[0].lower() if before and not core.startswith(("I ", "I'")) and not before.endswith(": ") else core[0]
    text += before
    start = len(text)
    text += first + core[1:]
    end = len(text)
    text += f" {after}" if after else ""
    return text + " ", Said((begin, len(text)), (start, end), codes)


def _one(rng: np.random.Generator, some: tuple[str, ...] | list[str]) -> str:
    return some[int(rng.integers(len(some)))]
