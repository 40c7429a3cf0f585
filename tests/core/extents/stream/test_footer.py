"""The footer of a stream is found without reading more of the file than it takes."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain
from tests.core.said import said
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECTOR = 512
PLAN = StreamPlan(1024, {grain: bytes([grain + 1]) * 65536 for grain in range(8)})


@pytest.mark.parametrize("behind", [4, 5, 100])
def test_a_place_before_the_footer_that_the_device_does_not_give_keeps_nothing_from_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    path = stream_link(tmp_path / "disk.vmdk", PLAN)
    bad, real = path.stat().st_size - behind * SECTOR, os.preadv

    def preadv(descriptor: int, buffers: Sequence[memoryview], offset: int) -> int:
        length = sum(map(len, buffers))
        if length >= SECTOR and offset < bad + SECTOR and bad < offset + length:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", preadv)
    with Chain.open(path) as chain:
        assert said(chain) == []
