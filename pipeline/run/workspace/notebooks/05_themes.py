# %% [markdown]
# # 5. Themes
#
# What the study file says of its interviews, and of other studies beside it. *Not reported* and *not applicable* are two different answers. Interviews that are coded are read, cleaned and counted here: a role without a label or a code that is not there stops this notebook, with counts. The numbers are exact: what may be printed is decided in `06_report`.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %% tags=["numbers"]
from IPython.display import HTML, display

from pipeline.disclosure import draft
from pipeline.disclosure.quotations import judge
from pipeline.results import Results
from pipeline.run.stages import open_stage
from pipeline.tables.fill import fill
from pipeline.tables.in_notebook import notebook_table
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.tables.studies import comparisons
from pipeline.themes import clean_coding, interviews, measured

stage = open_stage(study, root, "05_themes")
found = interviews(stage.study)
coded = stage.coded()
coding = clean_coding(coded, stage.study) if coded else None
exhibits = {**interview_exhibits(coding, stage.study), **comparisons(stage.study, stage.compared())}
quoted = judge(coded, coding, stage.study)
coders = measured(coding, stage.study, stage.rng("saturation"))
results = Results.join([found.results, quoted.results, coders.results, *(exhibit.results for exhibit in exhibits.values())])

# %% [markdown]
# ## Look

# %%
if found.there_are:
    for heading, fact in found.facts:
        print(f"{heading}: {draft(found.results).say(fact)}")
else:
    print(f"The study file studies/{study}.yaml names no interviews.")
for exhibit in exhibits.values():
    display(HTML(notebook_table(fill(exhibit.table, draft(results)))))

# %% [markdown]
# From those who were approached to those who are analysed, and every rule with how many passages (of a role or a programme: people) it touched. Passages, documents and people are three different counts.

# %%
if coding:
    display(coding.flow.set_index(["step", "reason"]))
    display(coding.ledger.rules.drop(columns="table").set_index(["variable", "rule"]))

# %% [markdown]
# Quotations that the study file chooses: how each stands before the door, and at how many places its second reader should look twice. None is printed without its speaker's consent and a clearance of its very words. The words themselves stand in `data/processed`, in `05_themes/quotations/quotations.txt` of the study.

# %%
if quoted.chosen:
    display(quoted.stands.set_index(["theme", "quotation"]))

# %% [markdown]
# How far the coders agree, and whether further interviews brought new themes, where the study file asks for it. What the coders differ on is saved for them as `coding/disagreements.csv`: it quotes people and stays here.

# %%
from pipeline.tables.agreement import agreement_tables
from pipeline.tables.saturation import saturation_tables

measures = [*agreement_tables(coders.results), *saturation_tables(coders.results, stage.study)]
for table in measures:
    display(HTML(notebook_table(fill(table, draft(results)))))
for about, remarks in coders.remarks.items():
    for remark in remarks:
        print(f"{about}: {draft(results).say(remark)}")

# %% [markdown]
# ## Save

# %%
if coding:
    stage.save_coding(coding, coded.texts)
    stage.save_quotations(quoted)
if coders.disagreements is not None:
    stage.save_disagreements(coders.disagreements)
stage.save(
    results=results,
    tables=[*measures, *(exhibit.table for exhibit in exhibits.values())],
    remarks={**{name: exhibit.remarks for name, exhibit in exhibits.items()}, **coders.remarks},
)
