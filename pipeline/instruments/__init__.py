"""A registry of instruments, scoring and reliability. The command line reads the registry without loading pandas."""

from pipeline.instruments.card import Instrument, Subscale
from pipeline.instruments.check import check_scales
from pipeline.instruments.registry import card, item_ranges, keys, registry, rule, rules
from pipeline.instruments.rule import ScoringRule

__all__ = [
    "Instrument", "ScoringRule", "Subscale", "card", "check_scales", "item_ranges", "keys", "registry", "rule", "rules",
]  # fmt: skip
