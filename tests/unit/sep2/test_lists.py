"""Lists in pages, on both ends, and where devices tell a server things."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.cim.client import Answer
from drivers.sep2.client import Sep2Client
from drivers.sep2.codec import encode
from drivers.sep2.devices import LogEvent, LogEventList
from drivers.sep2.lists import page
from drivers.sep2.resources import Device
from drivers.sep2.responses import MirrorUsagePoint, MirrorUsagePointList, ResponseSet, ResponseSetList
from drivers.sep2.server import HttpRequest, Peer
from drivers.sep2.told import told_view


def _entry(number: int) -> LogEvent:
    return LogEvent(created=0, function_set=0, code=1, number=number, pen=0, profile=1)


class _PagedClient(Sep2Client):
    """A client whose server shows ``size`` members a page of ``there``, and says that there are ``claimed``."""

    def __init__(self, there: int, size: int, claimed: int) -> None:
        self.there, self.size, self.claimed = there, size, claimed
        self.asked: list[str] = []

    async def request(self, method: str, path: str, body: bytes = b"") -> Answer:
        self.asked.append(path)
        start = int(path.partition("?s=")[2].partition("&")[0])
        shown = tuple(_entry(number) for number in range(start, min(start + self.size, self.there)))
        listed = LogEventList(href="/log", all=self.claimed, results=len(shown), members=shown)
        return Answer(200, {"content-type": "application/sep+xml"}, encode(listed), 0.0, 0.0)


@pytest.mark.parametrize(("there", "size", "requests"), [(0, 2, 1), (2, 2, 1), (5, 2, 3), (3, 255, 1)])
async def test_a_list_is_read_to_its_end(there: int, size: int, requests: int) -> None:
    client = _PagedClient(there, size, there)
    listed = await client.get_list("/log", LogEventList)
    assert [one.number for one in listed.members] == list(range(there))
    assert (listed.results, len(client.asked)) == (there, requests)


async def test_a_list_that_claims_more_than_it_shows_ends() -> None:
    client = _PagedClient(there=2, size=2, claimed=9)
    assert len((await client.get_list("/log", LogEventList)).members) == 2
    assert len(client.asked) == 2


async def test_a_list_that_never_ends_is_given_up() -> None:
    client = _PagedClient(there=10**6, size=1, claimed=10**6)
    await client.get_list("/log", LogEventList)
    assert len(client.asked) < 100


def _request(path: str, **query: str) -> HttpRequest:
    return HttpRequest("GET", path, query, {}, b"", Peer(bytes(20), 1))


@pytest.mark.parametrize(
    ("query", "shown"),
    [({}, "a"), ({"s": "1", "l": "2"}, "bc"), ({"s": "2", "l": "9"}, "c"), ({"s": "7"}, ""), ({"l": "0"}, "")],
)
def test_a_page_is_what_was_asked_for(query: dict[str, str], shown: str) -> None:
    found: dict[str, Any] = page(_request("/x", **query), tuple("abc"))
    assert (found["all"], found["results"], "".join(found["members"])) == (3, len(shown), shown)


def _device() -> Device:
    point = MirrorUsagePoint(mrid=b"\x01" * 16, roles=b"\x00\x00", lfdi=bytes(20))
    return Device(bytes(20), 1, 123455, 0, meters={point.mrid: point})


def test_what_was_posted_is_shown_where_it_stands() -> None:
    listed = told_view(_request("/mup", l="9"), _device(), "mup", ())
    assert isinstance(listed, MirrorUsagePointList)
    (point,) = listed.members
    assert point.href == "/mup/" + "01" * 16
    assert told_view(_request(point.href), _device(), "mup", ("01" * 16,)) == point
    assert told_view(_request("/mup/02"), _device(), "mup", ("02",)) is None


def test_the_response_set_names_where_responses_go() -> None:
    listed = told_view(_request("/rsps"), _device(), "rsps", ())
    assert isinstance(listed, ResponseSetList)
    (the_set,) = listed.members
    assert isinstance(the_set, ResponseSet)
    assert the_set.responses is not None
    assert the_set.responses.href == "/rsps/1/rsp"
    assert told_view(_request("/rsps/9"), _device(), "rsps", ("9",)) is None
