"""The emulated station's security log keeps what weighs, whatever anybody causes."""

from __future__ import annotations

from fixtures.ocpp.security_log import CAPACITY, SecurityEvent, SecurityLog

WEIGHTY = SecurityEvent("FirmwareUpdated", 1.0)


def flooded(*, apart: bool) -> SecurityLog:
    log = SecurityLog()
    log.append(WEIGHTY, apart=apart)
    for number in range(2 * CAPACITY):
        log.append(SecurityEvent("InvalidMessages", 2.0 + number), apart=apart)
    return log


def test_a_flood_displaces_nothing_that_weighs() -> None:
    assert WEIGHTY in flooded(apart=True)


def test_without_parts_of_its_own_it_does() -> None:
    assert WEIGHTY not in flooded(apart=False)


def test_entries_stand_in_the_order_in_which_they_were_made() -> None:
    log = SecurityLog()
    kinds = ["InvalidMessages", "FirmwareUpdated", "StartupOfTheDevice", "SettingSystemTime"]
    for number, kind in enumerate(kinds):
        log.append(SecurityEvent(kind, 10.0 - number))
    assert [event.kind for event in log] == kinds


def test_what_was_not_written_is_gone() -> None:
    log = SecurityLog()
    for at in (1.0, 2.0, 3.0):
        log.append(SecurityEvent("SettingSystemTime", at))
    log.forget_since(1.5)
    assert [event.at for event in log] == [1.0]
