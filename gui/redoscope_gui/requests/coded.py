"""What of the requests can be shown as code, and how forgiving they open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from redoscope_core.code import STRICTLY, Deed, Opening

if TYPE_CHECKING:
    from redoscope_core import Policy

__all__ = ["Coded", "opening_of"]


@runtime_checkable
class Coded(Protocol):
    """A request that does something people may want to do again elsewhere.

    What such a request did stands in the log of the window, once it was done.
    """

    @property
    def deed(self) -> Deed | None:
        """What it does; None if no code of one deed comes to the same."""


def opening_of(policy: Policy | None) -> Opening:
    """Return *policy* as code is shown with."""
    return STRICTLY if policy is None else Opening(policy.allowed, policy.search)
