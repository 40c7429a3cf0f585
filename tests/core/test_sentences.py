"""The table of sentences: a word for every kind, and nobody reads a sentence back."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import redoscope_core
import redoscope_gui
from redoscope_core import (
    Chain,
    CorruptVmdk,
    Finding,
    Kind,
    MissingParent,
    Severity,
    VmdkError,
    sentences,
)
from redoscope_core.errors import Candidate, Reason
from redoscope_core.phrases import Naming, called
from redoscope_core.sentences import _OF_ERRORS, _TABLE
from tests.core.links import make_chain

ROOMS = [Path(package.__path__[0]) for package in (redoscope_core, redoscope_gui)]
FILES = sorted(path for room in ROOMS for path in room.rglob("*.py"))
TAKEN_APART = {
    *("partition", "rpartition", "split", "rsplit", "splitlines", "find", "index"),
    *("startswith", "endswith", "removeprefix", "removesuffix", "replace"),
}
SEARCHES = {"search", "match", "fullmatch", "findall", "finditer", "sub", "fnmatch"}
WORDS = {"what", "message", "cure", "facts", "headline", "details", "text", "line"}


def fields(template: str) -> set[str]:
    """Return the names of the facts that *template* takes."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def is_sentence(node: ast.expr) -> bool:
    """Tell whether *node* is the words of an error or of a finding."""
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Name) and called.id == "explained":
            return True
        if isinstance(called, ast.Name) and called.id == "str" and node.args:
            told = node.args[0]
            return isinstance(told, ast.Name) and told.id in {"error", "finding", "fault"}
        return (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == "sentences"
        )
    return (
        isinstance(node, ast.Attribute)
        and node.attr in WORDS
        and isinstance(node.value, ast.Name)
        and node.value.id in {"error", "finding", "fault", "problem", "missing", "refused"}
    )


def is_none(node: ast.expr) -> bool:
    """Tell whether *node* is None: to ask whether there are words is no reading."""
    return isinstance(node, ast.Constant) and node.value is None


def read_back(tree: ast.AST) -> list[int]:
    """Return the lines where words are searched, cut or compared."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            taken = node.func.attr in TAKEN_APART and is_sentence(node.func.value)
            # An expression is given the words to look into.
            searched = node.func.attr in SEARCHES and any(map(is_sentence, node.args))
            if taken or searched:
                found.append(node.lineno)
        elif (isinstance(node, ast.Match) and is_sentence(node.subject)) or (
            isinstance(node, ast.Compare)
            and any(is_sentence(side) for side in (node.left, *node.comparators))
            and not any(is_none(side) for side in node.comparators)
        ):
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_words(kind: Kind) -> None:
    assert kind in _TABLE or kind in _OF_ERRORS


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nobody_reads_a_sentence_back(path: Path) -> None:
    if path.name != "sentences.py":
        assert read_back(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "'closed' in str(error)",
        "error.what == 'x'",
        "error.message.partition(', at ')",
        "sentences.text(finding).startswith('the')",
        "problem.text.replace('a', 'b')",
        "re.search('closed', str(error))",
        "_CLOSED.match(error.what)",
        "'zeros' in explained(step)",
        "match error.what:\n    case 'x': pass",
    ],
)
def test_reading_a_sentence_back_would_be_seen(code: str) -> None:
    assert read_back(ast.parse(code)) == [1]


def test_the_facts_of_each_finding_are_those_of_its_sentence() -> None:
    seen = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding.of"):
                continue
            kind = node.args[0]
            given = {keyword.arg for keyword in node.keywords}
            if not isinstance(kind, ast.Attribute) or None in given or "what" in given:
                continue
            words = _TABLE[Kind[kind.attr]]
            seen.add(kind.attr)
            assert fields(words.said) | fields(words.cure) <= given, (path, node.lineno)
    assert len(seen) > 20


def test_an_error_says_the_same_as_a_finding_and_as_itself() -> None:
    error = CorruptVmdk("bad", path=Path("/d/a.vmdk"), where="x", offset=5, found=1, expected=2)
    finding = Finding.of_error(error)
    assert sentences.text(finding) == error.facts
    assert sentences.line(finding) == f"a.vmdk: {error.facts}"
    assert finding.severity is Severity.LOST
    assert sentences.cure(finding)


def test_the_candidates_of_an_error_are_told_by_its_finding() -> None:
    error = MissingParent("gone", path=Path("/d/a.vmdk"), cure="put it back")
    error.candidates = (Candidate(Path("/d/b.vmdk"), (Reason.HAS_WANTED_CONTENT_ID,)),)
    finding = Finding.of_error(error)
    assert "/d/b.vmdk (has the wanted content ID)" in sentences.text(finding)
    assert "found instead b.vmdk" in sentences.details(finding, near=Path("/d"))
    assert sentences.cure(finding) == "put it back"


def test_words_that_hold_the_name_of_a_folder_by_chance_are_told_as_they_are() -> None:
    """A key, a text or a command is no file: only facts that name files are told by less."""
    folder = Path("/d")
    odd = Finding.of(Kind.KEY_TWICE, folder / "a.vmdk", key="/d/x")
    assert "sets /d/x twice" in sentences.headline(odd, near=folder)
    back = Finding.of(Kind.INTERRUPTED, folder / "a.vmdk", undo="redoscope undo /d/a.undo.json")
    assert "undo /d/a.undo.json takes it back" in sentences.headline(back, near=folder)
    error = VmdkError("'/d/base.vmdk' can't be opened", path=folder / "a.vmdk", found="/d/q")
    finding = Finding.of_error(error)
    assert sentences.headline(finding, near=folder) == "'/d/base.vmdk' can't be opened"
    assert sentences.details(finding, near=folder) == "found /d/q"


@given(st.lists(st.sampled_from(["/d/a", "/d/e/b", "/c", "/d", "/dd/a"]), max_size=4))
def test_files_of_a_folder_are_told_without_it_and_all_others_whole(places: list[str]) -> None:
    told = Naming.joined("; ", (Naming(Path(each), " (odd)") for each in places))
    assert str(told) == "; ".join(f"{each} (odd)" for each in places)
    less = "; ".join(f"{each.removeprefix('/d/')} (odd)" for each in places)
    assert called(told, Path("/d")) == less


def test_a_chain_says_its_findings_in_words_to_a_program_that_prints_them(tmp_path: Path) -> None:
    links = make_chain(tmp_path, 3)
    with Chain.open(links[1]) as chain:
        assert chain.findings
        assert chain.notes == sentences.lines(chain.findings)
        assert any("link2.vmdk" in note for note in chain.notes)
    with Chain.open(links[2]) as chain:
        assert chain.notes == ()


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 grain of the file belongs to"), (2, "2 grains")]
)
def test_a_count_is_told_as_people_say_it(count: int, words: str) -> None:
    finding = Finding.of(Kind.LEAKED, Path("/d/a.vmdk"), grains=count)
    assert sentences.text(finding).startswith(words)
