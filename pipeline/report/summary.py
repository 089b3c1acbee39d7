"""The report's first section and the prose beside tables: sentences whose numbers come from what was released alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from pipeline.disclosure import Released
from pipeline.models.declared import Declared, declared
from pipeline.models.estimates import group_of
from pipeline.report.blocks import Block, Inline, Listing, Note, Paragraph, Pieces, Strong, datum, listed, say
from pipeline.report.figure_estimates import row_label
from pipeline.report.look_up import population_key, theme_key
from pipeline.results import ALL, Key, Sentence
from pipeline.study import Study
from pipeline.study.format import CODED
from pipeline.tables.words import inside_sentence, wave_labels
from pipeline.themes import interviews as declared_interviews
from pipeline.themes.coding_flow import ANALYSED

_OBSERVED = (
    "Nobody was assigned by chance to what is compared here: what follows are associations, and they do not show what "
    "brings about what."
)


def summary(study: Study, released: Released, remarks: Mapping[str, Sequence[Sentence]]) -> Iterator[Block]:
    """What, who, how many, and each model's estimate with the caveats about it."""
    if study.about:
        yield Paragraph((study.about.strip(),))
    if people := _people(study, released):
        yield Paragraph(people)
    if told := _interviewed(study, released):
        yield Paragraph(told)
    models = [declared(study, name) for name in study.models]
    begun = Counter(about for model in models for about in {_about(model, *at) for at in _places(model)})
    alike = frozenset(about for about, times in begun.items() if times > 1)
    found = [(*sentence, *_caveats(remarks.get(model.name, ()), released))
             for model in models for sentence in estimate_sentences(model, released, alike)]  # fmt: skip
    if found:
        randomised = all(model.randomised for model in models)
        yield Paragraph(("The main estimates:" if randomised else f"{_OBSERVED} The main estimates:",))
        yield Listing(tuple(found))
    if not study.models and study.data is not None:
        yield Paragraph(("The study file declares no model; this report describes.",))


def _caveats(remarks: Sequence[Sentence], released: Released) -> Iterator[Inline]:
    for remark in remarks:
        if remark.caveat:
            yield from (" ", *say(remark, released))


def _people(study: Study, released: Released) -> Pieces:
    """``This report describes 1,203 people in 7 clusters; 1,203 at Baseline and 801 at 6 months. Beside them stand 7
    programmes and 7,429 sessions.`` Each table's rows are called what its unit is declared to be."""

    def key(group: str, statistic: str, table: str = study.main) -> Key:
        return Key("flow", table, "kept", "", group, statistic)

    if not released.has(key(ALL, "people")):
        return ()
    kept = datum(key(ALL, "people"), released)
    inside = population_key(study, released)
    unit = study.sources[study.main].unit
    parts: list[Inline] = ["This report describes ", datum(inside, released) if inside else kept, f" {unit}"]
    parts += [" of ", kept, " whose rows were kept"] if inside else []
    units = [source.unit for source in study.sources.values()]
    others = [
        (k, source.unit if units.count(source.unit) == 1 else f"{source.unit} of the table {table}")
        for table, source in study.sources.items()
        if table != study.main and released.has(k := key(ALL, "people", table))
    ]
    beside: list[Inline] = [". Beside them stand "] if others else []
    for place, (k, unit) in enumerate(others):
        beside += [(", " if place < len(others) - 1 else " and ") if place else "", datum(k, released), f" {unit}"]
    if inside:  # clusters and waves are counted of all kept rows, not of the population
        return (*parts, *beside, ".")
    if released.has(key(ALL, "clusters")) and study.design.cluster:
        parts += [" in ", datum(key(ALL, "clusters"), released), " clusters"]
    waves = [w for w in wave_labels(study.sources[study.main]).values() if released.has(key(f"wave={w}", "people"))]
    for place, wave in enumerate(waves):
        before = (", " if place < len(waves) - 1 else " and ") if place else "; "
        parts += [before, datum(key(f"wave={wave}", "people"), released), f" at {wave}"]
    return (*parts, *beside, ".")


def _interviewed(study: Study, released: Released) -> Pieces:
    """``The interviews of 40 people are analysed. Themes, with the people who spoke of each: a place (25).``"""
    said, key = study.interviews, Key("flow", CODED, ANALYSED, statistic="people")
    if said is None or not released.has(key):
        return ()
    parts: list[Inline] = ["The interviews of ", datum(key, released), " people are analysed."]
    counted = {theme: spoke for theme in said.coded_themes if (spoke := theme_key(study, theme, released))}
    for place, (theme, spoke) in enumerate(counted.items()):
        before = ", " if place else " Themes, with the people who spoke of each: "
        parts += [f"{before}{theme} (", datum(spoke, released), ")"]
    return (*parts, *(["."] if counted else []))


def _places(model: Declared) -> Iterator[tuple[str, str]]:
    """Level of the exposure, and wave, of each of a model's sentences."""
    yield from ((level, wave) for wave, level in product(model.waves or ("",), model.exposure.shown))


def estimate_sentences(
    model: Declared, released: Released, alike: Collection[str] = frozenset()
) -> Iterator[Pieces]:
    """A sentence a level of the exposure (and a wave): the adjusted estimate, and the unadjusted beside it; of a
    mediation what goes by way of the mediator, too. alike: beginnings that several models have; before these stands the
    model's title."""
    for level, wave in _places(model):
        found = [a for a in ("adjusted", "unadjusted") if released.has(_key(model, level, a, "estimate", wave))]
        if found:
            first, *others = [_estimate(model, level, a, released, wave) for a in found]
            beside = (*model.always, *(model.adjust if found[0] == "adjusted" else ()))
            how = f" after adjustment for {listed(inside_sentence(t.label) for t in beside)}" if beside else ""
            about = _about(model, level, wave)
            named = f"{model.title}: {inside_sentence(about)}" if about in alike else about
            said: list[Inline] = [f"{named} was ", *first, how, *_by_way(model, level, found[0], released)]
            for other in others:
                said += [f"; {model.words_of('unadjusted')} it was ", *other]
            yield (*said, ".")


def _by_way(model: Declared, level: str, adjustment: str, released: Released) -> Pieces:
    """`` (by way of loneliness: −0.26, 95% CI −0.40 to −0.12)``, where that is printed."""
    at = Key("mediation", model.name, "indirect", level, group_of(adjustment, ""), "estimate")
    low, high = (at._replace(statistic=end) for end in ("ci_low", "ci_high"))
    if model.mediator is None or not released.has(at) or released.withheld(at) or math.isnan(released.value(at)):
        return ()
    ends: Pieces = (", no interval)",)
    if not (released.withheld(low) or math.isnan(released.value(low))):
        ends = (", 95% CI ", datum(low, released), " to ", datum(high, released), ")")
    return (f" (by way of {inside_sentence(model.mediator.label)}: ", datum(at, released), *ends)


def _about(model: Declared, level: str, wave: str) -> str:
    outcome = inside_sentence(model.outcome.label)
    unit = f" ({model.outcome.unit})" if model.outcome.unit else ""
    what = f"mean difference in {outcome}{unit}"
    if model.effect != "mean difference":
        what = f"{model.effect} for {outcome}" + (f" ({model.event})" if model.event else "")
    return f"{row_label(model, level)}: the {what}{f' at {wave}' if wave else model.at}"


def _estimate(model: Declared, level: str, adjustment: str, released: Released, wave: str) -> Pieces:
    """``−0.45 (95% CI −0.55 to −0.36; P <0.001; n = 863)``, or why there is none."""
    middle, low, high, p = (_key(model, level, adjustment, s, wave) for s in ("estimate", "ci_low", "ci_high", "p"))
    if released.withheld(middle):
        return ("withheld, because it stands on small numbers",)
    if math.isnan(released.value(middle)):
        return ("not estimated",)
    n = _key(model, "", adjustment, "n", wave)
    counted: Pieces = ("; n = ", datum(n, released)) if released.has(n) else ()
    if math.isnan(released.value(low)) or released.withheld(low):
        return (datum(middle, released), " (no interval", *counted, ")")
    sign = "" if released.text(p)[:1] in "<>" else "= "
    told = released.has(p) and (released.withheld(p) or not math.isnan(released.value(p)))
    tested: Pieces = (f"; P {sign}", datum(p, released)) if told else ()
    for word, method in (("p_holm", "Holm"), ("p_bh", "BH")):
        if released.has(better := p._replace(statistic=word)):
            sign = "" if released.text(better)[:1] in "<>[" else "= "
            tested += (f"; P ({method}) {sign}", datum(better, released))
    return (
        datum(middle, released),
        " (95% CI ",
        datum(low, released),
        " to ",
        datum(high, released),
        *tested,
        *counted,
        ")",
    )


def _key(model: Declared, level: str, adjustment: str, statistic: str, wave: str = "") -> Key:
    return Key("model", model.name, model.exposure.name, level, group_of(adjustment, wave), statistic)


def interviews(study: Study, released: Released) -> Iterator[Block]:
    """What the study file says of its interviews; "not reported" and "not applicable" stay as written."""
    said = declared_interviews(study)
    yield Listing(tuple((Strong(f"{heading}: "), *say(sentence, released), ".") for heading, sentence in said.facts))
    coded = study.interviews is not None and study.interviews.coded is not None
    none = "nothing that was said in an interview is coded or counted here"
    yield Note((f"These are the study's own statements; {'what was coded is counted below' if coded else none}.",))
