"""Whose interview a document of a REFI-QDA project is: its cases and their variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import pandas as pd

from pipeline.errors import Mistakes
from pipeline.intake.findings import Finding
from pipeline.intake.guarded import attribute, child, local
from pipeline.themes.codebook import guid_of
from pipeline.themes.coding import PEOPLE
from pipeline.themes.opened import Asked, column_of, consented, named, refuse

_Values = Mapping[str, Sequence[str]]
"""Variable -> what is said of it, each different word once."""


@dataclass(frozen=True, repr=False)
class Cases:
    """of_document: document -> participant, for those of one person. of_selection: GUID of a selection -> who spoke,
    ``""`` where several cases have it. attendance: (document, participant) of each case, by its sources and passages.

    people: indexed by participant. order: document -> what the study file's order variable says of it.
    """

    of_document: Mapping[str, str]
    of_selection: Mapping[str, str]
    people: pd.DataFrame
    order: Mapping[str, str]
    attendance: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, repr=False)
class _Case:
    name: str
    documents: tuple[str, ...]
    selections: tuple[str, ...]
    values: _Values


def cases_of(
    file: str, root: Element, by_guid: Mapping[str, str], sources: Mapping[str, Element], asked: Asked
) -> Cases:
    """Cases with sources or passages are people; where there are none, each document is a person of its name.

    by_guid: GUID of a source -> document. ``Mistakes`` where two cases have one name, or where a declared variable is
    not there.
    """
    names = {guid_of(attribute(v, "guid")): named(attribute(v, "name")) for v in _children(root, "Variables")}
    fields = _fields(file, asked, [*dict.fromkeys(names.values())])
    all_cases = [_case(case, names, by_guid) for case in _children(root, "Cases") if local(case.tag) == "Case"]
    cases = [case for case in all_cases if case.documents or case.selections]
    own = {document: _values(source, names) for document, source in sources.items()}
    told = []
    if cases:
        told.append(Finding(file, "people (cases with a source)", "", "", len(cases)))
        told += _left(file, len(all_cases) - len(cases), "cases without a source, which are no one's interview")
    else:
        cases = [_Case(document, (document,), (), {}) for document in sources]
        told.append(Finding(file, "no source has a case: each document is a person", "", "", len(cases)))
    twice = sum(n > 1 for n in Counter(case.name for case in cases).values())
    refuse(file, [(sum(not c.name for c in cases), "cases have no name.", "Name them in the program that made it."),
                  (twice, "names stand for two cases each.", "Give each case a name of its own.")])  # fmt: skip
    who: dict[str, list[str]] = {}
    for case in cases:
        for document in case.documents:
            who.setdefault(document, []).append(case.name)
    of_document = {document: people[0] for document, people in who.items() if len(people) == 1}
    told += _left(file, len(who) - len(of_document), "documents of several people")
    told += _left(file, len(sources) - len(who), "documents of no case")
    values = {case.name: _with_theirs(case, own, fields["consent"]) for case in cases}
    when = fields.pop("order")
    said = {name: [values[case.name].get(column or "", []) for case in cases] for name, column in fields.items()}
    refuse(file, [(sum(len(words) > 1 for words in every), f"people have two values of {name}.",
                   "Say one of each person, in their case and in all of their sources.")
                  for name, every in said.items()])  # fmt: skip
    people = pd.DataFrame(
        {name: [words[0] if words else "" for words in every] for name, every in said.items()},
        index=pd.Index([case.name for case in cases], dtype="str"),
    )
    people["consent"] = consented(file, people["consent"], asked)
    held = {d: own[d].get(when) or values.get(of_document.get(d, ""), {}).get(when) for d in sources} if when else {}
    order = {d: words[0] if words else "" for d, words in held.items()}
    spoke: dict[str, list[str]] = {}
    for case in cases:
        for guid in dict.fromkeys(case.selections):
            spoke.setdefault(guid, []).append(case.name)
    told += _left(file, sum(len(names) > 1 for names in spoke.values()), "passages of several people")
    selections = {guid: names[0] if len(names) == 1 else "" for guid, names in spoke.items()}
    of = {guid_of(attribute(part, "guid")): document for document, source in sources.items()
          for part in source.iter() if local(part.tag).endswith("Selection")}  # fmt: skip
    there = [(d, c.name) for c in cases for d in (*c.documents, *(of[s] for s in c.selections if s in of))]
    return Cases(of_document, selections, people, order, tuple(there), tuple(told))


def _fields(file: str, asked: Asked, there: list[str]) -> dict[str, str | None]:
    """Column of people (and ``order``) -> the project's variable for it. ``Mistakes`` for declared ones not there."""
    wanted = [*PEOPLE, *asked.variables, "order"]
    fields = {name: column_of(name, asked, there) for name in wanted}
    declared = {name: asked.columns.get(name, name) for name in wanted if name in {*asked.columns, *asked.variables}}
    absent = [column for name, column in declared.items() if fields[name] is None]
    if absent:
        raise Mistakes.one(file, f"has no variable '{absent[0]}'.", f"It has: {', '.join(there) or 'none'}.")
    return fields


def _case(case: Element, names: Mapping[str, str], by_guid: Mapping[str, str]) -> _Case:
    refs = {kind: [guid_of(attribute(ref, "targetGUID")) for ref in case if local(ref.tag) == kind]
            for kind in ("SourceRef", "SelectionRef")}  # fmt: skip
    documents = tuple(dict.fromkeys(by_guid[guid] for guid in refs["SourceRef"] if guid in by_guid))
    return _Case(named(attribute(case, "name")), documents, tuple(refs["SelectionRef"]), _values(case, names))


def _values(element: Element, names: Mapping[str, str]) -> _Values:
    """What is said of a case or a source, as text; a variable may stand there twice."""
    found: dict[str, list[str]] = {}
    for value in element:
        if local(value.tag) == "VariableValue":
            name = names.get(guid_of(attribute(child(value, "VariableRef"), "targetGUID")), "")
            said = next((part.text or "" for part in value if local(part.tag).endswith("Value")), "")
            found.setdefault(name, []).append(named(said))
    return {name: _different(said) for name, said in found.items()}


def _with_theirs(case: _Case, own: Mapping[str, _Values], consent: str | None) -> _Values:
    """A case's variables; those that it lacks, from its sources. Consent from both: neither grants what one denies."""
    theirs = [own[document] for document in case.documents]
    found = {}
    for name in dict.fromkeys([*case.values, *(name for part in theirs for name in part)]):
        said = _different(word for part in theirs for word in part.get(name, ()))
        here = case.values.get(name, [])
        found[name] = _different([*here, *said]) if name == consent else here or said
    return found


def _different(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))


def _children(root: Element, name: str) -> list[Element]:
    held = child(root, name)
    return list(held) if held is not None else []


def _left(file: str, n: int, what: str) -> list[Finding]:
    return [Finding(file, what, "", "", n)] if n else []
