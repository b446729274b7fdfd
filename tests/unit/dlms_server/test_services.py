"""GET, SET and ACTION: values, lists, blocks, rights, and what is refused with which code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.apdu import (
    Attribute,
    Block,
    ExceptionResponse,
    GetRequestNext,
    GetResponseWithDataBlock,
    Method,
    Selection,
    SetRequestWithFirstBlock,
    SetResponseLastDataBlock,
    decode_apdu,
)
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import U8, U16, Data, OctetString, encode_data
from drivers.dlms.enums import ActionResult, Conformance, DataAccessResult, ServiceFault, StateFault
from drivers.dlms.errors import ActionError, DataAccessError, RefusedError
from drivers.dlms.security import Protection
from fixtures.meter.server.profile import ServerLimits

from .conftest import StationMaker
from .station import (
    BUFFER,
    CLOSE,
    CURRENT_ASSOCIATION,
    ECHO,
    ENERGY,
    ENERGY_VALUE,
    IDENTITIES,
    LIMIT,
    LIMIT_TIME,
    MANAGEMENT,
    MANAGER,
    MATERIAL,
    NAME,
    OPEN,
    PUBLIC,
    READER,
    ROLE,
    SHA,
    SIGNER,
    THRESHOLD,
    Station,
    server_profile,
)

DEVICE_NAME = Attribute(1, NAME, 2)


@pytest.mark.parametrize("sap", [PUBLIC, READER, SHA, MANAGER, ROLE, SIGNER])
async def test_each_client_reads_over_tcp(station: Station, sap: int) -> None:
    async with station.tcp(sap) as client:
        assert await client.get(DEVICE_NAME) == b"AMB0001"


@pytest.mark.parametrize("sap", [PUBLIC, READER, SHA, MANAGER, ROLE, SIGNER])
async def test_each_client_reads_over_hdlc(station: Station, sap: int) -> None:
    async with station.serial(sap) as client:
        assert await client.get(DEVICE_NAME) == b"AMB0001"


@pytest.mark.parametrize("kind", [kind for kind in Protection if kind is not Protection.GENERAL])
async def test_answers_come_in_the_protection_of_the_request(station: Station, kind: Protection) -> None:
    identity = replace(MANAGEMENT, kind=kind, security=replace(MATERIAL, dedicated_key=b"\x5a" * 16))
    async with station.tcp(MANAGER, identity) as client:
        assert await client.get(ENERGY_VALUE) == 12345678
        await client.set(LIMIT, U16(7))
    assert station.limiter.values[3] == 7


async def test_general_ciphering_is_answered_in_general_ciphering(station: Station) -> None:
    async with station.tcp(MANAGER, replace(MANAGEMENT, kind=Protection.GENERAL)) as client:
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_a_signed_request_is_answered_signed(station: Station) -> None:
    async with station.tcp(SIGNER, replace(IDENTITIES[SIGNER], signed=True)) as client:
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_a_list_has_a_result_for_each_attribute(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        results = await client.get_list([ENERGY_VALUE, Attribute(3, NAME, 2), Attribute(3, ENERGY, 9), LIMIT])
    assert results == (
        12345678,
        DataAccessResult.OBJECT_CLASS_INCONSISTENT,
        DataAccessResult.OBJECT_UNDEFINED,
        100,
    )


@pytest.mark.parametrize("size", [64, 200, 1024, 0xFFFF, 0])
async def test_a_long_answer_comes_in_blocks_that_fit_the_client(station: Station, size: int) -> None:
    async with station.tcp(MANAGER, replace(MANAGEMENT, max_pdu_size=size)) as client:
        with client.taps["ciphered"].capturing() as seen:
            rows = await client.get(BUFFER)
    assert [row[0] for row in rows] == list(range(400))  # type: ignore[union-attr, index]
    assert size == 0 or max(len(message.data) for message in seen) <= size


async def test_a_long_list_comes_in_blocks(station: Station) -> None:
    async with station.tcp(MANAGER, replace(MANAGEMENT, max_pdu_size=256)) as client:
        first, second = await client.get_list([BUFFER, ENERGY_VALUE])
    assert len(first) == 400  # type: ignore[arg-type]
    assert second == 12345678


async def test_selective_access_reaches_the_object(station: Station) -> None:
    async with station.tcp(READER) as client:
        assert len(await client.get(BUFFER, Selection(2, U16(3)))) == 3  # type: ignore[arg-type]


async def test_general_block_transfer_carries_a_long_answer(station: Station) -> None:
    identity = replace(
        MANAGEMENT,
        conformance=MANAGEMENT.conformance | Conformance.GENERAL_BLOCK_TRANSFER,
        max_pdu_size=300,
        block_window=3,
    )
    async with station.tcp(MANAGER, identity) as client:
        assert len(await client.get(BUFFER)) == 400  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [64, 200])
async def test_long_parameters_go_and_come_in_blocks(make_station: StationMaker, size: int) -> None:
    station = await make_station(profile=server_profile(ServerLimits(max_pdu=size)))
    async with station.tcp(MANAGER, replace(MANAGEMENT, max_pdu_size=size)) as client:
        with client.taps["ciphered"].capturing() as seen:
            assert await client.action(ECHO, OctetString(bytes(3000))) == bytes(3000)
    assert max(len(message.data) for message in seen) <= size


async def test_a_list_of_writes_is_done_whole(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        results = await client.set_list([LIMIT, LIMIT_TIME], [U16(11), U16(12)])
    assert results == (DataAccessResult.SUCCESS, DataAccessResult.SUCCESS)
    assert station.limiter.values == {3: 11, 6: 12}


async def test_a_list_with_one_wrong_write_changes_nothing(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        results = await client.set_list([LIMIT, LIMIT_TIME], [U16(11), U8(12)])
    assert results == (DataAccessResult.OTHER_REASON, DataAccessResult.TYPE_UNMATCHED)
    assert station.limiter.values == {3: 100, 6: 30}


@pytest.mark.parametrize(
    ("attribute", "value", "result"),
    [
        (LIMIT, U16(1001), DataAccessResult.OTHER_REASON),
        (LIMIT, U8(1), DataAccessResult.TYPE_UNMATCHED),
        (Attribute(71, THRESHOLD, 2), U16(1), DataAccessResult.OBJECT_UNDEFINED),
        (ENERGY_VALUE, U16(1), DataAccessResult.READ_WRITE_DENIED),
        (Attribute(3, THRESHOLD, 3), U16(1), DataAccessResult.OBJECT_CLASS_INCONSISTENT),
    ],
)
async def test_a_wrong_write_is_refused_with_its_code(
    station: Station, attribute: Attribute, value: Data, result: DataAccessResult
) -> None:
    async with station.tcp(MANAGER) as client:
        with pytest.raises(DataAccessError) as refusal:
            await client.set(attribute, value)
    assert refusal.value.result is result
    assert station.limiter.values == {3: 100, 6: 30}


@pytest.mark.parametrize(
    ("sap", "attribute", "result"),
    [
        (PUBLIC, ENERGY_VALUE, DataAccessResult.SCOPE_OF_ACCESS_VIOLATED),
        (PUBLIC, Attribute(15, CURRENT_ASSOCIATION, 7), DataAccessResult.READ_WRITE_DENIED),
        (READER, LIMIT, DataAccessResult.SCOPE_OF_ACCESS_VIOLATED),
        (ROLE, LIMIT, DataAccessResult.SCOPE_OF_ACCESS_VIOLATED),
        (MANAGER, Attribute(15, CURRENT_ASSOCIATION, 7), DataAccessResult.READ_WRITE_DENIED),
    ],
)
async def test_what_a_role_may_not_read_is_refused(
    station: Station, sap: int, attribute: Attribute, result: DataAccessResult
) -> None:
    async with station.tcp(sap) as client:
        with pytest.raises(DataAccessError) as refusal:
            await client.get(attribute)
    assert refusal.value.result is result


@pytest.mark.parametrize("sap", [PUBLIC, READER, SHA, ROLE])
@pytest.mark.parametrize("method", [OPEN, CLOSE])
async def test_only_the_right_role_switches_the_load(station: Station, sap: int, method: Method) -> None:
    identity = replace(IDENTITIES[sap], conformance=MANAGEMENT.conformance)
    async with station.tcp(sap, identity) as client:
        with pytest.raises(ActionError) as refusal:
            await client.action(method)
    assert refusal.value.result is ActionResult.SCOPE_OF_ACCESS_VIOLATED
    assert station.switch.calls == []


async def test_an_unconfirmed_request_is_carried_out_without_an_answer(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.action(OPEN, confirmed=False)
        await client.set(LIMIT, U16(9), confirmed=False)
        assert await client.get(LIMIT) == 9
    assert station.switch.calls == [1]


async def test_a_block_out_of_order_ends_the_transfer(station: Station) -> None:
    async with station.tcp(READER, replace(IDENTITIES[READER], max_pdu_size=128)) as client:
        first = await client.send_apdu(bytes.fromhex("c001c10007") + BUFFER.instance + b"\x02\x00")
        assert isinstance(decode_apdu(first.apdu), GetResponseWithDataBlock)
        second = decode_apdu((await client.send_apdu(GetRequestNext(0xC1, 5).encode())).apdu)
        third = decode_apdu((await client.send_apdu(GetRequestNext(0xC1, 1).encode())).apdu)
    assert second == GetResponseWithDataBlock(0xC1, True, 5, DataAccessResult.DATA_BLOCK_NUMBER_INVALID)
    assert third == GetResponseWithDataBlock(0xC1, True, 1, DataAccessResult.NO_LONG_GET_IN_PROGRESS)


async def test_a_write_in_blocks_that_breaks_off_changes_nothing(station: Station) -> None:
    value = encode_data(U16(77))
    async with station.tcp(MANAGER) as client:
        request = SetRequestWithFirstBlock(0xC1, LIMIT, None, Block(False, 1, value[:2]))
        await client.send_apdu(request.encode())
        assert await client.get(LIMIT) == 100
        again = SetRequestWithFirstBlock(0xC1, LIMIT, None, Block(True, 2, value[2:]))
        answer = decode_apdu((await client.send_apdu(again.encode())).apdu)
    assert answer == SetResponseLastDataBlock(0xC1, DataAccessResult.DATA_BLOCK_NUMBER_INVALID, 2)
    assert station.limiter.values[3] == 100


@pytest.mark.parametrize(
    ("apdu", "fault"),
    [
        ("aa0102", ServiceFault.SERVICE_NOT_SUPPORTED),
        ("c001", ServiceFault.OTHER_REASON),
        ("c0ffc1", ServiceFault.OTHER_REASON),
        ("c401c100", ServiceFault.OTHER_REASON),
        ("0f000000010000", ServiceFault.SERVICE_NOT_SUPPORTED),
        ("c101c1", ServiceFault.OTHER_REASON),
    ],
)
async def test_a_malformed_request_gets_an_exception_response(station: Station, apdu: str, fault: ServiceFault) -> None:
    async with station.tcp(READER) as client:
        answer = decode_apdu((await client.send_apdu(bytes.fromhex(apdu))).apdu)
        assert isinstance(answer, ExceptionResponse)
        assert answer.service_error is fault
        assert await client.get(DEVICE_NAME) == b"AMB0001"


async def test_nothing_is_served_without_an_association(station: Station) -> None:
    client = station.tcp(READER)
    await client.link.open()
    answer = await client.send_raw(bytes.fromhex("c001c10001") + NAME + b"\x02\x00")
    await client.abort()
    expected = ExceptionResponse(StateFault.SERVICE_NOT_ALLOWED, ServiceFault.OPERATION_NOT_POSSIBLE)
    assert decode_apdu(answer) == expected


async def test_a_service_that_was_not_agreed_is_not_served(station: Station) -> None:
    identity = replace(IDENTITIES[READER], conformance=Conformance.GET)
    async with station.tcp(READER, identity) as client:
        with pytest.raises(RefusedError):
            await client.action(OPEN)


async def test_an_answer_too_long_without_block_transfer_is_an_error(station: Station) -> None:
    identity = replace(IDENTITIES[READER], conformance=Conformance.GET, max_pdu_size=128)
    async with station.tcp(READER, identity) as client:
        with pytest.raises(DataAccessError) as refusal:
            await client.get(BUFFER)
    assert refusal.value.result is DataAccessResult.OTHER_REASON


async def test_two_connections_do_not_share_a_transfer(station: Station) -> None:
    small = replace(MANAGEMENT, max_pdu_size=200)
    first: DlmsClient = station.tcp(MANAGER, small)
    second = station.tcp(READER)
    async with first, second:
        await first.send_apdu(bytes.fromhex("c001c10007") + BUFFER.instance + b"\x02\x00")
        assert len(await second.get(BUFFER)) == 400  # type: ignore[arg-type]
        answer = decode_apdu((await first.send_apdu(GetRequestNext(0xC1, 1).encode())).apdu)
        assert isinstance(answer, GetResponseWithDataBlock)
        assert answer.block_number == 2
