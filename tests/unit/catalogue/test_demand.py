"""Which controls a row demands: cumulative levels, predicates, seats, links, PICS items, advisory runs."""

from __future__ import annotations

import doctest
from collections import Counter

import pytest

from bench.catalogue import (
    Applicability,
    Catalogue,
    Level,
    Levels,
    LinkNotOfferedError,
    Objective,
    UnknownEntryError,
    demand,
    load_catalogue,
)
from bench.catalogue.demand import Demand, bound_for, controls_for, exclusion, system_controls

PORT = "3.4.1/AMI-39/Crew-Meter/d1"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def ids(demands: tuple[Demand, ...], applicability: Applicability = Applicability.APPLIES) -> list[str]:
    """The controls of the verdict with this outcome."""
    return [item.control.id for item in demands if item.applicability is applicability and not item.advisory]


def one(demands: tuple[Demand, ...], control: str) -> Demand:
    (found,) = [item for item in demands if item.control.id == control and not item.advisory]
    return found


def test_the_documented_example_holds() -> None:
    results = doctest.testmod(demand)
    assert results.attempted > 0
    assert results.failed == 0


def test_levels_are_cumulative_over_the_whole_paper(catalogue: Catalogue) -> None:
    # The upper bound before predicates that the control matrix states: 4,688 of 162 rows.
    counted = Counter(
        control.objective
        for row in catalogue.printed_rows
        for control in catalogue.controls
        if control.level is not None and control.level <= row.levels.of(control.objective)
    )
    assert counted == {Objective.CONFIDENTIALITY: 1148, Objective.INTEGRITY: 2452, Objective.AVAILABILITY: 1088}


def test_a_reading_row_at_hhl_takes_no_control_of_commands(catalogue: Catalogue) -> None:
    demands = controls_for(catalogue, catalogue.row("3.1.1/AMI-28/HE-Meter"), link="dlms")
    assert " ".join(ids(demands)) == (
        "C-L1 C-L2 C-L3 C-M1 C-M2 C-M3 C-M4 C-H1 C-H2 C-H3 C-H4 I-L1 I-L3 I-L5 A-L1 A-L2 A-L3 A-L4"
    )
    assert ids(demands, Applicability.NONE) == ["C-L4", "C-M5"]


def test_a_disconnect_row_takes_the_controls_of_commands_too(catalogue: Catalogue) -> None:
    demands = controls_for(catalogue, catalogue.row("3.4.3/AMI-28/HE-Meter"), link="dlms")
    commands = "I-L2 I-L4 I-M1 I-M2 I-M3 I-M4 I-M5 I-M6 I-H1 I-H2 I-H3 I-H4 I-H6 I-H8 I-H9".split()  # noqa: SIM905
    assert set(commands) <= set(ids(demands))
    assert not {"I-H5", "I-H10", "I-H11", "I-H12", "A-M1", "A-H1"} & set(ids(demands))


def test_a_mass_disconnect_is_tried_at_the_office_only(catalogue: Catalogue) -> None:
    office = controls_for(catalogue, catalogue.row("3.4.3/AMI-25/CIS-HE"), link="office_https")
    assert "I-H7" in ids(office)
    assert "I-H8" not in ids(office)
    meter = controls_for(catalogue, catalogue.row("3.4.3/AMI-28/HE-Meter"), link="dlms")
    assert one(meter, "I-H7").applicability is Applicability.NONE


def test_consent_is_asked_for_on_the_interfaces_that_release_to_third_parties(catalogue: Catalogue) -> None:
    third_party = catalogue.row("5.1.1/AMI-45/MDMS-Third")
    assert "C-H5" in ids(controls_for(catalogue, third_party, link="office_https"))
    billing = catalogue.row("3.1.1/AMI-24/MDMS-Billing")
    assert "C-H5" not in ids(controls_for(catalogue, billing, link="office_https"))


def test_from_medium_means_medium_whatever_the_id_says(catalogue: Catalogue) -> None:
    row = catalogue.row("4.2.3/AMI-43/CEMS-DER")
    assert str(row.levels) == "LMM"
    assert "I-H11" in ids(controls_for(catalogue, row, link="modbus_tls"))
    low = Levels(Level.LOW, Level.LOW, Level.LOW)
    assert "I-H11" not in ids(controls_for(catalogue, row, link="modbus_tls", levels=low))


def test_the_text_of_4_2_asks_for_stale_commands_at_every_level(catalogue: Catalogue) -> None:
    row = catalogue.row("4.2.1/AMI-34/ESI-Appl")
    assert str(row.levels) == "LML"
    found = one(controls_for(catalogue, row, link="sep2"), "I-H2")
    assert (found.level, found.tested) == (Level.MEDIUM, True)
    assert "R17" in found.reason
    assert bound_for(catalogue, found, "t_fresh").number == 300


def test_a_protocol_without_the_mechanism_fails(catalogue: Catalogue) -> None:
    row = catalogue.row("4.2.2/AMI-33/ESI-EV")
    demands = controls_for(catalogue, row, link="modbus")
    for control in ("I-L4", "I-M1", "I-M2", "I-H1"):
        found = one(demands, control)
        assert found.applicability is Applicability.STRUCTURAL_FAIL
        assert found.fails_by_protocol
        assert "no mechanism" in found.reason


def test_a_declared_gateway_is_tested_at_its_outer_link(catalogue: Catalogue) -> None:
    row = catalogue.row("4.2.2/AMI-33/ESI-EV")
    demands = controls_for(catalogue, row, link="modbus", declared={"gateway:office_https"})
    found = one(demands, "I-M1")
    assert (found.applicability, found.link) == (Applicability.APPLIES, "office_https")
    assert "gateway" in found.reason
    assert one(demands, "I-L1").link == "modbus"


def test_a_link_without_security_of_its_own_fails_without_a_gateway(catalogue: Catalogue) -> None:
    row = catalogue.row("4.2.1/AMI-34/ESI-Appl")
    alone = one(controls_for(catalogue, row, link="cta2045"), "I-M2")
    behind = one(controls_for(catalogue, row, link="cta2045", declared={"gateway:sep2"}), "I-M2")
    assert (alone.applicability, alone.fails_by_protocol) == (Applicability.GATEWAY, True)
    assert (behind.applicability, behind.link) == (Applicability.APPLIES, "sep2")


def test_a_gateway_on_an_unknown_link_is_refused(catalogue: Catalogue) -> None:
    row = catalogue.row("4.2.2/AMI-33/ESI-EV")
    with pytest.raises(UnknownEntryError, match="carrier pigeon"):
        controls_for(catalogue, row, link="modbus", declared={"gateway:carrier pigeon"})


def test_seal_and_cover_event_compensate_at_the_optical_port(catalogue: Catalogue) -> None:
    row = catalogue.row(PORT)
    assert one(controls_for(catalogue, row, link="c1218"), "C-M2").fails_by_protocol
    sealed = controls_for(catalogue, row, link="c1218", declared={"seal_and_cover_event"})
    for control in ("C-M2", "I-M2", "I-H1"):
        assert one(sealed, control).applicability is Applicability.NONE
    assert "I-M1" in ids(sealed)


def test_seal_and_cover_event_count_on_no_other_row(catalogue: Catalogue) -> None:
    declared = {"seal_and_cover_event"}
    for row in catalogue.rows:
        for link in row.links:
            if row.compensating is None:
                assert controls_for(catalogue, row, link=link, declared=declared) == controls_for(
                    catalogue, row, link=link
                )


def test_secure_authentication_and_profile_1_change_what_a_link_is(catalogue: Catalogue) -> None:
    field = catalogue.row("4.1.1/AMI-40/DA-HE")
    declared = {"dnp3_secure_authentication"}
    assert one(controls_for(catalogue, field, link="dnp3"), "I-M2").fails_by_protocol
    assert one(controls_for(catalogue, field, link="dnp3", declared=declared), "I-M2").tested
    charger = catalogue.row("4.2.2/AMI-33/ESI-EV")
    assert one(controls_for(catalogue, charger, link="ocpp"), "I-M2").tested
    profile1 = controls_for(catalogue, charger, link="ocpp", declared={"ocpp_security_profile_1"})
    assert one(profile1, "I-M2").fails_by_protocol


def test_no_credential_port_makes_self_lock_out_not_applicable_on_every_link(catalogue: Catalogue) -> None:
    row = catalogue.row("4.1.6/AMI-28/HE-Meter")
    assert one(controls_for(catalogue, row, link="dlms"), "A-M6").tested
    declared = {"no_credential_port"}
    assert one(controls_for(catalogue, row, link="dlms", declared=declared), "A-M6").applicability is Applicability.NONE


def test_r10_scram_at_the_appliance_runs_at_lhh_as_advisory(catalogue: Catalogue) -> None:
    demands = controls_for(catalogue, catalogue.row("4.2.2/AMI-35/CEMS-Appl"), link="cta2045")
    advisory = [item for item in demands if item.advisory]
    assert {"A-H1", "A-H3", "I-H3", "A-M1"} <= {item.control.id for item in advisory}
    assert {str(item.levels) for item in advisory} == {"LHH"}
    assert all("R10" in item.reason for item in advisory)
    assert not {"A-H1", "A-M1"} & set(ids(demands))


def test_r11_emergency_disconnect_runs_at_high_availability_as_advisory(catalogue: Catalogue) -> None:
    demands = controls_for(catalogue, catalogue.row("3.4.5/AMI-28/HE-Meter"), link="dlms")
    advisory = {item.control.id: item for item in demands if item.advisory}
    assert {"A-M4", "A-H1", "A-H2", "A-H5"} <= set(advisory)
    assert advisory["A-L1"].level is Level.HIGH
    assert one(demands, "A-L1").level is Level.LOW


def test_an_inherited_control_is_repeated_only_where_its_bounds_differ(catalogue: Catalogue) -> None:
    demands = controls_for(catalogue, catalogue.row("3.1.2/AMI-25/CIS-HE"), link="office_https")
    assert [item.control.id for item in demands if item.advisory] == ["I-L5"]


def test_raising_adds_advisory_demands_and_leaves_the_verdict_alone(catalogue: Catalogue) -> None:
    row = catalogue.row("3.4.1/AMI-28/HE-Meter")
    plain = controls_for(catalogue, row, link="dlms")
    raised = controls_for(catalogue, row, link="dlms", raise_to=Level.HIGH)
    assert [item for item in raised if not item.advisory] == list(plain)
    added = [item.control.id for item in raised if item.advisory]
    assert " ".join(added) == "I-M4 A-L1 A-L2 A-L3 A-L4 A-M1 A-M2 A-M3 A-M4 A-M6 A-H1 A-H2 A-H3 A-H4 A-H5"


def test_every_row_control_is_demanded_somewhere_when_raised(catalogue: Catalogue) -> None:
    seen = {
        item.control.id
        for row in catalogue.rows
        for link in row.links
        for item in controls_for(catalogue, row, link=link, raise_to=Level.HIGH)
        if item.tested
    }
    assert seen == {control.id for control in catalogue.controls if control.level is not None}


def test_a_bound_goes_by_the_objective_that_it_belongs_to(catalogue: Catalogue) -> None:
    found = one(controls_for(catalogue, catalogue.row("3.4.3/AMI-28/HE-Meter"), link="dlms"), "I-M4")
    assert found.level is Level.HIGH
    assert bound_for(catalogue, found, "t_act").number == 300
    assert bound_for(catalogue, found, "t_log").number == 10
    assert bound_for(catalogue, found, "n_tampered", profile="full").count == 50


def test_every_bound_that_a_demand_uses_has_a_value(catalogue: Catalogue) -> None:
    choices = [(transport, subject) for transport in (None, "serial", "ip", "tcp") for subject in (None, "events")]
    choices += [(None, "meter_han")]
    for row in catalogue.rows:
        for link in row.links:
            for item in controls_for(catalogue, row, link=link):
                if not item.tested:
                    continue
                for name in {*item.control.bounds, *item.control.stimulus_depends_on_level} - {"t_link_ack"}:
                    assert any(_has_value(catalogue, item, name, *choice) for choice in choices), (item, name)


def _has_value(catalogue: Catalogue, item: Demand, name: str, transport: str | None, subject: str | None) -> bool:
    try:
        bound_for(catalogue, item, name, transport=transport, subject=subject)
    except LookupError:
        return False
    return True


def test_a_control_that_does_not_apply_says_why(catalogue: Catalogue) -> None:
    row = catalogue.row("3.1.1/AMI-28/HE-Meter")
    assert exclusion(row, catalogue.control("I-H1")) == "only for a row that commands or writes"
    assert exclusion(row, catalogue.control("S-1")) == "a control of the whole system, not of a row"
    assert exclusion(row, catalogue.control("C-H5")) == "only on AMI-21, AMI-30, AMI-42, AMI-45"
    assert "is under test" in (exclusion(row, catalogue.control("A-M7")) or "")
    assert exclusion(row, catalogue.control("C-M2")) is None


def test_a_link_that_the_row_does_not_have_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(LinkNotOfferedError, match=r"3\.1\.1/AMI-28/HE-Meter.*'ocpp'.*dlms"):
        controls_for(catalogue, catalogue.row("3.1.1/AMI-28/HE-Meter"), link="ocpp")


def test_system_controls_are_chosen_by_seat(catalogue: Catalogue) -> None:
    assert [control.id for control in system_controls(catalogue, {"MDMS"})] == ["S-1", "S-4"]
    assert system_controls(catalogue, {"Customer Appliances"}) == ()
