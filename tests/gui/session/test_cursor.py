"""Back and forward through the places, against a plain list of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from redoscope_gui.session import Cursor
from redoscope_gui.session.cursor import History

PLACES = st.integers(0, 3).map(lambda offset: Cursor(Path("d"), 0, offset))
MOVES = st.lists(
    st.tuples(st.sampled_from(["jump", "move"]), PLACES)
    | st.tuples(st.sampled_from(["back", "forward", "clear"]), st.none()),
    max_size=30,
)


class Model:
    """The places behind, the present one, and those ahead."""

    def __init__(self) -> None:
        self.behind: list[Cursor] = []
        self.here: Cursor | None = None
        self.ahead: list[Cursor] = []

    def do(self, what: str, place: Cursor | None) -> Cursor | None:
        if what == "clear":
            self.behind, self.here, self.ahead = [], None, []
        elif what == "move":
            self.here = place
        elif what == "jump" and place != self.here:
            self.behind += [] if self.here is None else [self.here]
            self.here, self.ahead = place, []
        elif what == "back" and self.behind and self.here is not None:
            self.ahead.insert(0, self.here)
            self.here = self.behind.pop()
            return self.here
        elif what == "forward" and self.ahead and self.here is not None:
            self.behind.append(self.here)
            self.here = self.ahead.pop(0)
            return self.here
        return None


@example([("jump", Cursor()), ("jump", Cursor())])
@example([("jump", Cursor()), ("move", Cursor(Path("d"), 0, 1)), ("back", None)])
@given(MOVES)
def test_back_and_forward_lead_where_a_plain_list_of_places_leads(
    moves: list[tuple[str, Cursor | None]],
) -> None:
    history, model = History(), Model()
    for what, place in moves:
        went = getattr(history, what)(*() if place is None else (place,))
        assert went == model.do(what, place)
        assert history.can_go_back == bool(model.behind)
        assert history.can_go_forward == bool(model.ahead)


def test_the_last_five_hundred_places_are_kept() -> None:
    history = History()
    for offset in range(600):
        history.jump(Cursor(None, 0, offset))
    back = []
    while (place := history.back()) is not None:
        back.append(place.offset)
    assert back == list(range(598, 99, -1))


def test_a_cursor_knows_its_sector_and_moves_alone() -> None:
    cursor = Cursor(Path("d"), 3, 1023)
    assert cursor.sector == 1
    assert cursor.at(1024) == Cursor(Path("d"), 3, 1024)
    assert cursor.at(1024).sector == 2
