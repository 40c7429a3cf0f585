"""Worker: the process that parses one volume.

It gets a request on its input, opens the disk by itself, read-only, and hands back arrays.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from redoscope_core.chain.chain import Chain
from redoscope_core.errors import CorruptVolume, VmdkError
from redoscope_core.volumes.frames import write_failure, write_index
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.parsing.confinement import leave_the_network, limit
from redoscope_core.volumes.parsing.fast_applied import with_fast_commits
from redoscope_core.volumes.parsing.journaled import seen_as
from redoscope_core.volumes.parsing.request import Request
from redoscope_core.volumes.views import volume_in

if TYPE_CHECKING:
    from redoscope_core.volumes.index import VolumeIndex
    from redoscope_core.volumes.source import Volume

__all__ = ["index_of", "main"]


def index_of(volume: Volume, asked: Request) -> VolumeIndex:
    """Return the index of *volume*, as it is *asked* for.

    Raises:
        OSError: The library does not take it for a file system.
        VmdkError: It can't be read.
    """
    seen = seen_as(volume, asked.holding, asked.view)
    index = _index(seen.volume, asked)
    if seen.fast:
        index = with_fast_commits(index, seen.fast, seen.block_size, seen.volume.sectors)
    return replace(
        index,
        view=seen.view.value,
        journal=seen.journal.value,
        transactions=seen.transactions,
        fast_commits=seen.fast_commits,
        is_whole=index.is_whole and not seen.fast_commits,
        laid=seen.laid,
    )


def _index(volume: Volume, asked: Request) -> VolumeIndex:
    """Return the index by the library that reads such a file system; no other is loaded."""
    if asked.holding is Holding.XFS:
        from redoscope_core.volumes.parsing.xfs import index_by_libfsxfs  # noqa: PLC0415

        return index_by_libfsxfs(volume)
    from redoscope_core.volumes.parsing.sleuth import index_by_sleuth  # noqa: PLC0415

    return index_by_sleuth(volume, asked.holding, with_names=asked.with_names)


def main() -> None:
    """Do what is asked for on the input."""
    # What a library prints must not get between the arrays.
    with os.fdopen(os.dup(1), "wb") as out, open(os.devnull, "wb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
        request = Request.of_text(sys.stdin.read())
        limit(request.memory, request.seconds)
        try:
            with Chain.open(request.path, policy=request.policy) as chain:
                leave_the_network()
                volume = volume_in(chain, request.start, request.sectors)
                write_index(out, index_of(volume, request))
        except CorruptVolume as error:
            write_failure(out, "damaged", error.facts)
        except VmdkError as error:
            write_failure(out, "unreadable", error.facts)
        except MemoryError:
            write_failure(out, "memory", "")
        except (OSError, ValueError, OverflowError) as error:
            write_failure(out, "damaged", str(error))


if __name__ == "__main__":
    main()
