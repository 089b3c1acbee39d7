"""Degrees of freedom beside a number of rows that is withheld."""

from __future__ import annotations

import math

import pytest
import scipy

from pipeline.disclosure import Released, release
from pipeline.results import Key, Number, Results
from pipeline.study import Release

LINE = Key("model", "m", "arm", "Peer", "adjustment=unadjusted", "estimate")


def model(left: int, places: int = 2, error: float = 0.885712345, middle: float = -1.131234567,
          clusters: tuple[int, int] | None = None, odds: bool = False) -> list[Number]:  # fmt: skip
    """86 people, ``left`` of them without an outcome, in a model of two coefficients. clusters: and their people."""
    n = 86 - left
    df = n - 5.3 if clusters == (83, 83) else 4.6 if clusters else n - 2.0
    half = float(scipy.stats.t.ppf(0.975, df)) * error
    shown = [math.exp(v) for v in (middle, middle - half, middle + half)] if odds else [middle, middle - half,
                                                                                        middle + half]  # fmt: skip
    p = float(2 * scipy.stats.t.sf(abs(middle / error), df))
    numbers = [Number(Key("model", "m"), n, n)]
    numbers += [Number(Key("model", "m", statistic=s), v, left) for s, v in (("denominator", 86), ("missing", left))]
    whole = LINE._replace(level="", statistic="n")
    numbers.append(Number(whole, n, n))
    if clusters:
        numbers.append(Number(whole._replace(statistic="clusters"), clusters[0], clusters[1]))
    words = ("estimate", "ci_low", "ci_high", "std_error")
    numbers += [Number(LINE._replace(statistic=s), v, 40, places)
                for s, v in zip(words, [*shown, error], strict=True)]  # fmt: skip
    return [*numbers, Number(LINE._replace(statistic="p"), p, 40), Number(LINE._replace(statistic="df"), df, math.nan)]


def gone(numbers: list[Number], rule: str = "journal") -> set[str]:
    frame = release(Results.of(numbers), Release(rule=rule)).frame
    return set(frame.loc[frame["withheld"] & (frame["level"] == "Peer"), "statistic"])


def fitting(made: Released, odds: bool = False, p: tuple[float, float] | None = None, among: range = range(1, 140)
            ) -> set[int]:  # fmt: skip
    """Degrees of freedom for which an error, tried in a thousand steps, prints what is printed of the line. p: the P
    value lies between these. among: those that are tried."""
    shown = {
        s: (made.value(LINE._replace(statistic=s)), made.decimals(LINE._replace(statistic=s)) or 0)
        for s in ("estimate", "ci_low", "ci_high", "std_error", "p")
        if not made.withheld(LINE._replace(statistic=s))
    }
    ends = {s: (v - 0.5 * 10.0**-d, v + 0.5 * 10.0**-d) for s, (v, d) in shown.items()}
    if shown.get("p", (1.0, 0))[0] < 0.001:
        v = shown["p"][0]
        ends["p"] = (
            v - 0.5 * 10.0 ** (math.floor(math.log10(v)) - 1),
            v + 0.5 * 10.0 ** (math.floor(math.log10(v)) - 1),
        )
    ends |= {"p": p} if p else {}
    if odds:
        ends |= {s: (math.log(ends[s][0]), math.log(ends[s][1])) for s in ("estimate", "ci_low", "ci_high")}
    found = set()
    for df in among:
        q = scipy.stats.t.ppf(0.975, df)
        around = [(ends["ci_high"][at] - ends["ci_low"][1 - at]) / 2 / q for at in (0, 1)]
        low, high = ends.get("std_error", around)
        for step in range(1001):
            error = low + (high - low) * step / 1000
            least = max(ends["estimate"][0], ends["ci_low"][0] + q * error, ends["ci_high"][0] - q * error)
            top = min(ends["estimate"][1], ends["ci_low"][1] + q * error, ends["ci_high"][1] - q * error)
            if least > top:
                continue
            near, far = sorted((abs(least), abs(top))) if least * top > 0 else (0.0, max(abs(least), abs(top)))
            ps = [2 * scipy.stats.t.sf(v / error, df) for v in (far, near)]
            if "p" not in ends or (ps[0] <= ends["p"][1] and ps[1] >= ends["p"][0]):
                found.add(df)
                break
    return found


def test_degrees_of_freedom_go_with_the_number_of_rows() -> None:
    """86 people, 3 without an outcome; 81 degrees of freedom of a model with two coefficients are 83 people."""
    assert gone(model(3)) == {"df"}
    assert gone(model(12)) == set()


def test_so_they_do_where_another_model_has_few_rows_more() -> None:
    other = [n._replace(key=n.key._replace(name="other")) for n in model(13)]
    made = release(Results.of([*model(11), *other]), Release(rule="journal"))
    told = {name: made.text(LINE._replace(name=name, statistic="df")) for name in ("m", "other")}
    assert told == {"m": "73.0", "other": "[c]"}


@pytest.mark.parametrize(
    ("places", "error", "middle", "odds", "lost"),
    [
        (2, 0.885712345, -1.131234567, False, {"df"}),
        (5, 0.885712345, -1.201234567, False, {"df", "std_error"}),
        (5, 0.885712345, -1.131234567, False, {"df", "std_error", "p"}),  # 0.2052 is 0.21, of ten fewer 0.20
        (9, 0.885712345, -1.201234567, False, {"df", "std_error"}),
        (2, 0.251234567, 5.012345678, False, {"df", "p"}),  # p < 0.001 has two digits in results.csv
        (2, 0.285712345, 0.331234567, True, {"df"}),
        (6, 0.285712345, 0.331234567, True, {"df", "std_error"}),
    ],
)
def test_no_digits_give_them_back(places: int, error: float, middle: float, odds: bool, lost: set[str]) -> None:
    """(upper - lower) / (2 SE) is the quantile of t: 1.98969 for 81, 1.99006 for 80."""
    numbers = model(3, places, error, middle, odds=odds)
    made = release(Results.of(numbers), Release(rule="journal"))
    assert gone(numbers) == lost
    possible = fitting(made, odds)
    assert 81 in possible and min(possible) <= 81 - 5
    if lost == {"df", "std_error"}:
        exact = release(Results.of(model(12, places, error, middle, odds=odds)), Release(rule="journal"))
        assert fitting(exact, odds) <= set(range(69, 76)), "with the standard error they are known: 72"


def test_those_of_clusters_of_many_people_stay() -> None:
    assert gone(model(3, clusters=(6, 83))) == set()
    assert "df" in gone(model(3, clusters=(83, 83)))
    made = release(Results.of(model(3, clusters=(83, 83))), Release(rule="journal"))
    assert made.withheld(LINE._replace(level="", statistic="clusters"))


def test_few_people_of_many_rows_take_them_along() -> None:
    """Two people with three rows each are left out: six rows, and people are counted elsewhere."""
    numbers = [n._replace(people=2) if n.key.statistic in ("denominator", "missing") else n for n in model(6)]
    made = release(Results.of(numbers), Release(rule="journal"))
    assert made.withheld(Key("model", "m")) and made.withheld(LINE._replace(statistic="df"))


@pytest.mark.parametrize("rule", ["opensafely", "nhs", "midpoint6"])
def test_they_go_where_counts_are_rounded(rule: str) -> None:
    assert "df" in gone(model(20), rule)


def paired(both: int) -> set[str]:
    """100 answered at the start, 97 three months later, ``both`` of them both times."""
    numbers = []
    for wave, n in (("Start", 100), ("3 months", 97)):
        cell = Key("participants", "t", "age", "", f"wave={wave}", "denominator")
        numbers += [Number(cell, n, n), Number(cell._replace(statistic="mean"), 40.0, n)]
    test = Key("participants", "t", "age", "", "All", "df")
    numbers += [Number(test._replace(statistic=s), v, 97)
                for s, v in (("df", both - 1), ("p", 0.2), ("statistic", 1.3))]  # fmt: skip
    frame = release(Results.of(numbers), Release(rule="journal")).frame
    return set(frame.loc[frame["withheld"], "statistic"])


def test_a_paired_test_goes_where_few_answered_only_once() -> None:
    """95 degrees of freedom are 96 people: one who answered later had not at the start."""
    assert paired(96) == {"df", "p", "statistic"}
    assert paired(97) == {"df", "p", "statistic"}, "three did not answer later"
    assert paired(90) == set()
