"""What proves a case: digests of the evidence, taken and compared; its trail, judged and signed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress, VmdkError
from redoscope_gui.requests.casework import CaseState
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Case, CaseVerdict, DiskAdded, TrailHead, TrailVerdict
    from redoscope_gui.requests.selected import Shown

__all__ = [
    "AddEvidence",
    "CaseSigned",
    "CaseVerified",
    "EvidenceAdded",
    "JudgeTrail",
    "SignCase",
    "TrailJudged",
    "VerifyCase",
]


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """A disk with its digests."""

    state: CaseState
    added: DiskAdded


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Add the disk that is shown to *case*, with the digests of every file of it.

    Of a disk that the case has with digests the bytes are compared with these.
    """

    case: Case
    shown: Shown

    def run(self) -> Generator[Progress, None, EvidenceAdded]:
        """Yield the progress in bytes; return what became of it.

        Raises:
            VmdkError: It is not as it was, or the case lies beside it, or it can't be read.
        """
        shown = self.shown
        with own_chain(shown.path, shown.generation, shown.policy, shown.joined) as chain:
            added = yield from self.case.add(chain, hashed=True)
        return EvidenceAdded(CaseState.of(self.case), added)


@dataclass(frozen=True, slots=True)
class CaseVerified:
    """What a case came to."""

    state: CaseState
    verdict: CaseVerdict


@dataclass(frozen=True, slots=True)
class VerifyCase:
    """Compare the evidence of *case* with its digests; judge trail, database and signatures."""

    case: Case
    shown: Shown | None = None
    """A disk that may be one of the case, and lie elsewhere now."""

    def run(self) -> Generator[Progress, None, CaseVerified]:
        """Yield the progress in bytes; return what it came to.

        Raises:
            VmdkError: The case can't be read, or another program works on it.
        """
        with ExitStack() as stack:
            chains = []
            if self.shown is not None:
                shown = self.shown
                own = own_chain(shown.path, shown.generation, shown.policy, shown.joined)
                chain = stack.enter_context(own)
                known = self.case.known(chain)
                if known is not None and known.likeness is core.DiskLikeness.SAME:
                    chains = [chain]
            verdict = yield from self.case.verify(chains)
        return CaseVerified(CaseState.of(self.case), verdict)


@dataclass(frozen=True, slots=True)
class TrailJudged:
    """What a trail came to."""

    state: CaseState
    verdict: TrailVerdict


@dataclass(frozen=True, slots=True)
class JudgeTrail:
    """Verify the trail of *case*, up to the head that the case keeps."""

    case: Case

    def run(self) -> TrailJudged:
        """Return what it came to; the trail tells of that, if it can be written.

        Raises:
            VmdkError: It can't be read.
        """
        verdict = core.verify_trail(self.case.trail, self.case.trail_head())
        told = {"sound": verdict.is_sound, "lines": verdict.lines}
        with suppress(VmdkError):  # where it was cut: the verdict says so
            self.case.record("verify-trail", {}, told)
        return TrailJudged(CaseState.of(self.case), verdict)


@dataclass(frozen=True, slots=True)
class CaseSigned:
    """A signed head."""

    state: CaseState
    signature: Path
    head: TrailHead


@dataclass(frozen=True, slots=True)
class SignCase:
    """Sign the head of the trail of *case* by *key*, with ssh-keygen."""

    case: Case
    key: Path

    def run(self) -> CaseSigned:
        """Return the signature.

        Raises:
            VmdkError: ssh-keygen, or the key, is not there, or does not sign.
        """
        signature, head = self.case.sign(self.key)
        return CaseSigned(CaseState.of(self.case), signature, head)
