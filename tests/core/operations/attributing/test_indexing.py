"""A disk may claim to have many volumes: they are parsed a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, make_sample
from redoscope_core.operations.attributing import indexing
from redoscope_core.volumes.disk_volumes import disk_volumes
from redoscope_core.volumes.parse import ParserFailed, WhyFailed
from tests.core.finished import finished

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


def test_no_more_volumes_are_parsed_at_once_than_there_are_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: set[object] = set()
    seen: list[int] = []

    def parse(_request: object) -> Generator[None, None, ParserFailed]:
        running.add(me := object())
        seen.append(len(running))
        yield
        yield
        running.remove(me)
        return ParserFailed(WhyFailed.TIME)

    monkeypatch.setattr(indexing, "parse", parse)
    monkeypatch.setattr(indexing, "cores", lambda: 2)
    with Chain.open(finished(make_sample(tmp_path / "office"))) as chain:
        (volume,) = disk_volumes(chain).volumes
        found = finished(indexing.examine([(chain, volume)] * 5))
    assert [each.failed for each in found] == [ParserFailed(WhyFailed.TIME)] * 5
    assert (len(seen), max(seen)) == (5, 2)
