"""What a client of a DLMS meter is shown: its object list, what it may read, and the values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.dlms.apdu import Attribute, GetResult
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Data, Integer, OctetString, Structure
from drivers.dlms.enums import Conformance, DataAccessResult
from drivers.dlms.errors import DataAccessError
from drivers.dlms.obis import Obis
from drivers.dlms.selection import by_entry

OBJECT_LIST = Attribute(15, Obis("0.0.40.0.0.255"), 2)
_ASSOCIATION, _PROFILE, _BUFFER = 15, 7, 2
_READ_BIT = 1
_READ_MODES = frozenset((1, 3, 4, 6))
"""access_mode of association versions 0 to 2: read only, read and write, and both with authentication."""
_AT_ONCE = 16


class NoObjectListError(ValueError):
    """The object list is not one; says what is wrong with it."""


@dataclass(frozen=True)
class ListedObject:
    """One entry of an object list. ``modes`` are the access modes of its attributes by number."""

    class_id: int
    version: int
    name: Obis
    modes: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        return f"{self.class_id}/{self.name}"


@dataclass(frozen=True)
class View:
    """What ``client`` sees. ``rights_version``: version of the association class, which decides what modes mean."""

    client: DlmsClient
    objects: tuple[ListedObject, ...]
    rights_version: int

    def of_class(self, class_id: int) -> list[ListedObject]:
        """The listed objects of a class."""
        return [item for item in self.objects if item.class_id == class_id]

    def may_read(self, mode: int) -> bool:
        """Whether an access mode grants reading."""
        return bool(mode & _READ_BIT) if self.rights_version >= 3 else mode in _READ_MODES

    def attributes(self, objects: Sequence[ListedObject], *, readable: bool) -> list[Attribute]:
        """The attributes of these objects that may (or may not) be read."""
        return [
            Attribute(item.class_id, item.name, index)
            for item in objects
            for index, mode in item.modes
            if self.may_read(mode) is readable
        ]

    async def read(self, attributes: Sequence[Attribute]) -> list[tuple[Attribute, GetResult]]:
        """Each attribute with its value, or the result that refused it; of profiles the first entry only."""
        found: list[tuple[Attribute, GetResult]] = []
        lists = bool(self.client.negotiated.conformance & Conformance.MULTIPLE_REFERENCES)
        plain = [item for item in attributes if (item.class_id, item.index) != (_PROFILE, _BUFFER)]
        for start in range(0, len(plain), _AT_ONCE):
            part = plain[start : start + _AT_ONCE]
            if lists and len(part) > 1:
                found += zip(part, await self.client.get_list(part), strict=True)
            else:
                found += [(item, await self._alone(item)) for item in part]
        for item in attributes:
            if (item.class_id, item.index) == (_PROFILE, _BUFFER):
                found.append((item, await self._alone(item, first_entry=True)))
        return found

    async def _alone(self, attribute: Attribute, *, first_entry: bool = False) -> GetResult:
        try:
            return await self.client.get(attribute, by_entry(1, 1) if first_entry else None)
        except DataAccessError as error:
            return error.result


async def view_of(client: DlmsClient) -> View:
    """The view of an associated client. Raises NoObjectListError, DataAccessError."""
    objects = tuple(_listed(await client.get(OBJECT_LIST)))
    association = next((item for item in objects if item.class_id == _ASSOCIATION), None)
    return View(client, objects, association.version if association is not None else 0)


def _listed(value: Data) -> Iterator[ListedObject]:
    if not isinstance(value, Array):
        raise NoObjectListError(f"the object list is {type(value).__name__}, no array")
    for place, element in enumerate(value, start=1):
        match element:
            case Structure(
                (Integer() as class_id, Integer() as version, OctetString() as name, Structure((Array() as modes, _)))
            ) if len(name) == 6:
                yield ListedObject(int(class_id), int(version), Obis(bytes(name)), tuple(_modes(modes)))
            case _:
                raise NoObjectListError(f"entry {place} of the object list is {element!r:.80}")


def _modes(value: Array) -> Iterator[tuple[int, int]]:
    for element in value:
        match element:
            case Structure((Integer() as index, Integer() as mode, _)):
                yield int(index), int(mode)
            case _:
                raise NoObjectListError(f"{element!r:.60} is no access right")


def refused(result: GetResult) -> bool:
    """Whether this is a refusal."""
    return isinstance(result, DataAccessResult)
