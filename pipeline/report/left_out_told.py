"""What is said of models refitted without each cluster, from released numbers alone: words would tell withheld ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.disclosure import Released
from pipeline.models.declared import Declared, called, declared
from pipeline.models.leave_one_out import WITHOUT
from pipeline.results import KEY, Key, Sentence, literal, parts_of
from pipeline.study import Study


@dataclass(frozen=True)
class LeftOut:
    """One level's estimates without each block of clusters. whole: the key of the model's own estimate; refits: names
    of the clusters left out -> the key of the estimate without them."""

    level: str
    whole: Key
    refits: Mapping[str, Key]

    @property
    def adjustment(self) -> str:
        return dict(parts_of(self.whole.group))["adjustment"]


def left_out(model: Declared, released: Released) -> list[LeftOut]:
    """A level each, of which anything was refitted."""
    frame = released.frame
    here = frame[(frame["kind"] == "model") & (frame["name"] == model.name) & (frame["statistic"] == "estimate")]
    found: dict[str, dict[str, Key]] = {}
    for row in here[KEY].itertuples(index=False, name=None):
        key, (before, mark, names) = Key(*row), Key(*row).group.partition(f";{WITHOUT}")
        if mark and key.term == model.exposure.name:
            found.setdefault(key.level, {})[names] = key
    made = []
    for level in (level for level in model.exposure.shown if level in found):
        keys = found[level]
        before = next(iter(keys.values())).group.partition(f";{WITHOUT}")[0]
        made.append(LeftOut(level, Key("model", model.name, model.exposure.name, level, before, "estimate"), keys))
    return made


def with_left_out(
    study: Study, released: Released, remarks: Mapping[str, Sequence[Sentence]]
) -> dict[str, Sequence[Sentence]]:
    """The remarks with a sentence a level about what leaving clusters out does."""
    found = dict(remarks)
    for name in study.models if study.data is not None else ():
        model = declared(study, name)
        said = [one for some in left_out(model, released) if (one := _said(study, model, some, released)) is not None]
        if said:
            found[name] = [*found.get(name, ()), *said]
    return found


def _said(study: Study, model: Declared, some: LeftOut, released: Released) -> Sentence | None:
    """The range, and which clusters alone turn the sign or move the estimate out of the whole one's interval."""
    word, words = called(study, model.cluster), model.words_of(some.adjustment)
    shown = {
        names: key for names, key in some.refits.items()
        if not released.withheld(key) and math.isfinite(released.value(key))
    }  # fmt: skip
    none = [
        names for names, key in some.refits.items()
        if not released.withheld(key) and math.isnan(released.value(key))
    ]  # fmt: skip
    of = literal(f" ({some.level})") if some.level else ""
    if released.withheld(some.whole) or not math.isfinite(released.value(some.whole)):
        return None
    if len(shown) < 2:
        gone = all(released.withheld(key) for key in some.refits.values())
        why = "what it is without each is withheld" if gone else "without most there is no estimate"
        return Sentence(literal(f"Whether one {word} alone makes the {words} estimate") + of + f": {why}.")
    low, high = (pick(shown, key=lambda names: (released.value(shown[names]), names)) for pick in (min, max))
    text = (
        literal(f"Without one {word} at a time the {words} estimate") + of
        + " lies between {low} (without " + literal(low) + ") and {high} (without " + literal(high) + ")"
    )  # fmt: skip
    null = 1.0 if model.ratio else 0.0
    whole = released.value(some.whole)
    ends = [released.value(some.whole._replace(statistic=s)) for s in ("ci_low", "ci_high")]
    turned = [n for n, key in shown.items() if (released.value(key) - null) * (whole - null) < 0]
    beyond = [n for n, key in shown.items() if not ends[0] <= released.value(key) <= ends[1]]
    beyond = [n for n in beyond if n not in turned and all(map(math.isfinite, ends))]
    parts = [f"without {literal(n)} alone it turns its direction" for n in turned]
    parts += [f"without {literal(n)} alone it lies outside the interval of all together" for n in beyond]
    parts += [f"without {literal(n)} there is no estimate" for n in none]
    inside = not turned and not beyond and all(map(math.isfinite, ends))
    text += "; " + ", ".join(parts) if parts else ", inside the interval of all together" if inside else ""
    return Sentence(text + ".", {"low": shown[low], "high": shown[high]}, caveat=bool(turned or beyond))
