"""From study file and raw data to numbers: the shipped studies against R, and the made-up one against its truth."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.cleaning import Cleaned, People, clean, join
from pipeline.cleaning.missingness import missingness_results
from pipeline.disclosure import Released, release
from pipeline.files import Workspace
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import Scores, score
from pipeline.models.estimates import Estimates
from pipeline.models.fit import fit
from pipeline.results import Key, Results
from pipeline.run.fetch import fetch
from pipeline.run.stages import open_stage
from pipeline.run.studies import read_study
from pipeline.study import Study
from pipeline.tables.estimates import estimates_table
from pipeline.tables.exhibits import exhibits
from pipeline.tables.fill import fill
from pipeline.tables.followed import followed
from pipeline.tables.formats import FORMATS
from pipeline.tables.missingness import missingness_tables
from pipeline.tables.participants import participants
from pipeline.tables.scales import reliability_tables, scales_tables, scores_results
from pipeline.tables.style_file import style, style_names
from pipeline.tables.table import Table
from tests.table_readers import agrees

pytestmark = pytest.mark.xdist_group("numbers")  # by one worker: what all share takes longer than they
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, repr=False)  # a failing test must not print rows of people
class Done:
    """Everything that was computed of a study, in memory."""

    study: Study
    cleaned: Cleaned
    scores: Scores
    people: People
    estimates: Estimates

    def model(
        self,
        name: str,
        term: str,
        statistic: str,
        level: str = "",
        group: str = "adjustment=adjusted",
        kind: str = "model",
    ) -> float:
        return self.estimates.results.get(Key(kind, name, term, level, group, statistic))


def done(workspace: Workspace, name: str) -> Done:
    study = read_study(workspace, name)
    cleaned = clean(open_stage(name, str(workspace.root), "01_clean").cells(), study, item_ranges(study))
    scores = score(cleaned, study)
    people = join(cleaned, scores.frames, scores.reasons, study)
    return Done(study, cleaned, scores, people, fit(people, study))


def workspace(folder: Path, name: str) -> Workspace:
    (folder / "studies").mkdir()
    shutil.copy(ROOT / "studies" / f"{name}.yaml", folder / "studies")
    return Workspace.at(folder)


@pytest.fixture(scope="module")
def gss(tmp_path_factory, real_data) -> Done:
    real_data("gss2018")
    made = workspace(tmp_path_factory.mktemp("gss"), "gss2018")
    fetch(made, read_study(made, "gss2018"))
    return done(made, "gss2018")


@pytest.fixture(scope="module")
def prep(tmp_path_factory, real_data) -> Done:
    real_data("peer-prep")
    made = workspace(tmp_path_factory.mktemp("prep"), "peer-prep")
    fetch(made, read_study(made, "peer-prep"))
    return done(made, "peer-prep")


@pytest.fixture(scope="module")
def bridges(tmp_path_factory) -> Done:
    made = workspace(tmp_path_factory.mktemp("bridges"), "bridges")
    shutil.copytree(ROOT / "data/raw/bridges", made.raw("bridges"))
    return done(made, "bridges")


@pytest.fixture(scope="module")
def next_quarter(tmp_path_factory) -> Done:
    made = workspace(tmp_path_factory.mktemp("next"), "bridges")
    shutil.copytree(ROOT / "data/raw/bridges", made.raw("bridges"))
    for export in (made.raw("bridges") / "next_quarter").glob("*.csv"):
        shutil.copy(export, made.raw("bridges") / "exports")
    return done(made, "bridges")


@pytest.fixture(scope="module")
def truth():
    return YAML(typ="safe", pure=True).load((ROOT / "data/raw/bridges/truth.yaml").read_text(encoding="utf-8"))


def close(value: float):
    return pytest.approx(value, rel=1e-6)


def test_gss_alpha(gss, golden):
    case = "Cronbach alpha lonely1-3, complete cases"
    for statistic, term in (("alpha", "raw"), ("alpha_standardised", "standardised")):
        assert gss.scores.results.get(Key("reliability", "loneliness", statistic=statistic)) == close(
            golden("gss2018", case, term, "alpha")
        )
    assert gss.scores.results.get(Key("reliability", "loneliness", statistic="n")) == golden("gss2018", case, "n", "n")


def test_gss_domain_keeps_every_row_and_counts_who_was_asked(gss):
    assert len(gss.people.frames["people"]) == 2348
    assert int(gss.people.domain["people"].sum()) == 2348 - 1175


@pytest.mark.parametrize(("model", "case"), [
    ("loneliness_mood", "survey-weighted linear unhappy~lon+sup_n+age+female+educ"),
    ("loneliness_health", "survey-weighted logit hlthmntl>=4 ~ lon+sup_n+age+female+educ"),
])  # fmt: skip
def test_gss_survey_models_agree_with_r_survey(gss, golden, model, case):
    estimate = gss.model(model, "loneliness", "estimate")
    if "logit" in case:
        estimate = math.log(estimate)
    assert estimate == close(golden("gss2018", case, "lon", "estimate"))
    assert gss.model(model, "loneliness", "std_error") == close(golden("gss2018", case, "lon", "std_error"))
    assert gss.model(model, "loneliness", "p") == close(golden("gss2018", case, "lon", "p"))


def test_gss_number_of_complete_cases(gss, golden):
    case = "survey-weighted linear unhappy~lon+sup_n+age+female+educ"
    assert gss.model("loneliness_mood", "loneliness", "n") == golden("gss2018", case, "n", "n")


def test_gss_effects_without_interaction_are_r_s_product_of_coefficients(gss, golden):
    case = "survey-weighted mediation sup_n->lon->unhappy | age female educ"
    spec = gss.study.models["via_loneliness"].model_copy(update={"interaction": False})
    study = gss.study.model_copy(update={"models": {"via_loneliness": spec}})
    found = fit(gss.people, study).results
    for term in ("indirect", "direct"):
        key = Key("mediation", "via_loneliness", term, "", "adjustment=adjusted", "estimate")
        assert found.get(key) == close(golden("gss2018", case, term, "estimate"))


def test_gss_loneliness_by_gender_is_r_s_interaction(gss, golden):
    """The coefficient of loneliness in R's formula is the simple effect where ``female`` is 0, the product's how much
    it differs where that is 1."""
    case = "survey-weighted interaction unhappy~lon*female+age"
    spec = gss.study.models["loneliness_mood"].model_copy(update={"moderator": "gender", "adjust": ("age",)})
    found = fit(gss.people, gss.study.model_copy(update={"models": {"m": spec}})).results
    for key, term in ((("gender", "Men"), "lon"), (("exposure by moderator", ""), "lon:female")):
        for statistic in ("estimate", "std_error", "p"):
            value = found.get(Key("model", "m", *key, "adjustment=adjusted", statistic))
            assert value == close(golden("gss2018", case, term, statistic))
    both = [golden("gss2018", case, term, "estimate") for term in ("lon", "lon:female")]
    assert found.get(Key("model", "m", "gender", "Women", "adjustment=adjusted", "estimate")) == close(sum(both))


def test_gss_effects_by_way_of_loneliness_have_intervals_and_add_up(gss):
    told = {
        (term, s): gss.model("via_loneliness", term, s, kind="mediation")
        for term in ("indirect", "direct", "total", "pure indirect", "total direct")
        for s in ("estimate", "ci_low", "ci_high")
    }
    for one, other in (("direct", "indirect"), ("total direct", "pure indirect")):
        assert told["total", "estimate"] == pytest.approx(told[one, "estimate"] + told[other, "estimate"])
    assert all(told[t, "ci_low"] < told[t, "estimate"] < told[t, "ci_high"] for t, _ in told)


def test_prep_ages_of_index_peers(prep, golden):
    results = participants(prep.people, prep.study, "baseline").results
    for arm in ("Control", "Intervention"):
        for statistic in ("n", "mean", "sd", "q1", "median", "q3"):
            mine = "denominator" if statistic == "n" else statistic
            value = results.get(Key("participants", "baseline", "age", "", f"arm={arm}", mine))
            assert value == close(
                golden("peer-prep", f"age (p1_s1_q1) of index peers, arm {arm}", statistic, "value")
            ), statistic


@pytest.mark.parametrize(("model", "case"), [
    ("prep", "PrEP initiation (p2_s6_q1_17d = Yes)"), ("test", "HIV test (p2_s6_q1_14 = Yes)"),
])  # fmt: skip
def test_prep_risk_differences_agree_with_club_sandwich(prep, golden, model, case):
    for statistic in ("estimate", "std_error", "df", "p"):
        value = prep.model(model, "arm", statistic, "Intervention", "adjustment=unadjusted")
        assert value == close(
            golden("peer-prep", f"{case} ~ arm risk difference CR2 by p2_ptid", "armIntervention", statistic)
        ), statistic
    for arm in ("Control", "Intervention"):
        assert prep.model(model, "arm", "events", arm, "All") == golden("peer-prep", f"{case} by arm", arm, "n_yes")
        assert prep.model(model, "arm", "n", arm, "All") == golden("peer-prep", f"{case} by arm", arm, "n")


def test_prep_flow_shows_the_six_clusters_that_referred_no_one(prep):
    steps = prep.cleaned.flow.steps
    referred = steps[steps["table"] == "referred"].set_index("step")["clusters"]
    assert (referred["read"], referred["left out"], referred["kept"]) == (42 + 40, 6, 42 + 40 - 6)
    for arm, (all_, without) in {"Control": (42, 6), "Intervention": (40, 0)}.items():
        assert prep.model("prep", "without rows", "denominator", arm, "All") == all_
        assert prep.model("prep", "without rows", "n", arm, "All") == without


def test_bridges_flow_is_what_the_generator_knows(bridges, truth):
    flow = truth["exports"]["bridges_2025q3.csv"]["flow"]
    steps = bridges.cleaned.flow.steps
    mine = steps[steps["table"] == "people"]
    assert mine["rows"].tolist() == [
        flow[k] for k in ("rows", "test_rows", "no_consent", "incomplete", "duplicates", "kept")
    ]
    assert mine.iloc[-1][["people", "clusters"]].tolist() == [flow["people_kept"], flow["programmes_kept"]]
    waves = bridges.cleaned.flow.waves
    assert waves[waves["table"] == "people"]["rows"].tolist() == list(flow["kept_by_wave"].values())


@pytest.mark.parametrize(("model", "exposure", "slope"), [
    ("support_loneliness", "support", "support_to_loneliness"),
    ("loneliness_depression", "loneliness", "loneliness_to_depression"),
    ("minutes_support", "minutes", "minutes_to_support"),
])  # fmt: skip
def test_bridges_true_effects_lie_within_their_intervals(bridges, truth, model, exposure, slope):
    true = truth["slopes"][slope]["value"]
    low, high = bridges.model(model, exposure, "ci_low"), bridges.model(model, exposure, "ci_high")
    assert low <= true <= high
    assert high - low < 2 * max(abs(true), 0.5), "an interval that is wide enough to hold anything shows nothing"


def test_bridges_baseline_counts_are_what_the_generator_knows(bridges, truth):
    results = participants(bridges.people, bridges.study, "participants").results
    baseline = truth["exports"]["bridges_2025q3.csv"]["baseline"]
    labels = bridges.study.variables["gender"].codes
    for code, label in labels.items():
        assert results.get(Key("participants", "participants", "gender", label)) == baseline["gender"]["All"][code]
    age = baseline["age"]
    assert results.get(Key("participants", "participants", "age", statistic="denominator")) == age["n"]
    assert results.get(Key("participants", "participants", "age", statistic="mean")) == pytest.approx(
        age["mean"], abs=5e-7
    )
    assert results.get(Key("participants", "participants", "age", statistic="sd")) == pytest.approx(age["sd"], abs=5e-7)


def test_newcomers_of_a_new_quarter_are_not_lost(bridges, next_quarter, truth):
    """Those of the first quarter were all due by its end; of the second, 24 joined within the last 91 days."""
    first, newcomers = 1200, 24
    for quarter, file, late in ((bridges, "bridges_2025q3.csv", 0), (next_quarter, "bridges_2025q4.csv", newcomers)):
        there = truth["exports"][file]["followed"]
        results = followed(quarter.people, quarter.study, "followed").results
        for wave, held in (("3 months", there["second"]), ("6 months", there["third"])):

            def count(path: str, wave=wave, results=results) -> float:
                return results.get(Key("participants", "followed", "", "", f"wave={wave};due={path}", "n"))

            assert count("Due") == first
            assert count("Due;followed=Followed") == held
            assert count("Due;followed=Lost") == first - held
            frame = results.frame
            late_rows = frame[(frame["group"] == f"wave={wave};due=Not yet due") & (frame["term"] == "")]
            assert late_rows["value"].tolist() == ([late] if late else [])


def test_bridges_tables_keep_most_of_their_counts_at_the_door(bridges):
    """In a study with a few answers missing nearly everywhere an author still has a Table 1."""
    people, study = bridges.people, bridges.study
    made = [participants(people, study, name).results for name in ("participants", "by_programme")]
    made += [missingness_results(people, study), scores_results(people, study), bridges.scores.results]
    frame = release(Results.join(made), study.release).frame
    counts = frame[frame["statistic"].eq("n") & frame["level"].ne("")]
    kept = 1 - counts[counts["kind"] == "participants"].groupby("name")["withheld"].mean()
    assert kept["participants"] >= 0.75
    assert kept["by_programme"] >= 0.65
    overall = counts[counts["name"].eq("participants") & counts["group"].eq("All")]
    assert not overall["withheld"].any()
    values = Results.join(made).frame["value"].to_numpy()
    small = frame["statistic"].isin(("n", "missing", "denominator")) & (values > 0) & (values < study.release.below)
    assert small.sum() > 300 and frame.loc[small, "withheld"].all()


@pytest.fixture(scope="module")
def bridges_tables(bridges) -> tuple[list[Table], Released]:
    """Every table of the made-up study, and its numbers as the door lets them through."""
    people, study = bridges.people, bridges.study
    shown = list(exhibits(people, study).values())
    kept = [missingness_results(people, study), scores_results(people, study), bridges.scores.results]
    numbers = Results.join([e.results for e in shown] + kept + [bridges.estimates.results])
    tables = [e.table for e in shown] + [*missingness_tables(numbers, study), *scales_tables(numbers, study)]
    tables += [*reliability_tables(numbers, study), *(estimates_table(m) for m in bridges.estimates.models)]
    return tables, release(numbers, study.release)


@pytest.mark.parametrize("name", style_names())
def test_bridges_tables_read_back_the_same_from_every_format(bridges_tables, name):
    tables, released = bridges_tables
    filled = [fill(table, released, style(name)) for table in tables]
    assert len(filled) > 8
    for table in filled:
        for ending, write in FORMATS.items():
            if ending != "docx" or table.name in ("participants", "support_loneliness"):  # ten times as slow as others
                agrees(table, ending, write([(table, "Table 1")]), "Table 1")
