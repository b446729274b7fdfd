"""What the client of a home device takes for a document of 2030.5, and how its defects take more or less."""

from __future__ import annotations

import pytest

from drivers.cim.client import Answer
from drivers.sep2.codec import encode
from drivers.sep2.devices import Time
from drivers.sep2.errors import Sep2DecodeError
from fixtures.faults import Faults
from fixtures.home.defects import _CarelessClient

_DOCUMENT = encode(Time(current=5))
_LATER = _DOCUMENT.replace(b"</Time>", b'<x:y xmlns:x="urn:later">1</x:y></Time>')
_FORMER = _DOCUMENT.replace(b"urn:ieee:std:2030.5:ns", b"http://zigbee.org/sep")
_USUAL = "application/sep+xml"


class _Answering(_CarelessClient):
    """A client whose server always gives this answer."""

    def __init__(self, body: bytes, media_type: str, *faults: str) -> None:
        self.faults = Faults(faults)
        self._answer = Answer(200, {"content-type": media_type}, body, 0.0, 0.0)

    async def request(self, method: str, path: str, body: bytes = b"") -> Answer:
        return self._answer


@pytest.mark.parametrize("media_type", [_USUAL, f"{_USUAL}; level=+S1", _USUAL.upper()])
@pytest.mark.parametrize("body", [_DOCUMENT, _LATER])
async def test_documents_of_any_edition_are_taken(media_type: str, body: bytes) -> None:
    assert (await _Answering(body, media_type).get("/tm", Time)).current == 5


@pytest.mark.parametrize(("body", "media_type"), [(_DOCUMENT, "text/html"), (_DOCUMENT, ""), (_FORMER, _USUAL)])
async def test_other_documents_are_refused(body: bytes, media_type: str) -> None:
    with pytest.raises(Sep2DecodeError):
        await _Answering(body, media_type).get("/tm", Time)


@pytest.mark.parametrize(
    ("fault", "body", "media_type"), [("F-H14", _FORMER, _USUAL), ("F-H15", _DOCUMENT, "text/html")]
)
async def test_defects_that_take_too_much(fault: str, body: bytes, media_type: str) -> None:
    assert (await _Answering(body, media_type, fault).get("/tm", Time)).current == 5


@pytest.mark.parametrize(
    ("fault", "body", "media_type"), [("F-H13", _LATER, _USUAL), ("F-H16", _DOCUMENT, f"{_USUAL}; level=+S1")]
)
async def test_defects_that_take_too_little(fault: str, body: bytes, media_type: str) -> None:
    with pytest.raises(Sep2DecodeError):
        await _Answering(body, media_type, fault).get("/tm", Time)
