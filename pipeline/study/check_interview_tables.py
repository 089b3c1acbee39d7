"""Tables of interviews and checklists of reporting: what they ask for, and what the rest of the study file allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.interview_tables import InterviewTable, tag
from pipeline.study.names import NAME
from pipeline.study.outputs import Interviews

JOINT = "joint"
"""The table that sets survey and interviews side by side."""
TAKEN = {
    "interviews": "names what a study file says of its interviews",
    "coreq": "names the checklist of COREQ",
    "srqr": "names the checklist of SRQR",
    JOINT: "names the table that sets survey and interviews side by side",
}
LEGENDS = {"role": "roles", "programme": "programmes"}
"""Column of a table -> key of the study file that has its labels."""
ITEMS = {"coreq": 32, "srqr": 21}
_KEYS = {
    "counts": ("rows", "columns", "count"),
    "cooccurrence": ("rows", "cooccurrence"),
    "codebook": ("codebook",),
    "printed": ("columns", "printed"),
}
_CALLED = {
    "counts": "counts themes",
    "cooccurrence": "says which themes stand together",
    "codebook": "is a codebook",
    "printed": "holds what a paper prints",
}


def check_interview_tables(study: Study, said: Interviews) -> Iterator[Mistake]:
    """Everything that is wrong with ``interviews: tables``, ``coreq`` and ``srqr``."""
    for name, table in said.tables.items():
        yield from _named(study, name)
        for key in sorted(table.model_fields_set - {"title", *_KEYS[table.form]}):
            yield _at(study, name, key, f"has no place in a table that {_CALLED[table.form]}.", f"Leave '{key}' out.")
        yield from _printed(study, name, table) if table.form == "printed" else _coded(study, said, name, table)
    for key, last in ITEMS.items():
        for item in getattr(said, key) or ():
            if not (item.isdecimal() and 1 <= int(item) <= last and item == str(int(item))):
                yield Mistake(study.where("interviews", key, item), f"there is no item '{item}'.",
                              f"{key.upper()} has items 1 to {last}.")  # fmt: skip


def _at(study: Study, name: str, key: str, what: str, mend: str) -> Mistake:
    return Mistake(study.where("interviews", "tables", name, *([key] if key else [])), what, mend)


def _named(study: Study, name: str) -> Iterator[Mistake]:
    if not NAME.fullmatch(name):
        yield _at(study, name, "", f"'{name}' can't be a name.", "Use letters, digits and _, and begin with a letter.")
    elif name.lower() in TAKEN:
        yield _at(study, name, "", f"'{name}' {TAKEN[name.lower()]}.", "Give the table another name.")
    elif name in study.tables:
        yield _at(study, name, "", f"'{name}' stands under 'tables', too.", "Give one of the two another name.")


def _coded(study: Study, said: Interviews, name: str, table: InterviewTable) -> Iterator[Mistake]:
    if said.coded is None:
        yield _at(study, name, "", f"{_CALLED[table.form]}, and no file holds coded interviews.",
                  "Add coded: {file: interviews.qdpx}, or leave this table out.")  # fmt: skip
        return
    if table.form == "codebook":
        return
    if table.rows != "codes" and not said.coded_themes:
        yield _at(study, name, "rows", "'themes' does not say of which codes each of them is made.",
                  "Write themes: {name: {codes: [...]}}, or rows: codes.")  # fmt: skip
    if table.form == "cooccurrence":
        if table.rows == "tree":
            yield _at(study, name, "rows", "a code always stands together with its own theme.",
                      "Write rows: themes, or rows: codes.")  # fmt: skip
        elif table.rows == "themes" and len(said.coded_themes) == 1:
            yield _at(study, name, "cooccurrence", "there is one theme, which stands with no other.",
                      "Write rows: codes, or leave this table out.")  # fmt: skip
    elif table.columns and not getattr(said, LEGENDS[table.columns]):
        key = LEGENDS[table.columns]
        yield _at(study, name, "columns", f"'{key}' gives no labels to what stands in the files.",
                  f"Add {key}: {{as it stands there: label}}.")  # fmt: skip
    for one in sorted({each for each in table.count if table.count.count(each) > 1}):
        yield _at(study, name, "count", f"'{one}' stands in it twice.", "Name each once.")


def _printed(study: Study, name: str, table: InterviewTable) -> Iterator[Mistake]:
    """What is printed by role and programme may have few people behind it: only what is public stands here."""
    if study.release.rule != "none":
        what = f"can't be shown under the rule '{study.release.rule}', for nobody knows how many people it is of."
        yield _at(study, name, "printed", what, "Leave it out, or release with rule: none and its reason.")
    for heading, themes in table.printed.items():
        if not themes:
            yield Mistake(study.where("interviews", "tables", name, "printed", heading), "has no theme.",
                          "Add theme: [programme-role of each quotation].")  # fmt: skip
        for theme, tags in themes.items():
            for text in dict.fromkeys(text for text in tags if tag(text) is None):
                where = study.where("interviews", "tables", name, "printed", heading, theme)
                yield Mistake(where, f"'{text}' does not name a programme and a role.", "Write both, like B-PL.")


def legend_of(said: Interviews, by: str) -> Mapping[str, str]:
    """As it stands in the files -> label, of roles or of programmes."""
    found: Mapping[str, str] = getattr(said, LEGENDS[by])
    return found
