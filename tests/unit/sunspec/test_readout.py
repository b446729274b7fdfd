"""Which registers are read together: everything, once, and nothing torn."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from drivers.sunspec.readout import READ_AT_MOST, WRITE_AT_MOST, adjacent, joined, reads

SPANS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 60)).map(lambda span: (span[0], span[0] + span[1])), max_size=40
)


@st.composite
def nested(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Blocks one after the other, some with smaller ones in them: what models have."""
    found: list[tuple[int, int]] = []
    at = draw(st.integers(0, 50))
    for size in draw(st.lists(st.integers(2, READ_AT_MOST), max_size=20)):
        found.append((at, at + size))
        if size > 4:
            found.append((at + 1, at + draw(st.integers(2, size - 1))))
        at += size + draw(st.integers(0, 9))
    return found


@given(nested(), st.integers(0, 100), st.integers(1, 1500))
def test_a_region_is_read_whole_and_nothing_in_it_is_torn(whole: list[tuple[int, int]], start: int, size: int) -> None:
    found = list(reads((start, start + size), whole))
    assert [register for first, end in found for register in range(first, end)] == list(range(start, start + size))
    assert all(1 <= end - first <= READ_AT_MOST for first, end in found)
    inside = [span for span in whole if start <= span[0]]
    for _, edge in found[:-1]:
        assert not [span for span in inside if span[0] < edge < span[1]]


def test_what_does_not_fit_into_one_read_is_cut() -> None:
    assert list(reads((0, 300), [(0, 300)])) == [(0, 125), (125, 250), (250, 300)]


@given(SPANS)
def test_spans_that_are_joined_are_all_there(spans: list[tuple[int, int]]) -> None:
    found = joined(spans)
    assert len(found) <= len(spans)
    for first, end in spans:
        assert [1 for start, stop in found if start <= first and end <= stop]


@given(SPANS)
def test_only_neighbours_are_written_together(spans: list[tuple[int, int]]) -> None:
    found = adjacent(spans)
    assert sorted(span for together in found for span in together) == sorted(spans)
    for together in found:
        assert all(one[1] == other[0] for one, other in itertools.pairwise(together))
        assert together[-1][1] - together[0][0] <= WRITE_AT_MOST or len(together) == 1
