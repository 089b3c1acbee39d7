"""What was done to compare coders and to judge saturation, written out from the study file."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.report.blocks import listed
from pipeline.study import Study
from pipeline.study.compared import AgreementSpec, SaturationSpec

NO_AGREEMENT = (
    "Agreement between coders was not computed: this is a reflexive thematic analysis, in which codes are made by "
    "interpretation. Another coder is not expected to make the same ones, and agreement would not show that an "
    "analysis is good (Braun and Clarke 2021, Qual Res Psychol 18, 328–352)."
)
DOUBTED = (
    "Braun and Clarke (2021, Qual Res Sport Exerc Health 13, 201–216) hold that saturation does not fit a reflexive "
    "thematic analysis, whose themes are made and not found; it is told because the study file asks for it."
)
MEASURES = {
    "percent": "the percentage of pairs of coders that agree",
    "cohen": "Cohen's kappa (1960), with intervals by the infinitesimal jackknife",
    "fleiss": "Fleiss' kappa (1971), with intervals by the infinitesimal jackknife",
    "krippendorff": "Krippendorff's alpha (2011)",
    "ac1": "Gwet's AC1 (2008)",
    "pabak": "kappa adjusted for prevalence and bias (PABAK; Byrt, Bishop and Carlin 1993)",
    "prevalence": "the prevalence index",
    "bias": "the bias index",
}
ALL_THAT_FIT = (
    "the percentage of pairs of coders that agree, kappa (of two coders Cohen's 1960, of several Fleiss' 1971) with "
    "intervals by the infinitesimal jackknife, Krippendorff's alpha (2011), Gwet's AC1 (2008) and, of two coders, "
    "PABAK with the prevalence and the bias index (Byrt, Bishop and Carlin 1993)"
)


def coders(study: Study) -> Iterator[str]:
    """A paragraph each on agreement, or why there is none, and on saturation; nothing where nothing is coded."""
    said = study.interviews
    if said is None or said.coded is None:
        return
    if said.agreement is not None:
        yield _agreement(said.agreement, "themes" if said.coded_themes else "codes")
    elif said.reflexive:
        yield NO_AGREEMENT
    if (asked := said.saturation_asked) is not None:
        yield _saturation(asked, "themes" if said.coded_themes else "codes") + (f" {DOUBTED}" if said.reflexive else "")


def _agreement(asked: AgreementSpec, usual: str) -> str:
    of = listed({"themes": "theme", "codes": "code"}[each] for each in asked.of or (usual,))
    if asked.how_often:
        what = f"in how many passages of a document each coder gave each {of}"
    elif asked.on == "documents":
        what = f"whether each coder gave each {of} anywhere in a document"
    else:
        what = f"whether each coder gave each {of} to each passage, of all that one of them marked"
    alone = " A code counts by itself, without those under it." if "codes" in (asked.of or (usual,)) else ""
    who = f"The {len(asked.coders)} coders whom the study file names" if asked.coders else "All who coded"
    return (
        f"Agreement is about {what}. A document counts where two or more coders coded it; a coder who did not give "
        f"it there said no. {who} were compared by {_measures(asked)}. Intervals of several decisions of a document "
        f"take these together.{alone}"
    )


def _measures(asked: AgreementSpec) -> str:
    if not asked.measures and not asked.how_often:
        return ALL_THAT_FIT
    words = dict(MEASURES)
    if asked.how_often:
        weighted = f", weighted ({asked.weights})" if asked.weights else ""
        words["cohen"] = f"Cohen's kappa{weighted}, with intervals by the infinitesimal jackknife"
        words["krippendorff"] = f"Krippendorff's alpha (2011) at the {asked.scale} level"
    return listed(words[measure] for measure in asked.measured(2))


def _saturation(asked: SaturationSpec, usual: str) -> str:
    of = asked.of or usual
    order = "of collection" if asked.order == "collection" else "of the files, that of collection being unknown"
    words = (
        f"Saturation was judged by new {of} (Guest, Namey and Chen 2020, PLoS ONE 15, e0232076): interviews stand in "
        f"the order {order}; the {of} that are new in each run of {asked.run} interviews are divided by those of the "
        f"first {asked.base} (the base), and it is reached at the first run with at most {asked.threshold:g}%. "
        "“6+2” would say: after six interviews, as two further ones showed."
    )
    if asked.orders:
        words += f" The same was done in {asked.orders:,} random orders of the interviews."
    return words
