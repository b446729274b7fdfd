"""What a client can see of a meter: its object list, and what comes of reading object by object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.controls.attempts import attempt
from drivers.dlms.apdu import Attribute, SelectedAttribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Data, Integer, OctetString, Structure, encode_data
from drivers.dlms.enums import Conformance, DataAccessResult
from drivers.dlms.errors import DataAccessError, DecodeError, DlmsError
from drivers.dlms.obis import Obis
from drivers.dlms.selection import by_entry
from drivers.transport.base import SilenceError

ASSOCIATION, SECURITY_SETUP, PROFILE = 15, 64, 7
CURRENT_ASSOCIATION = Obis("0.0.40.0.0.255")
OBJECT_LIST = Attribute(ASSOCIATION, CURRENT_ASSOCIATION, 2)
_BUFFER = 2
_AT_A_TIME = 10


@dataclass(frozen=True)
class Listed:
    """An object in a client's view, and the numbers of its attributes."""

    class_id: int
    name: Obis
    attributes: tuple[int, ...]

    def attribute(self, index: int) -> Attribute:
        """Attribute ``index`` of it."""
        return Attribute(self.class_id, self.name, index)


@dataclass(frozen=True)
class Answered:
    """What came of reading one attribute: a value, or a refusal (``code`` where it was a data-access-result)."""

    attribute: Attribute
    value: Data | None = None
    refusal: str = ""
    code: DataAccessResult | None = None

    @property
    def given(self) -> bool:
        """The meter gave a value."""
        return not self.refusal

    @property
    def encoded(self) -> bytes:
        """The value as it was on the wire before ciphering; empty for a refusal."""
        return encode_data(self.value) if self.given and self.value is not None else b""


async def object_list(client: DlmsClient) -> tuple[Listed, ...]:
    """The objects in the view of ``client``'s association. Raises the meter's refusal, DecodeError."""
    value = await client.get(OBJECT_LIST)
    if not isinstance(value, Array):
        raise DecodeError("the object list is no array")
    return tuple(_listed(element) for element in value)


def _listed(element: Data) -> Listed:
    match element:
        case Structure((Integer() as class_id, _version, OctetString() as name, Structure((Array() as rights, _)))):
            return Listed(int(class_id), Obis(bytes(name)), tuple(_numbers(rights)))
    raise DecodeError("an element of the object list has another shape")


def _numbers(rights: Array) -> Iterator[int]:
    for right in rights:
        match right:
            case Structure((Integer() as number, *_)):
                yield int(number)


async def read_each(client: DlmsClient, attributes: Iterable[Attribute]) -> list[Answered]:
    """Read attributes one by one, several in one request where the association has that.

    Of a profile's buffer only the first row is read. A refusal is an answer; silence to one request stands for silence
    to it alone.
    """
    wanted = list(attributes)
    several = _AT_A_TIME if client.negotiated.conformance & Conformance.MULTIPLE_REFERENCES else 1
    answers: list[Answered] = []
    for at in range(0, len(wanted), several):
        answers += await _read_some(client, wanted[at : at + several])
    return answers


async def _read_some(client: DlmsClient, attributes: Sequence[Attribute]) -> list[Answered]:
    if len(attributes) > 1:
        try:
            results = await client.get_list([_selected(attribute) for attribute in attributes])
        except (DlmsError, SilenceError):
            pass  # the request as a whole was refused: each by itself may be answered
        else:
            return [
                _refused(attribute, result) if isinstance(result, DataAccessResult) else Answered(attribute, result)
                for attribute, result in zip(attributes, results, strict=True)
            ]
    return [await read_one(client, attribute) for attribute in attributes]


async def read_one(client: DlmsClient, attribute: Attribute) -> Answered:
    """Read one attribute; whatever the meter says or leaves unsaid is the answer."""
    tried = await attempt(client.get(*_selected(attribute)))
    if tried.accepted:
        return Answered(attribute, tried.value)
    code = tried.error.result if isinstance(tried.error, DataAccessError) else None
    return Answered(attribute, refusal=tried.text, code=code)


def _refused(attribute: Attribute, code: DataAccessResult) -> Answered:
    return Answered(attribute, refusal=f"{code.name} ({code.value})", code=code)


def _selected(attribute: Attribute) -> SelectedAttribute:
    first_row = by_entry(1, 1) if (attribute.class_id, attribute.index) == (PROFILE, _BUFFER) else None
    return attribute, first_row
