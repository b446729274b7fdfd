"""A setting that probes change and put back: the limit of the switch in table 113, which the management client sets."""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.c1218 import MANAGEMENT, C1218Access
from drivers.c1218.client import C1218Client
from drivers.c1219.formats import Formats
from drivers.c1219.general import GEN_CONFIG, Configuration
from drivers.c1219.load_control import (
    ACT_LOAD_CONTROL,
    LOAD_CONTROL_CONFIGURATION,
    LOAD_CONTROL_LAYOUT,
    load_control_configuration,
)

TARGET = LOAD_CONTROL_CONFIGURATION
LIMIT_AT = 3
"""Where the limit stands in an entry: after the mode (1 byte) and the dwell (2); layout unverified."""


@dataclass(frozen=True)
class Setting:
    """Table 113 as it is, the meter's formats, and another content of the same length."""

    formats: Formats
    content: bytes
    other: bytes


async def setting_of(access: C1218Access) -> Setting:
    """The setting now; ``other`` has another limit. Raises the meter's refusals and DecodeError."""
    async with access.session(MANAGEMENT) as client:
        formats = Configuration.decode(await client.read(GEN_CONFIG)).formats
        actual = LOAD_CONTROL_LAYOUT.decode(await client.read(ACT_LOAD_CONTROL), formats)
        content = await client.read(TARGET)
    load_control_configuration(actual).decode(content, formats)
    changed = bytearray(content)
    changed[LIMIT_AT + (3 if formats.big_endian else 0)] ^= 0x01
    return Setting(formats, content, bytes(changed))


async def read_setting(access: C1218Access) -> bytes:
    """The content of table 113 now."""
    async with access.session(MANAGEMENT) as client:
        return await client.read(TARGET)


async def write(client: C1218Client, content: bytes) -> None:
    """Write the whole table."""
    await client.write(TARGET, content)
