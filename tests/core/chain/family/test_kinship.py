"""One rule says whether a disk is what a child was made from, whoever made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import BrokenChain, Disk, Kind, Policy, sentences
from redoscope_core.chain.family.kinship import fits, why_unfit
from redoscope_core.format.content_id import NO_PARENT
from redoscope_core.format.descriptor import Descriptor
from redoscope_core.leniency import Leniency
from redoscope_core.operations.examining.check import check
from tests.core.finished import finished
from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

IDS = st.sampled_from([0, 1, 0x0123ABCD, 0xFFFFFFFE])
A, B = "7c5c1d20-0000-4000-8000-00000000000a", "7c5c1d20-0000-4000-8000-00000000000b"
UUIDS = st.sampled_from([None, A, B])


def descriptor(cid: int = 1, parent_cid: int = NO_PARENT, **uuids: str | None) -> Descriptor:
    """Return a descriptor with VirtualBox's *uuids*, as far as they are set."""
    more = [f'ddb.uuid.{key}="{value}"' for key, value in uuids.items() if value is not None]
    text = descriptor_text(["RW 256 ZERO"], cid=cid, parent_cid=parent_cid, more=more)
    return Descriptor.parse(text.encode())


@given(IDS, IDS, UUIDS)
def test_a_content_id_decides_for_children_that_have_one(
    wanted: int, found: int, image: str | None
) -> None:
    child, parent = descriptor(parent_cid=wanted, parent=A), descriptor(found, image=image)
    assert fits(child, parent) is (wanted == found)


@given(UUIDS, UUIDS, UUIDS, IDS)
def test_image_and_modification_decide_for_virtualbox_whatever_the_content_id(
    image: str | None, state: str | None, made_from: str | None, cid: int
) -> None:
    child = descriptor(parent=A, parentmodification=made_from)
    parent = descriptor(cid, image=image, modification=state)
    expected = image == A and (None in {state, made_from} or state == made_from)
    assert fits(child, parent) is expected
    unfit = why_unfit(child, parent)
    assert unfit is None or "None" not in unfit.found


def _virtualbox(path: Path, made_from: str) -> Path:
    none = "00000000-0000-0000-0000-000000000000"
    more = [f'ddb.uuid.{k}="{v}"' for k, v in (("image", A), ("modification", A), ("parent", none))]
    base = descriptor_text(["RW 256 ZERO"], more=more)
    (path / "base.vmdk").write_text(base)
    keys = [f'ddb.uuid.parent="{A}"', f'ddb.uuid.parentmodification="{made_from}"']
    (path / "kid.vmdk").write_text(descriptor_text(["RW 256 ZERO"], more=keys))
    return path / "kid.vmdk"


@pytest.mark.parametrize("grand", [False, True])
def test_a_sound_chain_of_virtualbox_is_sound_to_check(tmp_path: Path, *, grand: bool) -> None:
    kid = _virtualbox(tmp_path, A)
    if grand:
        kid.write_text(kid.read_text() + f'ddb.uuid.image="{B}"\n')
        keys = [f'ddb.uuid.parent="{B}"']
        kid = tmp_path / "grandkid.vmdk"
        kid.write_text(descriptor_text(["RW 256 ZERO"], more=keys))
    assert list(finished(check(kid))) == []


def test_a_changed_parent_of_virtualbox_is_told_by_its_modification(tmp_path: Path) -> None:
    kid = _virtualbox(tmp_path, B)
    policy = Policy().allowing(Leniency.CID_MISMATCH)
    (finding,) = finished(check(kid, policy=policy))
    assert (finding.kind, finding.path) == (Kind.WRONG_CID, kid)
    assert "parentmodification" in sentences.text(finding)
    assert A in sentences.text(finding)
    with pytest.raises(BrokenChain) as caught:
        Disk.open(kid)
    assert caught.value.expected == B
