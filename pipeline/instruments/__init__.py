"""A registry of instruments, scoring and reliability. The command line reads the registry without loading pandas."""

from pipeline.instruments.registry import Instrument, ScoringRule, check_scales, item_ranges, registry, rule, rules

__all__ = ["Instrument", "ScoringRule", "check_scales", "item_ranges", "registry", "rule", "rules"]
