"""Opening two handles and joining them, for the tests of attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Disk,
    InvalidHandle,
    VixCode,
    VmdkError,
    attach,
    can_attach,
)
from tests.core.outcomes import is_one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
CAPACITY = 4096


def open_pair(parent: Path, child: Path, *, access: Access = Access.WRITE) -> tuple[Disk, Disk]:
    """Open the chain of *parent* and the single link *child*."""
    below = Disk.open(parent, access=Access.INSPECT)
    try:
        return below, Disk.open(child, access=access, single_link=True)
    except VmdkError:
        below.close()
        raise


def assert_spent(handle: Disk) -> None:
    """Try every use of a handle: each is refused, and closing is harmless."""
    uses: list[Callable[[], object]] = [
        lambda: handle.chain,
        lambda: handle.read(0, 1),
        lambda: handle.read_into(bytearray(SECTOR), 0),
        lambda: handle.write(0, bytes(SECTOR)),
        lambda: handle.write_zeros(0, 1),
        handle.flush,
    ]
    for use in uses:
        with pytest.raises(InvalidHandle) as caught:
            use()
        assert caught.value.code is VixCode.INVALID_HANDLE
        assert is_one_line(caught.value)
    handle.close()
    handle.close()


def refused(parent: Disk, child: Disk) -> VmdkError:
    """Return why the two are not joined; asking first changes nothing, trying spends the parent."""
    reason = can_attach(parent=parent, child=child)
    assert reason is not None
    parent.chain.read(0, 1)
    with pytest.raises(type(reason)) as caught:
        attach(parent=parent, child=child)
    assert str(caught.value) == str(reason)
    assert is_one_line(reason)
    assert_spent(parent)
    child.close()
    return reason


def attach_pair(parent: Path, child: Path) -> Disk:
    """Open and join the two."""
    below, above = open_pair(parent, child)
    return attach(parent=below, child=above)
