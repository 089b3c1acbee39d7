"""A group of few people at one wave: what can't be told of it does not take the whole report along."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.disclosure import release
from pipeline.results import Key, Number, Results
from pipeline.study import parse_study

STUDY = """
title: T
data: {file: a.csv, id: id, wave: wave, waves: {1: Start, 2: Later}}
design: {kind: cohort, cluster: site}
variables:
  site: {codes: {A: A, B: B, G: G}}
  helped: {codes: {1: Y, 2: N}}
  liked: {codes: {1: L, 2: D}, asked_of: {helped: Y}}
  sex: {codes: {1: W, 2: M}}
release: {rule: journal, below: 5}
"""
AT = {"Start": {"A": (50, 40), "B": (40, 30), "G": (6, 5)}, "Later": {"A": (41, 33), "B": (33, 24), "G": (4, 4)}}
"""Wave -> site -> people, and those of them who were helped. G is of few later on; at the start one was not helped."""


def row(term: str, level: str, group: str, n: int, of: int) -> Iterator[Number]:
    for statistic, value, people in (("n", n, n), ("denominator", of, of), ("percent", 100 * n / of, n)):
        yield Number(Key("quality", "missingness", term, level, group, statistic), value, people)


def numbers() -> Iterator[Number]:
    sites = {f"wave={w};site={s}": n for w, held in AT.items() for s, n in held.items()}
    waves = {f"wave={w}": tuple(map(sum, zip(*held.values(), strict=True))) for w, held in AT.items()}
    overall = {f"site={s}": tuple(map(sum, zip(*(held[s] for held in AT.values()), strict=True))) for s in "ABG"}
    every = {"All": tuple(map(sum, zip(*waves.values(), strict=True))), **waves, **overall, **sites}
    for group, (people, helped) in every.items():
        yield from row("sex", "", group, 0, people)
        yield from row("helped", "", group, 0, people)
        yield from row("liked", "", group, 0, helped)
        if people > helped:
            yield from row("liked", "not applicable", group, people - helped, people)


def test_most_of_a_report_stays_and_those_not_asked_of_a_small_group_go():
    study = parse_study(STUDY, "studies/x.yaml")
    released = release(Results.of(numbers()), study.release, study)

    def told(term: str, group: str, statistic: str, level: str = "") -> bool:
        key = Key("quality", "missingness", term, level, group, statistic)
        return released.has(key) and not released.withheld(key)

    assert told("sex", "wave=Start", "denominator") and told("sex", "wave=Start;site=A", "denominator")
    assert not told("sex", "wave=Later;site=G", "denominator")
    # one of 6 in G was not asked: the 6 and the 5 may not both stand, wherever they are told
    six = any(told(term, "wave=Start;site=G", "denominator") for term in ("sex", "helped"))
    assert not (six and told("liked", "wave=Start;site=G", "denominator"))
    ten = any(told(term, "site=G", "denominator") for term in ("sex", "helped"))
    assert not (ten and told("liked", "site=G", "denominator"))
    assert released.frame["withheld"].mean() < 0.5
