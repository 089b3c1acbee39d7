"""How a model was done, in plain sentences for a methods section, as SAMPL asks."""

from __future__ import annotations

from importlib.metadata import version

from pipeline.models.change_told import change_methods
from pipeline.models.declared import MIXED, ORDERED, Declared, Term, called, declared
from pipeline.models.joint_told import joint_methods
from pipeline.models.mediation_told import mediation_methods
from pipeline.models.moderation_told import moderation_methods
from pipeline.models.safeguards import safeguard_methods
from pipeline.models.splines import told as bent_words
from pipeline.models.standings import FEW_PEOPLE, MEDIATION, NAMES
from pipeline.results import Sentence, literal
from pipeline.study import Study

LINEAR = ("mean difference", "risk difference")
WILD = (
    " With up to 12 clusters P values of the wild cluster bootstrap over all sign vectors stand beside them (Cameron, "
    "Gelbach & Miller 2008), but not of an exposure that is a cluster's own and was not randomised."
)
ROWS = "Rows with a value for every variable of the model were analysed; intervals are 95% confidence intervals."


def methods(study: Study, name: str) -> list[Sentence]:
    """From the declaration alone; nothing here depends on the data."""
    model = declared(study, name)
    said = (_what(study, model), _how(study, model), ROWS, *safeguard_methods(study, model))
    return [Sentence(literal(text)) for text in said]


def _what(study: Study, model: Declared) -> str:
    outcome = f"{model.outcome.label}" + (f" ({model.event} against any other answer)" if model.event else "")
    adjusted = (
        f"once alone and once adjusted for {_listed([t.label + bent_words(model, t.name) for t in model.adjust])}"
        if model.adjust
        else "without adjustment"
    )
    if model.baseline is not None:
        further = adjusted.replace("once alone", ", once without more") if model.adjust else ""
        adjusted = f"adjusted for the outcome at baseline ({model.baseline.label}; analysis of covariance){further}"
    if model.exposure.kind == "choices":
        adjusted = adjusted.replace("once alone", "once each box alone").replace("without", "each box alone, without")
    kinds = {
        "mean difference": "linear regression",
        "risk difference": "linear regression of a 0/1 outcome, whose coefficients are risk differences",
        "odds ratio": "logistic regression, whose coefficients are shown as odds ratios",
        "risk ratio": "Poisson regression of a 0/1 outcome with robust errors, whose coefficients are shown as risk "
        "ratios (Zou 2004)",
        "rate ratio": "Poisson regression with robust errors, whose coefficients are shown as rate ratios"
        + (f", with {model.time.label} as the time at risk" if model.time else ""),
        ORDERED: "cumulative logistic regression (proportional odds), whose coefficients are shown as odds ratios of a "
        "higher answer",
    }
    text = f"{outcome}{model.at} was related to {_exposure(model.exposure)} by {kinds[model.effect]}, {adjusted}."
    clusters = _in_clusters(study, model)
    parts = (change_methods(model), joint_methods(model, clusters), moderation_methods(model, clusters))
    return text + "".join(parts) + mediation_methods(model)


def _exposure(term: Term) -> str:
    if term.kind == "number":
        return f"{term.label} (per unit{f', {term.unit}' if term.unit else ''})"
    if term.kind == "choices":
        return f"{term.label} (each of {_listed(list(term.levels))}, ticked against not ticked)"
    return f"{term.label} ({_listed(list(term.levels))} against {term.reference})"


def _how(study: Study, model: Declared) -> str:
    if model.survey:
        design = study.design
        parts = ["weights", *(["strata"] if design.strata else []), *(["primary sampling units"] if design.psu else [])]
        made = f"Taylor linearisation, package svy {version('svy')}"
        if model.effect == ORDERED:  # which svy does not fit
            made = "weighted maximum likelihood; Taylor linearisation"
        made += "; degrees of freedom of the design less the slopes"
        return (
            f"The sample's {_listed(parts)} entered estimates and standard errors ({made}); a part of the sample was "
            f"analysed as a domain of the whole design.{_units(study, model)} Counts of {model.analysed} are "
            "unweighted."
        )
    fits = f"Models were fitted with statsmodels {version('statsmodels')}"
    if not _in_clusters(study, model):
        if model.effect == ORDERED:
            return "Ordered outcomes were fitted by maximum likelihood, with its own errors and Brant's test (1990)."
        firth = (
            " Where answers are predicted perfectly, the estimates are those of Firth's penalised likelihood (1993)."
        )
        own = firth if model.effect == "odds ratio" else ""
        return f"{fits}, with heteroskedasticity-consistent standard errors (HC3).{own}{_few(model)}"
    together = called(study, model.cluster) if model.cluster else "rows of one person, or of one parent"
    if model.by_person:
        together = "rows of one person"
    if model.clustering != "robust" or model.effect == ORDERED:
        return _of_clusters(model, together)
    alone = ""
    if not (model.cluster or model.by_person):
        alone = f" Where none do, they are heteroskedasticity-consistent (HC3).{_few(model)}"
    return (
        f"{fits}. Where {model.analysed} belong together ({together}), standard errors are cluster-robust with the CR2 "
        "correction and Satterthwaite degrees of freedom (Pustejovsky & Tipton 2018), and the intraclass correlation "
        f"is the analysis-of-variance estimate.{alone}{WILD if model.effect in LINEAR else ''}"
    )


def _few(model: Declared) -> str:
    """Where P values are not told for want of people on one side; said of every such model, for the place would tell
    how few they are."""
    least, mediated = FEW_PEOPLE.get(f"{NAMES[model.effect]} HC3"), FEW_PEOPLE[MEDIATION]
    two = f"{model.exposure.label} has two values and " if model.exposure.kind == "number" else ""
    beside = ["of all levels together"] if model.exposure.kind == "category" and len(model.exposure.shown) > 1 else []
    beside += ["of the interaction"] if model.moderator is not None else []
    limits = [(least, f" (nor one {' or '.join(beside)})" if beside else "")] if least else []
    limits += [(mediated, " of the mediation")] if model.mediator else []
    return "".join(
        f" Where {two}fewer than {n} {model.analysed} are on one side of a comparison, and a quarter of all or less, "
        f"no P value{what} is told, because such intervals can be too narrow."
        for n, what in limits
    )


def _in_clusters(study: Study, model: Declared) -> bool:
    """Whether rows may belong together: of a cluster, a parent, or a person with several."""
    source = study.sources[model.table]
    several_waves = (source.waves or source.wide) and not model.wave  # at one wave a person has one row
    return bool(model.cluster or source.parent or several_waves)


def _of_clusters(model: Declared, together: str) -> str:
    """How belonging together ({together}) is allowed for, other than by CR2 errors. No package fits these."""
    fits = ""
    if model.effect == ORDERED:
        fits = "Ordered outcomes were fitted by maximum likelihood. "
        how = (
            "standard errors are made of the score's sums by cluster, corrected for few clusters (Kauermann & Carroll "
            "2001), with a t on clusters less coefficients"
        )
    elif model.clustering in MIXED:
        slope = " and a random slope of the exposure, which correlate," if model.clustering == "random slope" else ","
        how = (
            f"each has a random intercept{slope} fitted by restricted maximum likelihood, with the errors and degrees "
            "of freedom of Kenward & Roger (1997)"
        )
    else:
        how = (
            "answers are taken to correlate alike (generalised estimating equations, exchangeable; Liang & Zeger "
            "1986), with the errors of Kauermann & Carroll (2001) and a t on clusters less coefficients"
        )
    return f"{fits}Where {model.analysed} belong together ({together}), {how}."


def _units(study: Study, model: Declared) -> str:
    """What came into a sample as a whole where no units are declared."""
    source = study.sources[model.table]
    if study.design.psu or not (model.cluster or source.parent or source.waves or source.wide):
        return ""
    whose = called(study, model.cluster) if model.cluster else "person, or of one parent,"
    return f" Rows of one {whose} are one sampling unit."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
