"""Results: six words name a number once, rows lie in order of code point, and files give back what they took."""

from __future__ import annotations

import math

import pytest

from pipeline.errors import StageFailed
from pipeline.results import ALL, KEY, NOBODY, Key, Number, Results


def number(key: Key, value: float = 1.0, people: float = 9) -> Number:
    return Number(key, value, people)


def keys(results: Results) -> list[tuple[str, ...]]:
    return list(results.frame[KEY].itertuples(index=False, name=None))


def test_a_key_has_the_six_words_of_the_contract_in_their_order():
    assert list(Key._fields) == KEY == ["kind", "name", "term", "level", "group", "statistic"]
    assert Key("flow", "people") == ("flow", "people", "", "", ALL, "n") and ALL == "All"


def test_parts_are_joined_in_order_of_code_point_and_not_of_a_language():
    names = ["b", "a", "Z", "é", "z", "10", "9"]
    parts = [Results.of([number(Key("flow", name))]) for name in names]
    assert [key[1] for key in keys(Results.join(parts))] == ["10", "9", "Z", "a", "b", "z", "é"]
    assert keys(Results.join(parts)) == keys(Results.join(parts[::-1]))


def test_words_are_compared_one_by_one_from_the_left():
    rows = [Key("flow", "a", "b"), Key("flow", "a", "", "z"), Key("flow", "a\x00"), Key("flow", "a", "", "", "g")]
    joined = Results.join([Results.of(map(number, rows))])
    assert keys(joined) == sorted(map(tuple, rows))


@pytest.mark.parametrize("word", range(6))
def test_a_key_that_stands_twice_is_refused_and_one_other_word_makes_another_key(word: int):
    key = Key("flow", "a", "b", "c", "d", "e")
    with pytest.raises(StageFailed, match="1 keys stand twice"):
        Results.of([number(key), number(key, 2.0)])
    with pytest.raises(StageFailed, match="1 keys stand twice"):
        Results.join([Results.of([number(key)]), Results.of([number(key, 2.0)])])
    other = Key(*("scale" if n == word == 0 else f"{w}x" if n == word else w for n, w in enumerate(key)))
    assert len(Results.of([number(key), number(other)]).frame) == 2


def test_a_kind_that_the_contract_does_not_know_is_refused():
    with pytest.raises(StageFailed, match=r"unknown kinds \['Flow'\]"):
        Results.of([number(Key("Flow", "a"))])


def test_a_file_gives_back_every_digit_and_every_word():
    words = ["NA", "null", " a ", 'a,"b"', "a\nb", "", "1.0", "é"]
    rows = [Number(Key("flow", "n", word), 1 / 3 * 10**n, n, n % 3 or None, n % 2 == 0) for n, word in enumerate(words)]
    results = Results.of(rows)
    back = Results.from_csv(results.to_csv())
    assert keys(back) == keys(results)
    assert back.frame["value"].tolist() == results.frame["value"].tolist(), "not a last digit is lost"
    assert back.frame["sensitive"].tolist() == [n % 2 == 0 for n in range(len(words))]
    assert back.to_csv() == results.to_csv() and b"\r" not in results.to_csv()


def test_people_are_a_count_or_nobody_and_stay_apart_from_none():
    rows = [Number(Key("model", "m", statistic=s), 1, people) for s, people in (("df", NOBODY), ("n", 0), ("p", 12))]
    people = Results.from_csv(Results.of(rows).to_csv()).frame["people"].tolist()
    assert math.isnan(people[0]) and people[1:] == [0.0, 12.0]


def test_a_value_that_does_not_exist_is_nan_and_no_zero():
    back = Results.from_csv(Results.of([number(Key("scale", "s", statistic="sd"), math.nan)]).to_csv())
    assert math.isnan(back.get(Key("scale", "s", statistic="sd")))


def test_a_key_without_a_number_is_told_as_such():
    with pytest.raises(KeyError):
        Results.of([]).get(Key("flow", "a"))
    assert Results.join([]).frame.empty and list(Results.of([]).frame) == Results.COLUMNS
