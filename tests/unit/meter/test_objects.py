"""The COSEM objects: what they show, what they accept, what they refuse, and what that leaves in the logs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from drivers.dlms.apdu import Selection
from drivers.dlms.data import (
    I8,
    I16,
    U8,
    U16,
    U32,
    Array,
    Data,
    Enum,
    OctetString,
    Structure,
    encode_data,
)
from drivers.dlms.datetimes import Date, DateTime, Time
from drivers.dlms.enums import ActionResult, DataAccessResult
from drivers.dlms.errors import ActionError, DataAccessError
from drivers.dlms.obis import Obis
from fixtures.meter.cosem import ClientContext, CosemObject
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.objects import names
from fixtures.meter.objects.profile import CLOCK_COLUMN
from fixtures.meter.objects.table import FACTORIES, SINGLE_PHASE, MeterObjects

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]
MANAGER = ClientContext(client_sap=1, authenticated=True)


class Objects:
    """The objects of a meter, with the calls that a server makes."""

    def __init__(self, bench: MeterOnBench) -> None:
        self.bench = bench
        self.table = MeterObjects(bench.meter)

    def of(self, name: Obis) -> CosemObject:
        return self.table[name]

    def get(self, name: Obis, attribute: int, selection: Selection | None = None) -> Data:
        return self.of(name).get(attribute, selection, MANAGER)

    def set(self, name: Obis, attribute: int, value: Data) -> None:
        self.of(name).set(attribute, value, MANAGER)

    def call(self, name: Obis, method: int, data: Data | None = None) -> None:
        self.of(name).invoke(method, data, MANAGER)

    def refusal(self, name: Obis, attribute: int, value: Data) -> DataAccessResult:
        """The code with which a write is refused; nothing may have changed."""
        before = self.dump()
        with pytest.raises(DataAccessError) as refused:
            self.set(name, attribute, value)
        assert self.dump() == before
        return refused.value.result

    def dump(self) -> dict[tuple[bytes, int], bytes]:
        """Every attribute that can be read, encoded."""
        values = {}
        for name in self.table:
            for attribute in range(1, self.table[name].attributes + 1):
                values[name, attribute] = encode_data(self.table[name].get(attribute, None, MANAGER))
        return values


@pytest.fixture
def objects(bench: Bench) -> Objects:
    return Objects(bench())


def test_every_attribute_of_every_object_can_be_shown(objects: Objects) -> None:
    dump = objects.dump()
    assert len({name for name, _ in dump}) == len(SINGLE_PHASE)
    assert all(dump[name, 1] == encode_data(OctetString(name)) for name, attribute in dump if attribute == 1)


def test_an_attribute_or_method_that_a_class_does_not_have(objects: Objects) -> None:
    for name in objects.table:
        found = objects.of(Obis(name))
        with pytest.raises(DataAccessError) as refused:
            found.get(found.attributes + 1, None, MANAGER)
        assert refused.value.result is DataAccessResult.OBJECT_UNDEFINED
        with pytest.raises(ActionError) as undefined:
            found.invoke(found.methods + 1, None, MANAGER)
        assert undefined.value.result is ActionResult.OBJECT_UNDEFINED


def test_a_single_phase_meter_has_no_other_phases(objects: Objects) -> None:
    assert names.instantaneous(52) not in objects.table
    assert names.instantaneous(52) in FACTORIES
    assert len(objects.table) == len(SINGLE_PHASE) == len(list(objects.table))


WRITABLE: list[tuple[Obis, int, Data]] = [
    (names.DISCONNECT_CONTROL, 4, Enum(6)),
    (names.LOAD_PROFILE, 4, U32(1800)),
    (names.LIMITER, 4, U32(5000)),
    (names.LIMITER, 5, U32(4000)),
    (names.LIMITER, 6, U32(3)),
    (names.LIMITER, 7, U32(4)),
    (names.LIMITER, 9, Array([U16(4), U16(5)])),
    (names.ALARM_FILTER, 2, U32(7)),
    (names.MESSAGE_TEXT, 2, OctetString(b"hello")),
    (names.IMAGE_TRANSFER, 5, False),
    (names.PUSH_SETUP, 3, Structure([Enum(0), OctetString(b"127.0.0.1:1"), Enum(0)])),
    (names.PUSH_SETUP, 5, U16(30)),
    (names.PUSH_SETUP, 6, U8(5)),
    (names.PUSH_SETUP, 7, U16(10)),
    (names.CLOCK, 3, I16(-120)),
    (names.CLOCK, 7, I8(30)),
    (names.CLOCK, 8, False),
    (names.SPECIAL_DAYS, 2, Array([Structure([U16(3), OctetString(Date(2027, 5, 1).to_bytes()), U8(2)])])),
    (names.ACTIVITY_CALENDAR, 6, OctetString(b"NEXT")),
    (names.ACTIVITY_CALENDAR, 10, OctetString(DateTime(2027, 1, 1, 0xFF, 0, 0, 0, 0).to_bytes())),
    (names.SWITCH_SCHEDULE, 2, Structure([OctetString(names.SWITCH_SCRIPTS), U16(2)])),
    (names.SWITCH_SCHEDULE, 3, Enum(2)),
    (
        names.SWITCH_SCHEDULE,
        4,
        Array([Structure([OctetString(Time(9, 0, 0, 0).to_bytes()), OctetString(Date(2026, 12, 1).to_bytes())])]),
    ),
]


@pytest.mark.parametrize(("name", "attribute", "value"), WRITABLE, ids=lambda part: str(part)[:24])
def test_what_is_written_is_read_back(objects: Objects, name: Obis, attribute: int, value: Data) -> None:
    objects.set(name, attribute, value)
    assert encode_data(objects.get(name, attribute)) == encode_data(value)


WRONG: tuple[Data, ...] = (U8(1), OctetString(b"x"), Structure([U8(1)]), Array([U8(1)]))


@pytest.mark.parametrize(
    ("name", "attribute", "wrong"),
    [
        (name, attribute, wrong)
        for name, attribute, value in WRITABLE
        for wrong in WRONG
        if type(wrong) is not type(value)
    ],
    ids=lambda part: str(part)[:24],
)
def test_another_type_is_refused_and_changes_nothing(objects: Objects, name: Obis, attribute: int, wrong: Data) -> None:
    refusal = objects.refusal(name, attribute, wrong)
    assert refusal is DataAccessResult.TYPE_UNMATCHED


@pytest.mark.parametrize(
    ("name", "attribute", "value"),
    [
        (names.DISCONNECT_CONTROL, 4, Enum(8)),
        (names.LOAD_PROFILE, 4, U32(0)),
        (names.LOAD_PROFILE, 4, U32(901)),
        (names.CLOCK, 2, OctetString(DateTime(2026, 2, 30, 0xFF, 12, 0, 0, 0).to_bytes())),
        (names.CLOCK, 2, OctetString(DateTime(2026, 11, 22, 0xFF, 12, 60, 0, 0).to_bytes())),
        (names.CLOCK, 2, OctetString(DateTime(2030, 11, 22, 0xFF, 12, 0, 0, 0).to_bytes())),
        (names.CLOCK, 2, OctetString(DateTime().to_bytes())),
        (names.CLOCK, 3, I16(3000)),
        (names.CLOCK, 5, OctetString(DateTime(month=13, day=1, hour=2).to_bytes())),
        (names.MESSAGE_TEXT, 2, OctetString(bytes(129))),
        (names.PUSH_SETUP, 6, U8(200)),
        (names.PUSH_SETUP, 2, Array([Structure([U16(1), OctetString(bytes(5)), I8(2), U16(0)])])),
        (names.ALARM_REGISTER, 2, U32(1)),
        (names.SWITCH_SCHEDULE, 2, Structure([OctetString(names.SWITCH_SCRIPTS), U16(3)])),
        (names.SWITCH_SCHEDULE, 2, Structure([OctetString(names.IMAGE_SCRIPTS), U16(1)])),
        (
            names.SWITCH_SCHEDULE,
            4,
            Array([Structure([OctetString(Time(9, 0, 0, 0).to_bytes()), OctetString(Date(2020, 12, 1).to_bytes())])]),
        ),
        (
            names.SPECIAL_DAYS,
            2,
            Array([Structure([U16(3), OctetString(Date(2027, 5, 1).to_bytes()), U8(2)])] * 2),
        ),
        (
            names.ACTIVITY_CALENDAR,
            7,
            Array([Structure([OctetString(b"s"), OctetString(bytes(12)), OctetString(b"w")])]),
        ),
        (
            names.ACTIVITY_CALENDAR,
            9,
            Array(
                [
                    Structure(
                        [
                            U8(1),
                            Array(
                                [
                                    Structure(
                                        [
                                            OctetString(Time(7, 0, 0, 0).to_bytes()),
                                            OctetString(names.TARIFF_SCRIPTS),
                                            U16(9),
                                        ]
                                    )
                                ]
                            ),
                        ]
                    )
                ]
            ),
        ),
    ],
    ids=lambda part: str(part)[:30],
)
def test_values_out_of_range_are_refused_and_change_nothing(
    objects: Objects, name: Obis, attribute: int, value: Data
) -> None:
    assert objects.refusal(name, attribute, value) is DataAccessResult.OTHER_REASON


def test_what_cannot_be_written(objects: Objects) -> None:
    for name, attribute in ((names.energy(1, 0), 2), (names.DEVICE_NAME, 2), (names.SERIAL, 2), (names.CLOCK, 4)):
        assert objects.refusal(name, attribute, objects.get(name, attribute)) is DataAccessResult.READ_WRITE_DENIED


def test_changes_of_configuration_leave_one_entry_with_the_client(objects: Objects) -> None:
    objects.set(names.DISCONNECT_CONTROL, 4, Enum(1))
    (entry,) = objects.bench.meter.logs[Log.STANDARD].written()
    assert (entry.code, entry.originator) == (EventCode.CONFIGURATION_CHANGED, 1)


class TestProfile:
    def _range(self, start: float, end: float, *columns: Structure) -> Selection:
        edges = [OctetString(DateTime.at(moment, deviation=0).to_bytes()) for moment in (start, end)]
        return Selection(1, Structure([CLOCK_COLUMN.show(), *edges, Array(columns)]))

    def test_by_range_both_ends_count(self, objects: Objects) -> None:
        now = START.timestamp()
        rows = objects.get(names.LOAD_PROFILE, 2, self._range(now - 1800, now))
        assert len(rows) == 3  # type: ignore[arg-type]

    def test_by_range_with_some_columns(self, objects: Objects) -> None:
        now = START.timestamp()
        columns = objects.get(names.LOAD_PROFILE, 3)
        assert isinstance(columns, Array)
        clock, _status, imported, _exported = columns
        rows = objects.get(names.LOAD_PROFILE, 2, self._range(now, now, clock, imported))  # type: ignore[arg-type]
        assert isinstance(rows, Array)
        (row,) = rows
        assert isinstance(row, Structure)
        assert [type(value) for value in row] == [OctetString, U32]

    def test_by_entry(self, objects: Objects) -> None:
        whole = objects.get(names.LOAD_PROFILE, 2)
        assert isinstance(whole, Array)
        by_entry = Selection(2, Structure([U32(2), U32(3), U16(1), U16(0)]))
        assert objects.get(names.LOAD_PROFILE, 2, by_entry) == whole[1:3]
        last = Selection(2, Structure([U32(288), U32(0), U16(3), U16(4)]))
        (row,) = objects.get(names.LOAD_PROFILE, 2, last)  # type: ignore[misc]
        assert row == whole[-1][2:]  # type: ignore[index]

    @pytest.mark.parametrize(
        "selection",
        [
            Selection(3, Structure()),
            Selection(1, Structure([U8(1)])),
            Selection(2, Structure([U32(0), U32(0), U16(1), U16(0)])),
            Selection(2, Structure([U32(1), U32(0), U16(9), U16(0)])),
            Selection(2, Structure([U8(1), U8(0), U8(1), U8(0)])),
        ],
        ids=lambda selection: str(selection.parameters)[:30],
    )
    def test_selections_that_make_no_sense_are_refused(self, objects: Objects, selection: Selection) -> None:
        with pytest.raises(DataAccessError):
            objects.get(names.LOAD_PROFILE, 2, selection)

    def test_other_attributes_have_no_selection(self, objects: Objects) -> None:
        with pytest.raises(DataAccessError):
            objects.get(names.CLOCK, 2, Selection(1, Structure()))

    def test_entries_in_use_and_columns_agree_with_the_buffer(self, objects: Objects) -> None:
        for name in (names.LOAD_PROFILE, names.DAILY_PROFILE, names.BILLING_PROFILE, *map(names.log_name, Log)):
            buffer, columns = objects.get(name, 2), objects.get(name, 3)
            assert isinstance(buffer, Array)
            assert isinstance(columns, Array)
            assert objects.get(name, 7) == len(buffer) > 0
            assert all(isinstance(row, Structure) and len(row) == len(columns) for row in buffer)

    def test_clearing_a_log_by_its_object(self, objects: Objects) -> None:
        objects.call(names.log_name(Log.SWITCH), 1, I8(0))
        buffer = objects.get(names.log_name(Log.SWITCH), 2)
        assert isinstance(buffer, Array)
        (row,) = buffer
        assert isinstance(row, Structure)
        assert row[1:4] == (EventCode.LOG_CLEARED, 1, 0)


class TestActions:
    async def test_the_script_table_switches(self, objects: Objects) -> None:
        objects.call(names.SWITCH_SCRIPTS, 1, U16(1))
        await objects.bench.wait(2)
        assert objects.get(names.DISCONNECT_CONTROL, 2) is False
        with pytest.raises(ActionError) as refused:
            objects.call(names.SWITCH_SCRIPTS, 1, U16(2))
        assert refused.value.result is ActionResult.TEMPORARY_FAILURE

    @pytest.mark.parametrize("data", [None, U8(1), U16(3), U16(0)])
    def test_scripts_that_are_not_there(self, objects: Objects, data: Data | None) -> None:
        with pytest.raises(ActionError):
            objects.call(names.SWITCH_SCRIPTS, 1, data)
        assert not objects.bench.meter.switch.is_moving

    async def test_a_live_load_side_is_refused_with_its_reason(self, objects: Objects) -> None:
        objects.call(names.DISCONNECT_CONTROL, 1, I8(0))
        await objects.bench.wait(70)
        objects.bench.back_feed(230.0)
        with pytest.raises(ActionError) as refused:
            objects.call(names.DISCONNECT_CONTROL, 2, I8(0))
        assert refused.value.result is ActionResult.OTHER_REASON
        assert objects.get(names.SWITCH_ANSWER, 2) == 4

    @pytest.mark.parametrize("seconds", [-901, 901])
    def test_the_clock_is_shifted_by_at_most_a_quarter(self, objects: Objects, seconds: int) -> None:
        with pytest.raises(ActionError):
            objects.call(names.CLOCK, 6, I16(seconds))
        objects.call(names.CLOCK, 6, I16(30))
        assert objects.bench.meter.rtc.now() == START.timestamp() + 30

    async def test_the_clock_is_adjusted_to_the_nearest_quarter(self, objects: Objects) -> None:
        await objects.bench.wait(840)
        objects.call(names.CLOCK, 1, I8(0))
        assert objects.bench.meter.rtc.now() == (START + timedelta(minutes=15)).timestamp()

    def test_special_days_are_inserted_and_deleted(self, objects: Objects) -> None:
        entry = Structure([U16(1), OctetString(Date(2027, 5, 1).to_bytes()), U8(2)])
        objects.call(names.SPECIAL_DAYS, 1, entry)
        table = objects.get(names.SPECIAL_DAYS, 2)
        assert isinstance(table, Array)
        assert entry in table
        assert len(table) == 2  # the entry of index 1 was replaced
        objects.call(names.SPECIAL_DAYS, 2, U16(1))
        assert entry not in objects.get(names.SPECIAL_DAYS, 2)  # type: ignore[operator]
        with pytest.raises(ActionError):
            objects.call(names.SPECIAL_DAYS, 2, U16(1))

    def test_the_alarm_register_only_loses_bits(self, objects: Objects) -> None:
        objects.bench.point.open_cover(True)
        objects.bench.point.apply_magnet(40.0)
        objects.set(names.ALARM_REGISTER, 2, U32(1 << 14))
        assert objects.get(names.ALARM_REGISTER, 2) == 1 << 14
        assert objects.bench.codes(Log.STANDARD) == [EventCode.ALARM_REGISTER_CLEARED]

    def test_push_without_destination_is_refused(self, objects: Objects) -> None:
        for name, parameter in ((names.PUSH_SETUP, I8(0)), (names.PUSH_SCRIPTS, U16(1))):
            with pytest.raises(ActionError):
                objects.call(name, 1, parameter)
