"""I-L2 on Modbus: an invalid value is refused, and nothing of the message that holds it is applied.

Values out of range, what is no number, half of a value, a wrong number of bytes, and several values at once of which
one is invalid. The device refuses (code 2 or 3), and what was in force stays so.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.modbus._changes import change_of, good_one
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, settings_of, writer_of
from bench.controls.trial import Trial
from bench.exchanges.modbus_write import write_pdu
from bench.judgement.check import Check
from drivers.modbus.codes import ExceptionCode, Space
from drivers.modbus.errors import EncodeError
from drivers.modbus.points import Point
from drivers.modbus.requests import write_request

GOOD = "a valid value was taken"
if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

ANSWER = "answer to an invalid value"
KEPT = "what was in force was unchanged"
_REFUSALS: Mapping[int, str] = {
    ExceptionCode.ILLEGAL_DATA_ADDRESS: "illegal data address",
    ExceptionCode.ILLEGAL_DATA_VALUE: "illegal data value",
}
_NOT_A_NUMBER = {"f32": (0x7FC0, 0), "f64": (0x7FF8, 0, 0, 0)}


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    await exchange.prepare()
    await good_one(trial, GOOD, "before")
    async with access.session(writer_of(access, exchange.point) or access.role) as client:
        before = await _state(trial, client)
        for what, request in (*exchange.invalid(), *_invalid(trial)):
            tried = await attempt(client.send_pdu(request))
            said = _words(tried.value) if tried.accepted else tried.text
            trial.record.observe(ANSWER, said, what=what, request=request.hex())
            same = await _state(trial, client) == before
            trial.record.observe(KEPT, same, what=what)
            if not same:
                break
    await exchange.restore()
    await exchange.prepare()
    await good_one(trial, GOOD, "afterwards")
    await exchange.restore()


async def _state(trial: Trial, client: ModbusClient) -> Sequence[object]:
    """What is in force: the settings, and what shows the row's change."""
    access, shown = access_of(trial), change_of(trial).shown
    items = await access.device(client).read(shown.space, shown.address, shown.size)
    return [await settings_of(access, client), items]


def _words(response: bytes) -> str:
    """A refusal by its name, else what came instead."""
    if len(response) != 2 or response[0] < 0x80:
        return "taken"
    return _REFUSALS.get(response[1], f"exception {response[1]}")


def _invalid(trial: Trial) -> Iterator[tuple[str, bytes]]:
    """What no device may take, by the declared ranges of the points that the row's sender may write."""
    access = access_of(trial)
    role = writer_of(access, change_of(trial).point) or access.role
    writable = [
        point
        for name, point in access.points.items()
        if point.space is Space.HOLDING
        and name in access.declared.points
        and access.declared.points[name].range is not None
        and (not access.secure or access.rights.may_write(role, point.space, point.address, point.size))
    ]
    for point in writable:
        yield from _of_point(trial, point)
    for one, other in pairwise(writable):
        if one.address + one.size == other.address:
            pair = _pair(trial, one, other)
            if pair is not None:
                yield f"{one.name} valid and {other.name} invalid in one message", pair


def _of_point(trial: Trial, point: Point) -> Iterator[tuple[str, bytes]]:
    low, high = access_of(trial).declared.points[point.name].range or (0.0, 0.0)
    for what, value in (("below its range", low - abs(point.scale)), ("above its range", high + abs(point.scale))):
        try:
            yield f"{point.name} {what}", write_pdu(point, value)
        except EncodeError:
            continue  # the register cannot even hold it
    if point.kind in _NOT_A_NUMBER:
        yield f"{point.name} not a number", write_request(point.address, _NOT_A_NUMBER[point.kind])
    if point.size > 1:
        yield f"half of {point.name}", write_request(point.address, [0])
    good = write_pdu(point, max(low, min(high, low)))
    yield f"{point.name} with a byte too few", good[:-1]
    yield f"{point.name} with a wrong byte count", good[:5] + struct.pack(">B", good[5] ^ 1) + good[6:]


def _pair(trial: Trial, one: Point, other: Point) -> bytes | None:
    declared = access_of(trial).declared.points
    low, high = declared[one.name].range or (0.0, 0.0)
    beyond = _beyond(other, declared[other.name].range or (0.0, 0.0))
    if beyond is None:
        return None
    valid = [int(item) for item in one.encode(high if low != high else low)]
    return write_request(one.address, [*valid, *beyond])


def _beyond(point: Point, allowed: tuple[float, float]) -> list[int] | None:
    """A value above or below what is allowed; None where the registers can hold none."""
    for value in (allowed[1] + abs(point.scale), allowed[0] - abs(point.scale)):
        try:
            return [int(item) for item in point.encode(value)]
        except EncodeError:
            continue
    return None


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a valid value is taken", "always", GOOD),
        Check(
            "an invalid value is refused by code",
            "within",
            ANSWER,
            {"allowed": ["illegal data address", "illegal data value"]},
        ),
        Check("nothing of it is applied", "always", KEPT),
    ]


PROBES = on_both("I-L2", stimulus, checks)
