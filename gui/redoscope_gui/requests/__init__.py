"""Frozen questions, each with `run()` that returns a frozen answer.

They run on any thread, so they hold no Qt. Long ones are generators of Progress that return the
answer. The names below are imported when first used: some of them bring numpy, and the window is
shown before that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_gui.requests.changing import (
        AttachChild,
        Attached,
        ChildCreated,
        CreateChild,
        CreateDisk,
        DiskCreated,
        Verdict,
        WhyNotAttach,
    )
    from redoscope_gui.requests.counting import (
        ChangesCounted,
        CountChanges,
        CountLinks,
        LinkCount,
        LinksCounted,
    )
    from redoscope_gui.requests.explaining import (
        DescribeLink,
        ExplainSector,
        LinkDescribed,
        SectorAt,
        SectorExplained,
    )
    from redoscope_gui.requests.hashing import GenerationHashed, HashGeneration
    from redoscope_gui.requests.mapping import (
        DrawMap,
        FindChange,
        FindGeneration,
        FindGroup,
    )
    from redoscope_gui.requests.opening import (
        ChainOpened,
        CloseChain,
        Closed,
        ForestOpened,
        MakeSample,
        OpenChain,
        OpenForest,
        SampleMade,
    )
    from redoscope_gui.requests.owning import FindOwner, OwnerFound
    from redoscope_gui.requests.reading import BytesRead, ReadBytes, ReadFault

_HOMES = {
    "changing": (
        "AttachChild",
        "Attached",
        "ChildCreated",
        "CreateChild",
        "CreateDisk",
        "DiskCreated",
        "Verdict",
        "WhyNotAttach",
    ),
    "counting": (
        "ChangesCounted",
        "CountChanges",
        "CountLinks",
        "LinkCount",
        "LinksCounted",
    ),
    "explaining": (
        "DescribeLink",
        "ExplainSector",
        "LinkDescribed",
        "SectorAt",
        "SectorExplained",
    ),
    "hashing": (
        "GenerationHashed",
        "HashGeneration",
    ),
    "mapping": (
        "DrawMap",
        "FindChange",
        "FindGeneration",
        "FindGroup",
    ),
    "opening": (
        "ChainOpened",
        "CloseChain",
        "Closed",
        "ForestOpened",
        "MakeSample",
        "OpenChain",
        "OpenForest",
        "SampleMade",
    ),
    "owning": (
        "FindOwner",
        "OwnerFound",
    ),
    "reading": (
        "BytesRead",
        "ReadBytes",
        "ReadFault",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AttachChild",
    "Attached",
    "BytesRead",
    "ChainOpened",
    "ChangesCounted",
    "ChildCreated",
    "CloseChain",
    "Closed",
    "CountChanges",
    "CountLinks",
    "CreateChild",
    "CreateDisk",
    "DescribeLink",
    "DiskCreated",
    "DrawMap",
    "ExplainSector",
    "FindChange",
    "FindGeneration",
    "FindGroup",
    "FindOwner",
    "ForestOpened",
    "GenerationHashed",
    "HashGeneration",
    "LinkCount",
    "LinkDescribed",
    "LinksCounted",
    "MakeSample",
    "OpenChain",
    "OpenForest",
    "OwnerFound",
    "ReadBytes",
    "ReadFault",
    "SampleMade",
    "SectorAt",
    "SectorExplained",
    "Verdict",
    "WhyNotAttach",
]


def __getattr__(name: str) -> object:
    """Import *name* from its module when it is first asked for."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found
