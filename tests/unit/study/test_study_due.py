"""When waves are due: a date of the table's own, and every later wave; how long an answer took."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import parse_study

TEXT = """\
title: Made up
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Middle, 3: End}, due: {date: day, days: {2: 90, 3: 180}}}
design: {kind: cohort}
variables:
  day: {type: date, format: "%Y-%m-%d"}
  age: {type: number}
release: {rule: journal}
"""
AT = "studies/x.yaml:2  data.due"


def told(old: str, new: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        parse_study(TEXT.replace(old, new), "studies/x.yaml")
    return [str(m) for m in caught.value.mistakes]


def test_what_is_declared_is_read():
    text = TEXT.replace("{date: day", "{as_of: 2025-12-31, date: day")
    due = parse_study(text, "studies/x.yaml").sources["people"].due
    assert (due.date, due.days, due.as_of) == ("day", {"2": 90, "3": 180}, "2025-12-31")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("date: day", "date: dya", f"{AT}.date: there is no variable 'dya'. Did you mean 'day'?"),
        ("date: day", "date: age", f"{AT}.date: 'age' is no date of table 'people'. "
         "Name a variable of type date in 'people'."),
        (", 3: 180", "", f"{AT}.days: says nothing of wave 3. Add 3: so many days after wave 1."),
        ("3: 180", "3: 180, 1: 0", f"{AT}.days.1: should be 1 or more."),
        ("3: 180", "3: 180, 4: 270", f"{AT}.days.4: there is no later wave '4'. Known: 2, 3."),
        ("date: day,", "as_of: 31.12.2025, date: day,",
         f"{AT}.as_of: a day is written year, month, day: 2025-12-31."),
        (", 2: Middle, 3: End", "", f"{AT}: the data have no later wave. Leave it out, or declare the waves."),
    ],
)  # fmt: skip
def test_mistakes_say_where_what_and_what_to_do(old, new, said):
    assert said in told(old, new)


def test_the_time_an_answer_took_is_a_number_of_its_table():
    said = parse_study(TEXT.replace("due:", "seconds: age, due:"), "studies/x.yaml")
    assert said.sources["people"].seconds == "age"
    at = "studies/x.yaml:2  data.seconds"
    assert told("due:", "seconds: agee, due:") == [f"{at}: there is no variable 'agee'. Did you mean 'age'?"]
    assert told("due:", "seconds: day, due:") == [
        f"{at}: 'day' is no number of table 'people'. Name a variable of type number in 'people'."
    ]
