"""A fact that two outputs call by different names is one fact: withheld under one, it is under the other."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.disclosure import release
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Study, parse_study

STUDY = """
title: T
data: {file: a.csv, id: id, wave: wave, waves: {1: Start, 2: Later}}
design: {kind: cohort, cluster: site}
variables:
  site: {codes: {A: A, B: B, G: G}}
  role: {codes: {1: R, 2: S}}
  strain: {type: number, range: 1-5, asked_of: {role: S}}
scales:
  mood: {items: [m1, m2], range: 0-3, score: sum, max_missing: 0, high_means: low}
tables:
  who: {wave: 1, columns: site, rows: [role]}
  followed: {kind: followed, rows: [role]}
release: {rule: journal, below: 5}
"""
ROLES = {"A": {"R": 30, "S": 20}, "B": {"R": 25, "S": 15}, "G": {"R": 8, "S": 2}}
AT = {"Start": {"A": 50, "B": 40, "G": 10}, "Later": {"A": 41, "B": 33, "G": 8}}


def study() -> Study:
    return parse_study(STUDY, "studies/x.yaml")


def counted(kind: str, name: str, term: str, level: str, group: str, n: int, of: int) -> Iterator[Number]:
    for statistic, value, people in (("n", n, n), ("denominator", of, of), ("percent", 100 * n / of, n)):
        yield Number(Key(kind, name, term, level, group, statistic), value, people)


def by_site(counts: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    """Site, group and count; everyone's last."""
    yield from ((site, f"site={site}", n) for site, n in counts.items())
    yield "", ALL, sum(counts.values())


def roles() -> Iterator[Number]:
    people = {site: sum(held.values()) for site, held in ROLES.items()}
    for site, group, n in by_site(people):
        yield Number(Key("participants", "who", "", "", group, "n"), n, n)
        yield Number(Key("participants", "who", "role", "", group, "denominator"), n, n)
        for role in ("R", "S"):
            held = ROLES[site][role] if site else sum(r[role] for r in ROLES.values())
            yield from counted("participants", "who", "role", role, group, held, n)


def strain() -> Iterator[Number]:
    for site, held in ROLES.items():
        group = f"wave=Start;site={site}"
        yield from counted("quality", "missingness", "strain", "", group, 0, held["S"])
        yield from counted("quality", "missingness", "strain", "not applicable", group, held["R"], sum(held.values()))
    yield from counted("quality", "missingness", "strain", "", "wave=Start", 0, 37)
    yield from counted("quality", "missingness", "strain", "not applicable", "wave=Start", 63, 100)


def test_those_who_were_asked_are_the_people_of_a_role():
    released = release(Results.of([*roles(), *strain()]), study().release, study())
    here = [f"wave=Start;site={site}" for site in "ABG"]
    lost = [g for g in here if released.withheld(Key("quality", "missingness", "strain", "", g, "denominator"))]
    assert here[2] in lost and len(lost) > 1  # the role's column of G, and one more: All less the rest is no way back
    of_role = [s for s in "ABG" if released.withheld(Key("participants", "who", "role", "S", f"site={s}", "n"))]
    assert "G" in of_role and len(of_role) > 1


def test_those_who_were_asked_are_the_people_of_several_roles_together():
    """2 of T at G are withheld with R, which is the cheapest; 32 were asked there, less 30 of S they would be back."""
    text = STUDY.replace("{1: R, 2: S}", "{1: R, 2: S, 3: T}").replace("{role: S}", "{role: [S, T]}")
    sites = {"A": {"R": 9, "S": 50, "T": 12}, "G": {"R": 8, "S": 30, "T": 2}}
    people = {site: sum(held.values()) for site, held in sites.items()}
    asked = {site: held["S"] + held["T"] for site, held in sites.items()}
    numbers: list[Number] = []
    for site, group, n in by_site(people):
        numbers.append(Number(Key("participants", "who", "", "", group, "n"), n, n))
        numbers.append(Number(Key("participants", "who", "role", "", group, "denominator"), n, n))
        for role in "RST":
            held = sites[site][role] if site else sum(r[role] for r in sites.values())
            numbers += counted("participants", "who", "role", role, group, held, n)
        of = asked[site] if site else sum(asked.values())
        path = f"wave=Start;site={site}" if site else "wave=Start"
        numbers += counted("quality", "missingness", "strain", "", path, 0, of)
        numbers += counted("quality", "missingness", "strain", "not applicable", path, n - of, n)
    made = parse_study(text, "studies/x.yaml")
    released = release(Results.of(numbers), made.release, made)
    here = "wave=Start;site=G"
    told = [not released.withheld(Key("quality", "missingness", "strain", level, here, s))
            for level, s in (("", "denominator"), ("not applicable", "n"))]  # fmt: skip
    shown = {role: not released.withheld(Key("participants", "who", "role", role, "site=G", "n")) for role in "RST"}
    assert not shown["T"]
    assert not (shown["S"] and (shown["R"] or any(told)))


def test_those_with_a_score_or_none_at_a_wave_are_those_followed_to_it_where_nobody_joined():
    numbers = [Number(Key("participants", "followed", "joined later", "", "wave=Later", "n"), 0, 0)]
    for site, _, first in by_site(AT["Start"]):
        later = AT["Later"][site] if site else sum(AT["Later"].values())
        for word, n in (("Followed", later), ("Lost", first - later)):
            group = f"wave=Later;followed={word}"
            if site:
                numbers += counted("participants", "followed", "site", site, group, n, first)
            else:
                numbers += counted("participants", "followed", "", "", group, n, first)
        for wave in ("Start", "Later"):
            n = AT[wave][site] if site else sum(AT[wave].values())
            group = f"wave={wave};site={site}" if site else f"wave={wave}"
            numbers += counted("quality", "missingness", "mood", "", group, 0, n)
    released = release(Results.of(numbers), study().release, study())
    lost = Key("participants", "followed", "site", "G", "wave=Later;followed=Lost", "n")  # 10 less 8
    assert released.withheld(lost)
    gone = [[site for site in "ABG" if released.withheld(Key("quality", "missingness", "mood", "",
                                                             f"wave={wave};site={site}", "denominator"))]
            for wave in AT]  # fmt: skip
    assert any("G" in sites and len(sites) > 1 for sites in gone)  # else 10 less 8 were the 2 who were lost


def test_of_few_people_a_mean_stands_without_what_would_tell_each_ones_value():
    def numbers(n: int) -> list[Number]:
        of = {f"wave=Start;site={site}": k for site, k in (("A", 40), ("B", 30), ("G", n))}
        values = (("mean", 9.4), ("sd", 1.9), ("median", 10.0), ("q1", 10.0), ("q3", 10.0))
        return [Number(Key("scale", "mood", "", "", g, s), v, k) for g, k in of.items() for s, v in values]

    def shown(n: int, site: str) -> list[str]:
        released = release(Results.of(numbers(n)), study().release, study())
        group = f"wave=Start;site={site}"
        keys = [Key("scale", "mood", "", "", group, s) for s in ("mean", "sd", "median", "q1", "q3")]
        return [k.statistic for k in keys if not released.withheld(k)]

    assert shown(5, "G") == shown(9, "G") == ["mean"]
    assert shown(10, "G") == ["mean", "sd", "median", "q1", "q3"]
    assert shown(5, "B") == ["mean"]  # everyone's less the others' would give it back
    assert shown(5, "A") == ["mean", "sd", "median", "q1", "q3"]


def test_those_at_a_wave_of_another_table_are_those_followed_to_it_where_no_other_output_says_so():
    """100 at the start less 98 in a table about the later wave are the 2 who were lost; they share no group."""
    text = STUDY.replace("followed: {kind", "later: {wave: 2, columns: site, rows: [role]}\n  followed: {kind")
    made = parse_study(text, "studies/x.yaml")
    later = {"A": 50, "B": 39, "G": 9}
    numbers = [Number(Key("participants", "followed", "joined later", "", "wave=Later", "n"), 0, 0)]
    numbers.append(Number(Key("participants", "followed", "", "", ALL, "n"), 100, 100))
    for word, n in (("Followed", 98), ("Lost", 2)):
        numbers += counted("participants", "followed", "", "", f"wave=Later;followed={word}", n, 100)
    numbers += [Number(Key("participants", "later", "", "", group, "n"), n, n) for _, group, n in by_site(later)]
    released = release(Results.of(numbers), made.release, made)

    def told(table: str, group: str) -> bool:
        return not released.withheld(Key("participants", table, "", "", group, "n"))

    nobody_joined = not released.withheld(Key("participants", "followed", "joined later", "", "wave=Later", "n"))
    assert not told("followed", "wave=Later;followed=Lost") and not told("followed", "wave=Later;followed=Followed")
    sites = all(told("later", f"site={site}") for site in later)
    assert not (nobody_joined and told("followed", ALL) and (told("later", ALL) or sites))
