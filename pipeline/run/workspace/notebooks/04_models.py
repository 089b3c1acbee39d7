# %% [markdown]
# # 4. Models
#
# The declared models, each unadjusted and adjusted. How the errors are made follows from the design: by cluster with few of them in mind, or by the survey's weights, strata and sampling units.

# %% tags=["parameters"]
study = "bridges"
root = ".."

# %%
from IPython.display import HTML, display

from pipeline.disclosure import draft
from pipeline.models.fit import fit
from pipeline.report.draw_residuals import residuals_figure
from pipeline.run.stages import open_stage
from pipeline.tables.estimates import estimates_table, mediation_table
from pipeline.tables.fill import fill
from pipeline.tables.in_notebook import notebook_table
from pipeline.tables.standardised import standardised_table

stage = open_stage(study, root, "04_models")
people = stage.people()

# %% [markdown]
# ## Fit

# %% tags=["numbers"]
estimates = fit(people, stage.study, stage.rng("fit"))

# %%
tables = [estimates_table(model) for model in estimates.models]
tables += [table for model in estimates.models if (table := mediation_table(model)) is not None]
tables += [table for model in estimates.models if (table := standardised_table(model)) is not None]

# %% [markdown]
# ## Look
#
# Do the people and clusters fit the participants table? How far does adjusting move an estimate, and are there enough clusters (degrees of freedom) to say so?

# %%
exact = draft(estimates.results)
for table in tables:
    display(HTML(notebook_table(fill(table, exact))))

# %% [markdown]
# What a reader must be told before relying on an estimate:

# %%
for model, remarks in estimates.remarks.items():
    for remark in remarks:
        print(f"{model}: {exact.say(remark)}")

# %% [markdown]
# Where fitted values lie off the mark, and whether what is left is normal. These pictures are of people's own rows and stay with you; the report tells R squared, spread and skewness, a c-statistic or a dispersion.

# %%
display(HTML("".join(residuals_figure(model) for model in estimates.models)))

# %% [markdown]
# ## Save

# %%
stage.save(results=estimates.results, tables=tables, remarks=estimates.remarks)
