"""The words by which printed tables say what they hold."""

from __future__ import annotations

import re

PERCENT = re.compile(r"%|\bper\s?cent(?:age)?s?\b|\bprozent\b", re.I)
COUNT = re.compile(
    r"(?:^|[\s(,/])(?:n|no\.?|nr\.?|number|count|counts|frequency|freq\.?|cases|events)(?=$|[\s),/;])", re.I
)
BARE_N = re.compile(
    r"n|no\.?|number|sample(?: size)?|(?:no\.?|number) (?:tested|examined|screened|asked|invited)", re.I
)
SHARE = re.compile(
    r"prevalence|incidence|mortality|\brates?\b|\bpositiv\w*|\bcoverage\b|sensitivity|specificity|accuracy|\byield\b"
    r"|survival|adherence|retention|efficacy", re.I
)  # fmt: skip
"""What a percentage is of people beside whom only their number stands."""
STATISTIC = re.compile(
    r"\b(?:mean|means|median|sd|s\.d\.|se|iqr|range|quartiles?|minimum|maximum|min|max|average"
    r"|standard (?:deviation|error)|q1|q3)\b|±", re.I
)  # fmt: skip
QUESTION = re.compile(r"Q[13](?!\w)(?!.*\b(?:median|quartiles?|IQR|Q[123])\b.*)", re.I)
"""The first or third question of a grid, whose counts have percentages; else a quartile."""
NO_PEOPLE = re.compile(
    r"^(?:p|p[- ]?values?|df|smd|alpha|α|items|estimate|β|χ2?|chi.*|or|rr|hr|aor|icc|statistic|ref(?:erence)?s?\.?)$"
    r"|\bci\b|confidence|\bratio\b|difference|coefficient|\balpha\b|standardi[sz]ed|p[- ]values?\b|\bsmd\b", re.I
)  # fmt: skip
MISSING = re.compile(
    r"^(?:missing|unknown|unspecified|unclear"
    r"|not (?:reported|known|stated|answered|applicable|asked|available|recorded)"
    r"|no (?:data|answer|response|reply)|(?:items )?missing|refused|declined|prefer(?:red)? not|do(?:es)? ?n[o']t know"
    r"|don['’]?t know|na$|n/a$|nr$)|\bmissing$", re.I
)  # fmt: skip
TOTAL = re.compile(r"^(?:total|all|overall|sum|n|number of (?:people|participants|patients|respondents)|sample size"
                   r"|participants|respondents|patients|(?:total )?n)$", re.I)  # fmt: skip
ANSWERS = re.compile(r"^(?:total |number of )*(?:answers|responses)(?: given)?$", re.I)
OF_BOTH = re.compile(r"(?:%|\bpercentages) of people\b[^.]{0,60}?\bof (?:all )?answers", re.I)
"""What two percentages in one cell are of."""
OVERALL = re.compile(r"^(?:overall|total|all)\b|\btotal$|^(?:whole|full|entire|total) (?:sample|group|cohort)", re.I)
SEVERAL = re.compile(
    r"several answers|(?:all|any|as many) that appl|that apply|multiple (?:answer|response|choice|option|select)"
    r"|more than one|not mutually exclusive|several (?:possible|lines|options)|multi-?select"
    r"|may (?:count|be counted) in", re.I
)  # fmt: skip
ROW_PERCENT = re.compile(
    r"\brow (?:%|per\s?cents?|percentages?)|(?:%|percentages?) (?:of|by|in|per) (?:the |each |its )?rows?\b"
    r"|% of its\b", re.I
)  # fmt: skip
WEIGHTED = re.compile(r"\bweighted\b", re.I)
ROUNDED = re.compile(
    r"\brounded\b[^.;]*\b(?:nearest|multiples? of|base|to) ?(?:the )?(?:nearest )?(?:5|10|3|6|five|ten|three|six)\b"
    r"|\bmidpoint|rounded (?:up |down )?to (?:a )?multiples?|counts (?:are|were|have been) rounded"
    r"|random(?:ly)? round", re.I
)  # fmt: skip
FORCED = re.compile(
    r"(?:adjusted|forced|made|altered|scaled|changed)\b[^.;]{0,200}\b(?:add|sum|total)\w*\b[^.;]{0,100}\b100", re.I
)
MISSING_NOTE = re.compile(r"missing|unknown|not (?:reported|answered|recorded|available)|no (?:data|answer|response)"
                          r"|incomplete|did not (?:answer|report|respond)|declined|non-?response", re.I)  # fmt: skip
OWN_UNIT = re.compile(
    r"(?:\bn\s*\(\s*%\s*\)|\(\s*%\s*\)|,\s*%|\bno\.\s*\(\s*%\s*\)|\bn\s*\(%|,\s*n\b[^a-z]*)\s*$", re.I
)
