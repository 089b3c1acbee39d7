"""Agreement and saturation: what the study file alone shows to be impossible, or to have no sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.errors import Mistake
from pipeline.study.compared import OF_NUMBERS, OF_TWO, AgreementSpec, SaturationSpec
from pipeline.study.format import Study
from pipeline.study.outputs import Interviews

_NO_FILE = "speaks of coded interviews, and no file holds any."
_ADD = "Add coded: {file: interviews.qdpx}, or leave this out."
_NO_THEMES = "the themes name no codes."
_OR_CODES = "Write themes: {name: {codes: [...]}}, or of: codes."


def check_coders(study: Study) -> Iterator[Mistake]:
    """Agreement in a reflexive analysis; measures that do not fit what is compared; themes without codes."""
    said = study.interviews
    if said is None:
        return
    if said.agreement is not None:
        yield from _agreement(study, said, said.agreement)
    if (asked := said.saturation_asked) is not None:
        yield from _saturation(study, said, asked)


def _agreement(study: Study, said: Interviews, asked: AgreementSpec) -> Iterator[Mistake]:
    at = ("interviews", "agreement")
    if said.reflexive:
        yield Mistake(
            study.where(*at),
            "a reflexive thematic analysis has none: codes are made by interpretation, and no one expects another "
            "coder to make the same.",
            "Leave it out, or say with approach: what was done instead.",
        )
    if said.coded is None:
        yield Mistake(study.where(*at), _NO_FILE, _ADD)
    if isinstance(said.coders, int) and said.coders < 2:
        yield Mistake(study.where(*at), f"needs two coders or more, and 'coders' says {said.coders}.", "Correct one.")
    if said.coded is not None and "themes" in asked.of and not said.coded_themes:
        yield Mistake(study.where(*at, "of"), _NO_THEMES, _OR_CODES)
    if len(asked.coders) == 1:
        yield Mistake(study.where(*at, "coders"), "names one coder.", "Name two or more, or leave it out for everyone.")
    for key in ("of", "coders", "measures"):
        yield from _twice(study, (*at, key), getattr(asked, key))
    yield from _measures(study, asked)


def _twice(study: Study, path: tuple[str, ...], words: Sequence[str]) -> Iterator[Mistake]:
    for word in dict.fromkeys(word for word in words if words.count(word) > 1):
        yield Mistake(study.where(*path), f"'{word}' stands twice.", "Name it once.")


def _measures(study: Study, asked: AgreementSpec) -> Iterator[Mistake]:
    """What needs two coders, an order of values, or a measure that nobody asked for."""
    at = ("interviews", "agreement")
    if asked.how_often and asked.on == "segments":
        yield Mistake(study.where(*at, "how_often"), "counts passages in a document, and 'on' says segments.",
                      "Write on: documents, or leave how_often out.")  # fmt: skip
    for measure in asked.measures:
        if measure in OF_TWO and len(asked.coders) > 2:
            yield Mistake(study.where(*at, "measures"), f"'{measure}' is of two coders, and 'coders' names "
                          f"{len(asked.coders)}.", "Leave it out, or name two coders.")  # fmt: skip
        if measure not in OF_NUMBERS and asked.how_often:
            yield Mistake(study.where(*at, "measures"), f"'{measure}' is of what was given or not, not of how often.",
                          f"With how_often there are {', '.join(OF_NUMBERS)}.")  # fmt: skip
    for key, measure in (("weights", "cohen"), ("level", "krippendorff")):
        said = getattr(asked, key)
        if said is None or said == "nominal":
            continue
        if not asked.how_often:
            yield Mistake(study.where(*at, key), "needs values with an order, and a code is given or not.",
                          "Add how_often: true, or leave it out.")  # fmt: skip
        elif asked.measures and measure not in asked.measures:
            yield Mistake(study.where(*at, key), f"belongs to '{measure}', which is not among the measures.",
                          f"Add {measure} there, or leave it out.")  # fmt: skip


def _saturation(study: Study, said: Interviews, asked: SaturationSpec) -> Iterator[Mistake]:
    at = ("interviews", "saturation")
    if said.coded is None:
        yield Mistake(study.where(*at), _NO_FILE, _ADD)
        return
    if asked.of == "themes" and not said.coded_themes:
        yield Mistake(study.where(*at, "of"), _NO_THEMES, _OR_CODES)
    if asked.order == "collection" and said.coded.columns.order is None:
        yield Mistake(
            study.where(*at),
            "needs the order in which the interviews were held.",
            "Name what tells it, coded: {columns: {order: Held}}; or write order: files, which the report says.",
        )
