"""People without a cluster in a table whose errors are made by cluster."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.results import MISSING_LEVEL, Number, Sentence, literal
from pipeline.tables.measure import measure
from pipeline.tables.sheet import Sheet
from pipeline.tables.words import cluster_variable


def clusters_of_one(sheet: Sheet, inner: Sequence[Number]) -> tuple[list[Number], list[Sentence]]:
    """How many people count as clusters of one, where errors are made by cluster. Where the cluster is a variable of
    theirs, they are its missing answers, so that the door withholds the one with the other."""
    spec, alone = sheet.spec, sheet.sample.alone
    if alone is None or not alone.any() or not (spec.intervals != "none" or spec.differences or spec.tests):
        return [], []
    wholes = list({g.path: g for g in sheet.wholes}.values())
    by = cluster_variable(sheet.study, sheet.people.frame)
    same = by is not None and bool((measure(sheet.people, sheet.study, by).missing == alone).all())
    known, numbers, keys = {n.key for n in inner}, [], {}
    for at, group in enumerate(wholes):
        n = int(group.take(alone).sum())
        few = min((some for some in (n, group.n - n) if some), default=0)
        term, level, statistic = (by or "", MISSING_LEVEL, "n") if same else ("", "", "without_cluster")
        keys[f"n{at}"] = sheet.header(group)._replace(term=term, level=level, statistic=statistic)
        if keys[f"n{at}"] not in known:
            numbers.append(sheet.number(term, level, group, statistic, n, n if same else few))
    told = ", ".join(f"{literal(g.label) + ' ' if len(wholes) > 1 else ''}{{n{at}}}" for at, g in enumerate(wholes))
    return numbers, [Sentence(f"People without a cluster count as clusters of one: {told}.", keys)]
