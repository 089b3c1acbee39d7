# %% [markdown]
# # 1. Clean
#
# From an export to typed responses. Nothing is guessed: a code that the study file does not declare stops this notebook, with counts and with what to write.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %%
from pipeline.cleaning import clean
from pipeline.instruments import item_ranges
from pipeline.run.stages import open_stage

stage = open_stage(study, root, "01_clean")
print(stage.study.title)

# %% [markdown]
# ## Read
#
# Every cell stays text, as it came. Do the rows and columns fit what you exported?

# %%
cells = stage.cells()
for table, read in cells.items():
    print(f"{table}: {len(read.text):,} rows, {read.text.shape[1]:,} columns")

# %% [markdown]
# ## Clean
#
# Rows are left out as declared, codes become labels, missing codes become reasons, items are held against their range.

# %%
cleaned = clean(cells, stage.study, item_ranges(stage.study), stage.function())

# %% [markdown]
# ## Look
#
# Every row, person and cluster that was read is either kept or left out for a reason; the numbers add up, or the cell above would have stopped.

# %%
cleaned.flow.steps.set_index(["table", "step", "reason"])

# %% [markdown]
# Every rule, with the number of variables it is declared for and of cells it touched. A large number that you do not expect is worth a look at the study file; the change of each cell stands in the ledger, under `data/processed/`.

# %%
rules = cleaned.ledger.rules.groupby(["table", "rule"], sort=False)
rules.agg(variables=("variable", "nunique"), cells=("cells", "sum"))

# %% [markdown]
# ## Save

# %%
stage.save_cleaned(cleaned)
