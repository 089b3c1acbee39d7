# %% [markdown]
# # 2. Score
#
# From items to scale scores, and from several tables to one frame for each kind of row: people with their scores, their derived variables, and what their programme or visit adds to them.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %%
from IPython.display import HTML, display

from pipeline.cleaning import join
from pipeline.disclosure import draft
from pipeline.instruments.scores import score
from pipeline.results import Results
from pipeline.run.stages import open_stage
from pipeline.tables.fill import fill
from pipeline.tables.in_notebook import notebook_table
from pipeline.tables.scales import reliability_tables

stage = open_stage(study, root, "02_score")
cleaned = stage.cleaned()

# %% [markdown]
# ## Score and join
#
# Each scale follows its instrument's own rule, or the one that the study file declares: which items are turned, how many may be missing, sum or mean.

# %% tags=["numbers"]
scores = score(cleaned, stage.study)
people = join(cleaned, scores.frames, scores.reasons, stage.study)
results = Results.join([scores.results, people.results])

# %% [markdown]
# ## Look
#
# Scores with a value, and the reasons for those without one.

# %%
for table, frame in scores.frames.items():
    for scale in frame:
        why = scores.reasons[table][scale].value_counts().drop("", errors="ignore").to_dict()
        print(f"{table}, {scale}: {frame[scale].notna().sum():,} scores; missing: {why or 'none'}")

# %% [markdown]
# A score may rest on fewer items than its form has, as far as its rule allows. Whose it is stands in `fewer_items.csv`, and answers that somebody must look at, whatever the score is, stand in `to_look_at.csv`; both lie beside the scores and are never released.

# %%
print(f"{len(scores.fewer):,} scores rest on fewer items than their forms have.")

# %% [markdown]
# Cronbach's alpha says how well the items of a scale hang together among these people. A low or negative one may mean that an item should be turned and is not.

# %%
for table in reliability_tables(results, stage.study):
    display(HTML(notebook_table(fill(table, draft(results)))))

# %% [markdown]
# Alarms say what looks wrong about the answers. They are reasons to look, and change nothing.

# %%
for alarm in scores.alarms:
    print(draft(results).say(alarm))

# %% [markdown]
# ## Save

# %%
stage.save_people(people)
stage.save_scoring(scores)
stage.save(
    results=results,
    remarks={"": people.remarks, "alarms": scores.alarms, **{scale: [said] for scale, said in zip(stage.study.scales, scores.remarks, strict=True)}},
)
