"""The declared rights at an office system."""

from __future__ import annotations

import pytest

from bench.access.office_rights import Act, OfficeRightsError, office_rights, role_of
from bench.lab.device import Device, Identity
from drivers.cim.vocabulary import Noun, Verb


def device(*entries: object) -> Device:
    identity = Identity(manufacturer="M", model="O")
    return Device(kind="office", identity=identity, pixit={"access_table": list(entries)})


TABLE = device(
    {"roles": ["anonymous", "cis"], "paths": ["/health"]},
    {"roles": ["cis"], "may": ["get MeterReadings energy", "create EndDeviceControls"]},
    {"roles": ["lms"], "may": ["get MeterReadings energy"], "paths": ["/readings/{meter}"], "submeters": True},
)
ENERGY = Act(Verb.GET, Noun.METER_READINGS, "energy")


def test_what_no_entry_grants_is_refused() -> None:
    rights = office_rights(TABLE)
    assert rights.may("cis", ENERGY)
    assert not rights.may("cis", Act(Verb.GET, Noun.METER_READINGS, "intervals"))
    assert not rights.may("dms", ENERGY)
    assert rights.may_get("anonymous", "/health")
    assert not rights.may_get("cis", "/readings/{meter}")


def test_a_grant_without_a_kind_holds_for_every_kind() -> None:
    assert office_rights(TABLE).may("cis", Act(Verb.CREATE, Noun.END_DEVICE_CONTROLS, "disconnect"))


def test_roles_acts_and_paths_are_listed_once() -> None:
    rights = office_rights(TABLE)
    assert rights.roles == ("cis", "lms")
    assert rights.acts == (ENERGY, Act(Verb.CREATE, Noun.END_DEVICE_CONTROLS))
    assert rights.paths == ("/health", "/readings/{meter}")
    assert rights.submeters_only("lms")
    assert not rights.submeters_only("cis")


def test_a_device_without_a_table_states_nothing() -> None:
    assert not office_rights(None).stated


@pytest.mark.parametrize("may", ["read MeterReadings", "get Everything", "get"])
def test_words_that_nobody_knows_are_refused_with_their_entry(may: str) -> None:
    with pytest.raises(OfficeRightsError, match="entry 1"):
        office_rights(device({"roles": ["cis"], "may": [may]}))


def test_a_further_credential_has_the_role_of_the_first() -> None:
    assert role_of("cis-2") == "cis"
    assert role_of("cis-west") == "cis-west"
