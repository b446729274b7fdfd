"""Going through addresses and unit ids, to find what a device shows beyond what it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bench.controls.modbus._row import access_of, ask_many, gives_data, harmless_read
from drivers.modbus.codes import Space
from drivers.modbus.requests import read_request

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.modbus.client import ModbusClient

Place = tuple[Space, int]
SPACES = (Space.HOLDING, Space.INPUT, Space.COIL, Space.DISCRETE_INPUT)
_ADDRESSES = 0x10000
_BASES = (0, 40_000, 50_000)
"""Where SunSpec's marker may stand (pysunspec2), and with it the models of keys and users."""
_MODELS = 512
_BLOCK = 32
_UNITS = 256
_COMMON_UNITS = {0, 1, 2, 247, 255}


def addresses(trial: Trial) -> Iterator[Place]:
    """Every ``address_step``-th address of every space, and each near what is declared and near known places."""
    step = trial.bound("address_step").count
    points = access_of(trial).points.values()
    for space in SPACES:
        near = {at for point in points if point.space is space for at in range(point.address - 1, point.address + 5)}
        known = {base + offset for base in _BASES for offset in range(0, _MODELS, min(step, _BLOCK))}
        swept = near | set(range(0, _ADDRESSES, step)) | (known if not space.is_bits else set())
        yield from ((space, at) for at in sorted(swept) if 0 <= at < _ADDRESSES)


async def sweep(trial: Trial, client: ModbusClient) -> Mapping[Place, bytes]:
    """What of these addresses gave data to this client, with the response."""
    requests = {read_request(space, at): (space, at) for space, at in addresses(trial)}
    answers = await ask_many(client, list(requests), access_of(trial).declared.pipeline)
    return {requests[request]: response for request, response in answers.items() if gives_data(response)}


async def neighbours(trial: Trial, client: ModbusClient, found: Sequence[Place]) -> Mapping[Place, bytes]:
    """Whole blocks from each of these addresses on, so that what begins there is seen as one piece."""
    requests = {read_request(space, at, _BLOCK): (space, at) for space, at in _starts(found)}
    answers = await ask_many(client, list(requests), access_of(trial).declared.pipeline)
    return {requests[request]: response for request, response in answers.items() if gives_data(response)}


def _starts(found: Sequence[Place]) -> Iterator[Place]:
    """Of registers that were found those that no block from the one before reaches."""
    reached: dict[Space, int] = {}
    for space, at in sorted(found, key=lambda place: (place[0].value, place[1])):
        if not space.is_bits and at >= reached.get(space, 0):
            reached[space] = at + _BLOCK
            yield space, at


async def answering_units(trial: Trial, client: ModbusClient) -> list[int]:
    """The unit ids that give data to this client; on a serial line without 0, which is everybody."""
    request, found = harmless_read(trial), []
    own, patience_s = client.unit, client.timeout_s
    swept = set(range(0, _UNITS, trial.bound("unit_step").count)) | _COMMON_UNITS | set(access_of(trial).declared.units)
    for unit in sorted(swept):
        if unit == 0 and client.link.broadcasts:
            continue
        client.unit = unit
        answers = await ask_many(client, [request])
        if any(gives_data(response) for response in answers.values()):
            found.append(unit)
    client.unit, client.timeout_s = own, patience_s
    return found
