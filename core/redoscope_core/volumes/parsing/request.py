"""What a parser is asked for, as text: which volume of which generation, and how it is opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from redoscope_core.chain.access import Policy
from redoscope_core.leniency import Leniency
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.views import View

__all__ = ["Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """One volume, to be parsed in a process of its own."""

    path: Path
    """The newest link of the generation."""
    policy: Policy
    start: int
    """First sector of the volume."""
    sectors: int
    holding: Holding
    memory: int
    """Bytes of addresses that the process may have."""
    seconds: int
    """Of processor time."""
    view: View = View.STORED
    with_names: bool = False
    """Whether the times that NTFS keeps beside names are wanted too."""

    def as_text(self) -> str:
        """Return it as text."""
        opened = self.policy.opened or self.path.parent
        return json.dumps(
            {
                "path": str(self.path.absolute()),
                "allowed": sorted(each.value for each in self.policy.allowed),
                "search": [str(each.absolute()) for each in self.policy.search],
                "opened": str(opened.absolute()),
                "max_links": self.policy.max_links,
                "start": self.start,
                "sectors": self.sectors,
                "holding": self.holding.value,
                "memory": self.memory,
                "seconds": self.seconds,
                "view": self.view.value,
                "with_names": self.with_names,
            }
        )

    @classmethod
    def of_text(cls, text: str) -> Request:
        """Return the request that *text* is."""
        told = json.loads(text)
        policy = Policy(
            frozenset(Leniency(each) for each in told["allowed"]),
            tuple(Path(each) for each in told["search"]),
            told["max_links"],
            Path(told["opened"]),
        )
        return cls(
            Path(told["path"]),
            policy,
            told["start"],
            told["sectors"],
            Holding(told["holding"]),
            told["memory"],
            told["seconds"],
            View(told["view"]),
            told["with_names"],
        )
