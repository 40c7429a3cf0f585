"""The sample in the window is a small machine."""

from __future__ import annotations

from pathlib import Path

from redoscope_gui.window import MainWindow


def test_the_sample_shows_its_machine_beside_the_links_and_no_problem(
    window: MainWindow, sample_machine: Path
) -> None:
    window.open_path(sample_machine / "office.vmx")
    session = window.session
    assert session.cursor.path == sample_machine / "office-000005.vmdk"
    assert session.problems == ()
    machines = session.machines
    assert machines.known == ((sample_machine / "office.vmx", "office"),)
    assert machines.shown is not None
    assert [each.entry.name for each in machines.shown.machine.snapshots] == [
        *("Friday", "Monday", "Tuesday", "Wednesday", "Thursday", "Rescued")
    ]
