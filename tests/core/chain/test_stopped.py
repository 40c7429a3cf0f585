"""A call that was stopped between two of its edits: told with what takes it back."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, ContentIdMismatch, Finding, Kind, sentences
from redoscope_core.chain.stopped import half_changed, name_step, was_merged
from redoscope_core.link.plans_beside import PlansBeside
from tests.core.links import make_chain

if TYPE_CHECKING:
    from pathlib import Path


def saved_inverse(path: Path, changes: list[tuple[bytes, bytes]]) -> Path:
    """Save beside *path* the inverse that makes the first of each pair of the second."""
    raw = path.read_bytes()
    edits = []
    for old, new in changes:
        place = raw.find(new) if new in raw else raw.index(old)
        texts = {
            "old": base64.b64encode(new).decode(),
            "new": base64.b64encode(old).decode(),
        }
        edits.append({"path": path.name, "offset": place, **texts, "why": "a change of text"})
    digest = hashlib.sha256(json.dumps(edits).encode()).hexdigest()
    saved = path.with_name(f"{path.name}.undo.json")
    saved.write_text(json.dumps({"redoscope_plan": 2, "sha256": digest, "edits": edits}))
    return saved


@pytest.fixture
def chain(tmp_path: Path) -> list[Path]:
    """Three links."""
    return make_chain(tmp_path, 3)


def changed(path: Path, old: bytes, new: bytes) -> None:
    raw = path.read_bytes()
    assert old in raw
    path.write_bytes(raw.replace(old, new, 1))


TYPE, OTHER_TYPE = b'ddb.adapterType = "lsilogic"', b'ddb.adapterType = "buslogic"'
HEADS, OTHER_HEADS = b'ddb.geometry.sectors = "', b'DDB.geometry.sectors = "'


def undo_of(path: Path, folder: Path) -> str:
    return f"`redoscope undo {path.relative_to(folder)}`"


def test_a_link_whose_text_is_half_changed_is_named_with_the_undo(
    chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = chain[0].parent
    monkeypatch.chdir(folder)
    saved = saved_inverse(chain[1], [(TYPE, OTHER_TYPE), (HEADS, OTHER_HEADS)])
    # Nothing is made, one of two is made, both are made: only the middle is a half.
    for step, change in enumerate((None, (TYPE, OTHER_TYPE), (HEADS, OTHER_HEADS))):
        if change is not None:
            changed(chain[1], *change)
        with Chain.open(chain[2]) as opened:
            half = half_changed(opened.links, PlansBeside())
            told = [each for each in opened.findings if each.kind is Kind.INTERRUPTED]
            if step != 1:
                assert (half, told) == ([], [])
                continue
            undo = undo_of(saved, folder)
            assert half == [(opened.links[1], undo)]
            assert told == [Finding.of(Kind.INTERRUPTED, chain[1], undo=undo)]
            assert undo in sentences.text(told[0]) + sentences.cure(told[0])


def test_an_error_names_the_undo_of_what_led_to_it(
    chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = chain[0].parent
    monkeypatch.chdir(folder)
    saved = saved_inverse(chain[1], [(TYPE, OTHER_TYPE), (HEADS, OTHER_HEADS)])

    def cure_of(error: ContentIdMismatch, path: Path) -> str | None:
        error.cure = None
        name_step(error, path)
        return error.cure

    mismatch = ContentIdMismatch("it does not fit", path=chain[2])
    mismatch.parent = chain[1]
    assert cure_of(mismatch, chain[2]) is None
    changed(chain[1], TYPE, OTHER_TYPE)
    words = f"a call was stopped in the middle: {undo_of(saved, folder)} takes it back"
    assert cure_of(mismatch, chain[2]) == words
    # Of the error's own file, of the file that was asked for, or of the parent: else of none.
    assert cure_of(ContentIdMismatch("it", path=chain[1]), chain[2]) == words
    assert cure_of(ContentIdMismatch("it", path=chain[2]), chain[1]) == words
    assert cure_of(ContentIdMismatch("it"), chain[1]) == words
    assert cure_of(ContentIdMismatch("it", path=chain[2]), chain[2]) is None
    merged = was_merged(chain[1], "base.vmdk", PlansBeside())
    before = merged.cure
    name_step(merged, chain[1])
    assert merged.cure == before


def test_a_chain_that_a_stopped_call_has_broken_is_refused_with_the_undo(
    chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = chain[0].parent
    monkeypatch.chdir(folder)
    raw = chain[1].read_bytes()
    begin = raw.index(b"\nCID=") + 1
    own, other = raw[begin : begin + 12], b"CID=0badf00d"
    saved = saved_inverse(chain[1], [(own, other), (HEADS, OTHER_HEADS)])
    changed(chain[1], own, other)
    with pytest.raises(ContentIdMismatch) as caught:
        Chain.open(chain[2])
    words = f"a call was stopped in the middle: {undo_of(saved, folder)} takes it back"
    assert caught.value.cure == words


def test_a_merged_link_names_the_undo_if_there_is_one(
    chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(chain[0].parent)
    error = was_merged(chain[1], "base.vmdk", PlansBeside())
    assert (error.path, error.what) == (chain[1], "was merged into base.vmdk")
    assert error.cure == "open base.vmdk instead; or delete it"
    saved = saved_inverse(chain[1], [(TYPE, OTHER_TYPE)])
    changed(chain[1], TYPE, OTHER_TYPE)
    undo = undo_of(saved, chain[0].parent)
    error = was_merged(chain[1], "base.vmdk", PlansBeside())
    assert error.cure == f"{undo} takes it back; or delete it"
