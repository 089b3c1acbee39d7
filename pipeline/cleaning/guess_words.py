"""Words of an export: which of them say that somebody did not answer, and which are a person's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

SENTINELS = ("-9", "-99", "-999", "-9999", "-8", "-88", "-7", "-77", "77", "88", "99", "777", "888", "999", "9999")
"""Numbers that often say that nothing was answered."""
_NO_ANSWER = re.compile(r"refus|don.?t know|no answer|not answer|prefer not|missing|unknown|iap|not asked|skip", re.I)
_REASONS = {
    "refused": (
        r"refus(?:ed|al|es|e)?|declin(?:ed|es|e)|prefers? not|(?:would )?rather not|(?:i )?(?:do not|don.?t) want"
        r"|(?:jeg )?(?:vil|ønsker|vill) (?:ikke|inte)|nekt(?:er|et)|möchte nicht|verweigert|keine angabe"
    ),
    "don't know": (
        r"(?:i )?(?:don.?t|do not) know|dk|not sure|unsure|(?:jeg )?(?:vet|ved) (?:ikke|inte|ej)|wei(?:ß|ss) nicht"
    ),
    "not known": r"unknown|not known|ukjent|ukendt|okänt|unbekannt",
    "not asked": r"not asked|ikke spurt|ikke spurgt",
    "not applicable": r"not applicable|ikke (?:aktuelt?|relevant)|uaktuelt|nicht zutreffend",
    "no answer": (
        r"no (?:answer|response)|not answered|missing|skipped|iap|n/?a|nan|null"
        r"|ikke (?:svar|svart|besvar(?:t|et))|ubesvart|ubesvaret|inget svar|ej svar|keine antwort"
    ),
}  # fmt: skip
_MORE = r"(?:[ ,/]+(?:to|å|at|att|zu|answer|say|tell|svare?|svara|oppgi|si|sige|säga|or|not sure|unsure|refused))*"
"""What people put behind it: vil ikke svare, don't know/unsure."""
_OWN_WORDS = re.compile(
    r"comment|remark|free.?text|open.?text|(?:^|_)notes?(?:_|$)|verbatim|specify|describe|kommentar|merknad|fritekst"
    r"|fritext|fritekst|remarque|précise|utdyp|beskriv|(?:_|^)text$|_other$|bemerkung",
    re.I,
)
_SENTENCE = re.compile(r"[.!?…;]$|[!?;]|\. ")
_LONG, _MANY_WORDS = 40, 6


def no_answer_label(label: str) -> bool:
    """Whether a file's own label of a code says that nothing was answered."""
    return bool(_NO_ANSWER.search(label))


def no_answer(text: str) -> str:
    """The reason that a cell's words give for not answering; empty where they are an answer."""
    plain = " ".join(text.split()).rstrip(".!").casefold()
    return next((why for why, words in _REASONS.items() if re.fullmatch(rf"(?:{words}){_MORE}", plain)), "")


def free_text(column: str, answers: Sequence[str]) -> bool:
    """Whether a column holds people's own words: by its name, or because some answer reads like a sentence."""
    return bool(_OWN_WORDS.search(column)) or any(
        len(a) > _LONG or len(a.split()) > _MANY_WORDS or _SENTENCE.search(a) for a in answers
    )
