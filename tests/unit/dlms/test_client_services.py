"""GET, SET, ACTION of the client: in one APDU, with lists, in blocks, and what refuses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drivers.dlms import apdu as a
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import PUBLIC_CLIENT, ClientIdentity, DlmsClient, read_invocation_counter, resynchronize
from drivers.dlms.data import I8, NULL, U16, U32, Array, Data, OctetString, Structure
from drivers.dlms.enums import (
    ActionResult,
    ConfirmedError,
    ConfirmedService,
    Conformance,
    DataAccessResult,
    ErrorClass,
    ServiceFault,
    StateFault,
)
from drivers.dlms.errors import (
    ActionError,
    DataAccessError,
    DecodeError,
    EncodeError,
    ExceptionResponseError,
    ServiceError,
    UnexpectedApduError,
)
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, InvocationCounters
from drivers.dlms.selection import by_entry
from drivers.transport.base import SilenceError
from tests.unit.dlms.little_meter import LittleMeter, MemoryLink

ENERGY = Attribute(3, Obis("1.0.1.8.0.255"), 2)
EXPORT = Attribute(3, Obis("1.0.2.8.0.255"), 2)
TEXT = Attribute(1, Obis("0.0.96.13.0.255"), 2)
NOWHERE = Attribute(1, Obis("0.0.0.0.0.1"), 2)
PRESS = Method(70, Obis("0.0.96.3.10.255"), 1)
LONG = OctetString(bytes(range(256)) * 5)


@pytest.fixture
def meter() -> LittleMeter:
    values: dict[Attribute, Data | DataAccessResult] = {ENERGY: U32(7), EXPORT: U32(8), TEXT: LONG}
    return LittleMeter(values=values)


@pytest.fixture
async def client(meter: LittleMeter) -> DlmsClient:
    client = DlmsClient(MemoryLink(meter), ClientIdentity())
    await client.associate()
    return client


# -- get ---------------------------------------------------------------------------------------------------------------


async def test_get_returns_the_value_with_its_type(client: DlmsClient) -> None:
    value = await client.get(ENERGY)
    assert value == 7
    assert type(value) is U32


async def test_a_refusal_is_an_exception_with_the_code(client: DlmsClient) -> None:
    with pytest.raises(DataAccessError) as raised:
        await client.get(NOWHERE)
    assert raised.value.result is DataAccessResult.OBJECT_UNDEFINED
    assert "0.0.0.0.0.1" in str(raised.value)


async def test_a_long_value_comes_in_blocks(client: DlmsClient, meter: LittleMeter) -> None:
    meter.block_size = 100
    assert await client.get(TEXT) == LONG
    numbers = [request.block_number for request in meter.seen if isinstance(request, a.GetRequestNext)]
    assert numbers == list(range(1, 13))


async def test_a_list_has_values_and_refusals_in_order(client: DlmsClient, meter: LittleMeter) -> None:
    for meter.block_size in (0, 50):
        results = await client.get_list([ENERGY, NOWHERE, (TEXT, None), EXPORT])
        assert results == (7, DataAccessResult.OBJECT_UNDEFINED, LONG, 8)


async def test_a_list_of_another_length_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda message: [a.GetResponseWithList(message[2], (U32(1),)).encode()]
    with pytest.raises(DecodeError, match="1 results for 2"):
        await client.get_list([ENERGY, EXPORT])


async def test_selections_travel_with_the_attribute(client: DlmsClient, meter: LittleMeter) -> None:
    await client.get(ENERGY, by_entry(1, 5))
    request = meter.seen[-1]
    assert isinstance(request, a.GetRequestNormal)
    assert request.selection == a.Selection(2, Structure([U32(1), U32(5), U16(1), U16(0)]))


@pytest.fixture
def link(client: DlmsClient) -> MemoryLink:
    assert isinstance(client.link, MemoryLink)
    return client.link


async def test_a_block_out_of_turn_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda message: [a.GetResponseWithDataBlock(message[2], False, 2, b"x").encode()]
    with pytest.raises(UnexpectedApduError, match="block 1"):
        await client.get(TEXT)


async def test_a_transfer_that_the_meter_breaks_off_says_why(client: DlmsClient, link: MemoryLink) -> None:
    answers: Iterator[bytes | DataAccessResult] = iter([b"x", DataAccessResult.LONG_GET_ABORTED])

    def answer(message: bytes) -> list[bytes]:
        block = next(answers)
        number = 1 if block == b"x" else 2
        return [a.GetResponseWithDataBlock(message[2], number == 2, number, block).encode()]

    link.answer = answer
    with pytest.raises(DataAccessError) as raised:
        await client.get(TEXT)
    assert raised.value.result is DataAccessResult.LONG_GET_ABORTED


# -- set ---------------------------------------------------------------------------------------------------------------


async def test_set_writes(client: DlmsClient, meter: LittleMeter) -> None:
    await client.set(ENERGY, U32(99))
    assert meter.values[ENERGY] == 99


async def test_an_unconfirmed_set_awaits_nothing(client: DlmsClient, meter: LittleMeter) -> None:
    await client.set(ENERGY, U32(99), confirmed=False)
    assert meter.values[ENERGY] == 99
    assert not meter.seen[-1].invoke & 0x40  # type: ignore[attr-defined]
    assert await client.get(ENERGY) == 99


async def test_values_longer_than_the_meters_pdu_are_written_in_blocks() -> None:
    meter = LittleMeter(max_pdu_size=128)
    client = DlmsClient(MemoryLink(meter), ClientIdentity())
    await client.associate()
    await client.set(TEXT, LONG)
    assert meter.values[TEXT] == LONG
    await client.set_list([TEXT, ENERGY], [OctetString(LONG[::-1]), U32(1)])
    assert meter.values[TEXT] == LONG[::-1]
    assert meter.values[ENERGY] == 1
    assert isinstance(client.link, MemoryLink)
    assert max(map(len, client.link.sent)) <= 128


async def test_without_block_transfer_a_long_value_is_refused_before_it_is_sent() -> None:
    meter = LittleMeter(max_pdu_size=128, conformance=Conformance.GET | Conformance.SET)
    client = DlmsClient(MemoryLink(meter), ClientIdentity())
    await client.associate()
    with pytest.raises(EncodeError, match="takes 128"):
        await client.set(TEXT, LONG)
    assert not meter.seen


async def test_set_list_writes_in_order(client: DlmsClient, meter: LittleMeter) -> None:
    results = await client.set_list([ENERGY, EXPORT], [U32(1), U32(2)])
    assert results == (DataAccessResult.SUCCESS,) * 2
    assert (meter.values[ENERGY], meter.values[EXPORT]) == (1, 2)


async def test_a_refused_set_is_an_exception(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda message: [a.SetResponseNormal(message[2], DataAccessResult.READ_WRITE_DENIED).encode()]
    with pytest.raises(DataAccessError) as raised:
        await client.set(ENERGY, U32(1))
    assert raised.value.result is DataAccessResult.READ_WRITE_DENIED


# -- action ------------------------------------------------------------------------------------------------------------


def returning(value: Data | None) -> a.ActionOutcome:
    return a.ActionOutcome(ActionResult.SUCCESS, value)


async def test_action_passes_parameters_and_returns_the_answer(client: DlmsClient, meter: LittleMeter) -> None:
    given: list[Data | None] = []
    meter.methods[PRESS] = lambda parameters: given.append(parameters) or returning(U32(5))  # type: ignore[func-returns-value]
    assert await client.action(PRESS, I8(0)) == 5
    assert await client.action(PRESS) == 5
    assert given == [0, None]


async def test_an_action_without_an_answer_returns_none(client: DlmsClient, meter: LittleMeter) -> None:
    meter.methods[PRESS] = lambda _parameters: returning(None)
    assert await client.action(PRESS) is None
    meter.methods[PRESS] = lambda _parameters: a.ActionOutcome(ActionResult.SUCCESS, DataAccessResult.SUCCESS)
    assert await client.action(PRESS) is None


async def test_refused_actions_are_exceptions(client: DlmsClient, meter: LittleMeter) -> None:
    meter.methods[PRESS] = lambda _parameters: a.ActionOutcome(ActionResult.READ_WRITE_DENIED)
    with pytest.raises(ActionError) as raised:
        await client.action(PRESS)
    assert raised.value.result is ActionResult.READ_WRITE_DENIED
    denied = DataAccessResult.SCOPE_OF_ACCESS_VIOLATED
    meter.methods[PRESS] = lambda _parameters: a.ActionOutcome(ActionResult.SUCCESS, denied)
    with pytest.raises(ActionError) as raised:
        await client.action(PRESS)
    assert raised.value.data_result is denied


@pytest.mark.parametrize("bare", [True, False])
async def test_long_answers_of_an_action_come_in_blocks_of_either_kind(
    client: DlmsClient, meter: LittleMeter, bare: bool
) -> None:
    meter.block_size, meter.bare_action_blocks = 100, bare
    meter.methods[PRESS] = lambda _parameters: returning(Array([LONG, NULL]))
    assert await client.action(PRESS) == Array([LONG, NULL])


async def test_long_parameters_of_an_action_go_in_blocks() -> None:
    given: list[Data | None] = []
    meter = LittleMeter(max_pdu_size=64)
    meter.methods[PRESS] = lambda parameters: given.append(parameters) or returning(None)  # type: ignore[func-returns-value]
    client = DlmsClient(MemoryLink(meter), ClientIdentity())
    await client.associate()
    await client.action(PRESS, LONG)
    assert given == [LONG]


async def test_action_list_gives_an_outcome_for_each(client: DlmsClient, meter: LittleMeter) -> None:
    meter.methods[PRESS] = lambda _parameters: returning(U32(1))
    other = replace(PRESS, index=2)
    outcomes = await client.action_list([PRESS, other], [I8(0), NULL])
    assert outcomes == (returning(U32(1)), a.ActionOutcome(ActionResult.OBJECT_UNDEFINED))


# -- answers that are none ---------------------------------------------------------------------------------------------


async def test_exception_responses_and_service_errors_are_exceptions(client: DlmsClient, link: MemoryLink) -> None:
    refusal = a.ExceptionResponse(StateFault.SERVICE_NOT_ALLOWED, ServiceFault.INVOCATION_COUNTER_ERROR, 77)
    link.answer = lambda _message: [refusal.encode()]
    with pytest.raises(ExceptionResponseError) as raised:
        await client.get(ENERGY)
    assert (raised.value.service_error, raised.value.counter) == (ServiceFault.INVOCATION_COUNTER_ERROR, 77)
    error = ConfirmedError(ConfirmedService.READ, ErrorClass.ACCESS, 1)
    link.answer = lambda _message: [a.ConfirmedServiceError(error).encode()]
    with pytest.raises(ServiceError) as service:
        await client.get(ENERGY)
    assert service.value.error == error


async def test_silence_is_the_transports_and_comes_at_the_deadline(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda _message: []
    before = client.clock.now()
    with pytest.raises(SilenceError):
        await client.get(ENERGY)
    assert client.clock.now() == before + client.identity.response_timeout_s


async def test_a_late_answer_to_a_request_that_was_given_up_is_passed_over(
    client: DlmsClient, link: MemoryLink, meter: LittleMeter
) -> None:
    late: list[bytes] = []
    link.answer = lambda message: late.extend(meter(message)) or []  # type: ignore[func-returns-value]
    with pytest.raises(SilenceError):
        await client.get(EXPORT)
    link.answer = lambda message: [*late, *meter(message)]
    assert await client.get(ENERGY) == 7


async def test_an_answer_with_another_invoke_id_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda message: [a.GetResponseNormal(message[2] ^ 1, U32(1)).encode()]
    with pytest.raises(UnexpectedApduError, match="invoke id"):
        await client.get(ENERGY)


async def test_an_answer_to_another_service_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda message: [a.SetResponseNormal(message[2], DataAccessResult.SUCCESS).encode()]
    with pytest.raises(UnexpectedApduError, match="answer to GET"):
        await client.get(ENERGY)
    with pytest.raises(UnexpectedApduError, match="answer to ACTION"):
        await client.action(PRESS)
    link.answer = lambda message: [a.GetResponseNormal(message[2], U32(1)).encode()]
    with pytest.raises(UnexpectedApduError, match="answer to SET"):
        await client.set(ENERGY, U32(1))


async def test_garbage_is_a_decode_error(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda _message: [b"\xc4\x01"]
    with pytest.raises(DecodeError):
        await client.get(ENERGY)


# -- counters ----------------------------------------------------------------------------------------------------------


async def test_the_public_client_reads_the_counter_that_the_meter_expects() -> None:
    meter = LittleMeter(values={Attribute(1, Obis("0.0.43.1.0.255"), 2): U32(4711)})
    link = MemoryLink(meter)
    assert await read_invocation_counter(link) == 4711
    assert not link.connected
    counters = InvocationCounters()
    resynchronize(counters, 4711)
    assert counters.next() == 4712
    resynchronize(counters, 100)
    assert counters.sending[CounterKey.UNICAST] == 4713
    assert PUBLIC_CLIENT.secret == b""
