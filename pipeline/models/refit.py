"""Both models of a mediation refitted for many draws of its units: effects come out, and how many draws have none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.models.batched import logits, products, singular, solved, squared
from pipeline.models.coefficients import Floats
from pipeline.models.natural_effects import Parameters, effects, many_means, six_means
from pipeline.models.two_models import Both, One

NOT_TOLD_APART = "the rows of a draw can't tell the coefficients apart"
NO_MAXIMUM = "no finite maximum (separation), or no variance is left"
NOT_FINITE = "an effect of the draw is not finite"


@dataclass(frozen=True, eq=False)
class Refit:
    """Effects of draws: how often each unit is taken stands in, effects come out."""

    both: Both

    @cached_property
    def _linear(self) -> tuple[Floats, list[int]]:
        """By unit, sums of all that least squares needs, and where each part of the columns ends."""
        laid, both = self.both.laid, self.both
        b, w = both.outcome.b, laid.weight
        k = both.mediator.b.shape[1]
        e, f = both.mediator.residual, both.outcome.residual
        parts = [
            products(b) * w[:, None], b[:, :k] * (w * e)[:, None], b * (w * f)[:, None],
            laid.x[:, : laid.covariates + 1] * w[:, None], np.column_stack([w * e**2, w * f**2, np.ones(len(w))]),
        ]  # fmt: skip
        columns = np.column_stack(parts)
        units = len(laid.units.strata)
        sums = np.column_stack([np.bincount(laid.units.of_row, weights=c, minlength=units) for c in columns.T])
        return np.asarray(sums, dtype=float), [int(end) for end in np.cumsum([part.shape[1] for part in parts])[:-1]]

    def of(self, counts: Floats) -> tuple[Floats, dict[str, int]]:
        """Effects of the draws that have them, (draws, 6), and how many have none, by reason."""
        laid, both = self.both.laid, self.both
        question, k, q = laid.question, self.both.mediator.b.shape[1], self.both.outcome.b.shape[1]
        sums, ends = self._linear
        grams, to_mediator, to_outcome, row, rest = np.split(counts @ sums, ends, axis=1)
        gram = squared(grams, q)
        none = ~(row[:, 0] > 0) | ~np.isfinite(gram).all(axis=(1, 2))
        none[~none] = singular(gram[~none])
        why = {NOT_TOLD_APART: int(none.sum())}
        keep = ~none
        gram, row, rest = gram[keep], row[keep], rest[keep]
        weight = np.empty((0, 0))
        if question.binary_mediator or question.binary_outcome:
            weight = counts[keep][:, laid.units.of_row] * laid.weight
        logs = np.zeros((len(gram), 2))
        turned = []
        for i, (one, size, cross, binary, y) in enumerate((
            (both.mediator, k, to_mediator[keep], question.binary_mediator, laid.mediator),
            (both.outcome, q, to_outcome[keep], question.binary_outcome, laid.outcome),
        )):  # fmt: skip
            if binary:
                turned.append(logits(one.b, y, weight, one.turned))
                continue
            moved = solved(gram[:, :size, :size], cross)
            left = rest[:, i] - (cross * moved).sum(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                logs[:, i] = np.log(left / row[:, 0] * rest[:, 2] / (rest[:, 2] - size))
            turned.append(one.turned + moved)
        found = np.column_stack([*turned, logs])
        fine = np.isfinite(found).all(axis=1)
        why[NO_MAXIMUM] = int((~fine).sum())
        parameters = Parameters(
            _back(both.mediator, turned[0][fine]),
            both.padded(_back(both.outcome, turned[1][fine])),
            logs[fine],
        )
        share = (row[fine] / row[fine, :1]) if laid.shape.of_one_row else weight[fine]
        values = self.effects(parameters, share)
        whole = np.isfinite(values).all(axis=1)
        why[NOT_FINITE] = int((~whole).sum())
        return values[whole], {reason: count for reason, count in why.items() if count}

    def effects(self, found: Parameters, share: Floats | None = None) -> Floats:
        """Of many parameters. share: by draw, the rows' weights, or the covariates' mean row; None: as in the rows."""
        laid, (rows, own) = self.both.laid, self.both.rows
        draws = len(found.beta)
        if laid.shape.of_one_row:
            fixed = share is None or laid.told_at is not None
            row = np.tile(rows, (draws, 1)) if fixed or share is None else share
            return effects(many_means(found, laid.shape, row), laid.shape)
        value = np.empty((draws, 6))
        for i in range(draws):
            here, part = rows, own
            if share is not None and laid.told_at is None:
                some = share[i] > 0
                here, part = rows[some], share[i][some] / share[i].sum()
            value[i] = six_means(found.draw(i), laid.shape, here, part)
        return effects(value, laid.shape)


def _back(one: One, turned: Floats) -> Floats:
    """Coefficients of the model's own columns, (draws, k)."""
    return np.asarray(np.linalg.solve(one.r, turned.T).T, dtype=float)
