"""The mediator's and the outcome's model of one mediation, fitted once with every row's influence, or for many draws.

Influence functions: Hampel 1974 (J Am Stat Assoc 69, 383-393); summed by sampling unit they give linearised errors
(Binder 1983, Int Stat Rev 51, 279-292) that hold both models' errors and what these have in common. Of rows that stand
for themselves each residual is taken as if the row had not been in the fit (HC3: MacKinnon & White 1985, J Econom 29,
305-325), as in the other models.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import expit

from pipeline.models.batched import logits, orthonormal
from pipeline.models.coefficients import Floats, NotEstimable
from pipeline.models.mediation_rows import Laid
from pipeline.models.natural_effects import Parameters, means, slopes


@dataclass(frozen=True, eq=False)
class One:
    """One model. b: columns turned orthonormal, (n, k), with ``x = b r``. estimate: of x's columns. residual: outcome
    less mean. influence: shape (n, k + 1), of the rows on coefficients and on the log of the residual variance."""

    b: Floats
    r: Floats
    turned: Floats
    residual: Floats
    log_variance: float
    vcov: Floats
    influence: Floats

    @property
    def estimate(self) -> Floats:
        return np.asarray(np.linalg.solve(self.r, self.turned))

    def without_itself(self, weight: Floats, binary: bool) -> One:
        """The same, a row's influence on the coefficients being what it would have with its residual from a fit of the
        others; NaN for a row that alone makes up a coefficient."""
        k = len(self.turned)
        share = np.sum((self.b @ (self.r @ self.vcov[:k, :k] @ self.r.T)) * self.b, axis=1)
        if binary:
            size = np.abs(self.residual)
            leverage = weight * size * (1 - size) * share  # of 0 and 1: chance times what is left to one
        else:
            leverage = weight * share / np.exp(self.log_variance)
        influence = self.influence.copy()
        influence[:, :k] /= np.where(leverage < 1 - 1e-9, 1 - leverage, np.nan)[:, None]
        return replace(self, influence=influence)


def _one(b: Floats, r: Floats, y: Floats, weight: Floats, binary: bool) -> One:
    n, k = b.shape
    back = np.linalg.solve(r, np.eye(k))
    if binary:
        turned = logits(b, y, weight[None, :], np.zeros(k))[0]
        if not np.isfinite(turned).all():
            raise NotEstimable("the logistic fit did not converge")
        chance = expit(b @ turned)
        bread = back @ np.linalg.inv(b.T @ (b * (weight * chance * (1 - chance))[:, None])) @ back.T
        residual, log_variance, last = y - chance, 0.0, np.zeros(n)
        vcov = np.zeros((k + 1, k + 1))
        vcov[:k, :k] = bread
    else:
        turned = b.T @ (weight * y)
        residual, bread = y - b @ turned, back @ back.T
        if np.abs(residual).max() < 1e-10 * np.ptp(y):
            raise NotEstimable("the model fits everyone exactly, which leaves no error to be estimated")
        square = float(weight @ residual**2 / weight.sum())
        log_variance, last = float(np.log(square * n / (n - k))), weight / weight.sum() * (residual**2 / square - 1)
        vcov = np.zeros((k + 1, k + 1))
        vcov[:k, :k], vcov[k, k] = bread * np.exp(log_variance), 2 / (n - k)
    influence = np.column_stack([(b * (weight * residual)[:, None]) @ (r @ bread.T), last])
    return One(b, r, turned, residual, log_variance, vcov, influence)


@dataclass(frozen=True, eq=False)
class Both:
    """Both models of ``laid``."""

    laid: Laid
    mediator: One
    outcome: One

    @classmethod
    def of(cls, laid: Laid) -> Both:
        b, r = orthonormal(laid.x, laid.weight)
        k = laid.covariates + 2
        question = laid.question
        first = _one(b[:, :k], r[:k, :k], laid.mediator, laid.weight, question.binary_mediator)
        return cls(laid, first, _one(b, r, laid.outcome, laid.weight, question.binary_outcome))

    def without_itself(self) -> Both:
        """Both models with the influence of ``One.without_itself``."""
        question, weight = self.laid.question, self.laid.weight
        return Both(
            self.laid,
            self.mediator.without_itself(weight, question.binary_mediator),
            self.outcome.without_itself(weight, question.binary_outcome),
        )

    @cached_property
    def parameters(self) -> Parameters:
        logs = np.array([self.mediator.log_variance, self.outcome.log_variance])
        return Parameters(self.mediator.estimate, self.padded(self.outcome.estimate), logs)

    def padded(self, theta: Floats) -> Floats:
        """With a zero for the interaction that a model goes without."""
        if self.laid.question.interaction:
            return theta
        return np.concatenate([theta, np.zeros((*theta.shape[:-1], 1))], axis=-1)

    @property
    def influence(self) -> Floats:
        """Of the rows on ``parameters.joined()``: (n, parameters)."""
        first, second = self.mediator.influence, self.outcome.influence
        return np.column_stack([first[:, :-1], self.padded(second[:, :-1]), first[:, -1], second[:, -1]])

    @property
    def vcov(self) -> Floats:
        """Of ``parameters.joined()``, where both models are taken as true: their errors have nothing in common."""
        k, q = len(self.parameters.beta), len(self.outcome.turned)
        size = k + len(self.parameters.theta) + 2
        found = np.zeros((size, size))
        for one, at in ((self.mediator, [*range(k), size - 2]), (self.outcome, [*range(k, k + q), size - 1])):
            found[np.ix_(at, at)] = one.vcov
        return found

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Covariates' rows, (m, p + 1), over which effects are averaged, and their shares."""
        laid = self.laid
        if laid.told_at is not None:
            return laid.told_at[None, :], np.ones(1)
        rows, share = laid.x[:, : laid.covariates + 1], laid.weight / laid.weight.sum()
        return ((share @ rows)[None, :], np.ones(1)) if laid.shape.of_one_row else (rows, share)

    def effect_influence(self) -> Floats:
        """Of the rows on the effects, (n, 6): by way of both models, and by what is averaged over."""
        laid, (rows, share) = self.laid, self.rows
        found = means(self.parameters, laid.shape, rows, share)
        through = self.influence @ found.gradient.T
        if laid.told_at is None:
            own = laid.weight / laid.weight.sum()
            if laid.shape.of_one_row:
                there = laid.x[:, : laid.covariates + 1] - rows
                through += own[:, None] * (there @ self._by_row(rows[0]).T)
            else:
                through += own[:, None] * (found.by_row - found.value)
        return np.asarray(through @ slopes(found.value, laid.shape).T)

    def _by_row(self, row: Floats) -> Floats:
        """Derivatives of the six means by the row of covariates' means: (6, p + 1)."""
        shape, at, p = self.laid.shape, self.parameters, len(row)
        beta, theta = at.beta[:p], at.theta[:p]
        found = []
        for a, b in shape.crossed():
            slope = at.theta[p + 1] + at.theta[p + 2] * a
            rise = slope
            if shape.binary_mediator:
                through = row @ beta + at.beta[p] * b
                rise = expit(slope + through) - expit(through)
            found.append(theta + rise * beta)
        return np.array([*found, theta, theta])
