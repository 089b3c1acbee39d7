"""How far the coders of a study agree, as its file asks for it: numbers, sentences, and what they differ on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import Mistake
from pipeline.results import ALL, NOBODY, Key, Number, Sentence
from pipeline.study import Study
from pipeline.study.compared import OF_TWO, AgreementSpec, Gathered, Measure
from pipeline.themes.agreement import NAN, Agreement
from pipeline.themes.clean_coding import SPELT, CleanedCoding
from pipeline.themes.coders import SHARED, Agreed, Decisions, How, decisions, of_all, of_theme, pairs
from pipeline.themes.gathered import gathered, unprintable, usual

KIND = "agreement"
EVERY, ONE, PAIR, DOCUMENTS, PASSAGES, CODERS = "all", "theme", "pair", "documents", "passages", "coders"
"""Terms of its numbers: all decisions together, a theme (or code), two of several coders, and what was compared."""
INTERVALS: tuple[Measure, ...] = ("cohen", "fleiss")
NONE = 1e-9
"""A standard error up to this is nought, but for the last digits of floating point."""
MAYBE_ONE = (
    "Some names of coders differ only in capitals, blanks or the way in which accents are written. They are taken for "
    "different coders; where they are one, agreement is wrong: merge_coders: true under interviews: coded: puts them "
    "together."
)
Words = NDArray[np.str_]
Flags = NDArray[np.bool_]


def table_name(by: Gathered) -> str:
    """What the table is called, and its numbers' second word."""
    return f"{KIND}_{by}"


@dataclass(frozen=True, eq=False)
class Held:
    """One comparison. by: what is compared. who: whose words each unit is, shape (units,): one name a person, and one a
    document of several people. outside: how many people only one coder read. sensitive: themes or codes of which nobody
    and everybody count as few. spelt: whether two coders may be one whose name is spelt in two ways."""

    by: Gathered
    found: Decisions
    who: Words
    outside: int
    documents: tuple[int, int]
    everyone: int
    sensitive: frozenset[str]
    spelt: bool


def compared(cleaned: CleanedCoding, study: Study) -> tuple[Held, ...]:
    """What the study file asks for, where ``unfit`` has found nothing against it; none where it asks for nothing."""
    asked = _asked(study)
    if asked is None or study.interviews is None:
        return ()
    found = []
    for by in asked.of or (usual(study),):
        delicate = [name for name, codes in gathered(cleaned, by).items() if study.interviews.is_sensitive(codes)]
        found.append(comparison(cleaned, asked, by, delicate))
    return tuple(found)


def _asked(study: Study) -> AgreementSpec | None:
    return study.interviews.agreement if study.interviews is not None else None


def comparison(cleaned: CleanedCoding, asked: AgreementSpec, by: Gathered, sensitive: Sequence[str] = ()) -> Held:
    """Who is compared, on what, and whose words that is. A sensitive theme stays though no coder gave it: that it is
    not among the others would say that nobody told of it."""
    coding = cleaned.coding
    found = decisions(coding, asked.on, gathered(cleaned, by), asked.coders, alone=True, always=sensitive)
    of_document = _of(coding.documents["participant"], coding.documents.index)
    both = of_document.index.isin(found.units["document"])
    who = of_document.reindex(found.units["document"]).to_numpy(dtype=str)
    if asked.on == "segments":
        keys = ["document", "start", "end"]
        spoke = coding.segments.drop_duplicates(keys).set_index(keys)["participant"]
        said = spoke.reindex(pd.MultiIndex.from_frame(found.units[keys])).to_numpy(dtype=str)
        who = np.where(said == "", who, said)
    outside = len(set(of_document[~both]) - set(of_document[both]))
    counts = int(both.sum()), len(of_document)
    return Held(by, found, who, outside, counts, of_document.nunique(), frozenset(sensitive),
                cleaned.ruled("coder", SPELT))  # fmt: skip


def _of(participant: pd.Series, documents: pd.Index) -> pd.Series:
    """Whose a document is; one of several people, or of nobody known, counts as one, which withholds rather more."""
    alone = participant.where(participant != "", pd.Series([f"\0{d}" for d in documents], index=documents))
    return alone.astype("object")


def unfit(cleaned: CleanedCoding, study: Study) -> Iterator[Mistake]:
    """What the files have against the study file's ``agreement``; they count coders and passages and name none."""
    asked = _asked(study)
    if asked is None:
        return
    at = ("interviews", KIND)
    segments = cleaned.coding.segments
    named = segments[segments["coder"] != ""]
    there = set(named["coder"])
    for absent in [coder for coder in asked.coders if coder not in there]:
        yield Mistake(study.where(*at, "coders"), f"no passage is by a coder '{absent}'.",
                      f"The files name {len(there)}; write them as they stand there.")  # fmt: skip
    who = [coder for coder in asked.coders if coder in there] or sorted(there)
    if len(who) < 2:
        if not asked.coders:
            yield Mistake(study.where(*at), f"needs two coders or more, and the files name {len(who)}.",
                          "Name the column that tells them, coded: {columns: {coder: By}}.")  # fmt: skip
        return
    by = named[named["coder"].isin(who)].groupby("document")["coder"].nunique()
    both = by.index[by >= 2]
    if not len(both):
        yield Mistake(study.where(*at), "no document was coded by two of the coders.",
                      "Leave it out, or read the file of the other coder, too.")  # fmt: skip
    lost = int(named.loc[named["document"].isin(both) & named["coder"].isin(who), "start"].isna().sum())
    if asked.on == "segments" and lost:
        yield Mistake(study.where(*at, "on"), f"{lost:,} coded passages have no place in their text.",
                      "Write on: documents.")  # fmt: skip
    for measure in [m for m in asked.measures if m in OF_TWO and len(who) > 2 and len(asked.coders) <= 2]:
        yield Mistake(study.where(*at, "measures"), f"'{measure}' is of two coders, and the files name {len(who)}.",
                      "Leave it out, or name two of them under coders.")  # fmt: skip
    if odd := unprintable(cleaned, asked.of or (usual(study),)):
        yield Mistake(study.where(*at, "of"), f"{odd:,} codes begin with =, +, -, @ or |, which spreadsheets run.",
                      "Rename them under codes: {rename: …}.")  # fmt: skip


def numbers(held: Held, asked: AgreementSpec) -> Iterator[Number]:
    """Of all decisions together, of each theme or code and, of several coders with ``cohen``, of every two.

    A line stands on the fewest people whom its numbers could be solved for: those with the theme by each coder, by one
    of them and by all, those without, and those whom one coder alone read (they are all with the theme less these).
    """
    found, how = held.found, _how(asked)
    measures = asked.measured(len(found.coders))
    own = [m for m in measures if m != "cohen" or len(found.coders) == 2]
    everyone = len(set(held.who))
    yield from _what(held)
    whole = of_all(found, how)
    places = 0 if whole.units < 100 else 1  # as everywhere: one choice a table, none of fewer than 100
    yield from _line(held, (EVERY, ""), whole, own, everyone, everyone, places)
    for at, theme in enumerate(found.themes):
        fewest = _fewest(held, at)
        yield from _line(held, (ONE, theme), of_theme(found, theme, how), own, everyone, fewest, places)
    if "cohen" in measures and "cohen" not in own:
        yield from _pairs(held, how)


def _how(asked: AgreementSpec) -> How:
    return How(asked.how_often, asked.weights or "none", asked.scale)


def _what(held: Held) -> Iterator[Number]:
    name, found = table_name(held.by), held.found
    both, every = held.documents
    yield Number(Key(KIND, name, DOCUMENTS, "", ALL, "n"), both, len(set(held.who)), 0)
    yield Number(Key(KIND, name, DOCUMENTS, "", ALL, "denominator"), every, held.everyone, 0)
    yield Number(Key(KIND, name, CODERS, "", ALL, "n"), len(found.coders), NOBODY, 0)
    if found.on == "segments":
        yield Number(Key(KIND, name, PASSAGES, "", ALL, "shared"), 100 * found.shared, NOBODY, 0)


def _line(
    held: Held, line: tuple[str, str], agreed: Agreed, measures: Sequence[Measure], everyone: int, fewest: float,
    places: int,
) -> Iterator[Number]:  # fmt: skip
    key = Key(KIND, table_name(held.by), *line, ALL, "n")
    yield Number(key, agreed.units, everyone, 0)
    for measure in measures:
        if measure == "percent":
            yield Number(key._replace(statistic=measure), 100 * agreed.percent.value, fewest, places)
            continue
        made = _value(agreed, measure)
        yield Number(key._replace(statistic=measure), made.value, fewest, 2)
        if measure in INTERVALS:
            yield from _ends(held, key, measure, made, fewest)


def _value(agreed: Agreed, measure: Measure) -> Agreement:
    if measure in OF_TWO:
        return Agreement(getattr(agreed.table, measure) if agreed.table is not None else NAN)
    name = {"cohen": "kappa", "krippendorff": "alpha"}.get(measure, measure)
    found: Agreement = getattr(agreed, name)
    return found


def _ends(
    held: Held, key: Key, measure: str, made: Agreement, fewest: float, units: Flags | None = None
) -> Iterator[Number]:
    """Limits; none where nobody differed, for a width of nought would say that one knows. Decisions of a document
    belong together, and of documents each is one decision of a theme. units: those that all who are compared decided
    on, where these are not all; documents of other units tell nothing, and are none of those that an interval is by."""
    low, high = (NAN, NAN)
    if made.influence is not None and made.std_error() > NONE:
        document = held.found.document
        times = len(made.influence) // len(document)
        of_one = held.found.on == "documents" and key.term == ONE
        there = np.repeat(np.ones(len(document), dtype=bool) if units is None else units, times)
        of_these = Agreement(made.value, made.influence[there])
        low, high = of_these.interval(None if of_one else np.repeat(document, times)[there])
    for end, value in (("low", low), ("high", high)):
        yield Number(key._replace(statistic=f"{measure}_{end}"), value, fewest, 2)


def _fewest(held: Held, at: int) -> float:
    """The smallest number of people, above none, of whom a theme's line tells; of a sensitive theme nobody is few."""
    given, rated = held.found.given[:, at, :] & held.found.rated, held.found.rated
    said = [*given.T, given.any(axis=1), (given | ~rated).all(axis=1)]
    groups = [*said, *(~flags & rated.any(axis=1) for flags in said)]
    counts = [len(set(held.who[flags])) for flags in groups]
    if held.found.themes[at] in held.sensitive and 0 in counts:
        return 1.0
    counts += [held.outside] if held.found.on == "documents" else []
    return float(min((n for n in counts if n), default=len(set(held.who))))


def _pairs(held: Held, how: How) -> Iterator[Number]:
    """Coders are numbered, for their names are nobody's business: in the order of the study file, else by name."""
    found = held.found
    number = {coder: at for at, coder in enumerate(found.coders, 1)}
    for (one, other), made in pairs(found, how).items():
        both = found.rated[:, number[one] - 1] & found.rated[:, number[other] - 1]
        key = Key(KIND, table_name(held.by), PAIR, f"{number[one]} and {number[other]}", ALL, "n")
        people = len(set(held.who[both]))
        yield Number(key, int(both.sum()) * len(found.themes), people, 0)
        yield Number(key._replace(statistic="cohen"), made.value, people, 2)
        yield from _ends(held, key, "cohen", made, people, both)


def sentences(held: Held) -> Iterator[Sentence]:
    """On how many documents it stands, whether coders may be one, and whether they cut the text alike."""
    name = table_name(held.by)
    both, every, coders = (Key(KIND, name, term, "", ALL, s) for term, s in
                           ((DOCUMENTS, "n"), (DOCUMENTS, "denominator"), (CODERS, "n")))  # fmt: skip
    keys = {"both": both, "every": every}
    if len(held.found.coders) == 2:
        yield Sentence("Both coders coded {both} of {every} documents; agreement is of these.", keys)
    else:
        yield Sentence("Two or more of the {coders} coders coded {both} of {every} documents; agreement is of these.",
                       {**keys, "coders": coders})  # fmt: skip
    if held.spelt:
        yield Sentence(MAYBE_ONE, caveat=True)
    if held.found.on == "segments" and held.found.shared < SHARED:
        yield Sentence(
            "Two coders or more marked the very same passage in {shared}% of passages: they cut the text differently, "
            "and whoever did not mark a passage counts as having said no to it.",
            {"shared": Key(KIND, name, PASSAGES, "", ALL, "shared")}, caveat=True,
        )  # fmt: skip


__all__ = ["KIND", "Held", "compared", "comparison", "numbers", "sentences", "table_name", "unfit"]
