"""The pure helpers of the probes on office systems."""

from __future__ import annotations

import ssl
from random import Random

import pytest

from bench.controls.office import _damage as damage
from bench.controls.office._canaries import forms_of_canaries, values_in
from bench.controls.office._forged import unsigned
from bench.controls.office._hops import Told
from bench.controls.office._http import as_http, payload_bytes
from bench.controls.office._provocations import INJECTED, tell_tales
from bench.controls.office._ranks import mann_whitney_p
from bench.controls.tls_records import records, share_of
from bench.controls.traces import found_in
from drivers.cim.canonical import Request
from drivers.cim.signature import decode_base64url, encode_base64url

# -- ranks -----------------------------------------------------------------------------------------------------------


def test_equal_samples_do_not_differ() -> None:
    assert mann_whitney_p([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]) == pytest.approx(1.0)
    assert mann_whitney_p([5.0] * 6, [5.0] * 6) == 1.0


def test_the_p_value_is_that_of_the_published_formula() -> None:
    # U = 0 of two samples of five: z = (12.5 - 0.5) / sqrt(25 * 11 / 12) = 2.507, two-sided 0.0122.
    assert mann_whitney_p([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(0.01219, abs=1e-4)
    assert mann_whitney_p([6, 7, 8, 9, 10], [1, 2, 3, 4, 5]) == pytest.approx(0.01219, abs=1e-4)


def test_a_test_needs_two_samples() -> None:
    with pytest.raises(ValueError, match="two samples"):
        mann_whitney_p([], [1.0])


# -- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "bytes_given"),
    [
        (200, b'{"Header":{},"Payload":{"MeterReadings":[{"meter":"1"}]}}', 15),
        (200, b'{"Header":{},"Payload":{"MeterReadings":[]}}', 0),
        (403, b'{"Header":{},"Reply":{"Result":"FAILED"}}', 0),
        (401, b'{"error":{"code":"unauthenticated"}}', 0),
        (400, b'{"error":"invalid_grant","error_description":"no"}', 0),
        (200, b'{"readings":[]}', 15),
        (200, b"uptime 5", 8),
        (500, b"Traceback", 0),
    ],
)
def test_payload_is_what_an_answer_gives_away(status: int, body: bytes, bytes_given: int) -> None:
    assert payload_bytes(status, body) == bytes_given


def test_a_request_states_the_length_of_its_body_or_another_one() -> None:
    request = Request("POST", "/cim", {"x-a": "b"}, b"hello")
    assert as_http(request, "h:1") == b"POST /cim HTTP/1.1\r\nhost: h:1\r\nx-a: b\r\ncontent-length: 5\r\n\r\nhello"
    assert b"content-length: 9\r\n" in as_http(request, "h:1", 9)
    assert b"content-length" not in as_http(Request("GET", "/"), "h:1")


@pytest.mark.parametrize(
    ("answer", "tales"),
    [
        (b'{"error":{"code":"malformed"}}', []),
        (b'Traceback (most recent call last):\n  File "x", line 3', ["stack trace"]),
        (b"HTTP/1.1 400 Bad Request\r\nserver: nginx/1.18\r\n\r\n", ["build"]),
        (b"ORA-00933: not ended", ["SQL"]),
        (b"cannot open /usr/lib/thing", ["path of a file"]),
        (f'{{"errors":[{{"meter":"{INJECTED}"}}]}}'.encode(), []),
    ],
)
def test_refusals_that_tell_too_much_are_known(answer: bytes, tales: list[str]) -> None:
    assert tell_tales(answer) == tales


# -- canaries --------------------------------------------------------------------------------------------------------


def test_canaries_are_telling_values_only() -> None:
    body = (
        b'{"Payload":{"MeterReadings":[{"meter":"67983921","device":"AMB67983921","readings":'
        b'[{"value":4126278,"unit":"Wh"},{"value":230}]}]}}'
    )
    assert values_in(body) == {"AMB67983921", "4126278"}
    assert values_in(b"no json") == set()


def test_a_canary_is_found_as_text_and_as_a_number() -> None:
    forms = forms_of_canaries("4126278")
    assert found_in(b"..4126278..", forms)
    assert found_in((4126278).to_bytes(4, "little"), forms)
    assert not found_in(b"4126279", forms)


# -- damage ----------------------------------------------------------------------------------------------------------

GOOD = as_http(Request("POST", "/cim", {"x-jws-signature": "abc"}, b'{"Payload":{"a":1234567890}}'), "h:1")


def test_flips_stay_in_their_field() -> None:
    field = damage.header_field(GOOD, "X-JWS-Signature")
    assert GOOD[field.start : field.end] == b"abc"
    for seed in range(50):
        changed = damage.flipped(GOOD, field, Random(seed), 3)
        differing = [index for index, (one, other) in enumerate(zip(GOOD, changed, strict=True)) if one != other]
        assert differing
        assert field.start <= differing[0] <= differing[-1] < field.end


def test_the_length_field_is_the_number_alone() -> None:
    field = damage.length_field(GOOD)
    assert GOOD[field.start : field.end] == b"28"
    assert not damage.waits_for_more(GOOD)
    assert damage.waits_for_more(GOOD.replace(b"content-length: 28", b"content-length: 68"))


@pytest.mark.parametrize("honest", [True, False])
def test_a_cut_message_ends_behind_the_mark(honest: bool) -> None:
    for seed in range(20):
        cut = damage.cut(GOOD, b'"Payload"', Random(seed), honest=honest)
        body = cut.partition(b"\r\n\r\n")[2]
        assert body.startswith(b'{"Payload"')
        assert len(body) < 28
        assert damage.waits_for_more(cut) is not honest


# -- TLS -------------------------------------------------------------------------------------------------------------


def test_the_servers_share_is_read_from_its_records() -> None:
    hello = b"\x02\x00\x00\x26\x03\x03" + bytes(range(32)) + bytes(4)
    exchange = b"\x0c\x00\x00\x09\x03\x00\x17\x05" + b"\x04abcd"
    stream = (
        _record(22, hello + exchange)
        + _record(20, b"\x01")
        + _record(22, b"nonce--1rest")
        + _record(23, b"nonce--2rest")
        + b"\x17\x03\x03\xff\xff"
    )
    share = share_of(stream)
    assert share is not None
    assert share.random == bytes(range(32))
    assert share.public_key == b"\x04abcd"
    assert share.nonces == (b"nonce--1", b"nonce--2")


def test_without_a_hello_there_is_no_share() -> None:
    assert share_of(_record(21, b"\x02\x28")) is None
    assert list(records(b"\x16\x03\x03\x00")) == []


def _record(kind: int, content: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(content).to_bytes(2, "big") + content


def test_weak_offers_can_be_made_here() -> None:
    from bench.controls.office._offers import OLD_VERSIONS, WEAK_SUITES

    for options in {**OLD_VERSIONS, **WEAK_SUITES}.values():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_ciphers(options.ciphers)


# -- values, signatures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "exact"),
    [
        (Told("energy", 100, 100.0), True),
        (Told("energy", 1000, 100.0), False),
        (Told("energy", 100, 100.0, unit_is_right=False), False),
        (Told("energy", None, None), True),
        (Told("energy", 5, None), False),
        (Told("power", 0.1 + 0.2, 0.3), True),
    ],
)
def test_a_hop_says_what_the_meter_says(told: Told, exact: bool) -> None:
    assert told.exact is exact


def test_a_signature_by_no_algorithm_keeps_the_rest_of_its_header() -> None:
    head = encode_base64url(b'{"alg":"ES256","nonce":"n"}')
    signature = f"{head}..c2ln"
    head, middle, tail = unsigned(signature).split(".")
    assert decode_base64url(head) == b'{"alg":"none","nonce":"n"}'
    assert (middle, tail) == ("", "")
