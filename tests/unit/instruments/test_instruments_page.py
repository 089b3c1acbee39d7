"""The registry as it is read: the page of the documentation, and what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.instruments import check_scales, keys, registry
from pipeline.instruments.page import card_lines, listing, page
from pipeline.study import parse_study

PAGE = Path(__file__).parents[3] / "docs" / "instruments.md"
WANTED = (
    "ucla-3", "ucla-20", "djg-6", "djg-11", "lsns-6", "mspss", "mos-sss", "mos-sss-8", "osss-3", "isel-12", "essi",
    "phq-2", "phq-4", "phq-8", "phq-9", "gad-2", "gad-7", "k6", "k10", "ces-d-10", "ces-d-20", "epds", "who-5", "gse",
    "rses", "pss-4", "pss-10", "hiv-stigma-12", "hiv-stigma-40", "art-adherence-3", "paid", "wai-sr", "sni", "ras-24",
    "sf-12", "sf-6d", "pam-13", "eq-5d", "dtsq", "dufss", "promis-4a",
)  # fmt: skip


def test_the_page_is_what_the_cards_say():
    made = page()
    assert PAGE.read_text("utf-8") == made, "type: python -m pipeline.instruments.page > docs/instruments.md"
    assert len(re.findall("^## ", made, re.MULTILINE)) == len(keys()) + 1


def test_the_registry_has_what_peer_support_studies_use():
    assert set(WANTED) == set(keys())
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", key) for key in keys())


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", page(), re.DOTALL))
def test_the_example_of_each_card_is_in_order_with_all_its_items(example):
    """The dots stand for the columns between."""
    last = re.search(r"\.\.\., q(\d+)\]", example)
    columns = ", ".join(f"q{n}" for n in range(1, int(last[1]) + 1)) if last else ""
    text = re.sub(r"\[q1, q2, \.\.\., q\d+\]", f"[{columns}]", example)
    head = "title: T\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
    assert check_scales(parse_study(head + text, "studies/x.yaml")) == []


@pytest.mark.parametrize("key", sorted(registry()))
def test_a_card_says_what_a_methodologist_asks(key):
    told = "\n".join(card_lines(key))
    for word in ("measures", "items", "score", "missing items", "recall", "licence", "citation", "certainty"):
        assert re.search(rf"^{word} ", told, re.MULTILINE), word
    assert f"instrument: {key}" in told
    assert all(len(line) <= 140 for line in told.splitlines())


def test_a_card_of_another_order_says_so():
    told = " ".join("\n".join(card_lines("djg-6")).split())
    assert "which the eleven-item form calls 3 4 7 9 8 10" in told
    assert "form emotional first prints them in the order 1, 4, 6, 2, 3, 5 of this card" in told
    assert "{instrument: djg-6, form: manual, items: [q1," in told
    assert "points items 2, 3, 5: 1 gives 1, 2 gives 1, 3 gives 0" in told


def test_the_command_lists_and_prints_and_helps(capsys):
    assert main(["instruments"]) == 0
    assert capsys.readouterr().out.splitlines() == listing()
    assert main(["instruments", "mspss"]) == 0
    assert "subscale friends" in capsys.readouterr().out
    assert main(["instruments", "mspss-12"]) == 3
    assert capsys.readouterr().err == "mspss-12: is no instrument of the registry. Did you mean 'mspss'?\n"


def test_a_formative_card_says_why_it_has_no_alpha_and_the_others_of_what_omega_is():
    parts = re.split(r"^## ", page(), flags=re.MULTILINE)
    said = {part.partition("\n")[0]: dict(re.findall(r"^- (reliability): (.*)$", part, re.MULTILINE)) for part in parts}
    assert said["sni"]["reliability"].startswith("none is told, for it is formative: a person has one kind of tie")
    assert said["phq-9"]["reliability"].endswith("; omega total and lambda-6 of their correlations")
    assert said["phq-2"]["reliability"].endswith("omega needs three items")
    assert "reliability" not in said["eq-5d"], "a finished score has no items"
