"""Answers that somebody must look at: where their list lies, whose task it is, and how many gave one."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.disclosure import Released
from pipeline.instruments import rules
from pipeline.instruments.card import FLAGGED_FILE
from pipeline.instruments.to_look_at import TO_LOOK_AT
from pipeline.report.blocks import Block, Code, Heading, Listing, Paragraph, Pieces, datum, listed
from pipeline.report.ends_told import in_order, wave_of
from pipeline.results import KEY, Key
from pipeline.study import Study
from pipeline.tables.missingness import NAME as MISSINGNESS
from pipeline.tables.words import label_of

COUNTED = (
    "How many gave such an answer is told apart from all scores, and over everyone alone; it is withheld where few "
    "did, nobody, or all but few, and where variables or a function of the study's own may tell of the same item."
)


def to_look_at_blocks(study: Study, released: Released) -> Iterator[Block]:
    """That the list exists and who must look at it, and a line a scale and item; nothing where no scale has one."""
    found = {name: rule for name, rule in rules(study).items() if rule.flags}
    if not found:
        return
    yield Heading("Answers that somebody must look at", "answers-to-look-at")
    because = listed(dict.fromkeys(flag.because for rule in found.values() for flag in rule.flags.values()))
    listed_in = f"data/processed/{study.name}/02_score/{FLAGGED_FILE}"
    yield Paragraph((
        f"Some answers ({because}) call for attention whatever the score is. Who gave one is listed in ",
        Code(listed_in),
        ", which is never released; the clinician of the study, or whoever answers there for people's safety, must "
        "look at it.",
    ))  # fmt: skip
    frame = released.frame
    rows = frame[(frame["kind"] == "quality") & (frame["name"] == TO_LOOK_AT)]
    keys = [Key(*row) for row in rows[KEY].itertuples(index=False, name=None)]
    lines: list[Pieces] = []
    for name, rule in found.items():
        for item, flag in rule.flags.items():
            here = in_order(study, [key for key in keys if (key.term, key.level) == (name, item)])
            told = [piece for at, key in enumerate(here) for piece in _count(released, key, bool(at))]
            if told:
                lines.append((f"{label_of(study, name)}, {item} ({flag.because}): ", *told, "."))
    if lines:
        yield Paragraph((COUNTED,))
        yield Listing(tuple(lines))


def _count(released: Released, key: Key, further: bool) -> Pieces:
    """``; 12 of 240 asked (Baseline)``."""
    asked = Key("quality", MISSINGNESS, key.term, "", key.group, "denominator")
    wave = f" ({wave_of(key)})" if wave_of(key) else ""
    of = (" of ", datum(asked, released), " asked") if released.has(asked) else ()
    return ("; " if further else "", datum(key, released), *of, wave)
