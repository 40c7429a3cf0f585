"""What something is to be since: a link of the chain, or the change id of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["since_index"]


def since_index(chain: Chain, text: str) -> int:
    """Return the index of the link that *text* means, as for --at or by its change id.

    Raises:
        InvalidArgument: No link is meant, or more than one, or the id is of another chain.
    """
    from redoscope_core.chain.naming import link_index
    from redoscope_core.format.change_id import ChangeId
    from redoscope_core.operations.tracking.query import link_of_id

    return link_of_id(chain, text) if ChangeId.is_like(text) else link_index(chain, text)
