# %% [markdown]
# # 5. Themes
#
# What the study file says of its interviews. *Not reported* and *not applicable* are two different answers.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %%
from pipeline.disclosure import draft
from pipeline.run.stages import open_stage
from pipeline.themes import interviews

stage = open_stage(study, root, "05_themes")
found = interviews(stage.study)

# %% [markdown]
# ## Look

# %%
if found.there_are:
    for heading, fact in found.facts:
        print(f"{heading}: {draft(found.results).say(fact)}")
else:
    print(f"The study file studies/{study}.yaml names no interviews.")

# %% [markdown]
# ## Save

# %%
stage.save(results=found.results)
