"""Quotations that a study file chooses, found in the coded interviews, with what is to be hidden in them hidden.

None of it may be printed: that is for the door (``disclosure/quotations.py``) to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.study import Study
from pipeline.study.quoted import Quote
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import Coding

_NEVER = ("Cc", "Cf", "Co", "Cs", "Cn")
"""Categories of what no one sees and what may turn the direction of what follows."""


@dataclass(frozen=True, repr=False)
class Chosen:
    """One quotation, not released; nothing shows it by accident.

    number: from 1, within its theme. where: its place in the study file. words: the passage on one line, one blank
    between words. hidden: (number of the first word, of the last, the words, what stands instead), in order.
    printed: the words as they would be printed. tag: its form, ``{role}``. declared: with its clearance, if any.
    """

    theme: str
    definition: str
    number: int
    where: str
    participant: str
    consent: str
    words: str
    hidden: tuple[tuple[int, int, str, str], ...]
    printed: str
    tag: str
    declared: Quote

    @property
    def document(self) -> str:
        return self.declared.document


def choose(cleaned: CleanedCoding, study: Study) -> tuple[Chosen, ...]:
    """The quotations of ``interviews: quotations``, in its order.

    ``Mistakes`` of all at once, each with its place: one that fits no passage of its theme, or several; one that stands
    twice for its theme; words to be hidden that are not there, or that the study file itself tells.
    """
    said = study.interviews.quotations if study.interviews is not None else None
    found, wrong = list[Chosen](), list[Mistake]()
    for theme, quotes in said.chosen.items() if said is not None else ():
        seen = set[tuple[str, str, str]]()
        for number, quote in enumerate(quotes, 1):
            where = study.where("interviews", "quotations", "chosen", theme, str(number - 1))
            try:
                one = _one(cleaned, study, theme, number, where, quote)
            except Mistakes as error:
                wrong += error.mistakes
                continue
            if (key := (one.document, one.participant, one.words)) in seen:
                wrong.append(Mistake(where, "is chosen twice for this theme.", "Leave one of the two out."))
            seen.add(key)
            found.append(one)
    raise_all(wrong)
    return tuple(found)


def one_line(text: str) -> str:
    """Words with one blank between them, without what no one sees."""
    seen = (" " if c.isspace() else "" if unicodedata.category(c) in _NEVER else c for c in text)
    return " ".join("".join(seen).split())


def composed(text: str) -> str:
    """Each letter with its accents as one sign, where there is one: the same name may be written either way."""
    return unicodedata.normalize("NFC", text)


def _one(cleaned: CleanedCoding, study: Study, theme: str, number: int, where: str, quote: Quote) -> Chosen:
    assert study.interviews is not None and study.interviews.quotations is not None
    participant, words = _passage(cleaned, theme, where, quote)
    hidden = tuple(sorted(_hidden(words, where, quote)))
    consent = str(cleaned.coding.people["consent"].get(participant, ""))
    definition = study.interviews.coded_themes[theme].definition
    tag = quote.tag or study.interviews.quotations.tag
    return Chosen(theme, definition, number, where, participant, consent, words, hidden,
                  _without(words, hidden), tag, quote)  # fmt: skip


def _passage(cleaned: CleanedCoding, theme: str, where: str, quote: Quote) -> tuple[str, str]:
    """Who said it, and the words. The same words of the same person under several codes or coders are one passage."""
    coding, codes = cleaned.coding, cleaned.themes.loc[cleaned.themes["theme"] == theme, "code"]
    if quote.document not in coding.documents.index:
        mend = "Write it as it stands in the files; what 'exclude' leaves out can't be quoted."
        raise Mistakes.one(where, "its document is none of those that are analysed.", mend)
    here = coding.segments[coding.segments["document"] == quote.document]
    fits = _that_fit(here, quote)
    of_theme = here.index[here["code"].isin(codes)]
    said = {(str(here.loc[at, "participant"]), words) for at, words in fits.items() if at in of_theme}
    if len(said) == 1:
        _one_speaker(here.loc[list(fits)], of_theme, where)
        return said.pop()
    raise Mistakes([_no_one_passage(coding, where, quote, len(said), len(fits), len(of_theme))])


def _one_speaker(fits: pd.DataFrame, of_theme: pd.Index, where: str) -> None:
    """``Mistakes`` where the file has a passage for two people, whatever its codes: whose consent is it?"""
    places = fits.fillna({"start": -1, "end": -1})[["start", "end", "participant"]]
    own = places[places.index.isin(of_theme)]
    both = own.merge(places, on=["start", "end"])
    if (both["participant_x"] != both["participant_y"]).any():
        raise Mistakes.one(where, "the file has its passage for two people.", "Correct there who said it.")


def _that_fit(here: pd.DataFrame, quote: Quote) -> dict[int, str]:
    """Segment -> its words, of those that begin and end as declared, no word cut."""
    begins, ends = one_line(quote.begins), one_line(quote.ends)
    first = re.compile(rf"{re.escape(begins)}(?!\w)" if begins[-1:].isalnum() else re.escape(begins))
    last = re.compile(rf".*(?<!\w){re.escape(ends)}" if ends[:1].isalnum() else f".*{re.escape(ends)}")
    lines = {int(at): one_line(words) for at, words in here["quotation"].items()}
    return {at: words for at, words in lines.items() if words and first.match(words) and last.fullmatch(words)}


def _no_one_passage(coding: Coding, where: str, quote: Quote, fitting: int, elsewhere: int, there: int) -> Mistake:
    """What is wrong, with counts; the words stand in the study file, and the passages in no message."""
    verbs = [verb for verb, said in (("begin", quote.begins), ("end", quote.ends)) if said.strip()]
    how, several = " and ".join(f"{verb}s" for verb in verbs), " and ".join(verbs)
    if fitting > 1:
        mend = "Add its last words (ends:)." if not quote.ends.strip() else "Write more of its first and last words."
        return Mistake(where, f"{fitting} passages of this theme {several} so.", mend)
    if elsewhere:
        return Mistake(where, f"a passage {how} so, and it has no code of this theme.",
                       "Choose it for the theme whose code it has, or name that code under 'themes'.")  # fmt: skip
    no_words = not (coding.segments.loc[coding.segments["document"] == quote.document, "quotation"] != "").any()
    if no_words:
        return Mistake(where, "the file holds no words of this document's passages.", "Export it with its texts.")
    return Mistake(where, f"no passage of this document {how} so; {there} of them have codes of this theme.",
                   "Copy the words exactly as they stand in a coded passage.")  # fmt: skip


def _hidden(words: str, where: str, quote: Quote) -> Iterator[tuple[int, int, str, str]]:
    """What is hidden, by numbers of words. ``Mistakes`` where it is not there, meets another, or stands in the file."""
    total, taken = len(words.split(" ")), set[int]()
    shown = {*range(1, len(one_line(quote.begins).split()) + 1)}
    shown |= {*range(total - len(one_line(quote.ends).split()) + 1, total + 1)}
    wrong = list[Mistake]()
    for at, part in enumerate(quote.redact):
        first, last = part.first_and_last
        place, numbers = f"{where}.redact.{at}", {*range(first, last + 1)}
        if last > total:
            wrong.append(Mistake(place, f"there is no word {last}: the passage has {total} words.",
                                 "Count them as quotations.txt does."))  # fmt: skip
        elif numbers & taken:
            wrong.append(Mistake(place, "hides a word that another one hides.", "Hide each word once."))
        elif numbers & shown:
            mend = "Name it by words that may be read: fewer of them, or ends: instead of begins:."
            wrong.append(Mistake(place, "hides a word by which the passage is named in this file.", mend))
        else:
            yield first, last, " ".join(words.split(" ")[first - 1 : last]), part.to
        taken |= numbers
    raise_all(wrong)


def _without(words: str, hidden: tuple[tuple[int, int, str, str], ...]) -> str:
    """The words with what is hidden replaced; signs before its first and behind its last word stay."""
    parts = words.split(" ")
    for first, last, _, to in reversed(hidden):
        lead, tail = _signs(parts[first - 1]), _signs(parts[last - 1][::-1])[::-1]
        parts[first - 1 : last] = [f"{lead}{to}{tail}"]
    return " ".join(parts)


def _signs(word: str) -> str:
    """The signs before its first letter or digit, ``""`` where it has none. Accents and vowels that are written as
    marks of their own belong to the letter before them, and are hidden with it."""
    own = next((at for at, c in enumerate(word) if c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M"), 0)
    return word[:own]
