"""Coded interviews: what needs their files, and what legends, codes and themes say of each other."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.check_interview_tables import check_interview_tables
from pipeline.study.check_joint import check_joint
from pipeline.study.check_quotations import check_quotations
from pipeline.study.format import Study
from pipeline.study.names import absent
from pipeline.study.outputs import Interviews

_NEEDS_FILES = ("roles", "programmes", "exclude")
_ADD = "Add coded: {file: interviews.qdpx}, or leave this out."


def check_interviews(study: Study) -> Iterator[Mistake]:
    """Parts that speak of files which are not declared; roles that nobody counts; codes that are gone."""
    said = study.interviews
    if said is None:
        return
    yield from check_interview_tables(study, said)
    yield from check_quotations(study, said)
    yield from check_joint(study, said)
    if said.coded is None:
        printed = any(table.form == "printed" for table in said.tables.values())  # whose tags the legends explain
        of_files = [key for key in _NEEDS_FILES if key == "exclude" or not printed]
        needs: list[tuple[str, ...]] = [(key,) for key in of_files if getattr(said, key)]
        needs += [("codes", key) for key in ("merge", "rename", "drop") if getattr(said.codes, key)]
        needs += [("themes", name) for name in said.coded_themes]
        for path in needs[:1]:
            yield Mistake(study.where("interviews", *path), "speaks of coded interviews, and no file holds any.", _ADD)
    for key, label in said.roles.items():
        if said.people:
            yield from absent(study, ("interviews", "roles", key), label, said.people, "role")
    yield from _gone(study, said)


def _gone(study: Study, said: Interviews) -> Iterator[Mistake]:
    """A theme's code that a merge, a rename or a drop takes away."""
    instead = {old: f"Name {new}, which it is merged into." for new, olds in said.codes.merge.items() for old in olds}
    instead |= {old: f"Name {new}, which it is renamed to." for old, new in said.codes.rename.items()}
    instead |= dict.fromkeys(said.codes.drop, "Take it out here, or under 'drop'.")
    kept = {*said.codes.merge, *said.codes.rename.values()}
    for name, theme in said.coded_themes.items():
        for code in theme.codes:
            if code in instead and code not in kept:
                where = study.where("interviews", "themes", name, "codes")
                yield Mistake(where, f"'{code}' is no code any more.", instead[code])
