"""The two commands of the README, on a checkout whose environment is made of stubs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

INSTALLERS = Path(__file__).parents[1] / "installers"
SAYS_WHAT_IT_GOT = '#!/bin/sh\necho "got $*"\n'
LACKS_A_LIBRARY = '#!/bin/sh\necho "libEGL.so.1 => not found"\n'


@dataclass(frozen=True)
class Checkout:
    """A copy of the scripts with an environment that counts as installed."""

    root: Path

    def run(self, *words: str, script: Path | None = None, **more: str) -> tuple[int, str, str]:
        """Run the script, `installers/run` if none is named, as a person without a display."""
        environment = {
            "PATH": f"{self.root / 'programs'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
        }
        ran = subprocess.run(
            ["sh", str(script or self.root / "installers" / "run"), *words],
            env=environment | more,
            cwd=self.root / "home",
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout, ran.stderr


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout on a machine that lacks a library of Qt and can't install any."""
    root = tmp_path / "check out"
    shutil.copytree(INSTALLERS, root / "installers")
    (root / "home").mkdir()
    for name in ("uv.lock", "pyproject.toml"):
        (root / name).write_text(name)
    venv = root / ".venv"
    write_program(venv / "bin" / "redoscope", SAYS_WHAT_IT_GOT)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / "made-at").write_text(str(root))
    plugins = venv / "lib" / "python3" / "site-packages" / "PySide6" / "Qt" / "plugins"
    write_program(plugins / "platforms" / "libqoffscreen.so", "")
    for name in ("apt-get", "dnf", "sudo"):
        write_program(root / "programs" / name, "#!/bin/sh\nexit 1\n")
    write_program(root / "programs" / "ldd", LACKS_A_LIBRARY)
    text = (root / "uv.lock").read_bytes() + (root / "pyproject.toml").read_bytes()
    ran = subprocess.run(
        ["cksum"], input=text + f"{root}\n".encode(), capture_output=True, check=True
    )
    (venv / "installed-for-run").write_bytes(ran.stdout)
    return Checkout(root)


@pytest.mark.parametrize(
    "words",
    ["--version", "-V", "tree FOLDER", "info DISK --json", "completion bash", "nosuchword"],
)
def test_a_command_needs_no_library_of_qt(checkout: Checkout, words: str) -> None:
    assert checkout.run(*words.split()) == (0, f"got {words}\n", "")


@pytest.mark.parametrize("words", ["", "demo", "disk.vmdk", "./folder", "--theme dark"])
def test_the_window_says_which_library_is_missing(checkout: Checkout, words: str) -> None:
    status, out, errors = checkout.run(*words.split())
    assert (status, out) == (1, "")
    assert "Qt needs libEGL.so.1, which this system lacks" in errors
    assert "libegl1" in errors


def test_help_tells_the_ways_of_the_script_beside_those_of_the_program(checkout: Checkout) -> None:
    status, out, errors = checkout.run("--help")
    assert (status, out) == (0, "got --help\n")
    assert "installers/run --link" in errors


def test_a_symbolic_link_to_the_script_is_the_script(checkout: Checkout) -> None:
    first, second = checkout.root / "home" / "first", checkout.root / "home" / "second"
    first.symlink_to(checkout.root / "installers" / "run")
    second.symlink_to("first")
    assert checkout.run("tree", "x", script=second) == (0, "got tree x\n", "")


def test_the_word_redoscope_is_linked_and_what_is_there_stays(checkout: Checkout) -> None:
    word = checkout.root / "home" / ".local" / "bin" / "redoscope"
    assert checkout.run("--link")[0] == 0
    assert word.resolve() == checkout.root / ".venv" / "bin" / "redoscope"
    status, _, errors = checkout.run("--link")
    assert status == 0
    assert "is there already" in errors
    word.unlink()
    word.write_text("mine")
    status, _, errors = checkout.run("--link")
    assert status == 1
    assert "is taken by something else" in errors
    assert word.read_text() == "mine"


@pytest.mark.parametrize("named", ["--python=3.2", "--python 3.2", "PYTHON=3.2"])
def test_a_python_that_is_not_there_is_told_and_nothing_is_removed(
    checkout: Checkout, named: str
) -> None:
    if named.startswith("PYTHON"):
        status, _, errors = checkout.run("tree", "x", PYTHON="3.2")
    else:
        status, _, errors = checkout.run(*named.split(), "tree", "x")
    assert status == 1
    assert "there is no Python 3.2 here" in errors
    assert (checkout.root / ".venv" / "made-at").exists()


def test_the_python_that_the_environment_has_is_kept(checkout: Checkout) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    write_program(
        checkout.root / "programs" / f"python{version}", f'#!/bin/sh\nexec {sys.executable} "$@"\n'
    )
    assert checkout.run("--python", version, "tree", "x") == (0, "got tree x\n", "")


def test_the_usage_of_the_tests_is_told_without_running_any(checkout: Checkout) -> None:
    status, out, errors = checkout.run("--help", script=checkout.root / "installers" / "test")
    assert (status, errors) == (0, "")
    assert "installers/test ARGUMENTS" in out


def test_a_long_step_says_that_it_goes_on(checkout: Checkout) -> None:
    script = '. "$0"; LIFE=1; work() { until [ -e let-go ]; do :; done; }; alive "waiting" work'
    process = subprocess.Popen(
        [
            "sh",
            "-c",
            f"PROGRAM=it; ROOT=.; {script}",
            str(checkout.root / "installers/environment"),
        ],
        cwd=checkout.root,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "it: still at it: waiting (1 s)\n"
    (checkout.root / "let-go").touch()
    assert process.wait(20) == 0
    process.stderr.close()
