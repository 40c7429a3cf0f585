"""The front door: one help, words and paths told apart, completion, the manual page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from redoscope_core import __version__, create_disk
from tests.command import COMMAND, environment, run
from tests.core.links import make_chain

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def tip(tmp_path: Path) -> Path:
    """The tip of a chain of two links, in a folder of its own."""
    folder = tmp_path / "chain"
    folder.mkdir()
    return make_chain(folder, 2)[-1]


@pytest.mark.parametrize("asked", [("--help",), ("-h",), ("help",)], ids=" ".join)
def test_one_help_lists_every_command_in_groups_and_the_window(asked: tuple[str, ...]) -> None:
    told = run(*asked).stdout
    groups = ["Look:", "Examine:", "Make:", "Change:", "Help:"]
    places = [told.index(f"\n{group}\n") for group in groups]
    assert places == sorted(places)
    for word in ("tree", "map", "hash", "create", "consolidate", "undo", "completion"):
        line = next(line for line in told.splitlines() if line.startswith(f"  {word} "))
        assert line.endswith("."), line
        assert "..." not in line
    assert "--screenshot" in told
    assert "open the window" in told


@pytest.mark.parametrize("asked", [("--version",), ("-V",), ("version",)], ids=" ".join)
def test_the_version_is_told(asked: tuple[str, ...]) -> None:
    done = run(*asked)
    assert (done.returncode, done.stdout) == (0, f"redoscope {__version__}\n")


def test_help_of_a_word_is_what_its_option_tells() -> None:
    done = run("help", "map")
    assert (done.returncode, done.stdout) == (0, run("map", "--help").stdout)
    wrong = run("help", "mapp")
    assert wrong.returncode == 2
    assert "did you mean map?" in wrong.stderr


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("tre", "tree"), ("hsah", "hash"), ("CHECK", "check"), ("consolidte", "consolidate")],
)
def test_a_misspelt_word_is_an_unknown_command(wrong: str, meant: str) -> None:
    for rest in ([], ["x.vmdk", "--json"]):
        done = run(wrong, *rest, env={"DISPLAY": None, "WAYLAND_DISPLAY": None})
        assert done.returncode == 2
        assert f"did you mean {meant}" in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_word_like_no_other_is_an_unknown_command_too() -> None:
    done = run("qqqqq")
    assert done.returncode == 2
    assert "'qqqqq' is no command" in done.stderr
    assert "--help" in done.stderr


@pytest.mark.parametrize("path", ["./tre", "tre.vmdk", "a/tre", "x\x1b]0;t\x07", "-x/y.vmdk"])
def test_a_path_that_is_not_there_is_no_command(path: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "--", path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "there is no such file or folder" in done.stderr
    assert done.stderr[:-1].isprintable()


def test_a_file_that_is_named_like_a_command_is_reached_by_a_path(tmp_path: Path) -> None:
    create_disk(tmp_path / "hashes.vmdk", 2048)
    (tmp_path / "hashes.vmdk").rename(tmp_path / "hashe")
    done = subprocess.run(
        [COMMAND, "hashe"],
        cwd=tmp_path,
        env=environment({"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "no display" in done.stderr


def test_a_misspelt_option_is_answered_with_the_right_one(tip: Path) -> None:
    done = run("hash", tip, "--algoritm", "md5")
    assert done.returncode == 2
    assert "--algorithm" in done.stderr


@pytest.mark.parametrize("options", [("--quiet",), ("--json",), ("-q", "--progress")], ids=" ".join)
def test_options_in_front_of_a_word_are_answered_with_the_right_call(
    options: tuple[str, ...], tip: Path
) -> None:
    done = run(*options, "tree", tip)
    assert done.returncode == 2
    assert f"`redoscope tree {' '.join(options)}`" in done.stderr
    assert done.stderr.count("\n") == 1
    assert run("tree", *options, tip).returncode == 0


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        (("info", "nowhere.vmdk"), "file-missing", 4),
        (("info",), "wrong-call", 3),
        (("info", "TIP", "--nonsense"), "wrong-call", 3),
        (("dump", "TIP", "--start", "99999999"), "out-of-range", 16007),
        (("info", "ORPHAN"), "missing-parent", 16012),
        (("create", "TIP", "--capacity", "1M"), "already-exists", 12),
    ],
)
def test_with_json_an_error_is_a_document_too(
    words: tuple[str, ...], kind: str, code: int, tip: Path, tmp_path: Path
) -> None:
    orphan = tmp_path / "alone" / "orphan.vmdk"
    orphan.parent.mkdir()
    shutil.copy(tip, orphan)
    named = {"TIP": str(tip), "ORPHAN": str(orphan)}
    done = run(*[named.get(word, word) for word in words], "--json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert (error["kind"], error["code"]) == (kind, code)
    assert {"kind", "code", "path", "where", "found", "expected", "cure"} <= set(error)
    assert done.stderr == f"redoscope: {error['message']}\n"


def test_a_cure_names_the_option_of_the_command_that_was_called(tip: Path) -> None:
    parent = tip.with_name("link0.vmdk")
    raw = parent.read_bytes()
    at = raw.index(b"CID=") + 4
    parent.write_bytes(raw[:at] + b"0badc0de" + raw[at + 8 :])
    for word, rest in (("info", []), ("write", ["--start", "0", "--fill", "0", "--count", "1"])):
        told = run(word, tip, *rest).stderr
        assert "--allow-cid-mismatch opens it all the same" in told
    assert run("info", tip, "--allow-cid-mismatch").returncode == 0
    orphan = tip.with_name("orphan") / tip.name
    orphan.parent.mkdir()
    shutil.copy(tip, orphan)
    assert "--search FOLDER" in run("info", orphan).stderr


@pytest.mark.parametrize("value", ["MonolithicFlat", "MONOLITHICFLAT", "monolithicflat"])
def test_a_choice_is_taken_whatever_its_capitals(value: str, tmp_path: Path) -> None:
    done = run("create", tmp_path / "d.vmdk", "--capacity", "1M", "--type", value, "--json")
    assert json.loads(done.stdout)["kind"] == "monolithicFlat"
    wrong = run("create", tmp_path / "e.vmdk", "--capacity", "1M", "--type", f"{value}x")
    assert wrong.returncode == 2
    assert "did you mean monolithicFlat?" in wrong.stderr


def completed(*words: str, shell: str = "bash", folder: Path) -> tuple[list[str], str]:
    """Return what *shell* would offer behind *words*, and how it was told to take files."""
    script = (
        "source <(redoscope completion bash)\n"
        'told=""\n'
        'compopt() { told+="$2"; }\n'
        'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()\n'
        "_redoscope_completion redoscope\n"
        'printf "%s\\n" "$told" "${COMPREPLY[@]}"\n'
    )
    path = os.pathsep.join((str(Path(COMMAND).parent), os.environ["PATH"]))
    done = subprocess.run(
        [shell, "--norc", "-c", script, shell, "redoscope", *words],
        cwd=folder,
        env=environment({"PATH": path, "DISPLAY": None}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    told, *offered = done.stdout.splitlines()
    return [word for word in offered if word], told


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("tr",), {"tree"}),
        (("c",), {"check", "compare", "changes", "create", "child", "clone", "consolidate",
                  "completion"}),
        (("--th",), {"--theme"}),
        (("help", "ow"), {"owner"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
        (("create", "--ty"), {"--type"}),
        (("create", "--type", "mono"), {"monolithicSparse", "monolithicFlat"}),
        (("create", "--adapter", ""), {"ide", "buslogic", "lsilogic", "legacyESX"}),
        (("clone", "--type", "S"), {"streamOptimized"}),
        (("--theme", "d"), {"dark"}),
        (("hash", "--q"), {"--quiet"}),
    ],
)  # fmt: skip
def test_bash_completes_words_options_and_choices(
    words: tuple[str, ...], offered: set[str], tmp_path: Path
) -> None:
    assert set(completed(*words, folder=tmp_path)[0]) >= offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize("words", [("hash", ""), ("info", "x"), ("off",), ("a.vmdk", "b")])
def test_bash_is_told_to_complete_files_where_a_disk_is_named(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    offered, told = completed(*words, folder=tmp_path)
    assert (offered, told) == ([], "default")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_script(shell: str, tmp_path: Path) -> None:
    script = run("completion", shell).stdout
    assert f"_REDOSCOPE_COMPLETE={shell}_complete" in script
    if shutil.which(shell) is not None:
        file = tmp_path / "script"
        file.write_text(script)
        subprocess.run([shell, "-n", file], check=True)
    answer = run(
        env={"_REDOSCOPE_COMPLETE": f"{shell}_complete", "COMP_WORDS": "redoscope tre",
             "COMP_CWORD": "tre" if shell == "fish" else "1", "DISPLAY": None},
    )  # fmt: skip
    assert answer.returncode == 0
    assert "tree" in answer.stdout


def test_a_question_of_a_shell_never_opens_a_window() -> None:
    for instruction in ("bash_source", "bash_complete", "nonsense", "tcsh_complete"):
        done = run(
            env={"_REDOSCOPE_COMPLETE": instruction, "COMP_WORDS": "redoscope ", "COMP_CWORD": "1",
                 "DISPLAY": ":4711"},
        )  # fmt: skip
        assert "display" not in done.stderr


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_the_manual_page_is_sound_roff() -> None:
    page = run("help", "--man").stdout
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z"],
        input=page,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
