# %% [markdown]
# # 6. Report
#
# Every number of the study goes through one door here, all at once, and only what comes out of it is printed. `alongside run` publishes the report under `reports/` when all of this notebook has run.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %%
from pipeline.report import report_files, write_report
from pipeline.run.stages import open_stage

stage = open_stage(study, root, "06_report")
released = stage.release()
report = write_report(stage.study, released, stage.tables(), stage.remarks(), stage.drafting, stage.style(), stage.ways())

# %% [markdown]
# How many numbers there are, and how many of them the release rule withholds:

# %%
print(f"{len(released.frame):,} numbers, {released.frame['withheld'].sum():,} withheld ({stage.study.release.rule})")

# %%
report.show("Summary")

# %%
report.show("Methods")

# %%
report.show("Participant flow")

# %%
report.show("Participants")

# %%
report.show("Followed and lost")

# %%
report.show("Missing answers")

# %%
report.show("Scales")

# %%
report.show("Models")

# %%
report.show("Interviews")

# %%
report.show("Further tables")

# %%
report.show("What was withheld")

# %%
report.show("How to check this report")

# %% [markdown]
# ## Save

# %%
stage.save_release(report_files(report, released))
