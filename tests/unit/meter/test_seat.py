"""The seat over its ports: every role reads what it may, the role `Meter` works, faults show on the wire."""

from __future__ import annotations

import itertools

import pytest

from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I8
from drivers.dlms.enums import ActionResult, DataAccessResult
from drivers.dlms.errors import ActionError, AssociationRefusedError, DataAccessError, DlmsError
from drivers.metering import SwitchState
from drivers.transport.base import TransportError
from fixtures.meter.objects.rights import Role, rights_of
from fixtures.meter.profile_reference import HDLC, OPTICAL, TCP
from fixtures.meter.seat import make_seat
from fixtures.plant.electricity import Load
from fixtures.world import World

from .wire import PORTS, MeterOnWire, attribute, method

ENERGY = attribute(3, "1.0.1.8.0.255", 2)
LOAD_PROFILE = attribute(7, "1.0.99.1.0.255", 2)
LIMIT = attribute(71, "0.0.17.0.0.255", 4)
DISCONNECT = method(70, "0.0.96.3.10.255", 1)


@pytest.mark.parametrize("port", PORTS)
async def test_the_management_client_is_served_on_every_port(world: World, port: str) -> None:
    meter = await MeterOnWire.start(world)
    async with meter.role(port=port) as role:
        identity = await role.identity()
    assert identity.serial_number == meter.seat.unit.serial
    assert identity.firmware == "AMB-1 1.4.2"
    assert identity.device_name == meter.seat.unit.logical_device_name.decode()


@pytest.mark.parametrize(
    ("suite", "mechanism"), [(0, 5), (0, 6), (1, 5), (1, 7), (2, 5), (2, 7)], ids=lambda value: str(value)
)
async def test_suites_and_mechanisms(world: World, suite: int, mechanism: int) -> None:
    meter = await MeterOnWire.start(world, suite=suite, mechanism=mechanism)
    async with meter.role() as role:
        reading = await role.register("energy_import")
    assert reading.raw == meter.meter.metrology.counts().imported


async def test_two_meters_of_one_world_share_no_key(world: World) -> None:
    meter = await MeterOnWire.start(world)
    world.add("other", "dlms_meter", {}, factory=make_seat)
    own = {name: value for name, value in world.secrets._book.items() if name.startswith("meter/")}
    others = {value for name, value in world.secrets._book.items() if name.startswith("other/")}
    assert own
    assert not others & set(own.values())
    assert meter.seat.unit.system_title != world.seats["other"].unit.system_title  # type: ignore[attr-defined]


class TestReading:
    async def test_registers_show_the_plant(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        meter.point.set_load(Load(2300.0, 500.0))
        async with meter.role(Role.READER) as role:
            now = await role.instantaneous()
        assert now["voltage_l1"].value == pytest.approx(230, rel=0.003)
        assert now["current_l1"].value == pytest.approx(10.23, rel=0.005)
        assert now["power_import"].value == pytest.approx(2300, rel=0.01)
        assert now["frequency"].value == 50.0
        assert "voltage_l2" not in now

    async def test_the_load_profile_by_range_and_whole(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        start = world.clock.now()
        await meter.wait(7200)
        async with meter.role(Role.READER) as role:
            rows = await role.load_profile(start - 3600, start + 3600)
            whole = await role.profile(role.names.load_profile)
        assert [row.at for row in rows] == [start + 900 * number for number in range(-4, 5)]
        assert len(whole) == 288 + 8
        assert whole[-1].readings["energy_import"].unit == "Wh"
        assert {later.at - earlier.at for earlier, later in itertools.pairwise(whole)} == {900}  # type: ignore[operator]

    async def test_daily_billing_and_logs(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.role(Role.READER) as role:
            daily = await role.profile(role.names.daily_profile)
            billing = await role.billing()
            events = {log: await role.events(log) for log in ("standard", "fraud", "switch", "communication")}
        assert (len(daily), len(billing)) == (3, 3)
        assert [event.code for event in events["switch"]] == [62, 63]
        assert events["communication"][-1].code == 200  # this client's own log-on
        others = events["switch"][0].others
        assert others["0.0.128.10.2.255"] == 1

    async def test_no_cached_value(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        meter.point.set_load(Load(3600.0))
        async with meter.role(Role.READER) as role:
            first = await role.register("energy_import")
            await meter.wait(40)
            second = await role.register("energy_import")
        assert second.raw - first.raw == pytest.approx(40, abs=2)


class TestSwitching:
    async def test_the_answer_comes_when_the_contact_has_moved(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.role() as role:
            await role.disconnect()
            assert not meter.point.contact_closed
            status = await role.switch()
            assert (status.output_on, status.state) == (False, SwitchState.DISCONNECTED)
            await meter.wait(60)
        async with meter.role() as role:
            before = world.clock.now()
            await role.reconnect()
            assert meter.point.contact_closed
            assert world.clock.now() - before >= meter.seat.settings.close_travel_s

    async def test_f_p22_answers_before(self, world: World) -> None:
        meter = await MeterOnWire.start(world, "F-P22")
        async with meter.role() as role:
            await role.disconnect()
            await meter.wait(61)
        async with meter.role() as role:
            await role.reconnect()
            status = await role.switch()
            assert (status.output_on, status.state) == (True, SwitchState.CONNECTED)
            assert not meter.point.contact_closed

    async def test_refusals_say_which(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        answer = attribute(1, "0.0.128.3.10.255", 2)
        async with meter.client(Role.MANAGEMENT) as client:
            await client.action(DISCONNECT, I8(0))
            with pytest.raises(ActionError) as refusal:
                await client.action(method(70, "0.0.96.3.10.255", 2), I8(0))
            assert refusal.value.result is ActionResult.TEMPORARY_FAILURE
            assert await client.get(answer) == 3

    async def test_a_reader_may_not(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.client(Role.READER) as client:
            with pytest.raises(ActionError):
                await client.action(DISCONNECT, I8(0))
        await meter.wait(5)
        assert meter.point.contact_closed


class TestRoles:
    @pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.READER, Role.FIRMWARE, Role.PUBLIC])
    async def test_each_role_reads_all_that_it_may(self, world: World, role: Role) -> None:
        meter = await MeterOnWire.start(world)
        rights = rights_of(role)
        assert meter.seat.server is not None
        objects = meter.seat.server.devices[1].objects
        async with meter.client(role) as client:
            for name in rights:
                found = objects.get(name)
                if found is None:
                    continue
                for number in range(1, found.attributes + 1):
                    wanted = bool(rights.attribute(name, number) & 1)
                    target = Attribute(found.class_id, name, number)  # type: ignore[arg-type]
                    assert await self._readable(client, target) is wanted, f"{name.hex('.')} {number}"

    @staticmethod
    async def _readable(client: DlmsClient, target: Attribute) -> bool:
        (result,) = await client.get_list([target])
        refusals = (DataAccessResult.READ_WRITE_DENIED, DataAccessResult.SCOPE_OF_ACCESS_VIOLATED)
        assert not isinstance(result, DataAccessResult) or result in refusals
        return not isinstance(result, DataAccessResult)

    async def test_the_public_client_sees_no_metering_data(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.client(Role.PUBLIC) as client:
            for target in (ENERGY, LOAD_PROFILE, LIMIT):
                with pytest.raises(DataAccessError):
                    await client.get(target)

    async def test_f_c3_shows_it_the_load_profile_and_nothing_else(self, world: World) -> None:
        meter = await MeterOnWire.start(world, "F-C3")
        async with meter.client(Role.PUBLIC) as client:
            assert len(await client.get(LOAD_PROFILE)) == 288  # type: ignore[arg-type]
            with pytest.raises(DataAccessError):
                await client.get(ENERGY)

    async def test_the_local_reader_has_a_few_registers_on_the_optical_port_only(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.client(Role.LOCAL, OPTICAL) as client:
            assert await client.get(ENERGY) == meter.meter.metrology.counts().imported
            with pytest.raises(DataAccessError):
                await client.get(LOAD_PROFILE)
        with pytest.raises(AssociationRefusedError):
            async with meter.client(Role.LOCAL, TCP):
                pass

    @pytest.mark.parametrize(("faults", "opens"), [((), False), (("F-C5",), True)])
    async def test_the_factory_password(self, world: World, faults: tuple[str, ...], opens: bool) -> None:
        meter = await MeterOnWire.start(world, *faults)
        try:
            async with meter.client(Role.LOCAL, OPTICAL, secret=b"00000000"):
                opened = True
        except AssociationRefusedError:
            opened = False
        assert opened is opens
        await meter.wait(60)
        async with meter.client(Role.LOCAL, OPTICAL) as client:
            await client.get(ENERGY)


class TestFaults:
    async def test_f_i4_scales_active_import_ten_times_and_nothing_else(self, world: World) -> None:
        meter = await MeterOnWire.start(world, "F-I4")
        meter.point.set_load(Load(-1000.0, 500.0))
        async with meter.role(Role.READER) as role:
            names = ("energy_import", "energy_import_rate_1", "power_import")
            assert [(await role.register(name)).scaler for name in names] == [1, 1, 1]
            others = ("energy_export", "power_export", "reactive_import")
            assert [(await role.register(name)).scaler for name in others] == [0, 0, 0]

    @pytest.mark.parametrize(("faults", "allowed"), [((), False), (("F-A26",), True)])
    async def test_who_may_switch_the_push_off(self, world: World, faults: tuple[str, ...], allowed: bool) -> None:
        meter = await MeterOnWire.start(world, *faults)
        objects = attribute(40, "0.1.25.9.0.255", 2)
        async with meter.client(Role.READER) as client:
            value = await client.get(objects)
            try:
                await client.set(objects, type(value)())  # type: ignore[call-arg]
                done = True
            except DataAccessError:
                done = False
        assert done is allowed
        assert (meter.meter.push.setup.objects == ()) is allowed


class TestPower:
    async def test_without_supply_there_is_silence_and_after_the_boot_an_answer(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        meter.seat.power(False)
        with pytest.raises(TransportError):
            async with meter.role(port=HDLC):
                pass
        meter.seat.power(True)
        await meter.wait(meter.seat.settings.boot_s)
        async with meter.role(port=HDLC) as role:
            assert [event.code for event in (await role.events("standard"))[-3:]] == [1, 241, 2]

    async def test_associations_do_not_survive(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        async with meter.client(Role.READER) as client:
            meter.point.connect_mains(False)
            meter.point.connect_mains(True)
            await meter.wait(20)
            with pytest.raises(TransportError):
                await client.get(ENERGY)

    async def test_a_crash_is_a_reboot_that_the_log_tells(self, world: World) -> None:
        meter = await MeterOnWire.start(world, "F-A4")
        async with meter.client(Role.READER) as client:
            with pytest.raises((TransportError, DlmsError)):
                await client.send_raw(b"\xaa\x01")
        assert not meter.meter.running
        await meter.wait(meter.seat.settings.boot_s + 1)
        async with meter.role(Role.READER) as role:
            assert (await role.events("standard"))[-1].code == 15


class TestFresh:
    async def test_it_takes_everything_back(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        before = (meter.meter.metrology.counts(), meter.meter.load_profile.store.rows())
        meter.point.set_load(Load(5000.0))
        async with meter.role() as role:
            await role.disconnect()
        await meter.wait(4000)
        await world.fresh()
        assert (meter.meter.metrology.counts(), meter.meter.load_profile.store.rows()) == before
        assert meter.point.contact_closed
        meter.counters = {role: type(counter)() for role, counter in meter.counters.items()}
        async with meter.role() as role:
            assert (await role.switch()).output_on

    async def test_it_starts_with_the_faults_that_it_is_given(self, world: World) -> None:
        meter = await MeterOnWire.start(world)
        await world.fresh({"meter": ["F-I15"]})
        assert not meter.meter.switch.output_closed
        await world.fresh()
        assert meter.meter.switch.output_closed


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bot_s": 3.0}, "bot_s"),
        ({"boot_s": "ten"}, "boot_s"),
        ({"ports": ["rs485"]}, "ports"),
    ],
)
async def test_wrong_settings_are_named(world: World, settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        world.add("meter", "dlms_meter", settings, factory=make_seat)
