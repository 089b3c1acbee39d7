"""Tables as the project exports them, with options that strangers' tables seldom have: honest ones give no alarm."""

from __future__ import annotations

from pipeline.audit import Asked, audit
from pipeline.audit.findings import N_DIFFERS, SUM
from pipeline.audit.from_xlsx import NUMBERS
from pipeline.results import KEY

EXACT = Asked(rule="none")


def told(table: str, name: str = "t.csv", *kinds: str) -> list[str]:
    return [f.says for f in audit({name: table.encode()}, EXACT).findings if not kinds or f.kind in kinds]


ANSWERS = """Table 1. Made-up people
Characteristic,Here (N = 7),There (N = 9),Overall (N = 16)
Help (several answers possible),3,9,12
  Talk,2 (50.0%),6 (60.0%),8 (57.1%)
  Walk,2 (50.0%),4 (40.0%),6 (42.9%)
  Answers given,4,10,14
  Missing,4,0,4
"""


def test_answers_given_are_no_people():
    assert told(ANSWERS) == []
    assert "not possible" in " ".join(told(ANSWERS.replace("6 (60.0%)", "6 (66.7%)")))


REASONS = """Table 1. Made-up people
Characteristic,Here (N = 10),There (N = 12),Overall (N = 22)
Sex,6,6,12
  Women,3 (50.0%),2 (33.3%),5 (41.7%)
  Men,3 (50.0%),4 (66.7%),7 (58.3%)
  Missing,4,6,10
    No answer,1,4,5
    Refused,3,2,5
"""


def test_reasons_of_missing_answers_are_parts_of_them():
    assert told(REASONS) == []
    assert "does not add up: the reasons add up to 9; its own first line says 10" in " ".join(
        told(REASONS.replace("No answer,1,4,5", "No answer,1,4,4"))
    )


def test_questions_with_the_same_answers_are_no_levels_of_one():
    asked = "".join(
        f"  Is {word},{n},{n}\n    Yes,{n // 4} (25.0%),{n // 4} (25.0%)\n"
        f"    No,{n - n // 4} (75.0%),{n - n // 4} (75.0%)\n"
        for word, n in (("kind", 40), ("warm", 36))
    )
    table = f"Table 1\nQuestion,Here (N = 40),There (N = 40)\nThe supporter,,\n{asked}"
    assert told(table, "t.csv", SUM) == []


def test_lines_of_two_tables_are_the_same_only_under_the_same_headings():
    one, other = (f"Table 1\nQuestion,All (N = 40)\n{w}\n  Missing,{n + 2}\n    No answer,{n}\n    Refused,2\n"
                  for w, n in (("Sex", 4), ("Trust", 9)))  # fmt: skip
    both = {"a.csv": one.encode(), "b.csv": other.encode()}
    assert [f for f in audit(both, EXACT).findings if f.kind == N_DIFFERS] == []
    same = {"a.csv": one.encode(), "b.csv": other.replace("Trust", "Sex").encode()}
    assert len([f for f in audit(same, EXACT).findings if f.kind == N_DIFFERS]) == 2


NESTED = """Table 1. Made-up people
,North,North,South,South,
Characteristic,Women (n = 10),Men (n = 12),Women (n = 8),Men (n = 20),Overall (n = 50)
Age,10,12,8,20,50
  18–39,5 (50.0%),6 (50.0%),2 (25.0%),10 (50.0%),23 (46.0%)
  40–64,4 (40.0%),3 (25.0%),2 (25.0%),5 (25.0%),14 (28.0%)
  65+,1 (10.0%),3 (25.0%),4 (50.0%),5 (25.0%),13 (26.0%)
"""


def test_columns_within_columns_part_the_people_together():
    assert told(NESTED) == []
    assert told(NESTED.replace("(n = 8)", "(n = 6)"), "t.csv", N_DIFFERS) == [
        "the columns' N add up to 48; Overall says 50"
    ]
    spanned = NESTED.replace("North,North,South,South", "North (n = 22),North (n = 22),South (n = 28),South (n = 28)")
    assert told(spanned) == []
    assert told(spanned.replace("(n = 8)", "(n = 6)"), "t.csv", N_DIFFERS) != []
    hidden = NESTED.replace("Women (n = 8)", "Women (n = [c])").replace("8,20,50", "[c],20,50")
    assert told(hidden, "t.csv", N_DIFFERS) == []


def test_a_withheld_number_of_answers_beside_a_column_of_the_missing_is_not_without_a_word():
    table = (
        "Table 1\nCharacteristic,North (n = 171),South (n = 190),Missing\nTrust,[c],186,[c]\n"
        "  Little,80 (48.2%),93 (50.0%),\n  Much,86 (51.8%),93 (50.0%),\n[c]: withheld\n"
    )
    assert told(table) == []
    assert told(table.replace("Trust,[c]", "Trust,").replace("186,[c]", "186,")) != []


LIKERT = """Table 1. Made-up people
Question,N,No,Yes,Missing
Grid,,,,
  Kind,196,50 (25.5%),146 (74.5%),4
  Warm,196,66 (33.7%),130 (66.3%),4
"""


def test_questions_whose_levels_stand_in_columns_are_no_levels_of_one():
    assert told(LIKERT) == []
    assert told(LIKERT.replace("N,No", "Asked,No")) != []


def test_the_list_of_numbers_that_is_passed_over_has_the_headings_of_results():
    assert (*KEY, "value", "printed") == NUMBERS
