"""Traces: what in a quotation might lead to a person. An aid to its second reader, and never a clearance.

Jobs, families, events and the way in which someone speaks are found by reading alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.files import package_text
from pipeline.study.tree import read_tree
from pipeline.themes.chosen import Chosen, composed, one_line
from pipeline.themes.clean_coding import CleanedCoding

NAME, PLACE, KNOWN, DATE, AGE = "name", "place", "person or programme of the data", "date", "age above 89"
NUMBER, MAIL, WEB, ILLNESS, LEFT = "telephone number", "e-mail address", "web address", "rare condition", "hidden once"
KINDS = (NAME, PLACE, KNOWN, DATE, AGE, NUMBER, MAIL, WEB, ILLNESS, LEFT)
FILE = "traces.yaml"
SHORTEST = 3
"""Letters of a word of the data that is looked for: programmes called A would be everywhere."""
_END = re.compile(r"[.?!…:][\"'”’)\]]*$")
_CORE = re.compile(r"\w(?:.*\w)?")


@dataclass(frozen=True, repr=False)
class Trace:
    """kind: of ``KINDS``. first, last: numbers of its words in the passage, from 1."""

    kind: str
    first: int
    last: int
    words: str


@dataclass(frozen=True, repr=False)
class Known:
    """names: of people, documents and programmes of the data, in small letters. usual: words that some passage has in
    small letters, so that a capital at the beginning of a sentence says nothing. hidden: words that some quotation
    hides."""

    names: tuple[str, ...] = ()
    usual: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


def known_of(cleaned: CleanedCoding, texts: Mapping[str, str], chosen: Sequence[Chosen] = ()) -> Known:
    """texts: of the documents, as far as they have any."""
    coding = cleaned.coding
    said = [*coding.people.index, *coding.documents.index, *coding.people["programme"], *coding.segments["coder"]]
    names = {form for name in map(composed, map(one_line, said)) for form in (name.lower(), name.casefold())}
    spoken = [composed(text) for text in (*texts.values(), *coding.segments["quotation"])]
    usual = {word for text in spoken for word in re.findall(r"(?<!\w)[^\W\d_]+", text) if word[0].islower()}
    gone = [word for one in chosen for *_, words, _ in one.hidden for word in re.findall(r"\w+", composed(words))]
    hidden = {word.lower() for word in gone if word[0].isupper() or word[0].isdigit()}
    long = sorted(name for name in names if len(name) >= SHORTEST)
    return Known(tuple(long), frozenset(usual), frozenset(w for w in hidden if len(w) >= SHORTEST))


def traces_of(one: Chosen, known: Known) -> tuple[Trace, ...]:
    """Those in what would be printed, in order; what is hidden leaves none."""
    gone = {number for first, last, *_ in one.hidden for number in range(first, last + 1)}
    found = (t for t in _all(composed(one.words), known) if not gone.issuperset(range(t.first, t.last + 1)))
    return tuple(sorted(found, key=lambda t: (t.first, t.last, KINDS.index(t.kind))))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """The lists that ship."""
    return {name: tuple(map(str, said)) for name, said in read_tree(package_text(__package__, FILE), FILE)[0].items()}


def _all(text: str, known: Known) -> Iterator[Trace]:
    words = text.split(" ")
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)

    def trace(kind: str, begin: int, end: int) -> Trace:
        first = max(n for n, start in enumerate(starts[:-1], 1) if start <= begin)
        last = max(n for n, start in enumerate(starts[:-1], 1) if start < end)
        return Trace(kind, first, last, text[begin:end])

    for kind, pattern in _patterns().items():
        for match in pattern.finditer(text):
            if kind != NUMBER or (sum(c.isdigit() for c in match[0]) >= 7 and not _patterns()[DATE].search(match[0])):
                yield trace(kind, *match.span())
    for kind, some in ((KNOWN, known.names), (LEFT, sorted(known.hidden))):
        for name in some:
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                yield trace(kind, *match.span())
    yield from _capitals(words, known)


def _capitals(words: list[str], known: Known) -> Iterator[Trace]:
    """Runs of words with a capital. At the beginning of a sentence one counts that no passage has in small letters."""
    never = {word.casefold() for word in (*_words()["never names"], *_words()["months"])}
    run = list[int]()
    for at, word in enumerate([*words, ""]):
        core = _CORE.search(word)
        begins = at == 0 or bool(_END.search(words[at - 1])) or word[:1] in "“\"‘'«„"
        plain = re.sub(r"['’]s?$", "", core[0]) if core else ""
        named = plain[:1].isupper() and plain.casefold().replace("’", "'") not in never
        if named and begins:
            named = plain.casefold() not in known.usual.union(_words()["usual first words"]) and len(plain) > 1
        if named and run and not begins and run[-1] == at - 1:
            run.append(at)
            continue
        yield from _named(words, run)
        run = [at] if named else []


def _named(words: list[str], run: list[int]) -> Iterator[Trace]:
    if run:
        before = _CORE.search(words[run[0] - 1]) if run[0] else None
        kind = PLACE if before and before[0].casefold() in _words()["before places"] else NAME
        yield Trace(kind, run[0] + 1, run[-1] + 1, " ".join(words[at] for at in run))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """What is found by its shape. Months count as they are listed: ``May`` is one and ``may`` is none."""
    months = "|".join(map(re.escape, _words()["months"]))
    ill = "|".join(re.escape(name).replace("'", "['’]") for name in _words()["rare conditions"])
    nth = r"\d{1,2}(?:st|nd|rd|th|\.)?"
    month = rf"(?:{nth} (?:of )?)?(?:{months})(?:,? {nth}(?!\d))?(?:,? \d{{4}})?"
    years = r"(?<![\w.,/])(?:9\d|1[01]\d)(?![\w%/]|[.,:]\d)"
    return {
        MAIL: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        WEB: re.compile(r"(?:https?://|www\.)\S+|(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|info|eu|no|de|ch|uk)\b"),
        DATE: re.compile(rf"(?<!\w)(?:{month}|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|(?:19|20)\d\d)(?!\w)"),
        AGE: re.compile(rf"{years}|(?<!\w)(?:ninet(?:y|ies)(?:[- ]\w+)?|hundred)(?!\w)", re.IGNORECASE),
        NUMBER: re.compile(r"(?<!\w)\+?\(?\d[\d ()./-]{5,}\d(?!\w)"),
        ILLNESS: re.compile(rf"(?<!\w)(?:{ill})(?:['’]s)?(?!\w)", re.IGNORECASE),
    }
