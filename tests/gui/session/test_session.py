"""The session: what is open, selected and shown."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.gui.fakes import Endless, Failing, Held, Saying

from redoscope_core import Leniency
from redoscope_gui.session import Compared, Cursor, JobState
from redoscope_gui.session.cursor import History

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from redoscope_gui.requests import Verdict
    from redoscope_gui.session import Session


def names(session: Session) -> list[str]:
    assert session.chain is not None
    return [link.path.stem for link in session.chain.links]


def is_open(session: Session) -> bool:
    return session.chain is not None


def spoil_cid(path: Path) -> None:
    """Give the link another content ID, as if it had been written after its child was made."""
    data = path.read_bytes()
    begin = data.index(b"\nCID=") + 5
    path.write_bytes(data[:begin] + b"0badf00d" + data[begin + 8 :])


def test_opening_a_disk_shows_its_generation(session: Session, tip: Path) -> None:
    session.open(tip)
    assert session.forest is not None
    assert session.generation_chain is not None
    assert session.cursor == Cursor(tip, 5, 0)
    assert len(session.generation_chain.links) == 6
    assert session.problems == ()


def test_an_older_link_keeps_the_timeline_of_the_chain_it_lies_on(
    session: Session, sample: Path
) -> None:
    session.open(sample / "office-000002.vmdk")
    assert session.cursor.generation == 2
    assert names(session)[-1] == "office-000005"
    assert session.is_older_generation


def test_a_folder_shows_its_longest_chain(session: Session, sample: Path) -> None:
    session.open(sample)
    assert session.cursor.path == sample / "office-000005.vmdk"


def test_choosing_a_link_of_the_branch_changes_the_chain(session: Session, sample: Path) -> None:
    session.open(sample)
    session.select_link(sample / "office-000002-child1a.vmdk")
    assert names(session) == ["office", "office-000001", "office-000002", "office-000002-child1a"]
    session.select_link(sample / "office-000001.vmdk")
    assert names(session)[-1] == "office-000002-child1a"
    assert session.cursor.generation == 1


def test_the_cursor_stays_within_chain_and_disk(session: Session, tip: Path) -> None:
    session.open(tip)
    session.select_generation(99)
    assert session.cursor.generation == 5
    session.step_generation(-99)
    assert session.cursor.generation == 0
    session.go_to(1 << 70)
    assert session.cursor.offset == 64 * 1024 * 1024 - 1
    session.go_to(-5)
    assert session.cursor.offset == 0


def test_every_move_is_told_once(qtbot: QtBot, session: Session, tip: Path) -> None:
    session.open(tip)
    moves: list[Cursor] = []
    session.cursor_changed.connect(moves.append)
    session.go_to(512)
    session.go_to(512)
    with qtbot.assertNotEmitted(session.chain_changed):
        session.select_generation(2)
    assert [(move.generation, move.offset) for move in moves] == [(5, 512), (2, 512)]


def test_back_and_forward_go_through_the_jumps_also_to_another_chain(
    session: Session, sample: Path, tip: Path
) -> None:
    session.open(tip)
    session.go_to(4096)
    session.go_to(4112, jump=False)
    branch = sample / "office-000002-child1a.vmdk"
    session.select_link(branch)
    assert (session.cursor.path, session.cursor.offset) == (branch, 4112)
    session.back()
    assert (session.cursor.path, session.cursor.offset) == (tip, 4112)
    session.back()
    assert session.cursor.offset == 0
    assert not session.can_go_back
    session.forward()
    session.forward()
    assert session.cursor.path == branch
    assert not session.can_go_forward


def test_a_jump_forgets_what_lay_ahead() -> None:
    history = History()
    for offset in (0, 1, 2):
        history.jump(Cursor(None, 0, offset))
    assert history.back() == Cursor(None, 0, 1)
    history.jump(Cursor(None, 0, 9))
    assert history.forward() is None
    assert history.back() == Cursor(None, 0, 1)


def test_a_text_file_is_a_problem_and_what_was_open_stays(
    session: Session, tip: Path, tmp_path: Path
) -> None:
    session.open(tip)
    text = tmp_path / "notes.vmdk"
    text.write_text("no disk at all")
    session.open(text)
    assert session.problems
    session.open(tmp_path / "nowhere.vmdk")
    session.open(tip)
    assert session.chain is not None
    assert session.problems == ()


def test_a_wrong_content_id_is_a_problem_and_can_be_opened_anyway(
    session: Session, own_sample: Path
) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    session.open(own_sample / "office-000005.vmdk")
    assert not is_open(session)
    assert session.chain_error is not None
    assert any("0badf00d" in problem.text for problem in session.problems)
    assert all(problem.cure for problem in session.problems)
    session.allow(Leniency.CID_MISMATCH)
    assert session.chain is not None
    assert session.policy.allows(Leniency.CID_MISMATCH)
    assert session.cursor.path == own_sample / "office-000005.vmdk"


def test_links_below_a_broken_one_are_read_all_the_same(session: Session, own_sample: Path) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    session.open(own_sample)
    session.select_link(own_sample / "office-000001.vmdk")
    assert names(session)[-1] == "office-000002"
    assert session.cursor.generation == 1


def test_a_missing_parent_is_named_with_its_cure(session: Session, own_sample: Path) -> None:
    (own_sample / "office-000003.vmdk").unlink()
    session.open(own_sample / "office-000004.vmdk")
    assert not is_open(session)
    assert any("office-000003" in problem.text for problem in session.problems)


def test_reading_again_stays_at_the_same_place(session: Session, own_sample: Path) -> None:
    session.open(own_sample)
    session.select_generation(3)
    session.go_to(8192)
    place = session.cursor
    shutil.copy(own_sample / "office.vmdk", own_sample / "other.vmdk")
    session.reload()
    assert session.cursor == place
    assert session.forest is not None
    assert own_sample / "other.vmdk" in session.forest.nodes


def test_a_new_child_is_shown_at_once_and_its_parents_are_as_before(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample / "office-000002.vmdk")
    before = {path: path.read_bytes() for path in own_sample.iterdir()}
    child = own_sample / "branch.vmdk"
    session.create_child(child, "monolithicSparse", "to try something")
    assert session.cursor.path == child
    assert names(session) == ["office", "office-000001", "office-000002", "branch"]
    assert {path: path.read_bytes() for path in before} == before
    assert session.forest is not None
    assert session.forest.nodes[child].comment == "to try something"


def test_a_child_that_cannot_be_made_says_why(session: Session, own_sample: Path) -> None:
    session.open(own_sample)
    errors: list[Exception] = []
    session.create_child(own_sample / "office.vmdk", failed=errors.append)
    assert "office.vmdk" in str(errors[0])
    assert session.cursor.path == own_sample / "office-000005.vmdk"


def test_attaching_joins_two_links_and_changes_no_file(session: Session, own_sample: Path) -> None:
    far = own_sample.parent / "far"
    far.mkdir()
    child = Path(shutil.move(own_sample / "office-000005.vmdk", far / "office-000005.vmdk"))
    before = {path: path.read_bytes() for path in (child, *own_sample.iterdir())}
    session.open(child)
    assert not is_open(session)
    parent = own_sample / "office-000004.vmdk"
    session.attach(child, parent)
    assert names(session)[-2:] == ["office-000004", "office-000005"]
    assert session.cursor.path == child
    assert session.joined == (child, parent)
    assert session.generation_chain is not None
    assert len(session.generation_chain.read(0, 1)) == 512
    assert {path: path.read_bytes() for path in before} == before


def test_the_engine_says_why_a_child_cannot_be_attached(session: Session, sample: Path) -> None:
    session.open(sample)
    verdicts: list[Verdict] = []
    base = sample / "office.vmdk"
    session.why_not_attach(base, sample / "office-000002.vmdk", verdicts.append)
    session.why_not_attach(
        sample / "office-000005.vmdk", sample / "office-000001.vmdk", verdicts.append
    )
    session.why_not_attach(
        sample / "office-000005.vmdk", sample / "office-000004.vmdk", verdicts.append
    )
    told = [str(verdict.reason) for verdict in verdicts]
    assert "office.vmdk" in told[0]
    assert "CID" in told[1]
    assert verdicts[2].reason is None


def test_an_attach_that_is_refused_leaves_the_chain_that_is_shown(
    session: Session, sample: Path, tip: Path
) -> None:
    session.open(tip)
    errors: list[Exception] = []
    session.attach(tip, sample / "office-000001.vmdk", failed=errors.append)
    assert errors
    assert session.chain is not None
    assert len(session.chain.read(0, 1)) == 512


def test_an_error_nobody_takes_becomes_a_problem(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.message) as told:
        session.ask("hex", Failing(), print)
    assert "the disk is gone" in str(told.args)
    assert "the disk is gone" in session.problems[0].text
    assert session.problems[0].path is None


def test_an_answer_about_another_chain_does_not_arrive(
    qtbot: QtBot, threaded_session: Session, sample: Path, tip: Path
) -> None:
    session = threaded_session
    answers: list[object] = []
    with qtbot.waitSignal(session.opened):
        session.open(tip)
    held = Held("of the old chain")
    session.ask("hex", held, answers.append)
    assert held.begun.wait(5)
    session.select_link(sample / "office-000002-child1a.vmdk")
    held.let_go.set()
    with qtbot.waitSignal(session.chain_changed):
        session.ask("map", Saying("also of the old chain"), answers.append)
    session.ask("strip", Saying("of the new chain"), answers.append)
    qtbot.waitUntil(lambda: not session.busy)
    assert answers[-1] == "of the new chain"
    assert "also of the old chain" not in answers[1:]


def test_of_two_disks_opened_quickly_the_second_is_shown(
    qtbot: QtBot, threaded_session: Session, sample: Path, tip: Path
) -> None:
    session = threaded_session
    session.open(tip)
    session.open(sample / "office.vmdk")
    qtbot.waitUntil(lambda: not session.busy)
    assert session.cursor.path == sample / "office.vmdk"


def test_a_job_shows_how_it_goes_and_can_be_cancelled(
    qtbot: QtBot, threaded_session: Session
) -> None:
    endless = Endless()
    job = threaded_session.run_job("Hashing", endless, print)
    assert endless.begun.wait(5)
    seen = [job.state]
    threaded_session.job_changed.connect(lambda changed: seen.append(changed.state))
    threaded_session.cancel(job)
    qtbot.waitUntil(lambda: job.over)
    moves = list(dict.fromkeys(seen))
    assert moves == [JobState.RUNNING, JobState.CANCELLING, JobState.CANCELLED]
    assert endless.cleaned == ["engine"]


def test_all_is_there_when_the_first_change_is_told(session: Session, tip: Path) -> None:
    session.open(tip)
    seen: list[tuple[str, Cursor, int]] = []

    def note(name: str) -> Callable[..., None]:
        def noted(*_carried: object) -> None:
            cut = session.generation_chain
            seen.append((name, session.cursor, len(cut.links) if cut else 0))

        return noted

    for name in ("chain", "generation", "cursor", "comparison", "forest"):
        getattr(session, f"{name}_changed").connect(note(name))
    session.open(tip.parent / "office-000002.vmdk", offset=4096)
    place = Cursor(tip.parent / "office-000002.vmdk", 2, 4096)
    names = ("chain", "generation", "cursor", "comparison", "forest")
    assert seen == [(name, place, 3) for name in names]


def test_a_comparison_is_told_once_and_ends_with_its_chain(
    qtbot: QtBot, session: Session, sample: Path
) -> None:
    session.open(sample)
    with (
        qtbot.assertNotEmitted(session.cursor_changed),
        qtbot.waitSignal(session.comparison_changed),
    ):
        session.compare(Compared(2))
    with qtbot.assertNotEmitted(session.comparison_changed):
        session.compare(Compared(2))
    session.select_generation(1)
    assert session.comparison == Compared(2)
    session.select_link(sample / "office-000002-child1a.vmdk")
    assert session.comparison is None


def test_another_disk_has_no_way_back_to_the_one_before(session: Session, tip: Path) -> None:
    session.open(tip)
    session.go_to(4096)
    assert session.can_go_back
    session.reload()
    assert session.can_go_back
    session.open(tip.parent)
    assert not session.can_go_back


def test_a_second_folder_to_search_does_not_forget_the_first(
    session: Session, tip: Path, tmp_path: Path
) -> None:
    session.open(tip)
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two, one):
        session.search_in(folder)
    assert session.policy.search == (two, one)


def test_nothing_is_called_attached_once_another_chain_does_not_open(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample)
    session.attach(own_sample / "office-000005.vmdk", own_sample / "office-000004.vmdk")
    assert session.joined is not None
    (own_sample / "office-000002-child1a.vmdk").write_bytes(b"")
    session.select_link(own_sample / "office-000002-child1a.vmdk")
    assert session.chain is None
    assert session.joined is None
