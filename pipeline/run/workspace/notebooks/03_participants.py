# %% [markdown]
# # 3. Participants
#
# Who they are, who was followed and who was lost, what is missing, and how the scores are spread. The numbers here are exact: of real people they stay under `data/`, and what may be printed is decided in `06_report`.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %%
from IPython.display import HTML, display

from pipeline.disclosure import draft
from pipeline.results import Results
from pipeline.run.stages import open_stage
from pipeline.tables.exhibits import exhibits
from pipeline.tables.fill import fill
from pipeline.tables.flow import flow_tables
from pipeline.tables.in_notebook import notebook_table
from pipeline.tables.missingness import missingness_tables
from pipeline.tables.scales import reliability_tables, scales_tables, scores_results

stage = open_stage(study, root, "03_participants")
people = stage.people()

# %% [markdown]
# ## Count
#
# One table for each that the study file declares, and the scores of every scale by wave and programme.

# %% tags=["numbers"]
declared = exhibits(people, stage.study)
spread = scores_results(people, stage.study)

# %%
results = Results.join([*(exhibit.results for exhibit in declared.values()), spread])
known = Results.join([stage.results(), results])
tables = [
    *flow_tables(known, stage.study),
    *(exhibit.table for exhibit in declared.values()),
    *missingness_tables(known, stage.study),
    *scales_tables(known, stage.study),
    *reliability_tables(known, stage.study),
]

# %% [markdown]
# ## Look
#
# Does each variable have the people you expect, is anything missing that you know is there, is a level empty?

# %%
exact = draft(known)
for table in tables:
    display(HTML(notebook_table(fill(table, exact))))

# %% [markdown]
# ## Save

# %%
stage.save(results=results, tables=tables, remarks={name: exhibit.remarks for name, exhibit in declared.items()})
