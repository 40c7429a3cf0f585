"""What `--json` prints, of every command, is what its schema says; errors too."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from redoscope_core import create_disk
from redoscope_core.cli.words import WORDS
from tests.core.links import make_chain, make_child
from tests.core.machine.machines import make_machine
from tests.core.operations.backup.folders import back_up

if TYPE_CHECKING:
    from tests.core.cli.conftest import Redoscope

WITHOUT = {"demo", "help", "version", "completion"}
"""Words that print no document."""
SHARED = {
    *("case-document", "common", "error", "manifest", "progress", "report-document", "unreadable")
}


def _schemas() -> dict[str, Any]:
    folder = files("redoscope_resources") / "schemas"
    return {
        place.name.removesuffix(".json"): json.loads(place.read_text("utf-8"))
        for place in folder.iterdir()
        if place.name.endswith(".json")
    }


SCHEMAS = _schemas()
REGISTRY: Any = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)


def judged(name: str, document: object) -> list[str]:
    """Return what schema *name* has against *document*."""
    validator = Draft202012Validator(SCHEMAS[name], registry=REGISTRY)
    return [error.message for error in validator.iter_errors(document)]


def test_every_command_has_a_schema_and_each_is_valid() -> None:
    assert set(SCHEMAS) == (set(WORDS) - WITHOUT) | SHARED
    for name, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:redoscope:schema:1.0:{name}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A chain of three, a branch, an orphan, a disk in pieces and a file that is none."""
    paths = make_chain(tmp_path, 3)
    make_child(paths[0], "branch.vmdk")
    create_disk(tmp_path / "pieces.vmdk", 5 * 2**21, kind="twoGbMaxExtentSparse")
    create_disk(tmp_path / "gone.vmdk", 1024)
    make_child(tmp_path / "gone.vmdk", "orphan.vmdk")
    (tmp_path / "gone.vmdk").unlink()
    (tmp_path / "none.vmdk").write_bytes(b"x" * 1000)
    make_machine(tmp_path)
    (tmp_path / "list.csv").write_text("start,length\n512,512\n0,0\n", encoding="utf-8")
    (tmp_path / ".new.vmdk.0123abcd.part").write_bytes(b"x")
    for path in paths[:2]:
        back_up(path, tmp_path / "kept")
    return tmp_path


TIP = "FOLDER/link2.vmdk"
BAD = "FOLDER/none.vmdk"
ORPHAN = "FOLDER/orphan.vmdk"
CALLS: dict[str, list[str]] = {
    "tree": ["tree", "FOLDER"],
    "tree of several": ["tree", TIP, "FOLDER/absent"],
    "vm": ["vm", "FOLDER/web.vmx"],
    "vm of several": ["vm", "FOLDER", TIP],
    "vm state": ["vm", "state", "FOLDER/web-Snapshot1.vmsn"],
    "vm snapshot take": ["vm", "snapshot", "take", "FOLDER/web.vmx"],
    "vm snapshot take dry": ["vm", "snapshot", "take", "FOLDER/web.vmx", "--dry-run"],
    "vm snapshot revert": ["vm", "snapshot", "revert", "FOLDER/web.vmx", "two"],
    "vm snapshot delete": ["vm", "snapshot", "delete", "FOLDER/web.vmx", "2"],
    "vm snapshot delete dry": ["vm", "snapshot", "delete", "FOLDER/web.vmx", "1", "--dry-run"],
    "vm snapshot delete all": ["vm", "snapshot", "delete-all", "FOLDER/web.vmx"],
    "structures": ["structures", TIP],
    "structures of files": ["structures", TIP, "--files"],
    "volumes": ["volumes", TIP],
    "files": ["files", TIP],
    "history": ["history", TIP, "/a"],
    "usn": ["usn", TIP],
    "timeline": ["timeline", TIP, "--out", "FOLDER/body.txt"],
    "usn of two": ["usn", "FOLDER/link0.vmdk", TIP],
    "export": ["export", TIP, "/", "--to", "FOLDER/out"],
    "whose": ["whose", TIP, "0", "--count", "3"],
    "files-diff": ["files-diff", "FOLDER/link0.vmdk", TIP],
    "entropy": ["entropy", TIP],
    "entropy of a link": ["entropy", TIP, "--link", "--blocks", "5"],
    "growth": ["growth", TIP],
    "growth compared": ["growth", ORPHAN, "--identical", "--salvage"],
    "strings": ["strings", TIP, "--limit", "3"],
    "strings of all": ["strings", TIP, "--limit", "3", "--all-generations"],
    "structures of all sectors": ["structures", TIP, "--all"],
    "info": ["info", TIP],
    "info of several": ["info", TIP, BAD],
    "map": ["map", TIP],
    "map of pieces": ["map", "FOLDER/pieces.vmdk"],
    "map of several": ["map", TIP, BAD, "FOLDER/link0.vmdk"],
    "owner": ["owner", TIP, "0"],
    "owner of nothing": ["owner", TIP, "end"],
    "dump": ["dump", TIP, "--count", "8"],
    "info of a link": ["info", TIP, "--link"],
    "map of a link": ["map", TIP, "--link"],
    "owner in a link": ["owner", TIP, "0", "--link"],
    "dump of a link": ["dump", TIP, "--count", "300", "--link"],
    "check": ["check", TIP],
    "check of a folder": ["check", "FOLDER", "--remove-leftovers"],
    "check of several": ["check", TIP, "FOLDER/absent", "FOLDER"],
    "compare": ["compare", TIP, "--at", "0"],
    "compare of sizes": ["compare", TIP, "FOLDER/pieces.vmdk", "--full"],
    "changes": ["changes", TIP, "--since", "base", "--limit", "1"],
    "allocated": ["allocated", TIP],
    "audit": ["audit", TIP, "--list", "FOLDER/list.csv", "--since", "0", "--refine"],
    "hash": ["hash", TIP, "--at", "1"],
    "hash of several": ["hash", TIP, BAD],
    "search": ["search", TIP, "22", "--limit", "1"],
    "search everywhere": [
        "search",
        TIP,
        "22",
        "--all-generations",
        "--since",
        "0",
        "--encoding",
        "utf-16",
    ],
    "create": ["create", "FOLDER/new.vmdk", "--capacity", "1M"],
    "child": ["child", TIP, "FOLDER/new.vmdk"],
    "clone": ["clone", TIP, "FOLDER/new.vmdk"],
    "clone raw": ["clone", TIP, "FOLDER/new.img", "--type", "raw"],
    "read": ["read", TIP, "--at", "1", "--count", "3", "--out", "FOLDER/bytes.bin"],
    "write": ["write", TIP, "--start", "0", "--fill", "1", "--count", "1"],
    "attach": ["attach", "FOLDER/branch.vmdk", "--to", "FOLDER/link0.vmdk"],
    "attach why not": ["attach", TIP, "--to", "FOLDER/pieces.vmdk", "--why-not"],
    "attach dry": ["attach", TIP, "--to", "FOLDER/link1.vmdk", "--persist", "--dry-run"],
    "info salvaged": ["info", ORPHAN, "--salvage"],
    "map salvaged": ["map", ORPHAN, TIP, "--salvage"],
    "owner salvaged": ["owner", ORPHAN, "0", "--salvage"],
    "dump salvaged": ["dump", ORPHAN, "--salvage"],
    "hash salvaged": ["hash", ORPHAN, "--salvage"],
    "search salvaged": ["search", ORPHAN, "2", "--salvage"],
    "compare salvaged": ["compare", ORPHAN, TIP, "--salvage"],
    "changes salvaged": ["changes", ORPHAN, "--since", "*", "--salvage"],
    "clone salvaged": ["clone", ORPHAN, "FOLDER/new.vmdk", "--salvage"],
    "clone raw salvaged": ["clone", ORPHAN, "FOLDER/new.img", "--type", "raw", "--salvage"],
    "backup": ["backup", TIP, "--to", "FOLDER/kept"],
    "backup to a file": ["backup", TIP, "--to", "FOLDER/new.vmdk", "--since", "base"],
    "restore": ["restore", "FOLDER/kept", "FOLDER/new.vmdk"],
    "verify": ["verify", "FOLDER/kept"],
    "verify list": ["verify", "FOLDER/kept", "--list"],
    "prune": ["prune", "FOLDER/kept", "--drop", "2"],
    "consolidate": ["consolidate", TIP, "--into", "1"],
    "consolidate dry": ["consolidate", TIP, "--dry-run"],
    "code": ["code", "child", TIP, "FOLDER/new.vmdk"],
    "trail": ["trail", "FOLDER/audit.jsonl", "--note", "begun"],
    "case": ["case", "new", "FOLDER/new", "--beside-evidence"],
    "report": ["report", "FOLDER/link0.vmdk", TIP, "--out", "FOLDER/out", "--beside-evidence"],
}


def _filled(words: list[str], folder: Path) -> list[str]:
    return [word.replace("FOLDER", str(folder)) for word in words]


@pytest.mark.parametrize("call", CALLS)
def test_what_a_command_prints_is_what_its_schema_says(
    redoscope: Redoscope, folder: Path, call: str
) -> None:
    words = _filled(CALLS[call], folder)
    assert judged(words[0], redoscope(*words, "--json").document) == []


def test_the_log_of_a_salvaged_copy_is_what_its_schema_says(
    redoscope: Redoscope, folder: Path
) -> None:
    copy = folder / "copy.vmdk"
    log = redoscope("clone", folder / "orphan.vmdk", copy, "--salvage", "--json").document["log"]
    assert judged("unreadable", json.loads(Path(log).read_text("utf-8"))) == []


def test_the_manifest_of_a_backup_is_what_its_schema_says(folder: Path) -> None:
    for manifest in sorted((folder / "kept").glob("*.json")):
        assert judged("manifest", json.loads(manifest.read_text("utf-8"))) == []


def test_undo_prints_what_its_schema_says(redoscope: Redoscope, folder: Path) -> None:
    tip = folder / "link2.vmdk"
    assert redoscope("consolidate", tip).status == 0
    for more in (["--dry-run"], []):
        ran = redoscope("undo", f"{tip}.undo.json", *more, "--json")
        assert (ran.status, judged("undo", ran.document)) == (0, [])


@pytest.mark.parametrize("word", sorted(set(WORDS) - WITHOUT))
@pytest.mark.parametrize("wrong", ["a disk that is not there", "an option that is none"])
def test_an_error_of_any_command_is_what_the_schema_of_errors_says(
    redoscope: Redoscope, folder: Path, word: str, wrong: str
) -> None:
    words = (
        _filled(next(CALLS[call] for call in [word, "undo"] if call in CALLS), folder)
        if (word != "undo")
        else ["undo", str(folder / "x.json")]
    )
    if wrong == "an option that is none":
        words = [*words, "--no-such-option"]
    else:
        words[1] = str(folder / "no" / "such.vmdk")
    ran = redoscope(*words, "--json")
    assert (ran.status, judged("error", ran.document)) == (2, [])


def test_a_key_that_the_schema_does_not_know_is_noticed(redoscope: Redoscope, folder: Path) -> None:
    found = redoscope("hash", folder / "link2.vmdk", "--json").document
    assert judged("hash", found | {"surprise": 1})
    assert judged("hash", {key: found[key] for key in found if key != "disk"})


def test_progress_as_json_is_what_its_schema_says(redoscope: Redoscope, folder: Path) -> None:
    ran = redoscope("hash", folder / "link2.vmdk", "--progress-json")
    lines = [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]
    assert lines
    assert [judged("progress", line) for line in lines] == [[]] * len(lines)
