"""The white-list of what a meter may show without a credential.

Who the device is, what time it has, which counter to go on from: what a headend needs before it can log on. The list
is the bench's own choice; that the public client may read its object list and the SAP assignment is the use that the
DLMS User Association names for it.
"""

from __future__ import annotations

from drivers.dlms.apdu import Attribute
from drivers.dlms.obis import Obis

ASSOCIATION, _SECRET = 15, 7
_CURRENT = Obis("0.0.40.0.0.255")
_DATA, _CLOCK, _SAP_ASSIGNMENT = 1, 8, 17


def is_white_listed(attribute: Attribute, own_associations: frozenset[Obis] = frozenset()) -> bool:
    """Whether anybody may read ``attribute``. ``own_associations``: other names of the reader's own association."""
    name = attribute.instance
    if attribute.class_id == ASSOCIATION:
        return attribute.index != _SECRET and (name == _CURRENT or name in own_associations)
    if attribute.class_id == _CLOCK:
        return name[2:4] == bytes((1, 0))
    if attribute.class_id == _SAP_ASSIGNMENT:
        return name == Obis("0.0.41.0.0.255")
    return attribute.class_id == _DATA and (_is_name(name) or _is_counter(name) or _is_firmware_id(name))


def _is_name(name: Obis) -> bool:
    """Logical device name, device ids 1 to 10."""
    return name == Obis("0.0.42.0.0.255") or (name[0] == 0 and name[2:4] == bytes((96, 1)) and name[4] <= 9)


def _is_counter(name: Obis) -> bool:
    """Invocation counters 0.0.43.1.e."""
    return name[:4] == bytes((0, 0, 43, 1))


def _is_firmware_id(name: Obis) -> bool:
    """Active firmware identifier, version and signature, of electricity meters and in general."""
    return name[0] in (0, 1) and name[2:4] == bytes((0, 2)) and name[4] in (0, 1, 8)
