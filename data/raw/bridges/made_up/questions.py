"""The columns of the export, their wordings and import ids, and the free-text comments. All wordings are made up."""

from __future__ import annotations

from made_up import parameters as p

META = (
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "DistributionChannel", "UserLanguage",
)
META_WORDING = {
    "StartDate": "Start Date", "EndDate": "End Date", "Status": "Response Type", "IPAddress": "IP Address",
    "RecordedDate": "Recorded Date", "ResponseId": "Response ID", "DistributionChannel": "Distribution Channel",
    "UserLanguage": "User Language",
}
META_IMPORT = {
    "StartDate": "startDate", "EndDate": "endDate", "Status": "status", "IPAddress": "ipAddress",
    "Progress": "progress",
    "Duration (in seconds)": "duration", "Finished": "finished", "RecordedDate": "recordedDate",
    "ResponseId": "_recordId", "DistributionChannel": "distributionChannel", "UserLanguage": "userLanguage",
}
EMBEDDED = ("participant", "wave", "programme", "age_band_reg", "sessions_band")
BACKGROUND = ("age", "gender", "role", "education", "living_alone", "condition", "match_basis", "support_kinds")
SCALE_ITEMS = {
    scale: tuple(f"{p.SCALES[scale].stem}_{n}" for n in range(1, p.SCALES[scale].items + 1))
    for scale in ("loneliness", "support", "depression", "self_efficacy")
}
ITEMS = tuple(item for items in SCALE_ITEMS.values() for item in items)
QUESTIONS = ("consent", *BACKGROUND, *ITEMS, "strain", "adherence", "comment")
COLUMNS = (*META, *EMBEDDED, *QUESTIONS)
NEW_QUESTION = "purpose"

WORDING = {
    "consent": "Made-up wording: may we use your answers for this study?",
    "age": "Made-up wording: your age, in years",
    "gender": "Made-up wording: which of these describes you?",
    "role": "Made-up wording: your role in the programme (if several, the highest)",
    "education": "Made-up wording: the schooling that you finished",
    "living_alone": "Made-up wording: do you live alone?",
    "condition": "Made-up wording: the condition, yours or a relative's,\nthat brought you to the programme",
    "match_basis": "Made-up wording: on what was the match with your supporter based? (tick all that apply)",
    "support_kinds": "Made-up wording: which kinds of support did you receive, from anybody, in 3 months? (tick all)",
    "strain": "Made-up wording: how hard is it to keep your limits as a supporter? (1 \"easy\" to 5 \"very hard\")",
    "adherence": "Made-up wording: on how many of 7 days did you take your medicine as prescribed?",
    "comment": "Made-up wording: anything else, in your own words?",
    "purpose": "Made-up wording: how much purpose do you feel these days? (1 to 5)",
}
INSTRUMENT = {"mspss": "MSPSS", "ucla": "UCLA", "phq": "PHQ-9", "gse": "GSE"}
WORDING_CHANGED = {"living_alone": "Made-up wording, second edition: do you share your home with anybody?"}

# Text that has broken a spreadsheet, a parser or a page before. None of it was said by anybody.
COMMENTS = (
    "The kettle was always on when I came.",
    "Tuesdays suit me, Thursdays less so, and never before ten.",
    "First line of a made-up comment,\nsecond line of it.",
    "=1+1 is how my week adds up",
    "+ the walks, + the phone calls",
    "- too few evenings",
    "@ the library it is too loud",
    "She said \"call whenever you like\", and I did.",
    "<b>Bold</b> words from a made-up person & a <script>alert('no')</script>",
    "Bussen går for sjelden til Øvre Tåkedal; ærlig talt.",
    "None",
    "NA",
    "null",
    "=HYPERLINK(\"https://example.invalid\",\"click\")",
    "My supporter Runhild Skogtroll-Åmli is a made-up name that must never be printed",
    "Ring me on 00 00 00 00, a number that does not exist",
    "1,3",
    "I would come twice a week;if I could\tafford the fare.",
    "Takk \u2013 «fin» gruppe … 10/10",
    "   blanks before and after   ",
    "-99",
    "Quiet room, warm people.\r\nMore chairs, please.",
)


def import_id(column: str) -> str:
    """What stands in the third header row."""
    if column in META_IMPORT:
        zone = ',"timeZone":"Europe/Oslo"' if column.endswith("Date") else ""
        return f'{{"ImportId":"{META_IMPORT[column]}"{zone}}}'
    if column in EMBEDDED:
        return f'{{"ImportId":"{column}"}}'
    stem, _, number = column.rpartition("_")
    if stem in INSTRUMENT:
        return f'{{"ImportId":"QID{20 + list(INSTRUMENT).index(stem)}_{number}"}}'
    if column == NEW_QUESTION:
        return '{"ImportId":"QID40"}'
    place = (*BACKGROUND, "strain", "adherence", "comment", "consent").index(column) + 1
    return f'{{"ImportId":"QID{place}{"_TEXT" if column in ("age", "comment") else ""}"}}'


def wording(column: str, changed: dict[str, str]) -> str:
    """What stands in the second header row."""
    if column in changed:
        return changed[column]
    stem, _, number = column.rpartition("_")
    if stem in INSTRUMENT:
        return f"{INSTRUMENT[stem]} item {number} (wording not reproduced)"
    return WORDING.get(column) or META_WORDING.get(column, column)
