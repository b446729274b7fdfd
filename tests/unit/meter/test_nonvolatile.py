"""A power cut in the middle of a write leaves the old or the new, never a mixture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.meter.model.nonvolatile import Append, Clear, NonVolatile, PowerLostError, Replace

Change = dict[str, object]


class CutAfter:
    """Lets so many elementary steps pass, then cuts the supply."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self, step: str) -> None:
        if self.left == 0:
            raise PowerLostError(step)
        self.left -= 1


def contents(memory: NonVolatile) -> tuple[dict[str, object], list[object], int]:
    ring = memory.ring("ring")
    return dict(memory), list(ring.rows), ring.next


@given(
    before=st.lists(st.integers(0, 9), max_size=5),
    values=st.dictionaries(st.sampled_from("abc"), st.integers(), max_size=3),
    steps=st.integers(0, 8),
)
def test_a_cut_at_any_step_leaves_the_old_or_the_new(before: list[int], values: dict[str, int], steps: int) -> None:
    memory = NonVolatile({"a": 0, "b": 0, "c": 0})
    for number in before:
        memory["ring"] = Append(memory.ring("ring").next, (number,), 3)
    old = contents(memory)
    change: Change = {**values, "ring": Append(memory.ring("ring").next, ("new",), 3)}
    whole = NonVolatile({"a": 0, "b": 0, "c": 0})
    for number in before:
        whole["ring"] = Append(whole.ring("ring").next, (number,), 3)
    whole.write(change)

    memory.on_step = CutAfter(steps)
    try:
        memory.write(change)
    except PowerLostError:
        memory.on_step = None
        memory.recover()

    assert contents(memory) in (old, contents(whole))
    if steps == 0:
        assert contents(memory) == old


@given(steps=st.integers(0, 6))
def test_an_interrupted_recovery_can_be_interrupted_again(steps: int) -> None:
    memory = NonVolatile({"a": 0, "b": 0})
    memory.on_step = CutAfter(2)
    with pytest.raises(PowerLostError):
        memory.write({"a": 1, "b": 1})
    memory.on_step = CutAfter(steps)
    try:
        memory.recover()
    except PowerLostError:
        memory.on_step = None
        memory.recover()
    assert (memory["a"], memory["b"]) == (1, 1)


def test_a_ring_drops_the_oldest_and_goes_on_counting() -> None:
    memory = NonVolatile()
    for number in range(5):
        memory["ring"] = Append(memory.ring("ring").next, (number,), 3)
    assert [row[0] for row in memory.ring("ring").rows] == [2, 3, 4]
    assert memory.ring("ring").next == 5


def test_clearing_keeps_the_next_number() -> None:
    memory = NonVolatile()
    memory["ring"] = Append(0, ("x",), 3)
    memory["ring"] = Clear(1)
    assert (list(memory.ring("ring").rows), memory.ring("ring").next) == ([], 1)


def test_replacing_rows_keeps_the_next_number() -> None:
    memory = NonVolatile()
    for number in range(4):
        memory["ring"] = Append(number, (number,), 9)
    memory["ring"] = Replace(((0,), (3,)))
    assert (list(memory.ring("ring").rows), memory.ring("ring").next) == ([(0,), (3,)], 4)


def test_defaults_are_shared_and_never_changed() -> None:
    defaults: dict[str, object] = {"a": 1}
    memory = NonVolatile(defaults)
    memory["a"] = 2
    assert (memory["a"], defaults["a"], NonVolatile(defaults)["a"]) == (2, 1, 1)


@pytest.mark.parametrize("read", [NonVolatile.integer, NonVolatile.number, NonVolatile.octets])
def test_a_value_of_another_type_is_an_error(read: object) -> None:
    memory = NonVolatile({"a": "text"})
    with pytest.raises(TypeError):
        read(memory, "a")  # type: ignore[operator]
