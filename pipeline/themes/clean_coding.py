"""Coded interviews cleaned: labels for roles and programmes, codes as declared, everyone accounted for.

Nothing is dropped in silence: a role that no legend has stops the stage, with how many people have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.cleaning.cleaned import CHANGES, RULES, Ledger
from pipeline.cleaning.ledger import RuleLine
from pipeline.errors import Mistake, closest, may_be_named, raise_all
from pipeline.study import Study
from pipeline.study.words import BLANK
from pipeline.themes.clean_codes import TABLE, recoded, unknown_codes
from pipeline.themes.coding import Coding, under
from pipeline.themes.coding_flow import accounted, left_out
from pipeline.themes.opened import Opened, plain
from pipeline.themes.refi_out import untold

LEGENDS = {"role": "roles", "programme": "programmes"}
"""Column of people -> key of the study file that has its labels."""
ALIKE = "the same passage with the same code by the same coder twice, counted once"
ALONE = "passages of no one in particular"
UNTOLD = "people whose part in an interview with others no project (.qdpx) can tell: no passage there has a place"
NOWHERE = "people of no document, whom no neutral table and no project (.qdpx) brings back"
SPELT = "names that differ from another one only in capitals, blanks or the way in which accents are written"
RESPELT = "by a coder whose name was written in another way"
HEARD = "passages of no one in particular that another one of the same place says whose they are"
UNORDERED = "documents without an order of their own, or with that of another: these stand as the files have them"
SPELT_AS = {"participant": "people", "document": "documents", "code": "codes"}
"""What may be counted twice where a name is spelt in two ways, by the ledger's word for it."""
THEMES = ["theme", "definition", "code"]


@dataclass(frozen=True, repr=False)
class CleanedCoding:
    """coding: those analysed, with labels for roles and programmes. themes: one row a theme and code (columns
    ``THEMES``, text, in declared order; each code with all under it); empty where the file only names themes.

    ledger: as cleaning's; its table is ``interviews``, its rows are passages (``segment 12`` of the coding as read), a
    rule's cells are passages (of a role or programme, and where it says so, people). flow: columns
    ``coding_flow.FLOW``.
    """

    coding: Coding
    themes: pd.DataFrame
    ledger: Ledger
    flow: pd.DataFrame

    def ruled(self, variable: str, rule: str) -> bool:
        """Whether the ledger tells of it."""
        lines = self.ledger.rules
        return bool(lines.loc[(lines["variable"] == variable) & (lines["rule"] == rule), "cells"].any())

    @property
    def maybe_one(self) -> list[str]:
        """Of what there are names that may be one and are counted as two: people, documents, codes."""
        return [word for variable, word in SPELT_AS.items() if self.ruled(variable, SPELT)]


def clean_coding(opened: Opened, study: Study) -> CleanedCoding:
    """What the study file makes of its coded interviews.

    ``Mistakes`` with all that files and study file say against each other (roles and programmes without a label, codes
    and people that are not there, numbers of people that do not add up); they count people and quote no one.
    """
    assert study.interviews is not None and study.interviews.coded is not None
    read, respelt = _coders(study, opened.coding)
    read, heard = _speakers(read)
    out = left_out(study, read)
    raise_all([*_unlabelled(study, out.kept), *unknown_codes(study, read)])
    once, alike = _once(out.kept)
    labelled, lines = _labelled(study, once)
    final = recoded(study, labelled)
    flow = accounted(study, read, out, final.coding)
    rules = [RuleLine(TABLE, f.column, f"{f.what}: {f.value}" if f.value else f.what, f.cells) for f in opened.findings]
    alone = int((final.coding.segments["participant"] == "").sum())
    rules += [*respelt, *heard, *_spelt(read, final.coding)]
    rules += [RuleLine(TABLE, "order", UNORDERED, _unordered(opened, final.coding))]
    rules += [*out.lines, alike, *lines, *final.lines, RuleLine(TABLE, "participant", ALONE, alone)]
    rules += _lost(final.coding)
    told = pd.DataFrame([(r.table, r.variable, r.rule, r.cells, r.because) for r in rules], columns=RULES)
    types = {"table": "str", "variable": "str", "rule": "str", "cells": "int64", "because": "str"}
    ledger = Ledger(_changes(labelled, final.changed), told.astype(types))
    return CleanedCoding(final.coding, _themes(study, final.coding), ledger, flow)


def _coders(study: Study, read: Coding) -> tuple[Coding, list[RuleLine]]:
    """Coders whose names are spelt in several ways as one, if the study file says so: by the spelling that most
    passages have, of several the first by the alphabet."""
    assert study.interviews is not None and study.interviews.coded is not None
    if not study.interviews.coded.merge_coders:
        return read, []
    was = read.segments["coder"]
    often = was.value_counts().rename_axis("name").reset_index()
    often = often.assign(plain=_plain(often["name"])).sort_values(["count", "name"], ascending=[False, True])
    one = often.groupby("plain")["name"].transform("first").set_axis(often["name"])
    now = was.map(one).astype("str")
    made = replace(read, segments=read.segments.assign(coder=now))
    return made, [RuleLine(TABLE, "coder", RESPELT, int((now != was).sum()))]


def _speakers(read: Coding) -> tuple[Coding, list[RuleLine]]:
    """Who speaks at a place of a document, where one coder's passage says it and another's of the same place does not:
    they are one passage, and go with who spoke if that person is left out."""
    keys = ["document", "start", "end"]
    segments = read.segments
    known = segments[(segments["participant"] != "") & segments["start"].notna()]
    one = known.drop_duplicates([*keys, "participant"]).drop_duplicates(keys, keep=False)
    unknown = segments[(segments["participant"] == "") & segments["start"].notna()]
    told = unknown[keys].merge(one[[*keys, "participant"]], "left", keys).set_axis(unknown.index)
    said = told["participant"].dropna()
    if said.empty:
        return read, []
    now = segments["participant"].copy()
    now[said.index] = said.astype("str")
    return replace(read, segments=segments.assign(participant=now)), [RuleLine(TABLE, "participant", HEARD, len(said))]


def _unordered(opened: Opened, coding: Coding) -> int:
    """Of the documents that are analysed, where some have an order; none where the study file names no order."""
    said = pd.Series(opened.order, dtype="object").reindex(coding.documents.index).fillna("")
    return int(((said == "") | said.duplicated(keep=False)).sum()) if opened.order else 0


def _lost(coding: Coding) -> Iterator[RuleLine]:
    """People whom the files for other programs do not hold, or not with all that was theirs."""
    nowhere = int((~coding.people.index.isin(coding.attendance["participant"])).sum())
    for rule, n in ((UNTOLD, untold(coding)), (NOWHERE, nowhere)):
        if n:
            yield RuleLine(TABLE, "participant", rule, n)


def _once(kept: Coding) -> tuple[Coding, RuleLine]:
    """Passages that stand twice alike, in one file or in two, count once; without a place they may be two."""
    keys = ["document", "participant", "code", "coder", "start", "end"]
    twice = kept.segments.duplicated(keys) & kept.segments["start"].notna()
    return replace(kept, segments=kept.segments[~twice]), RuleLine(TABLE, "", ALIKE, int(twice.sum()))


def _spelt(read: Coding, analysed: Coding) -> Iterator[RuleLine]:
    """Coders, people, documents and codes that are taken for different ones, and may be one: told, and kept. People,
    documents and codes as they are counted, after what the study file leaves out and merges."""
    names = {"coder": read.segments["coder"].unique(), "participant": analysed.people.index,
             "document": analysed.documents.index, "code": analysed.codes.index}  # fmt: skip
    for column, each in names.items():
        if n := _alike(each):
            yield RuleLine(TABLE, column, SPELT, n)


def _alike(names: Iterable[str]) -> int:
    return int(pd.Series(_plain(names), dtype="str").duplicated(keep=False).sum())


def _plain(names: Iterable[str]) -> list[str]:
    return [plain(name) for name in names]


def _labelled(study: Study, coding: Coding) -> tuple[Coding, list[RuleLine]]:
    """Labels for what stands in the files; without a legend, what stands there is the label."""
    people, lines = coding.people.copy(), list[RuleLine]()
    for column, key in LEGENDS.items():
        legend = _legend(study, key)
        if not legend:
            continue
        counts = people[column].value_counts()
        lines += [RuleLine(TABLE, column, f"{code or BLANK}: {label}", int(counts.get(code, 0)))
                  for code, label in legend.items()]  # fmt: skip
        people[column] = people[column].map(legend).astype("str")
    return replace(coding, people=people), lines


def _legend(study: Study, key: str) -> dict[str, str]:
    said = getattr(study.interviews, key)
    return {"" if code == BLANK else code: label for code, label in said.items()}


def _unlabelled(study: Study, coding: Coding) -> Iterator[Mistake]:
    """Roles and programmes that the legend does not have, each with how many people and passages have it."""
    for column, key in LEGENDS.items():
        legend = _legend(study, key)
        said = coding.people[column]
        if not legend:
            continue
        segments = coding.segments["participant"].map(said).value_counts()
        for word, people in said[~said.isin(legend)].value_counts(sort=False).items():
            # A role is a word of the researchers', but one that few have may tell who they are.
            called = f"'{word}'" if word and may_be_named(str(word), int(people)) else "one" if word else "none"
            what = f"{called} stands for {people:,} people ({segments.get(word, 0):,} passages) and is not among {key}."
            mend = f"Give it a label here{f', or {BLANK} one' if not word else ''}, or leave them out under 'exclude'."
            yield Mistake(study.where("interviews", key), f"{column}: {what}", closest(str(word), legend) or mend)


def _themes(study: Study, coding: Coding) -> pd.DataFrame:
    assert study.interviews is not None
    paths = list(coding.codes.index)
    rows = [(name, theme.definition, path) for name, theme in study.interviews.coded_themes.items()
            for path in dict.fromkeys(path for code in theme.codes for path in under(paths, code))]  # fmt: skip
    return pd.DataFrame(rows, columns=THEMES).astype("str")


def _changes(coding: Coding, changed: pd.DataFrame) -> pd.DataFrame:
    """One line a passage whose code changed or went, by its number in the files as read."""
    of = changed[changed["rule"] != ""]
    made = {
        "table": TABLE, "row": [f"segment {number}" for number in of.index], "variable": "code",
        "before": coding.segments["code"].reindex(of.index).to_numpy(), "after": of["after"].to_numpy(),
        "rule": of["rule"].to_numpy(),
    }  # fmt: skip
    return pd.DataFrame(made, columns=CHANGES).astype("str")
