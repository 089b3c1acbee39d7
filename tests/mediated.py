"""Made-up people for the tests of mediation, and slow twins that share no code with what they check."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def made_up(n: int = 300, seed: int = 1) -> pd.DataFrame:
    """Support a, isolation m and mb (yes or no), outcome y, yb (yes or no) and rare, covariates c and d."""
    rng = np.random.default_rng(seed)
    c, d = rng.normal(size=n), rng.integers(0, 2, n).astype(float)
    a = (rng.random(n) < expit(0.4 * c)).astype(float)
    m = 1 + 0.6 * a + 0.4 * c - 0.3 * d + rng.normal(size=n)
    mb = (rng.random(n) < expit(-0.3 + 0.9 * a + 0.4 * c)).astype(float)
    y = 2 + 0.3 * a + 0.5 * m + 0.2 * a * m + 0.3 * c + rng.normal(size=n)
    yb = (rng.random(n) < expit(-0.8 + 0.4 * a + 0.5 * m - 0.3 * a * m + 0.3 * c)).astype(float)
    through = (rng.random(n) < expit(-0.8 + 0.4 * a + 1.1 * mb + 0.3 * c)).astype(float)
    dose = 0.5 * c + rng.normal(size=n)
    return pd.DataFrame(
        {
            "a": a,
            "m": m,
            "mb": mb,
            "y": y,
            "yb": yb,
            "ym": through,
            "c": c,
            "d": d,
            "dose": dose,
            "z": np.sqrt(2 + c**2),
        }
    )


def expit(value: Any) -> Any:
    return (1 + np.tanh(value / 2)) / 2


def slow_fit(table: pd.DataFrame, y: str, x: list[str], binary: bool, weight: Any) -> tuple[dict[str, float], float]:
    """Coefficients by name, and the residual variance on (sum of counts - k) degrees of freedom, by statsmodels."""
    import statsmodels.api as sm

    design = table[x].assign(one=1.0)
    if binary:
        family = sm.families.Binomial()
        fitted = sm.GLM(table[y], design, family=family, freq_weights=weight).fit(tol=1e-14, maxiter=100)
        return dict(fitted.params), 0.0
    fitted = sm.WLS(table[y], design, weights=weight).fit()
    return dict(fitted.params), float((weight * fitted.resid**2).sum() / (weight.sum() - len(x) - 1))


def slow_means(table: pd.DataFrame, q: Any, held: float, weight: Any) -> np.ndarray:
    """The six means, person by person: integrals over a normal mediator by a fine grid."""
    adjust = list(q.adjust)
    full = table.assign(am=table[q.exposure] * table[q.mediator])
    product = ["am"] if q.interaction else []
    beta, variance = slow_fit(full, q.mediator, [q.exposure, *adjust], q.binary_mediator, weight)
    theta, _ = slow_fit(full, q.outcome, [q.exposure, q.mediator, *product, *adjust], q.binary_outcome, weight)
    rows, share = full[[*adjust, q.exposure]], np.asarray(weight) / np.sum(weight)
    if q.at is not None:
        rows, share = pd.DataFrame([dict(q.at)])[adjust], np.ones(1)
    z = np.linspace(-9, 9, 721)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()

    def outcome(a: float, m: Any) -> Any:
        base = np.full(len(rows), theta["one"] + theta[q.exposure] * a)
        base += sum(theta[c] * rows[c].to_numpy() for c in adjust)
        linear = base[:, None] + (theta[q.mediator] + theta.get("am", 0.0) * a) * m
        return expit(linear) if q.binary_outcome else linear

    found = []
    for a, b in ((q.low, q.low), (q.high, q.low), (q.low, q.high), (q.high, q.high)):
        middle = np.full((len(rows), 1), beta["one"] + beta[q.exposure] * b)
        middle[:, 0] += sum(beta[c] * rows[c].to_numpy() for c in adjust)
        if q.binary_mediator:
            chance = expit(middle[:, 0])
            value = (1 - chance) * outcome(a, 0.0)[:, 0] + chance * outcome(a, 1.0)[:, 0]
        else:
            value = outcome(a, middle + np.sqrt(variance) * z) @ density
        found.append(float(share @ value))
    return np.array(found + [float(share @ outcome(a, held)[:, 0]) for a in (q.low, q.high)])


def slow_effects(means: np.ndarray, scale: str) -> np.ndarray:
    """cde, pnde, tnie, tnde, pnie, te."""
    turned = means if scale == "difference" else np.log(means)
    if scale == "odds ratio":
        turned = turned - np.log(1 - means)
    ll, hl, lh, hh, low, high = turned
    return np.array([high - low, hl - ll, hh - hl, hh - lh, lh - ll, hh - ll])
