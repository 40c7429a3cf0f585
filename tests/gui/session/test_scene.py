"""Laws of what must be asked again when what is on screen becomes something else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import redoscope_core as core
from redoscope_gui.maps import MapMode, MapScope
from redoscope_gui.requests import (
    CountChanges,
    CountLinks,
    DescribeLink,
    DrawMap,
    ExplainSector,
    FindOwner,
    ReadBytes,
)
from redoscope_gui.session import Compared, Cursor, Part, Scene, asked_again

LINKS = 3
SECTORS = 40


@dataclass(eq=False)
class _Chain:
    """Just enough of a chain: links with paths, and what is cut off above one of them."""

    name: str
    links: tuple[Any, ...]
    capacity: int = SECTORS

    def up_to(self, index: int) -> _Chain:
        return _Chain(self.name, self.links[: index + 1])


def _chain(name: str) -> Any:
    links = tuple(SimpleNamespace(path=Path(f"{name}-{index}.vmdk")) for index in range(LINKS))
    return _Chain(name, links)


CHAINS = (None, _chain("mail"), _chain("web"))
FORESTS = (None, SimpleNamespace(nodes={}), SimpleNamespace(nodes={}))
ERRORS = (None, core.VmdkError("one"), core.VmdkError("two"))
POLICIES = (core.Policy(), core.Policy().allowing(core.Leniency.BARE_FLAT))
JOINED = (None, (Path("mail-2.vmdk"), Path("web-0.vmdk")))


def _placed(scene: Scene, generation: int, offset: int) -> Scene:
    if scene.chain is None:
        return scene.at(Cursor(None, 0, offset))
    return scene.at(Cursor(scene.chain.links[generation].path, generation, offset))


screens = st.builds(
    _placed,
    st.builds(
        Scene,
        st.just(Path("vm")),
        cast("Any", st.sampled_from(FORESTS)),
        st.sampled_from(POLICIES),
        st.sampled_from(CHAINS),
        st.sampled_from(ERRORS),
        st.sampled_from(JOINED),
        comparison=st.none() | st.builds(Compared, st.integers(0, LINKS - 1)),
    ),
    st.integers(0, LINKS - 1),
    st.integers(0, SECTORS * core.SECTOR - 1),
)


def questions(scene: Scene) -> dict[Part, tuple[object, ...]]:
    """Return the questions that the panes ask, of each part; equal ones have equal answers."""
    chain, cursor = scene.chain, scene.cursor
    asked: dict[Part, tuple[object, ...]] = dict.fromkeys(Part, ())
    if scene.forest is not None:
        asked[Part.LINKS] = (scene.forest, CountLinks((Path("vm"),), scene.policy), scene.joined)
    if chain is None:
        asked[Part.CHAIN] = (scene.error,)
        return asked
    generation, sector = cursor.generation, cursor.sector
    since = scene.comparison.generation if scene.comparison else None
    here, stretch = (chain, generation), (0, 1, SECTORS)
    asked[Part.CHAIN] = (CountChanges(chain), DrawMap(MapScope(chain, 0, MapMode.MATRIX, *stretch)))
    asked[Part.GENERATION] = (
        DrawMap(MapScope(*here, MapMode.OWNER, *stretch)),
        ReadBytes(*here, 0, SECTORS),
        DescribeLink(*here),
    )
    asked[Part.PLACE] = (ExplainSector(*here, sector), FindOwner(chain, sector), cursor.offset)
    asked[Part.COMPARISON] = (DrawMap(MapScope(*here, MapMode.DIFFERENCE, *stretch, since)),)
    return asked


@given(screens, screens)
def test_every_question_with_another_answer_is_in_a_part_that_is_asked_again(
    before: Scene, after: Scene
) -> None:
    old, new = questions(before), questions(after)
    assert {part for part in Part if old[part] != new[part]} <= asked_again(before, after)


CHAINED = {Part.CHAIN, Part.GENERATION, Part.PLACE, Part.COMPARISON}


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        ({"forest": FORESTS[2]}, {Part.LINKS, *CHAINED}),
        ({"policy": POLICIES[1]}, {Part.LINKS, *CHAINED}),
        ({"joined": JOINED[1]}, {Part.LINKS}),
        ({"chain": CHAINS[2]}, CHAINED),
        ({"error": ERRORS[2]}, CHAINED),
        ({"comparison": Compared(1)}, {Part.COMPARISON}),
    ],
)
def test_each_thing_on_screen_has_parts_of_its_own(other: dict[str, Any], parts: set[Part]) -> None:
    forest, error = cast("Any", FORESTS[1]), ERRORS[1]
    scene = _placed(Scene(Path("vm"), forest, POLICIES[0], CHAINS[1], error), 1, 0)
    assert asked_again(scene, replace(scene, **other)) == parts


@given(screens)
def test_nothing_is_asked_again_while_the_screen_stays(scene: Scene) -> None:
    assert asked_again(scene, scene) == frozenset()
    assert asked_again(scene, replace(scene)) == frozenset()


@given(screens, screens)
def test_going_back_asks_for_the_same_parts_as_going_there(before: Scene, after: Scene) -> None:
    assert asked_again(before, after) == asked_again(after, before)


@given(screens, screens, screens)
def test_a_way_round_asks_for_all_that_the_straight_way_asks_for(
    one: Scene, two: Scene, three: Scene
) -> None:
    assert asked_again(one, three) <= asked_again(one, two) | asked_again(two, three)


@given(screens, screens)
def test_what_stands_on_a_part_is_asked_again_with_it(before: Scene, after: Scene) -> None:
    parts = asked_again(before, after)
    stands = {Part.CHAIN: Part.GENERATION, Part.GENERATION: Part.PLACE}
    for below, above in stands.items():
        assert below not in parts or above in parts
    assert Part.GENERATION not in parts or Part.COMPARISON in parts


@given(screens, st.integers(0, SECTORS * core.SECTOR - 1))
def test_a_step_within_the_disk_asks_for_the_place_alone(scene: Scene, offset: int) -> None:
    assume(offset != scene.cursor.offset)
    moved = scene.at(scene.cursor.at(offset))
    assert asked_again(scene, moved) == {Part.PLACE}
    assert moved.generation_chain is scene.generation_chain


@given(screens, st.integers(0, LINKS - 1))
def test_another_generation_keeps_links_and_chain(scene: Scene, generation: int) -> None:
    assume(scene.chain is not None and generation != scene.cursor.generation)
    moved = _placed(scene, generation, scene.cursor.offset)
    assert asked_again(scene, moved) == {Part.GENERATION, Part.PLACE, Part.COMPARISON}
    assert moved.generation_chain is not None
    assert len(moved.generation_chain.links) == generation + 1


@given(screens, st.none() | st.builds(Compared, st.integers(0, LINKS - 1)))
def test_another_comparison_asks_for_differences_alone(
    scene: Scene, comparison: Compared | None
) -> None:
    assume(comparison != scene.comparison)
    after = replace(scene, comparison=comparison)
    assert asked_again(scene, after) == {Part.COMPARISON}


@given(screens, st.integers(-(2**70), 2**70))
def test_the_cursor_is_within_the_disk_wherever_it_is_sent(scene: Scene, offset: int) -> None:
    assume(scene.chain is not None)
    moved = scene.at(scene.cursor.at(offset)).cursor.offset
    end = SECTORS * core.SECTOR - 1
    assert moved == sorted((0, offset, end))[1]


@given(screens)
def test_the_generation_shown_ends_at_the_link_of_the_cursor(scene: Scene) -> None:
    if scene.chain is None:
        assert scene.generation_chain is None
        return
    assert scene.generation_chain is not None
    assert scene.generation_chain.links[-1].path == scene.cursor.path
    assert scene.generation_of(scene.cursor.path) == scene.cursor.generation


def test_what_is_on_screen_never_changes_under_who_looks_at_it() -> None:
    with pytest.raises(AttributeError):
        Scene().cursor = Cursor()  # type: ignore[misc]


@pytest.mark.parametrize("forest", FORESTS[:2])
@pytest.mark.parametrize("path", [None, Path("mail-0.vmdk")])
def test_what_no_folder_tells_of_is_no_older_generation(forest: Any, path: Path | None) -> None:
    assert not Scene(forest=forest, cursor=Cursor(path)).is_older_generation


@pytest.mark.parametrize("children", [(), (Path("mail-1.vmdk"),)])
def test_a_link_with_children_is_an_older_generation(children: tuple[Path, ...]) -> None:
    nodes = {Path("mail-0.vmdk"): SimpleNamespace(children=children)}
    forest = cast("Any", SimpleNamespace(nodes=nodes))
    scene = Scene(forest=forest, cursor=Cursor(Path("mail-0.vmdk")))
    assert scene.is_older_generation == bool(children)
