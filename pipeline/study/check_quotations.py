"""Quotations: what a study file's themes, legends and variables say to those that it chooses."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake, closest
from pipeline.study.format import Study
from pipeline.study.names import absent
from pipeline.study.outputs import Interviews
from pipeline.study.quoted import holes

OWN_TABLE = "quoted"
"""The name of the table in which quotations are printed."""
OF_TAGS = ("role", "programme")
"""What a tag may name, beside the variables of ``coded``."""


def check_quotations(study: Study, said: Interviews) -> Iterator[Mistake]:
    """Quotations of themes without codes; tags of what is not known of people; words for labels that nobody has."""
    if said.quotations is None:
        return
    at = ("interviews", "quotations")
    if said.coded is None:
        yield Mistake(study.where(*at), "are chosen, and no file holds coded interviews.",
                      "Add coded: {file: interviews.qdpx}, or leave this out.")  # fmt: skip
        return
    for place, named in ((("interviews", "tables"), said.tables), (("tables",), study.tables)):
        if OWN_TABLE in named:
            yield Mistake(study.where(*place, OWN_TABLE), f"'{OWN_TABLE}' is the table of the study's quotations.",
                          "Give this one another name.")  # fmt: skip
    for theme in said.quotations.chosen:
        if theme not in said.coded_themes:
            mend = closest(theme, said.coded_themes) or "Give its codes under 'themes'."
            yield Mistake(study.where(*at, "chosen", theme), f"there is no theme '{theme}' with codes.", mend)
    known = (*OF_TAGS, *said.coded.variables)
    tags: list[tuple[tuple[str, ...], str]] = [((*at, "tag"), said.quotations.tag)]
    tags += [((*at, "chosen", theme, str(n), "tag"), quote.tag) for theme, quotes in said.quotations.chosen.items()
             for n, quote in enumerate(quotes) if quote.tag is not None]  # fmt: skip
    for path, tag in tags:
        for name in holes(tag):
            yield from absent(study, path, name, known, "variable of people")
    labels = [*said.roles.values(), *said.programmes.values()]
    if said.roles and said.programmes and not said.coded.variables:
        for label in said.quotations.called:
            yield from absent(study, (*at, "called", label), label, labels, "role or programme")
