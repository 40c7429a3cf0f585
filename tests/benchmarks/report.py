"""The report: a result as lines for the terminal, and all of them as RESULTS.md."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.benchmarks.judging import OURS
from tests.benchmarks.plot import growth_plot
from tests.benchmarks.results import Figure, Result
from tests.benchmarks.wording import amount, rate

__all__ = ["told", "write_report"]

_HEAD = """# Results of the last run

Made by `python -m tests.benchmarks --results`; written by hand are only the lines on what bounds a
missed goal (`bounds.toml`). Programs took turns (A B A B) with the page cache warm; figures are
medians, ratios are of medians. A program so slow that its rounds would take more than 20 seconds
ran fewer times. Before they were timed all programs gave the same bytes or answers, or the run had
ended. Compare ratios; absolute figures are worth nothing on another machine.

W1: 2 GiB, a sparse base disk with 70 % random data in shuffled order, and eight children, each of
3 % random grains, half of them whole, half 4 KiB writes. W2: 2 TiB, 200,000 scattered grains in the
base disk and 50,000 in each of eight children. W3: 2 GiB stream-optimized, packed about 2 to 1.
W4: a 2 GiB flat base disk with holes and four children.
"""


def told(result: Result) -> str:
    """Return what the terminal shows of *result*."""
    lines = [f"{result.row}: {result.work}, {result.how}"]
    for each in result.figures:
        name = f"limit: {each.program}" if each.is_limit else each.program
        spread = f"{amount(each.least, result)} to {amount(each.most, result)}"
        middle, runs = amount(each.median, result), _runs(each)
        lines.append(f"  {name:32}{middle:>10}  {rate(each, result):>12}  ({spread}, {runs})")
    for verdict in result.verdicts:
        word = "met   " if verdict.met else "MISSED"
        by = f", missed by {verdict.missed_by}" if verdict.missed_by else ""
        lines.append(f"  {word} {verdict.goal}: {verdict.reached}{by}")
    lines += [f"  {note}" for note in result.notes]
    return "\n".join(lines) + "\n"


def _runs(figure: Figure) -> str:
    return "1 run" if figure.runs == 1 else f"{figure.runs} runs"


def write_report(folder: Path, results: dict[str, list[Result]], machine: dict[str, str]) -> None:
    """Write RESULTS.md and its plot to *folder*."""
    bounds = tomllib.loads((folder / "bounds.toml").read_text(encoding="utf-8"))
    grown = results.get("growth", [])
    rest = [each for row, some in results.items() if row != "growth" for each in some]
    (folder / "growth.svg").write_text(growth_plot(grown), encoding="utf-8")
    parts = [
        _HEAD,
        _machine(machine),
        _goals(rest),
        _missed([*rest, *grown], bounds),
        _growth(grown),
        _everything(rest),
    ]
    (folder / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _machine(machine: dict[str, str]) -> str:
    rows = [[name, value] for name, value in machine.items()]
    return "## Machine and programs\n\n" + _table(["what", "which"], rows)


def _goals(results: list[Result]) -> str:
    rows = []
    for each in results:
        for verdict in each.verdicts:
            word = "met" if verdict.met else f"**missed by {verdict.missed_by}**"
            rows.append([each.work, each.how, verdict.goal, verdict.reached, word])
    met = sum(verdict.met for each in results for verdict in each.verdicts)
    count = sum(len(each.verdicts) for each in results)
    return f"## Goals: {met} of {count} met\n\n" + _table(
        ["work", "how", "goal", "reached", ""], rows
    )


def _missed(results: list[Result], bounds: dict[str, str]) -> str:
    rows = list(dict.fromkeys(each.row for each in results if not each.met))
    if not rows:
        return "## What bounds the missed ones\n\nNo goal was missed.\n"
    lines = [f"- `{row}`: {bounds.get(row, 'not looked into yet')}" for row in rows]
    return "## What bounds the missed ones\n\n" + "\n".join(lines) + "\n"


def _growth(results: list[Result]) -> str:
    rows = []
    for each in results:
        points = ", ".join(
            f"{figure.program}: {amount(figure.median, each)}" for figure in each.figures
        )
        verdict = each.verdicts[0]
        rows.append([each.work, points, verdict.reached, "met" if verdict.met else "**missed**"])
    notes = {each.work.rpartition(" against ")[2]: each.notes[0] for each in results}
    axes = "".join(f"{axis}: {note}. " for axis, note in notes.items()).strip()
    return (
        "## How cost grows\n\n![Seconds against depth, capacity and grains](growth.svg)\n\n"
        f"None may be worse than linear in what is stored. {axes}\n\n"
        + _table(["work", "medians", "worst step", ""], rows)
    )


def _everything(results: list[Result]) -> str:
    rows = []
    for each in results:
        ours = next((figure for figure in each.figures if figure.program == OURS), None)
        for figure in each.figures:
            name = f"limit: {figure.program}" if figure.is_limit else figure.program
            against = ""
            if ours is not None and figure is not ours and each.unit != "MiB":
                against = f"{figure.median / ours.median:.3g}"
            spread = f"{amount(figure.least, each)} to {amount(figure.most, each)}"
            middle = amount(figure.median, each)
            runs = str(figure.runs)
            work = f"{each.work} ({each.how})"
            rows.append([work, name, middle, rate(figure, each), against, spread, runs])
    notes = [f"- {each.work}: {'; '.join(each.notes)}" for each in results if each.notes]
    heads = ["work", "program", "median", "rate", "times Redoscope's", "least to most", "runs"]
    return "## Every figure\n\n" + _table(heads, rows) + "\n" + "\n".join(notes) + "\n"
