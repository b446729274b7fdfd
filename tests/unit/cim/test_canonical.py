"""Requests and answers as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cim.canonical import CONNECTION_HEADERS, NotCanonicalError, Request, Response

TOKEN = st.text(alphabet="abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12).filter(
    lambda name: name not in CONNECTION_HEADERS
)
VALUE = st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30)


@given(headers=st.dictionaries(TOKEN, VALUE, max_size=5), body=st.binary(max_size=200))
def test_a_request_survives_its_canonical_form(headers: dict[str, str], body: bytes) -> None:
    request = Request("POST", "/cim?a=b", headers, body)
    assert Request.from_bytes(request.to_bytes()) == request


def test_lines_of_the_connection_are_left_out() -> None:
    request = Request("GET", "/health", {"Host": "x", "Content-Length": "3", "X-Own": "kept"}, b"")
    assert request.to_bytes() == b"GET /health HTTP/1.1\r\nx-own: kept\r\n\r\n"


@pytest.mark.parametrize(
    "data", [b"", b"GET /", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET\r\n\r\n", b"GET x HTTP/1.1\r\n\r\n"]
)
def test_bytes_that_are_no_request_any_more_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        Request.from_bytes(data)


def test_an_answer_survives_its_canonical_form() -> None:
    response = Response(403, {"content-type": "application/json"}, b"\r\n\r\n{}")
    assert Response.from_bytes(response.to_bytes()) == response
    with pytest.raises(NotCanonicalError):
        Response.from_bytes(b"HTTP/1.1 abc\r\n\r\n")
