"""Who may read, write and act on which object of a DLMS meter, as its device file declares it (PIXIT ``access_table``).

Each entry grants something on a group of objects to some clients. What no entry grants is refused.

    [[pixit.access_table]]
    objects = ["1.0.1.8.0.255", "1.0.2.8.0.255"]
    roles = ["management", "reader"]
    read = [1, 2, 3]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from bench.access.dlms_clients import ClientsError
from bench.lab.device import Device
from bench.lab.strict import Strict, mistakes_in
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.obis import Obis


class GrantTable(Strict):
    """``[[pixit.access_table]]``. ``objects`` are logical names, ``roles`` clients of ``pixit.clients``.

    ``read`` and ``write`` are numbers of attributes, ``invoke`` of methods.
    """

    objects: tuple[str, ...]
    roles: tuple[str, ...]
    read: tuple[int, ...] = ()
    write: tuple[int, ...] = ()
    invoke: tuple[int, ...] = ()


@dataclass(frozen=True)
class DeclaredRights:
    """The declared rights, each a role with an object's logical name and a number."""

    read: frozenset[tuple[str, Obis, int]]
    write: frozenset[tuple[str, Obis, int]]
    invoke: frozenset[tuple[str, Obis, int]]

    def may_read(self, role: str, attribute: Attribute) -> bool:
        """Whether the client of ``role`` may read ``attribute``."""
        return (role, attribute.instance, attribute.index) in self.read

    def may_write(self, role: str, attribute: Attribute) -> bool:
        """Whether the client of ``role`` may write ``attribute``."""
        return (role, attribute.instance, attribute.index) in self.write

    def may_invoke(self, role: str, method: Method) -> bool:
        """Whether the client of ``role`` may call ``method``."""
        return (role, method.instance, method.index) in self.invoke

    @property
    def stated(self) -> bool:
        """Whether the device file has an access table at all."""
        return bool(self.read or self.write or self.invoke)


def declared_rights(device: Device | None) -> DeclaredRights:
    """The rights that the device file declares. Raises ClientsError."""
    entries = device.pixit.get("access_table", []) if device is not None else []
    grants: list[GrantTable] = []
    for number, entry in enumerate(entries, 1):
        try:
            grants.append(GrantTable.model_validate(entry))
        except ValidationError as error:
            wrong = "; ".join(mistakes_in(GrantTable, error))
            raise ClientsError(f"pixit.access_table, entry {number}: {wrong}") from None
    try:
        return DeclaredRights(
            *(
                frozenset((role, name, index) for grant in grants for role, name, index in _spread(grant, indices))
                for indices in ("read", "write", "invoke")
            )
        )
    except ValueError as error:
        raise ClientsError(f"pixit.access_table: {error}") from None


def _spread(grant: GrantTable, indices: str) -> Iterable[tuple[str, Obis, int]]:
    for role in grant.roles:
        for name in grant.objects:
            for index in getattr(grant, indices):
                yield role, Obis(name), int(index)
