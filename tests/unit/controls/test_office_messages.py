"""Captured requests of office systems, changed and turned round."""

from __future__ import annotations

import msgspec

from bench.controls.office._messages import (
    SIGNATURE,
    code_of,
    message_of,
    reversed_direction,
    with_body,
    with_signature,
)
from drivers.cim.canonical import Request, Response
from drivers.cim.client import Answer
from drivers.cim.messages import ErrorItem, Header, Message, ReplyPart, encode
from drivers.cim.vocabulary import Code, Result, Verb

HEADER = Header(verb=Verb.CREATE, noun="EndDeviceControls", timestamp="", source="cis", message_id="m-1")
BODY = encode(Message(header=HEADER))
REQUEST = Request("POST", "/cim", {"content-type": "application/json", SIGNATURE: "a..b"}, BODY).to_bytes()


def answer(status: int, body: bytes) -> Answer:
    return Answer(status, {}, body, 0.0, 0.0)


def refusal(code: Code) -> bytes:
    errors = (ErrorItem(code=code),)
    return encode(Message(header=HEADER, reply=ReplyPart(result=Result.FAILED, errors=errors)))


def test_a_captured_request_holds_its_message() -> None:
    assert message_of(REQUEST).header.message_id == "m-1"


def test_another_body_keeps_the_signature() -> None:
    changed = Request.from_bytes(with_body(REQUEST, b"{}"))
    assert (changed.body, changed.headers[SIGNATURE]) == (b"{}", "a..b")


def test_a_signature_is_replaced() -> None:
    assert Request.from_bytes(with_signature(REQUEST, "c..d")).headers[SIGNATURE] == "c..d"


def test_a_signature_is_taken_away() -> None:
    changed = Request.from_bytes(with_signature(REQUEST, None))
    assert SIGNATURE not in changed.headers
    assert changed.body == BODY


def test_an_answer_comes_back_as_a_message_with_its_signature() -> None:
    response = Response(200, {SIGNATURE: "e..f"}, b"{}")
    turned = Request.from_bytes(reversed_direction(response.to_bytes()))
    assert (turned.method, turned.path, turned.body) == ("POST", "/cim", b"{}")
    assert turned.headers[SIGNATURE] == "e..f"


def test_the_code_of_a_refusal_stands_in_the_reply() -> None:
    assert code_of(answer(403, refusal(Code.REPLAYED))) == "replayed"


def test_the_code_of_a_refusal_outside_of_a_message() -> None:
    assert code_of(answer(404, msgspec.json.encode({"error": {"code": "not_found"}}))) == "not_found"


def test_a_refusal_without_words_has_no_code() -> None:
    assert code_of(answer(500, b"oops")) == ""
