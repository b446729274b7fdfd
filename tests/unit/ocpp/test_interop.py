"""The emulated station at a CSMS, and the bench's CSMS with a charge point, that nobody here wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from ocpp import v16, v21, v201

from drivers.charging import ChargingProfile, Period, Purpose, Schedule
from drivers.cim.credentials import Credential
from drivers.clock import FreeClock
from drivers.ocpp.charger import OcppCharger
from drivers.ocpp.csms import Admission, CsmsServer
from drivers.ocpp.profiles import profile_to_wire
from drivers.ocpp.tls import server_context
from drivers.ocpp.versions import Version
from fixtures.clock import PlantClock
from fixtures.ocpp.seat import ChargerSeat
from fixtures.world import World
from tests.unit.ocpp import peers

IDENTITY = "CP-0001"
SET = {"ocpp1.6": v16.call, "ocpp2.0.1": v201.call, "ocpp2.1": v21.call}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(PlantClock(mode="free"), tmp_path, seed=1)
    made.add("charger", "ocpp_charger", {"identity": IDENTITY, "security_profile": 1})
    made.add("secured", "ocpp_charger", {"identity": "CP-0002", "security_profile": 2})
    await made.start()
    yield made
    await made.stop()


def seat(world: World, name: str) -> ChargerSeat:
    found = world.seat(name)
    assert isinstance(found, ChargerSeat)
    return found


async def test_the_station_charges_at_a_central_system_of_1_6(world: World) -> None:
    password = world.secrets.published("charger/ocpp/password").decode()
    async with peers.csms("ocpp1.6", IDENTITY, password) as (url, told, there):
        seat(world, "charger").set_server("csms", url)
        assert (await told.until("BootNotification"))["charge_point_vendor"] == "AMIBENCH"
        await told.until("StatusNotification", connector_id=1, status="Available")
        central = await there
        world.plant.vehicle("charger").plug(True)
        started = await central.call(v16.call.RemoteStartTransaction(id_tag="04A1", connector_id=1))
        assert started.status == "Accepted"
        assert (await told.until("StartTransaction"))["id_tag"] == "04A1"
        limit = ChargingProfile(1, Purpose.TX_DEFAULT, Schedule((Period(0, 16.0),), start=0.0))
        profile = profile_to_wire(limit, Version.V16)
        taken = await central.call(v16.call.SetChargingProfile(connector_id=1, cs_charging_profiles=profile))
        assert taken.status == "Accepted"
        schedule = await central.call(v16.call.GetCompositeSchedule(connector_id=1, duration=600))
        assert schedule.charging_schedule["charging_schedule_period"][0]["limit"] == 16.0
        asked = await central.call(v16.call.TriggerMessage(requested_message="MeterValues", connector_id=1))
        assert asked.status == "Accepted"
        await told.until("MeterValues")
        stopped = await central.call(v16.call.RemoteStopTransaction(transaction_id=7))
        assert stopped.status == "Accepted"
        assert (await told.until("StopTransaction"))["reason"] == "Remote"


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_the_station_charges_at_a_csms_of_2(world: World, version: str) -> None:
    calls: Any = SET[version]
    password = world.secrets.published("charger/ocpp/password").decode()
    async with peers.csms(version, IDENTITY, password) as (url, told, there):
        seat(world, "charger").set_server("csms", url)
        assert (await told.until("BootNotification"))["charging_station"]["model"] == "ECS-7"
        await told.until("StatusNotification", connector_status="Available")
        central = await there
        world.plant.vehicle("charger").plug(True)
        token = {"id_token": "04A1", "type": "ISO14443"}
        started = await central.call(calls.RequestStartTransaction(id_token=token, remote_start_id=3, evse_id=1))
        assert started.status == "Accepted"
        event = await told.until("TransactionEvent", event_type="Started")
        assert event["trigger_reason"] == "RemoteStart"
        number = event["transaction_info"]["transaction_id"]
        limit = ChargingProfile(1, Purpose.TX, Schedule((Period(0, 16.0),), start=0.0), transaction=number)
        profile = profile_to_wire(limit, Version(version))
        taken = await central.call(calls.SetChargingProfile(evse_id=1, charging_profile=profile))
        assert taken.status == "Accepted"
        schedule = await central.call(calls.GetCompositeSchedule(duration=600, evse_id=1))
        assert schedule.schedule["charging_schedule_period"][0]["limit"] == 16.0
        report = await central.call(calls.GetBaseReport(request_id=1, report_base="FullInventory"))
        assert report.status == "Accepted"
        await told.until("NotifyReport", tbc=False)
        stopped = await central.call(calls.RequestStopTransaction(transaction_id=number))
        assert stopped.status == "Accepted"
        ended = await told.until("TransactionEvent", event_type="Ended")
        assert ended["transaction_info"]["stopped_reason"] == "Remote"


async def test_a_driver_goes_before_a_limit_as_far_as_his_csms_lets_him(world: World) -> None:
    password = world.secrets.published("charger/ocpp/password").decode()
    async with peers.csms("ocpp2.1", IDENTITY, password) as (url, told, there):
        seat(world, "charger").set_server("csms", url)
        await told.until("StatusNotification", connector_status="Available")
        central = await there
        world.plant.vehicle("charger").plug(True)
        token = {"id_token": "04A1", "type": "ISO14443"}
        await central.call(v21.call.RequestStartTransaction(id_token=token, remote_start_id=3, evse_id=1))
        number = (await told.until("TransactionEvent", event_type="Started"))["transaction_info"]["transaction_id"]
        wanted = v21.call.UsePriorityCharging(transaction_id=number, activate=True)
        assert (await central.call(wanted)).status == "NoProfile"
        for profile in (
            ChargingProfile(1, Purpose.TX_DEFAULT, Schedule((Period(0, 10.0),), start=0.0), 1),
            ChargingProfile(2, Purpose.PRIORITY, Schedule((Period(0, 16.0),), start=0.0), 1),
        ):
            wire = profile_to_wire(profile, Version.V21)
            assert (
                await central.call(v21.call.SetChargingProfile(evse_id=1, charging_profile=wire))
            ).status == "Accepted"
        for on, limit in ((True, 16.0), (False, 10.0)):
            seat(world, "charger").change_appliance("override", on)
            assert (await told.until("NotifyPriorityCharging", activated=on))["transaction_id"] == number
            schedule = await central.call(v21.call.GetCompositeSchedule(duration=600, evse_id=1))
            assert schedule.schedule["charging_schedule_period"][0]["limit"] == limit
        assert (await central.call(wanted)).status == "Accepted"


async def test_the_station_comes_within_tls(world: World) -> None:
    secrets = world.secrets
    context = server_context(Credential.from_pem(secrets.published("secured/ocpp/csms").decode()), ask=False)
    password = secrets.published("secured/ocpp/password").decode()
    async with peers.csms("ocpp2.0.1", "CP-0002", password, context) as (url, told, _there):
        seat(world, "secured").set_server("csms", url)
        await told.until("BootNotification")


@pytest.mark.parametrize("version", list(Version))
async def test_the_benchs_csms_with_a_charge_point(version: Version) -> None:
    clock = FreeClock()
    server = CsmsServer(clock, versions=(version,), admission=Admission({IDENTITY: b"0123456789abcdef"}))
    server.open()
    calls: Any = SET[version.value]
    try:
        async with peers.station(version.value, server.url, IDENTITY, "0123456789abcdef") as station:
            booted = await station.call(boot(version, calls))
            assert booted.status == "Accepted"
            there = await server.connected(IDENTITY)
            assert there is not None
            charger = OcppCharger(there, token="04A1")
            assert (await charger.identity()).vendor == "Somebody"
            await charger.start()
            await charger.set_limit(10.0)
    finally:
        await server.close()


def boot(version: Version, calls: Any) -> Any:
    if version.is_old:
        return calls.BootNotification(charge_point_model="M1", charge_point_vendor="Somebody")
    made = {"model": "M1", "vendor_name": "Somebody"}
    return calls.BootNotification(charging_station=made, reason="PowerUp")
