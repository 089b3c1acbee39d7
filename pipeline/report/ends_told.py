"""Where many people have the lowest or highest possible score of a scale: in words, for how many is not printed."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.disclosure import Released
from pipeline.instruments.told import ENDS, MANY_IN_100
from pipeline.report.blocks import Block, Heading, Listing, Paragraph, Pieces, listed
from pipeline.results import ALL, KEY, Key, parts_of
from pipeline.study import Study
from pipeline.tables.words import label_of

WORDS = {"floor": ("lowest", "less"), "ceiling": ("highest", "more")}
RULE = (
    f"A scale has a floor or ceiling where more than {MANY_IN_100} in 100 of those with a score have the lowest or the "
    "highest possible one (McHorney and Tarlov 1995; Terwee et al. 2007)."
)


def ends_blocks(study: Study, released: Released) -> Iterator[Block]:
    """A line a scale and end; nothing where no result tells of it."""
    frame = released.frame
    rows = frame[(frame["kind"] == "quality") & (frame["name"] == ENDS)]
    keys = [Key(*row) for row in rows[KEY].itertuples(index=False, name=None)]
    if not keys:
        return
    yield Heading("Floor and ceiling", "floor-and-ceiling")
    lines: list[Pieces] = []
    for scale in study.scales:
        for end, (which, change) in WORDS.items():
            here = [key for key in keys if key.term == scale and key.statistic == end]
            if at := [key for key in in_order(study, here) if released.value(key) == 1]:
                lines.append((
                    f"{label_of(study, scale)}: more than {MANY_IN_100} in 100 have the {which} possible "
                    f"score{_when(at)}. Those at that end can't be told apart, and {change} than that does not show.",
                ))  # fmt: skip
    hidden = [scale for scale in study.scales if any(k.term == scale and released.withheld(k) for k in keys)]
    none = "" if lines else " None of them has so many there" + (", as far as may be told." if hidden else ".")
    untold = ""
    if hidden:
        names = listed([label_of(study, scale) for scale in hidden])
        untold = f" Of {names} it is not told, or not at every wave: it could tell of few people."
    yield Paragraph((f"{RULE}{none}{untold}",))
    if lines:
        yield Listing(tuple(lines))


def in_order(study: Study, keys: list[Key]) -> list[Key]:
    """Waves as the study file has them."""
    waves = [wave for source in study.sources.values() for wave in source.wave_labels.values()]
    return sorted(keys, key=lambda key: waves.index(wave_of(key)) if wave_of(key) in waves else -1)


def wave_of(key: Key) -> str:
    """Its wave; empty where there are none."""
    return dict(parts_of(key.group)).get("wave", "") if key.group != ALL else ""


def _when(keys: list[Key]) -> str:
    waves = [wave for key in keys if (wave := wave_of(key))]
    return f" ({', '.join(waves)})" if waves else ""
