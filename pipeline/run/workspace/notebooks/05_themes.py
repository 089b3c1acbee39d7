# %% [markdown]
# # 5. Themes
#
# What the study file says of its interviews, and of other studies beside it. *Not reported* and *not applicable* are two different answers.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %% tags=["numbers"]
from IPython.display import HTML, display

from pipeline.disclosure import draft
from pipeline.results import Results
from pipeline.run.stages import open_stage
from pipeline.tables.fill import fill
from pipeline.tables.in_notebook import notebook_table
from pipeline.tables.studies import comparisons
from pipeline.themes import interviews

stage = open_stage(study, root, "05_themes")
found = interviews(stage.study)
compared = comparisons(stage.study, stage.compared())
results = Results.join([found.results, *(exhibit.results for exhibit in compared.values())])

# %% [markdown]
# ## Look

# %%
if found.there_are:
    for heading, fact in found.facts:
        print(f"{heading}: {draft(found.results).say(fact)}")
else:
    print(f"The study file studies/{study}.yaml names no interviews.")
for exhibit in compared.values():
    display(HTML(notebook_table(fill(exhibit.table, draft(results)))))

# %% [markdown]
# ## Save

# %%
stage.save(results=results, tables=[exhibit.table for exhibit in compared.values()])
