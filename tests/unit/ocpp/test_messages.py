"""Messages, their errors, and payloads against their schemas."""

from __future__ import annotations

import pytest

from drivers.ocpp.errors import ErrorCode, RpcError
from drivers.ocpp.rpc import Call, CallError, CallResult, Send, decode, encode
from drivers.ocpp.schemas import actions, check_request, check_response, request_schema
from drivers.ocpp.versions import Version

BOOT = {"chargePointVendor": "VendorX", "chargePointModel": "SingleSocketCharger"}


def test_the_examples_of_the_specification() -> None:
    """From OCPP-J 1.6, 4.2 (as quoted in the package ``ocpp``)."""
    text = '[2,"19223201","BootNotification",{"chargePointVendor":"VendorX","chargePointModel":"SingleSocketCharger"}]'
    call = Call("19223201", "BootNotification", BOOT)
    assert decode(text, Version.V16) == call
    assert encode(call) == text
    result = '[3,"19223201",{"status":"Accepted","currentTime":"2013-02-01T20:53:32.486Z","heartbeatInterval":300}]'
    taken = decode(result, Version.V16)
    assert isinstance(taken, CallResult)
    assert taken.payload["heartbeatInterval"] == 300


@pytest.mark.parametrize("message", [Send("a", "NotifyPeriodicEventStream", {}), CallError("a", "x", "", {}, True)])
def test_messages_of_2_1_are_unknown_before(message: Send | CallError) -> None:
    assert decode(encode(message), Version.V21) == message
    with pytest.raises(RpcError) as refused:
        decode(encode(message), Version.V201)
    assert refused.value.code is ErrorCode.MESSAGE_TYPE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{}",
        "7",
        "[]",
        '[2,"a"]',
        '[2,7,"Heartbeat",{}]',
        '[2,"a","Heartbeat",[]]',
        '[2,"a","Heartbeat",{},1]',
        '[3,"a"]',
        '[4,"a","b","c"]',
        '[true,"a","b",{}]',
        "[" * 100_000,
        f'[2,"{"x" * 37}","Heartbeat",{{}}]',
    ],
)
@pytest.mark.parametrize("version", list(Version))
def test_what_is_no_message_is_refused(text: str, version: Version) -> None:
    with pytest.raises(RpcError):
        decode(text, version)


def test_each_version_has_its_words() -> None:
    assert ErrorCode.FORMAT_VIOLATION.spelled(Version.V16) == "FormationViolation"
    assert ErrorCode.FORMAT_VIOLATION.spelled(Version.V201) == "FormatViolation"
    assert ErrorCode.OCCURRENCE_CONSTRAINT.spelled(Version.V16) == "OccurenceConstraintViolation"
    assert ErrorCode.RPC_FRAMEWORK.spelled(Version.V16) == "GenericError"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({**BOOT, "chargePointModel": 7}, ErrorCode.TYPE_CONSTRAINT),
        ({"chargePointVendor": "VendorX"}, ErrorCode.OCCURRENCE_CONSTRAINT),
        ({**BOOT, "colour": "red"}, ErrorCode.FORMAT_VIOLATION),
        ({**BOOT, "chargePointModel": "x" * 21}, ErrorCode.PROPERTY_CONSTRAINT),
    ],
)
def test_a_payload_is_refused_by_what_is_wrong_with_it(payload: dict[str, object], code: ErrorCode) -> None:
    check_request(Version.V16, "BootNotification", BOOT)
    with pytest.raises(RpcError) as refused:
        check_request(Version.V16, "BootNotification", payload, "a")
    assert refused.value.code is code
    assert refused.value.message_id == "a"


def test_an_action_that_there_is_not() -> None:
    with pytest.raises(RpcError) as refused:
        check_request(Version.V16, "TransactionEvent", {})
    assert refused.value.code is ErrorCode.NOT_IMPLEMENTED


@pytest.mark.parametrize("version", list(Version))
def test_every_action_has_its_schema(version: Version) -> None:
    for action in actions(version):
        assert request_schema(version, action)["type"] == "object"


def test_tenths_are_multiples_of_a_tenth() -> None:
    """Binary fractions are not, so that 1.6's schema would refuse 21.4 A."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 21.4}]}
    check_response(Version.V16, "GetCompositeSchedule", {"status": "Accepted", "chargingSchedule": schedule})
    schedule["chargingSchedulePeriod"] = [{"startPeriod": 0, "limit": 21.43}]
    with pytest.raises(RpcError):
        check_response(Version.V16, "GetCompositeSchedule", {"status": "Accepted", "chargingSchedule": schedule})
