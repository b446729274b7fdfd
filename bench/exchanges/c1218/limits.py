"""The limits of 3.2.2 and 3.2.3 on AMI-39: a condition of table 115 above which the meter opens its switch.

Which condition limits what is the device file's (PIXIT ``limits``): `energy = { condition = 0 }`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from bench.access.dlms_clients import ClientsError
from bench.exchanges.c1218_write import C1218Write
from drivers.c1218.client import C1218Client
from drivers.c1219.codecs import Layout
from drivers.c1219.formats import Formats
from drivers.c1219.load_control import (
    ACT_LOAD_CONTROL,
    LOAD_CONTROL_CONDITIONS,
    LOAD_CONTROL_LAYOUT,
    LoadControlConditions,
    load_control_conditions,
)

HIGH, HIGHER = 400_000_000, 500_000_000
"""Limits (Wh, W) beyond what a meter has counted since it was made: writing them switches nothing."""


class SetLimit(C1218Write[int]):
    """The threshold of a condition. A subclass names the limit."""

    shown = LOAD_CONTROL_CONDITIONS
    tables = (LOAD_CONTROL_CONDITIONS,)
    meaning = "limit_changed"
    limit_name: ClassVar[str]

    @property
    def condition(self) -> int:
        """Its index in table 115. Raises ClientsError where the device file does not say."""
        declared = self.access.pixit("limits", {}).get(self.limit_name, {})
        if "condition" not in declared:
            raise ClientsError(f"the device in seat {self.seat} declares no condition for {self.limit_name!r} (PIXIT)")
        return int(declared["condition"])

    async def layout_of(self, client: C1218Client, formats: Formats) -> Layout[LoadControlConditions]:
        """By table 111."""
        actual = LOAD_CONTROL_LAYOUT.decode(await client.read(ACT_LOAD_CONTROL), formats)
        return load_control_conditions(actual)

    def value_in(self, table: LoadControlConditions) -> int:
        return table.conditions[self.condition].threshold

    def with_value(self, table: LoadControlConditions, value: int) -> LoadControlConditions:
        conditions = list(table.conditions)
        conditions[self.condition] = replace(conditions[self.condition], threshold=value)
        return LoadControlConditions(tuple(conditions))

    def another(self, present: int) -> int:
        """A limit that nothing reaches."""
        return HIGHER if present == HIGH else HIGH


class SetEnergyLimit(SetLimit):
    """3.2.2: the limit on the energy used."""

    rows = ("3.2.2/AMI-39/Crew-Meter/d1",)
    limit_name = "energy"


class SetDemandLimit(SetLimit):
    """3.2.3: the limit on the demand in the windows of rate 1."""

    rows = ("3.2.3/AMI-39/Crew-Meter/d1",)
    limit_name = "demand_rate_1"
