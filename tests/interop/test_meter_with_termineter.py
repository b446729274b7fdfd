"""The emulated ANSI meter with termineter's client on its optical port, real time.

Where the two disagree: termineter looks at seven of the eight bits of each byte of table 0's sets, and so misses tables
7, 15, 23 and so on; NIST's and the MeteringSDK's readers take all eight.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.c1219.calendar import CalendarLayout
from drivers.c1219.clock import CALENDAR
from drivers.c1219.formats import Formats
from drivers.c1219.procedures import Procedure, ProcedureResult
from fixtures.clock import PlantClock
from fixtures.meter_c12.access import Role, table_44
from fixtures.meter_c12.calendar_table import ACTUAL
from fixtures.meter_c12.seat import C12MeterSeat, make_seat
from fixtures.world import World

from .conftest import Peer

pytestmark = pytest.mark.interop

READER, TECHNICIAN, MASTER = 2, 3, 4
OK = 0
SeatMaker = Callable[..., Awaitable[tuple[C12MeterSeat, World]]]


@pytest.fixture
async def make_meter(tmp_path: Path) -> AsyncIterator[SeatMaker]:
    made: list[C12MeterSeat] = []

    async def make(*faults: str) -> tuple[C12MeterSeat, World]:
        world = World(PlantClock(mode="free"), tmp_path, seed=7628)
        seat = make_seat("meter", {}, world)
        made.append(seat)
        await seat.start()
        seat.fresh(frozenset(faults))
        return seat, world

    yield make
    for seat in made:
        await seat.stop()


def order(seat: C12MeterSeat, role: Role, *acts: list[Any]) -> dict[str, Any]:
    port = seat.endpoints()["optical"].removeprefix("serial:")
    user = {Role.READER: READER, Role.TECHNICIAN: TECHNICIAN, Role.MASTER: MASTER}[role]
    return {"port": port, "user_id": user, "password": seat._passwords[role].decode(), "acts": acts}


async def test_identity_and_configuration(make_meter: SeatMaker, peer: Peer) -> None:
    seat, _world = await make_meter()
    started, logged_on, seen, *_ = await peer("termineter_client.py", order(seat, Role.READER, ["general"]))
    assert started
    assert logged_on
    assert seen["manufacturer"] == "AMB"
    assert seen["serial"] == seen["device_id"] == seat.unit.serial
    assert seen["firmware"] == [1, 4]
    assert (seen["mode"], seen["nameplate"], seen["characters"]) == (1, "Electric", "ISO/IEC 646 (7-bit)")
    missed = {number for number in range(128) if number % 8 == 7}
    assert {0, 1, 5, 42, 52, 64, 74, 76} <= set(seen["tables"])
    assert not missed & set(seen["tables"])
    assert set(seen["procedures"]) == {1, 10, 21, 22}


async def test_tables_whole_and_by_offset(make_meter: SeatMaker, peer: Peer) -> None:
    seat, _world = await make_meter()
    acts = [["read", 23], ["read", 23, 4, 0], ["read", 64, 16, 32], ["read", 42], ["read", 999], ["display"]]
    answers = await peer("termineter_client.py", order(seat, Role.READER, *acts))
    whole, part, block, secret, unknown, display = answers[2:8]
    assert whole.startswith(part)
    assert len(bytes.fromhex(block)) == 16
    assert secret == {"code": 3}
    assert unknown == {"code": 5}
    assert display == [[6, 0, 0, 0, 2], [0, 1]]
    assert answers[-1][0] is True


async def test_a_wrong_password_is_refused(make_meter: SeatMaker, peer: Peer) -> None:
    seat, _world = await make_meter()
    task = {**order(seat, Role.READER, ["read", 23]), "password": "00000000"}
    started, logged_on, answer, *_ = await peer("termineter_client.py", task)
    assert started
    assert not logged_on
    assert answer == {"code": 3}


async def test_procedures_and_the_history_log(make_meter: SeatMaker, peer: Peer) -> None:
    seat, world = await make_meter()
    open_it = ["procedure", int(Procedure.DIRECT_LOAD_CONTROL), False, "00000000"]
    unknown = ["procedure", 99, True, ""]
    answers = await peer("termineter_client.py", order(seat, Role.TECHNICIAN, open_it, unknown, ["log"]))
    (result, _data), (refused, _none), entries = answers[2:5]
    assert result in (ProcedureResult.ACCEPTED, ProcedureResult.COMPLETED)
    assert refused == ProcedureResult.UNRECOGNIZED
    assert not world.service_point("meter").contact_closed
    made = [entry for entry in entries if entry[0] == TECHNICIAN]
    assert [entry[1:4] for entry in made] == [[7, False, "c8000000"]]
    (reader, *_) = (await peer("termineter_client.py", order(seat, Role.READER, open_it)))[2:3]
    assert reader[0] == ProcedureResult.NO_AUTHORIZATION


async def test_what_is_written_is_read_back(make_meter: SeatMaker, peer: Peer) -> None:
    seat, _world = await make_meter()
    acts = [["write", 6, b"Owner".ljust(20).hex(), 0], ["read", 6, 20, 0], ["write", 1, "00"]]
    answers = await peer("termineter_client.py", order(seat, Role.MASTER, *acts))
    assert answers[2] is None
    assert bytes.fromhex(answers[3]).strip() == b"Owner"
    assert answers[4] == {"code": 5}


async def test_a_calendar_is_written_and_read_back(make_meter: SeatMaker, peer: Peer) -> None:
    """The peer knows the calendar's number and carries its bytes; it has no reader of them."""
    seat, _world = await make_meter()
    layout, formats = CalendarLayout(ACTUAL), Formats()
    (raw,) = (await peer("termineter_client.py", order(seat, Role.READER, ["read", CALENDAR])))[2:3]
    table = layout.decode(bytes.fromhex(raw), formats)
    switched = replace(table, switches=tuple(replace(one, tier=0) for one in table.switches))
    content = layout.encode(switched, formats).hex()
    acts = [["write", CALENDAR, content], ["read", CALENDAR]]
    answers = await peer("termineter_client.py", order(seat, Role.TECHNICIAN, *acts))
    assert answers[2:4] == [None, content]
    refused = await peer("termineter_client.py", order(seat, Role.READER, ["write", CALENDAR, raw]))
    assert refused[2] == {"code": 3}


async def test_the_security_decade(make_meter: SeatMaker, peer: Peer) -> None:
    """Only a meter that gives its passwords away (F-C1) lets the peer read the whole decade."""
    seat, _world = await make_meter("F-C1")
    seen = (await peer("termineter_client.py", order(seat, Role.MASTER, ["security"])))[2]
    assert [bytes.fromhex(one).rstrip(b"\0") for one, _groups in seen["passwords"]] == seat._passwords
    assert [groups for _one, groups in seen["passwords"]] == [0b001, 0b011, 0b111]
    assert seen["tables"]["23"] == [0b001, 0, False, False]
    assert seen["tables"]["0"][2] is True
    assert seen["procedures"][str(int(Procedure.DIRECT_LOAD_CONTROL))] == 0b010
    assert seen["keys"] == [seat._key.hex()]
    assert table_44([]).entries
