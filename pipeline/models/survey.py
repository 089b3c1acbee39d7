"""Estimates from samples with weights, strata and primary sampling units, by Taylor linearisation (package ``svy``).

Agrees with R survey 4.1.1 (``svymean``, ``svyglm``). A domain (a population, complete cases) never leaves the design:
its rows are marked, all others stay where they are with no part in the sums.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy.special import expit

from pipeline.models.coefficients import LEVEL, UNSAID, Coefficients, Floats, Ints, NotEstimable
from pipeline.models.counts import refuse_no_count
from pipeline.models.joint import JointTest
from pipeline.models.linear import NO_VARIANCE, refuse_separation

# ``svy`` computes with polars, and a process that has used polars must not be forked afterwards. It is therefore
# imported inside the functions that need it, which run in a notebook's own kernel.


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """One entry a row of the whole sample. ``strata`` and ``psu`` are integer codes; units are nested in strata.

    ``weight`` is finite and not negative; a weight of zero takes no part. Without ``psu`` each row is its own unit.
    """

    weight: Floats
    strata: Ints
    psu: Ints

    @classmethod
    def of(cls, weight: Floats, strata: NDArray[Any] | None = None, psu: NDArray[Any] | None = None) -> SurveyDesign:
        """From columns as they come: units that repeat a number in another stratum are told apart."""
        n = len(weight)
        strata_codes = np.zeros(n, dtype=int) if strata is None else pd.factorize(strata, sort=True)[0]
        unit = np.arange(n) if psu is None else pd.factorize(psu, sort=True)[0]
        both = np.unique(np.column_stack([strata_codes, unit]), axis=0, return_inverse=True)[1].ravel()
        return cls(np.asarray(weight, dtype=float), strata_codes, both)

    def active(self, domain: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return domain & (self.weight > 0)

    def degf(self, domain: NDArray[np.bool_] | None = None) -> int:
        """Design degrees of freedom: units less strata, counted over the rows of the domain (R's ``degf``)."""
        rows = self.active(np.ones(len(self.weight), dtype=bool) if domain is None else domain)
        return len(np.unique(self.psu[rows])) - len(np.unique(self.strata[rows]))

    def single(self) -> int:
        """How many strata of the whole sample hold a single unit."""
        pairs = np.unique(np.column_stack([self.strata, self.psu]), axis=0)
        return int((np.bincount(pairs[:, 0]) == 1).sum())


@dataclass(frozen=True)
class SurveyMean:
    """A weighted mean or proportion. ``rows`` counts the rows it rests on, unweighted."""

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    df: int
    rows: int


def survey_linear(x: pd.DataFrame, y: Floats, design: SurveyDesign, domain: NDArray[np.bool_]) -> Coefficients:
    """Weighted least squares with linearised errors and (degf + 1 - k) degrees of freedom, as R's ``svyglm``.

    x: the whole sample's rows, intercept included, full rank in the domain; outside it anything, also NaN.
    """
    return _glm(x, y, design, domain, "gaussian")


def survey_logistic(x: pd.DataFrame, y: Floats, design: SurveyDesign, domain: NDArray[np.bool_]) -> Coefficients:
    """Weighted logistic regression of a 0/1 ``y``, errors as ``survey_linear``. Estimates are log odds ratios.

    Raises ``NotEstimable`` where the outcome does not vary, is separated, or where the fit does not converge.
    """
    rows = design.active(domain)
    refuse_separation(x.loc[rows], y[rows])
    return _glm(x, y, design, domain, "binomial")


def survey_poisson(
    x: pd.DataFrame, y: Floats, design: SurveyDesign, domain: NDArray[np.bool_], offset: Floats | None = None
) -> Coefficients:
    """Weighted Poisson regression of counts (or of a 0/1 ``y``), errors as ``survey_linear``. Estimates are log rate
    (or risk) ratios. offset: the log of the time at risk.

    Raises ``NotEstimable`` where an answer is no count, or where nobody of a group has an event.
    """
    rows = design.active(domain)
    refuse_no_count(x.loc[rows], y[rows])
    return _glm(x, y, design, domain, "poisson", offset)


def survey_mean(y: Floats, design: SurveyDesign, domain: NDArray[np.bool_], level: float = LEVEL) -> SurveyMean:
    """Weighted mean in a domain; interval by t on the domain's design degrees of freedom (R's ``svymean``).

    Rows of the domain without a value are left out as a further domain. With no degrees of freedom the limits are NaN.
    """
    domain = domain & np.isfinite(y)
    df = design.degf(domain)
    rows = int(design.active(domain).sum())
    if rows == 0:
        raise NotEstimable("nobody with a weight has a value", UNSAID)
    with _said_aloud():
        sample, inside = _sample(design, domain, {"y": y})
        found = sample.estimation.mean("y", where=inside, alpha=1 - level).estimates[0]
    se = float(found.se)
    half = float(scipy.stats.t.ppf((1 + level) / 2, df)) * se if df > 0 else float("nan")
    return SurveyMean(float(found.est), se, float(found.est) - half, float(found.est) + half, df, rows)


def survey_chi_square(row: Ints, column: Ints, design: SurveyDesign, domain: NDArray[np.bool_]) -> JointTest:
    """Whether two variables with levels go together: Pearson's statistic with Rao and Scott's second-order correction.

    row, column: integer codes, negative where there is none; such rows are left out as a further domain.
    Rao & Scott 1984, Ann Stat 12, 46-60, and Thomas & Rao 1987 for the F reference; agrees with R survey 4.1.1,
    ``svychisq(statistic = "F")``.
    """
    domain = domain & (row >= 0) & (column >= 0)
    rows = design.active(domain)
    if len(np.unique(row[rows])) < 2 or len(np.unique(column[rows])) < 2:
        raise NotEstimable("everyone with an answer is in one group, or gave the same answer", UNSAID)
    with _said_aloud():
        sample, inside = _sample(design, domain, {"row": row.astype(float), "column": column.astype(float)})
        found = sample.categorical.tabulate("row", "column", where=inside).stats.f
    if not found.df_num > 0:  # no variance between units, for which svy says F = 0 on 0 degrees of freedom
        raise NotEstimable("sampling units do not differ", UNSAID)
    return JointTest(float(found.value), float(found.df_num), float(found.df_den), float(found.p_value))


def _glm(x: pd.DataFrame, y: Floats, design: SurveyDesign, domain: NDArray[np.bool_], family: str,
         offset: Floats | None = None) -> Coefficients:  # fmt: skip
    k = x.shape[1]
    df = design.degf(domain) + 1 - k
    if df < 1:
        raise NotEstimable("the design has too few sampling units for so many coefficients")
    names = [f"x{i}" for i in range(k)]  # the study's own names might be ones that svy keeps for itself
    columns = dict(zip(names, x.to_numpy(dtype=float).T, strict=True))
    columns |= {"offset": offset} if offset is not None else {}
    with _said_aloud():
        sample, inside = _sample(design, domain, {"y": y, **columns})
        fitted = sample.glm.fit(
            "y",
            x=names,
            intercept=False,
            family=family,
            where=inside,
            tol=1e-14,
            max_iter=200,
            offset="offset" if offset is not None else None,
        ).fitted
        _refuse_findings(sample)
    found = Coefficients(
        terms=tuple(map(str, x.columns)),
        estimate=np.array([coefficient.est for coefficient in fitted.coefs], dtype=float),
        vcov=np.asarray(fitted.cov_matrix, dtype=float),
        df=np.full(k, float(df)),
        rows=int(design.active(domain).sum()),
        errors="Taylor linearisation",
    )
    rows = design.active(domain)
    own = _own_variance(x.to_numpy(dtype=float)[rows], y[rows], design.weight[rows], found.estimate, family,
                        None if offset is None else offset[rows])  # fmt: skip
    return found.without_errors(~(np.diag(found.vcov) > NO_VARIANCE * own))


def _own_variance(
    x: Floats, y: Floats, weight: Floats, estimate: Floats, family: str, offset: Floats | None
) -> Floats:  # fmt: skip
    """Variances, shape (k,), as large as they would be of rows drawn one by one: what a linearised one is rounding
    beside, as of two groups in which nobody had the event."""
    linear = x @ estimate + (0.0 if offset is None else offset)
    mean = expit(linear) if family == "binomial" else np.exp(linear) if family == "poisson" else linear
    spread = mean * (1 - mean) if family == "binomial" else mean if family == "poisson" else np.ones(len(mean))
    share = weight / weight.mean()
    half = np.linalg.solve(np.linalg.qr(x * np.sqrt(share * spread)[:, None], mode="r"), np.eye(x.shape[1]))
    return np.asarray(np.average((y - mean) ** 2 / spread, weights=share) * (half**2).sum(axis=1), dtype=float)


def _sample(design: SurveyDesign, domain: NDArray[np.bool_], columns: dict[str, Floats]) -> tuple[Any, Any]:
    """svy's sample with the whole design, and the condition that marks the domain.

    Outside the domain values are set to zero: svy would otherwise take a missing value for a domain of its own.
    """
    import polars
    import svy

    logging.getLogger("svy").addHandler(
        logging.NullHandler()
    )  # what it logs, it also records: _refuse_findings reads it
    inside = design.active(domain)
    data = {name: np.where(inside, values, 0.0) for name, values in columns.items()}
    frame = polars.DataFrame(
        {**data, "weight": design.weight, "strata": design.strata, "psu": design.psu, "inside": inside.astype(int)}
    )
    # a stratum's only unit is centred on the mean of all units (R's ``survey.lonely.psu = "adjust"``), which errs
    # towards wider intervals
    described = svy.Design(stratum="strata", psu="psu", wgt="weight", singleton="center" if design.single() else None)
    return svy.Sample(frame, described), svy.col("inside") == 1


@contextmanager
def _said_aloud() -> Iterator[None]:
    """Turn every warning and refusal of svy into ``NotEstimable``: none of them may pass unseen."""
    from svy.errors.base_errors import SvyError

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            yield
        except (SvyError, Warning) as refusal:
            code = getattr(refusal, "code", type(refusal).__name__)
            raise NotEstimable(f"the survey package refused ({code})") from refusal


def _refuse_findings(sample: Any) -> None:
    """What svy records without raising it; findings below a warning say nothing about the answer."""
    from svy.core.warnings import Severity

    codes = sorted({str(finding.code) for finding in sample.warnings if finding.level >= Severity.WARNING})
    if codes:
        raise NotEstimable(f"the survey package warned ({', '.join(codes)})")
