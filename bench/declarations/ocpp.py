"""A charging station: who it is, in which versions it comes to its CSMS, and under which security profile."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ocpp import ITEM, OcppAccess
from bench.access.ocpp_csms import Csms
from bench.declarations.base import Comparison, Topic
from drivers.ocpp.versions import Version

_BASIC_PROFILES = (1, 2)


async def identity(comparison: Comparison) -> None:
    """Vendor, model, serial number and firmware by the boot that the station tells."""
    declared, access = comparison.device.identity, OcppAccess(comparison.station, comparison.seat)
    async with Csms(access) as csms:
        there = await csms.booted()
        told = await csms.charger(there).identity()
    comparison.hold_each(
        {
            "manufacturer": (declared.manufacturer, told.vendor),
            "model": (declared.model, told.model),
            "serial number": (declared.serial, told.serial),
            "firmware": (declared.firmware, told.firmware),
        }
    )


async def versions(comparison: Comparison) -> None:
    """The station connects to a CSMS that speaks one version only, in each that is declared, and in no other."""
    access = OcppAccess(comparison.station, comparison.seat)
    for version in Version:
        async with Csms(access, version=version) as csms:
            came = await csms.connected() is not None
        comparison.hold(f"speaks {version.value}", version.value in access.declared.versions, came)


async def security(comparison: Comparison) -> None:
    """The security profile: whether the station brings a password, a certificate, TLS."""
    access = OcppAccess(comparison.station, comparison.seat)
    profile = access.declared.security_profile
    async with Csms(access) as csms:
        await csms.booted()
        attempt = next(attempt for attempt in csms.server.attempts if attempt.outcome == "opened")
    facts = attempt.facts
    comparison.hold("comes within TLS", profile >= 2, facts is not None)
    comparison.hold("brings a password", profile in _BASIC_PROFILES, attempt.basic)
    comparison.hold("brings a certificate", profile == 3, facts is not None and facts.peer_certificate is not None)


TOPICS: Sequence[Topic] = (
    Topic("identity", identity, needs=ITEM),
    Topic("versions", versions, needs=ITEM),
    Topic("security profile", security, needs=ITEM),
)
