"""A number at a half prints the same in a draft, a released table and results.csv, whatever its last bits say."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure import draft, release
from pipeline.results import Key, Number, Results
from pipeline.study import Release
from pipeline.tables.in_style import Pen
from pipeline.tables.rounding import half_up, rounded
from pipeline.tables.style_file import style

JOURNAL, NONE = Release(rule="journal"), Release(rule="none", because="made up")


def by_hand(value: Fraction, decimals: int) -> Fraction:
    """Half away from zero, in whole numbers."""
    whole = int(abs(value) * 10**decimals * 2 + 1) // 2
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


@st.composite
def computed(draw):  # type: ignore[no-untyped-def]
    """A decimal number, often a half; how many decimals it is printed with; what some sum made of it in binary."""
    decimals = draw(st.integers(0, 3))
    half = draw(st.booleans())
    part = draw(st.integers(-20_000, 20_000))
    value = Fraction(2 * part + 1, 2 * 10**decimals) if half else Fraction(part, 10 ** (decimals + 1))
    noise = draw(st.integers(-40, 40)) * 2.0**-53
    return value, decimals, float(value) * (1 + noise)


@given(computed())
def test_a_half_spoiled_by_last_bits_is_rounded_as_by_hand(case):
    value, decimals, spoiled = case
    assert Fraction(rounded(spoiled, decimals)) == by_hand(value, decimals)
    assert half_up(-spoiled, decimals) == -half_up(spoiled, decimals)


@settings(max_examples=20)
@given(st.lists(computed(), min_size=20, max_size=60))
def test_draft_release_and_table_print_one_number(cases):
    named = {Key("participants", "t", f"x{i}", "", "All", "mean"): case for i, case in enumerate(cases)}
    results = Results.of([Number(key, spoiled, 40, decimals) for key, (_, decimals, spoiled) in named.items()])
    for made in (draft(results), release(results, NONE), release(results, JOURNAL)):
        pen = Pen(made, style("plain"), 40)
        for key, (value, decimals, _) in named.items():
            hand = by_hand(value, decimals)
            text = f"{'−' if hand < 0 else ''}{float(abs(hand)):,.{decimals}f}"
            assert (made.text(key), pen.text(key)) == (text, text)


@settings(max_examples=20)
@given(st.sampled_from([40, 80, 93, 99, 100, 200, 400]), st.data())
def test_a_percentage_at_a_half_prints_the_same_weighted_and_counted(of, data):
    numbers, hands = [], {}
    for at, n in enumerate(data.draw(st.lists(st.integers(5, of - 5), min_size=5, max_size=40))):
        cell = Key("participants", "t", "x", f"{at}", "All", "n")
        weighted = 100 * sum([1 / of] * n)  # share by share: 23 of 40 come as 57.49999999999999
        parts = {"n": n, "denominator": of, "percent": 100 * n / of, "weighted_percent": weighted}
        for statistic, value in parts.items():
            numbers.append(Number(cell._replace(statistic=statistic), value, of))
        places = 0 if of < 100 else 1
        hands[cell] = f"{float(by_hand(Fraction(100 * n, of), places)):.{places}f}"
    for rule in (None, NONE, JOURNAL):
        made = release(Results.of(numbers), rule) if rule else draft(Results.of(numbers))
        pen = Pen(made, style("plain"), of)
        for cell, hand in hands.items():
            shown = [cell._replace(statistic=s) for s in ("percent", "weighted_percent")]
            assert {text for key in shown for text in (made.text(key), pen.text(key))} == {hand}
