"""The benchmarks run: each row on tiny disks, judged as in earnest; figures are not looked at."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import measured
from tests.benchmarks.judging import OURS, Agreement, Disagreement, Goal, Trial, result_of
from tests.benchmarks.measuring import Contender, Timing, in_turn
from tests.benchmarks.plot import growth_plot
from tests.benchmarks.programs import archivers
from tests.benchmarks.report import told, write_report
from tests.benchmarks.results import Figure, Result, Verdict, keep, kept
from tests.benchmarks.rows.table import ROWS
from tests.benchmarks.workloads.ground import TINY, Ground

# The window has tests of its own; a small command is tiny on any disk.
ROWS_RUN = sorted(ROWS.keys() - {"window", "small", "memory-w1"})


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """All workloads in a size of megabytes."""
    return Ground(tmp_path_factory.mktemp("ground"), TINY)


@pytest.mark.judge
@pytest.mark.parametrize("row", ROWS_RUN)
def test_each_row_runs_and_its_programs_agree(
    ground: Ground, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Borg and restic take longer to make their keys than all else here takes together.
    monkeypatch.setattr(archivers, "has_program", lambda _: False)
    results = measured(row, ground, rounds=1)
    assert results
    for each in results:
        assert each.row == row
        assert each.figures or each.verdicts
        assert told(each).startswith(f"{row}: {each.work}")


def test_programs_take_turns() -> None:
    order: list[str] = []
    contenders = [Contender(name, partial(order.append, name)) for name in "AB"]
    timings = in_turn(contenders, 3, Agreement(None))
    assert "".join(order) == "ABABABAB"
    assert [len(timings[name].seconds) for name in "AB"] == [3, 3]


def test_a_program_that_gives_other_bytes_ends_the_row() -> None:
    right = Contender(OURS, lambda: None, lambda: "bytes")
    wrong = Contender("other", lambda: None, lambda: "byte5")
    with pytest.raises(Disagreement, match="other answers 'byte5', and Redoscope is 'bytes'"):
        in_turn([right, wrong], 1, Agreement(None))
    with pytest.raises(Disagreement, match="the truth is 'true'"):
        in_turn([right], 1, Agreement("true"))


def test_a_goal_is_judged_by_the_best_other_program_and_by_the_limit() -> None:
    def nothing() -> None:
        """Be measured elsewhere."""

    contenders = tuple(Contender(name, nothing) for name in (OURS, "slow", "quick"))
    goals = (Goal(2), Goal(0.8, "limit"), Goal(5, "slow"), Goal(seconds=0.5))
    trial = Trial("work", "in process", contenders, goals, limit=Contender("copy", nothing))
    seconds = {OURS: 1.0, "slow": 6.0, "quick": 1.5, "copy": 0.9}
    timings = {name: Timing(name, [each]) for name, each in seconds.items()}
    result = result_of("row", trial, timings, [])
    assert [each.met for each in result.verdicts] == [False, True, True, False]
    assert [each.missed_by for each in result.verdicts] == ["25%", "", "", "100%"]
    assert "quick" in result.verdicts[0].goal


def test_results_are_kept_and_reported(tmp_path: Path) -> None:
    points = [
        Figure(f"{links} links", links / 100, links / 100, links / 90, 5, at=links)
        for links in (1, 8)
    ]
    verdict = Verdict("no worse than linear", "1.0 times", met=True)
    grown = Result("growth", "map against depth", "in process", "s", points, [verdict], ["links"])
    missed = Verdict("at least 2 times other", "1.5", met=False, missed_by="25%")
    figure = Figure(OURS, 1.0, 0.9, 1.1, 5, rate=2e9)
    other = Result("read-w1", "read", "in process", figures=[figure], verdicts=[missed])
    results = {"read-w1": [other], "growth": [grown]}
    keep(tmp_path / "results.json", results, {"memory": "4 GiB"})
    assert kept(tmp_path / "results.json") == results
    (tmp_path / "bounds.toml").write_text('read-w1 = "the memory"\n')
    write_report(tmp_path, results, {"memory": "4 GiB"})
    text = (tmp_path / "RESULTS.md").read_text()
    assert "**missed by 25%**" in text
    assert "- `read-w1`: the memory" in text
    assert "2 GB/s" in text
    assert (tmp_path / "growth.svg").read_text() == growth_plot([grown])
