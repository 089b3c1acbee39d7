"""What ``benchmarks/calibration.py`` measured, as the tables and the picture of docs/calibration.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

BAND = (93.0, 97.0)
LOOKS = {
    "linear CR2": ("#0b6e4f", "o"),
    "risk difference CR2": ("#3f9b78", "s"),
    "logistic CR2": ("#7a1f3d", "v"),
    "risk ratio CR2": ("#b3541e", "^"),
    "linear mixed": ("#24557a", "D"),
    "linear GEE": ("#6a4c93", "P"),
    "logistic GEE": ("#a88ac9", "X"),
    "linear survey": ("#8a6d1f", "<"),
    "logistic survey": ("#c9a227", ">"),
    "indirect jackknife": ("#1b1b1b", "*"),
    "linear naive": ("0.45", "o"),
}


def markdown(table: pd.DataFrame) -> str:
    """A table for each kind of exposure: the least and the most coverage of an estimator's conditions."""
    parts = []
    for kind, held in table.groupby("exposure", sort=False):
        across = "rows" if kind == "people" else "clusters"
        columns = sorted(held[across].unique())
        words = "people" if kind == "people" else "clusters"
        head = f"| estimator | {' | '.join(f'{one} {words}' for one in columns)} | largest type I | replications |"
        parts.append("\n".join([HEADS[str(kind)], "", head, "|---" * (len(columns) + 3) + "|", *_lines(held, across)]))
    return "\n\n".join(parts)


HEADS = {
    "within": "**The exposure varies within clusters**",
    "between": "**The exposure is a cluster's own**",
    "people": "**People who stand for themselves**",
}


def _lines(held: pd.DataFrame, across: str) -> Iterator[str]:
    columns = sorted(held[across].unique())
    for name, lines in held.groupby("estimator", sort=False):
        cells = [_range(lines.loc[lines[across] == one, "coverage"]) for one in columns]
        yield f"| {name} | {' | '.join(cells)} | {lines['type_i'].max():.1f} | {_counted(lines)} |"


def _range(found: pd.Series) -> str:
    if found.empty:
        return ""
    low, high = f"{found.min():.1f}", f"{found.max():.1f}"
    return low if low == high else f"{low} to {high}"


def _counted(lines: pd.DataFrame) -> str:
    lost = int((lines["replications"] - lines["answered"]).sum())
    told = f"{lines['replications'].iloc[0]:,}"
    share = f"{max(100 * lost / lines['replications'].sum(), 0.1):.1f}"
    return f"{told} ({share} % without an answer)" if lost else told


def picture(file: Path, table: pd.DataFrame) -> None:
    """Intervals that miss the truth, by clusters, a panel for each kind of exposure; a log scale tells 3 and 50 apart
    from 5."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "calibration", "font.size": 11, "font.family": "sans-serif"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.6), sharey=True, layout="constrained")
    places = {count: at for at, count in enumerate(sorted(set(table["clusters"]) - {0}))}
    titles = ("Exposure within clusters", "Exposure of whole clusters")
    for axis, kind, title in zip(axes, ("within", "between"), titles, strict=True):
        axis.axhspan(*(100 - end for end in BAND), color="0.93", zorder=0)
        axis.axhline(5, color="0.7", linewidth=1, zorder=1)
        for name, (colour, mark) in LOOKS.items():
            lines = table[(table["exposure"] == kind) & (table["estimator"] == name)]
            missed = 100 - lines.groupby("clusters")["coverage"].min()
            style = "--" if name.endswith("naive") else "-"
            at = [places[count] for count in missed.index]
            axis.plot(at, missed, color=colour, marker=mark, linestyle=style, label=name, linewidth=1.3, markersize=5)
        axis.set_xticks(list(places.values()), [str(count) for count in places])
        axis.set_xlabel("clusters")
        axis.set_yscale("log")
        axis.set_yticks([2, 3, 5, 7, 10, 20, 50], ["2", "3", "5", "7", "10", "20", "50"], minor=False)
        axis.minorticks_off()
        axis.set_title(title, loc="left")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("95% intervals that miss the truth, %\n(most of the conditions)")
    figure.legend(*axes[0].get_legend_handles_labels(), frameon=False, loc="outside right center", fontsize=9)
    figure.savefig(file, metadata={"Date": None, "Creator": None})
