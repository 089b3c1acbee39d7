"""What the registry says against a study's scales, before any data are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.errors import Mistake, closest
from pipeline.instruments.card import Instrument, Subscale
from pipeline.instruments.registry import card, in_order, item_ranges, keys, part_of
from pipeline.study import Scale, Study

_NEEDS_INSTRUMENT = {
    "subscale": ("names no instrument to be a part of.", "Add 'instrument', or leave 'subscale' out."),
    "algorithm": ("names no instrument to be a part of.", "Add 'instrument', or leave 'algorithm' out."),
    "form": ("names no instrument whose form it would be.", "Add 'instrument', or leave 'form' out."),
    "reversed_at_source": (
        "says how the file differs from an instrument's form, and there is no instrument.",
        "Leave these items out of 'reverse' instead.",
    ),
}
"""Keys that mean nothing without an instrument: what is wrong, and what to write."""


def check_scales(study: Study) -> list[Mistake]:
    """Unknown names, wrong numbers of items, contradicted rules, items that two scales read otherwise."""
    found: list[Mistake] = []
    for name, scale in study.scales.items():
        at = ("scales", name)
        if scale.instrument is not None:
            if scale.instrument not in keys():
                mend = closest(scale.instrument, keys()) or f"Known: {', '.join(keys())}."
                what = f"there is no instrument '{scale.instrument}'."
                found.append(Mistake(study.where(*at, "instrument"), what, mend))
                continue
            found += _against_card(study, name, scale, card(scale.instrument))
        else:
            found += [Mistake(study.where(*at, k), *why) for k, why in _NEEDS_INSTRUMENT.items() if getattr(scale, k)]
        if scale.max_missing is not None and scale.max_missing >= len(scale.items):
            what = f"{scale.max_missing} of {len(scale.items)} items may be missing."
            found.append(Mistake(study.where(*at, "max_missing"), what, "At least one item must be answered."))
        whole = card(scale.instrument) if scale.instrument else None
        if scale.reliability is not None and whole is not None and whole.formative:
            what = f"{scale.instrument} has no alpha: {whole.formative}."
            found.append(Mistake(study.where(*at, "reliability"), what, "Leave it out."))
        if scale.reliability is not None and scale.algorithm is not None:
            what = "an algorithm adds nothing up, so that its items have no reliability."
            found.append(Mistake(study.where(*at, "reliability"), what, "Ask for it in the scale that has the sum."))
    return found or [*_read_otherwise(study)]


def _against_card(study: Study, name: str, scale: Scale, whole: Instrument) -> Iterator[Mistake]:
    at, key = ("scales", name), scale.instrument or ""
    if unknown := [*_unknown_part(study, name, scale, whole)]:
        yield from unknown
        return
    part = part_of(whole, scale.subscale, scale.form)
    called = f"{key}, {scale.subscale}," if scale.subscale else key
    if len(scale.items) != part.items:
        items = f"{part.items} item{'s' * (part.items != 1)}"
        mend = "Name them all, in the order of the published form."
        mend = "Name the column that holds the finished score." if whole.score == "finished" else mend
        named = len(scale.items)
        what = f"{called} has {items}, {named} {'are' if named != 1 else 'is'} named."
        yield Mistake(study.where(*at, "items"), what, mend)
    else:
        yield from _in_order(study, name, scale, whole)
        yield from _against_whole(study, name, scale, whole)
    yield from _contradicted(study, name, scale, part)


def _unknown_part(study: Study, name: str, scale: Scale, whole: Instrument) -> Iterator[Mistake]:
    """Forms, subscales and algorithms that the instrument does not have, and one that needs its form named."""
    at, key = ("scales", name), scale.instrument or ""

    def none(word: str, named: str, known: tuple[str, ...]) -> Mistake:
        mend = closest(named, known) or f"Known: {', '.join(known) or 'none'}."
        return Mistake(study.where(*at, word), f"{key} has no {word} '{named}'.", mend)

    printed = (*whole.forms, *whole.orders)
    if scale.form is not None and scale.form not in printed:
        yield none("form", scale.form, printed)
    elif whole.orders and scale.form is None and scale.subscale is None:
        what = f"the items of {key} are printed in several orders, and some count the other way round."
        yield Mistake(study.where(*at, "instrument"), what, f"Say which: form: {' or form: '.join(whole.orders)}.")
    elif whole.subscale_needed and scale.subscale is None:
        what = f"{key} has no score of the whole."
        yield Mistake(study.where(*at, "instrument"), what, f"Say which: subscale: {' or '.join(whole.subscales)}.")
    elif scale.subscale is not None and whole.forms and scale.form is None:
        what = f"the items of {key} are printed in several orders, and its subscales hang on them."
        mend = f"Say which: form: {' or form: '.join(whole.forms)}."
        yield Mistake(study.where(*at, "subscale"), what, mend)
    elif scale.subscale is not None and scale.subscale not in whole.parts_of(scale.form):
        yield none("subscale", scale.subscale, tuple(whole.parts_of(scale.form)))
    if scale.algorithm is not None and scale.algorithm not in whole.algorithms:
        yield none("algorithm", scale.algorithm, tuple(whole.algorithms))
    elif scale.algorithm is not None and scale.subscale is not None:
        mend = "Declare two scales of the same items."
        yield Mistake(study.where(*at, "algorithm"), "can't be that of a subscale.", mend)


def _contradicted(study: Study, name: str, scale: Scale, part: Instrument) -> Iterator[Mistake]:
    at, key = ("scales", name), scale.instrument or ""
    several = bool(part.ranges) and len({part.range_of(n).label for n in range(1, part.items + 1)}) > 1
    words = [k for k in ("score", "range") if getattr(scale, k) not in (None, getattr(part, k))]
    words += ["reverse"] if scale.reverse is not None else []
    for word in words:
        mend = "Leave it out (use 'coded' for another base), or leave out 'instrument' and declare the scale."
        if word == "reverse":
            mend = "Leave it out; items that the file holds reversed already go under 'reversed_at_source'."
        yield Mistake(study.where(*at, word), f"{key} brings its own '{word}'.", mend)
    if scale.coded is not None and several:
        mend = "Say with 'base' which the lowest code in the file is."
        yield Mistake(study.where(*at, "coded"), f"items of {key} have several ranges.", mend)
    if scale.algorithm is not None and scale.max_missing is not None:
        mend = "Leave it out: an item that is missing might have counted."
        yield Mistake(study.where(*at, "max_missing"), f"the algorithm of {key} needs every item.", mend)
    elif part.most_missing is not None and (scale.max_missing or 0) > part.most_missing:
        what = f"with more than {part.most_missing} missing items {key} has no score ({part.missing_source})."
        yield Mistake(study.where(*at, "max_missing"), what, f"Write at most max_missing: {part.most_missing}.")


def _in_order(study: Study, name: str, scale: Scale, whole: Instrument) -> Iterator[Mistake]:
    """Items that carry the numbers of the longer form, in another order than this one prints them."""
    ends = [re.search(r"\d+$", item) for item in scale.items]
    numbers = tuple(int(end[0]) for end in ends if end)
    order = whole.orders.get(scale.form or "", range(1, whole.items + 1))
    printed = tuple(whole.numbers[n - 1] for n in order) if whole.numbers else ()
    if scale.subscale is None and numbers != printed and sorted(numbers) == sorted(printed):
        by_number = dict(zip(numbers, scale.items, strict=True))
        right = ", ".join(by_number[n] for n in printed)
        what = f"are numbered as in the longer form, and {scale.instrument} asks them in another order."
        yield Mistake(study.where("scales", name, "items"), what, f"Write items: [{right}].")


def _against_whole(study: Study, name: str, scale: Scale, whole: Instrument) -> Iterator[Mistake]:
    """A subscale's items must be those that the whole instrument, where it is declared too, has at their places."""
    if scale.subscale is None:
        return
    part: Subscale = whole.parts_of(scale.form)[scale.subscale]
    for other, beside in study.scales.items():
        alike = (beside.instrument, beside.in_) == (scale.instrument, scale.in_)
        if not alike or beside.subscale is not None or len(beside.items) != whole.items:
            continue
        right = tuple(in_order(whole, beside).items[place - 1] for place in part.items)
        if right != scale.items and set(beside.items) & set(scale.items):  # and not of another time
            numbers = ", ".join(map(str, part.items))
            what = f"'{scale.subscale}' are the items {numbers} of the form, and these are others of '{other}'."
            yield Mistake(study.where("scales", name, "items"), what, f"Write items: [{', '.join(right)}].")
            return


def _read_otherwise(study: Study) -> Iterator[Mistake]:
    """One column can't hold two codings: items of two scales have one range in the file, and stand one way round."""
    owner: dict[tuple[str, str], tuple[str, tuple[float, float], bool]] = {}
    for name, ranges in item_ranges(study).items():
        scale = study.scales[name]
        for item, scored in ranges.items():
            held = scale.in_file(scored)
            turned = item in scale.reversed_at_source
            mine = (name, (held.low, held.high), turned)
            first = owner.setdefault((study.source_of(name), item), mine)
            at = study.where("scales", name, "items")
            if first[1] != mine[1]:
                what = f"item '{item}' is coded otherwise in {first[0]}."
                low, high = first[1]
                mend = f"One item has one coding: there it is {low:g}-{high:g} in the file. Say so with 'coded'."
                yield Mistake(at, what, mend)
            elif first[2] != turned and scale.instrument and study.scales[first[0]].instrument:
                mend = "Name it under 'reversed_at_source' in both or in none."
                yield Mistake(at, f"item '{item}' stands the other way round in {first[0]}.", mend)
