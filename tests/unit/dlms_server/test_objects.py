"""The server's own COSEM objects in each version of their classes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.acse import context_name, mechanism_name
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.data import BitString, Enum, OctetString, Structure
from drivers.dlms.enums import ApplicationContext, DataAccessResult, Mechanism
from drivers.dlms.errors import ActionError, DataAccessError

from .conftest import StationMaker
from .station import (
    CLIENT_TITLE,
    CURRENT_ASSOCIATION,
    ENERGY,
    IDENTITIES,
    MANAGER,
    METER_TITLE,
    NAME,
    PUBLIC,
    READER,
    SAPS,
    SETUP,
    SWITCH,
    Station,
    server_profile,
)


def association(attribute: int) -> Attribute:
    return Attribute(15, CURRENT_ASSOCIATION, attribute)


@pytest.mark.parametrize(("version", "length"), [(1, 9), (2, 11), (3, 11)])
async def test_the_object_list_shows_what_the_client_may_do(
    make_station: StationMaker, version: int, length: int
) -> None:
    station = await make_station(profile=server_profile(association_version=version))
    async with station.tcp(MANAGER) as client:
        listed = {bytes(entry[2]): entry for entry in await client.get(association(2))}  # type: ignore[union-attr, index]
    own = listed[CURRENT_ASSOCIATION]
    assert own[:2] == (15, version)  # type: ignore[index]
    attributes, _methods = own[3]  # type: ignore[index]
    assert len(attributes) == length
    assert attributes[6][1] == 2  # the secret: write only
    assert [right[1] for right in listed[ENERGY][3][0]] == [1, 1, 1]  # type: ignore[index]
    assert [right[1] for right in listed[SWITCH][3][1]] == [1, 1, 1]  # type: ignore[index]


async def test_each_client_sees_its_own_view(station: Station) -> None:
    async with station.tcp(PUBLIC) as client:
        names = {bytes(entry[2]) for entry in await client.get(association(2))}  # type: ignore[union-attr, index]
        assert await client.get(association(3)) == Structure([PUBLIC, 1])
        assert await client.get(association(6)) == mechanism_name(Mechanism.LOWEST)
        assert await client.get(association(9)) == bytes(6)
    assert ENERGY not in names
    assert NAME in names


async def test_the_association_describes_itself(station: Station) -> None:
    async with station.tcp(MANAGER, replace(IDENTITIES[MANAGER], max_pdu_size=500)) as client:
        assert await client.get(association(4)) == context_name(ApplicationContext.LOGICAL_NAME_CIPHERED)
        info = await client.get(association(5))
        assert await client.get(association(8)) == 2
        assert await client.get(association(9)) == SETUP
        assert info[0] == BitString.of(int(client.negotiated.conformance), 24)  # type: ignore[index]
        assert info[1:4] == (0xFFFF, 500, 6)  # type: ignore[index]


async def test_the_sap_assignment_names_the_logical_devices(station: Station) -> None:
    async with station.tcp(PUBLIC) as client:
        assert await client.get(Attribute(17, SAPS, 2)) == (Structure([1, OctetString(b"AMB0001")]),)


async def test_the_security_setup_names_both_ends(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        values = [await client.get(Attribute(64, SETUP, number)) for number in (1, 2, 3, 4, 5, 6)]
    assert values == [SETUP, 0x6C, 0, CLIENT_TITLE, METER_TITLE, ()]


async def test_security_setup_version_0_has_four_policies(make_station: StationMaker) -> None:
    station = await make_station(profile=server_profile(security_version=0))
    station.nv["dlms.0.policy"] = 1
    async with station.tcp(MANAGER) as client:
        assert await client.get(Attribute(64, SETUP, 2)) == 1
        for wrong in (0, 2, 4):
            with pytest.raises(ActionError):
                await client.action(Method(64, SETUP, 1), Enum(wrong))
        await client.action(Method(64, SETUP, 1), Enum(3))
        assert await client.get(Attribute(64, SETUP, 2)) == 3
        with pytest.raises(DataAccessError) as refusal:
            await client.get(Attribute(64, SETUP, 6))
        assert refusal.value.result is DataAccessResult.OBJECT_UNDEFINED
        with pytest.raises(ActionError):
            await client.action(Method(64, SETUP, 3), Enum(0))


async def test_a_password_client_reads_its_association_but_not_the_secret(station: Station) -> None:
    async with station.tcp(READER) as client:
        assert await client.get(association(8)) == 2
        with pytest.raises(DataAccessError):
            await client.get(association(7))
