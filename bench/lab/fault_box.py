"""The fault box: what is done to a device from outside. By the plant, by relays, or by the operator's hands.

| act | values |
|---|---|
| ``mains`` | ``on`` |
| ``cover``, ``terminal_cover`` | ``open`` |
| ``magnet`` | ``on``, ``field_mt`` |
| ``tilt``, ``optical_session`` | ``on`` |
| ``battery`` | ``voltage_v`` of an emulated battery; none: the device's own, fresh |
| ``stuck_relay`` | ``stuck`` |
| ``shunt`` | ``kind`` (``none``, ``around_meter``, ``past_switch``), ``share`` |
| ``load`` | ``power_w``, ``reactive_var`` or ``resistance_ohm`` |
| ``auxiliary_load`` | ``power_w``: on the circuits behind the meter's auxiliary relay |
| ``load_side_source`` | ``voltage_v``, ``power_w`` |
| ``wiring`` | ``order`` (of the supply's phases on the terminals), ``missing``, ``reversed`` (elements); all from 1 |
| ``contacts`` | ``closed``: the switch moves without a command, as a relay that fails |
| ``button`` | |
| ``swap`` | ``other`` (seat whose device takes the place; empty: as it was), ``copied`` (bears the names of this one) |
| ``lamp`` | ``lamp`` (from 1), ``state`` (``good``, ``open``, ``aged``, ``bridged``): of a controller of lights |
| ``ac_switch``, ``dc_switch`` | ``closed``: of a DER |
| ``ground_fault`` | ``on``: on the DC side of a DER |
| ``ambient`` | ``celsius``: the air around a DER |
| ``local`` | ``on``: somebody at a DER takes control away from the network |
| ``plug`` | ``connected``: a vehicle at a charger |
| ``charge`` | ``percent``: the state of charge of the vehicle at a charger |
| ``drive`` | ``ready``: whether the driver has the vehicle at a charger charge |
| ``card`` | ``token``: somebody holds a card to a charger's reader |
| ``server`` | ``server``, ``url``: where a client finds one of its servers (empty: where it was at first) |
| ``join_window`` | ``for_s``: a gateway lets devices join |
| ``expect_device`` | ``sfdi``, ``pin``, ``category`` (hexadecimal): a device is entered at a gateway, by its label |
| ``remove_device`` | ``sfdi``: a device is taken out of the home, at its gateway |
| ``pairing`` | one of ``open`` (its window), ``passkey``, ``compare`` (a number), ``forget``: at a Bluetooth device |
| ``join_home``, ``leave_home`` | a device looks for a gateway; it is made as it came from its maker |
| ``plan_charge`` | ``energy_wh`` (negative: out of it), ``within_s``: at an energy management system, for its vehicle |
| ``end_plan`` | the vehicle charges as it likes again |
| ``new_key`` | a device with Modbus/TLS makes a new key and takes a certificate for it |
| ``revoke`` | ``serial`` (hexadecimal) of a client's certificate, which such a device no longer takes |
| ``feeder`` | ``feeder`` (its name), ``on``, ``phases`` (which of 1 to 3; all by default) |

With ``member`` an act is done to one device of a seat that has many (a fleet).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from bench.lab.channel import Channel
from bench.lab.errors import LabError
from bench.lab.operator import Operator
from bench.lab.station_model import RelayTable
from drivers.scpi.safe_state import apply_safe_state
from drivers.scpi.settings import SafeState, VisaSettings

_INSTRUCTIONS: Mapping[tuple[str, str], str] = {
    ("mains", "on"): "switch the supply of {seat} on",
    ("mains", "off"): "cut the supply of {seat}",
    ("cover", "on"): "open the cover of {seat}",
    ("cover", "off"): "close the cover of {seat}",
    ("terminal_cover", "on"): "open the terminal cover of {seat}",
    ("terminal_cover", "off"): "close the terminal cover of {seat}",
    ("magnet", "on"): "hold the test magnet to {seat}",
    ("magnet", "off"): "take the magnet away from {seat}",
    ("tilt", "on"): "tilt {seat}",
    ("tilt", "off"): "put {seat} upright",
    ("battery", "off"): "put a fresh battery of its own into {seat}",
    ("stuck_relay", "on"): "block the switch of {seat}",
    ("stuck_relay", "off"): "free the switch of {seat}",
    ("optical_session", "on"): "put the second optical probe on {seat}",
    ("optical_session", "off"): "take the second optical probe off {seat}",
    ("shunt", "none"): "remove the shunt at {seat}",
    ("shunt", "around_meter"): "put a shunt around {seat}",
    ("shunt", "past_switch"): "put a shunt past the open switch of {seat}",
    ("load", "off"): "disconnect the load of {seat}",
    ("auxiliary_load", "off"): "disconnect the load behind the auxiliary relay of {seat}",
    ("load_side_source", "off"): "disconnect the load-side source of {seat}",
    ("wiring", "off"): "wire {seat} straight",
    ("contacts", "on"): "make the switch of {seat} close without a command, as a relay that fails",
    ("contacts", "off"): "make the switch of {seat} open without a command, as a relay that fails",
    ("lamp", "good"): "put lamp {lamp} of {seat} in good order",
    ("lamp", "open"): "take lamp {lamp} of {seat} out of its socket",
    ("lamp", "aged"): "put half of its load in the place of lamp {lamp} of {seat}",
    ("lamp", "bridged"): "bridge the relay of lamp {lamp} of {seat}",
    ("ac_switch", "on"): "close the AC disconnect switch of {seat}",
    ("ac_switch", "off"): "open the AC disconnect switch of {seat}",
    ("dc_switch", "on"): "close the DC disconnect switch of {seat}",
    ("dc_switch", "off"): "open the DC disconnect switch of {seat}",
    ("ground_fault", "on"): "connect the earth-fault resistor to the DC side of {seat}",
    ("ground_fault", "off"): "take the earth-fault resistor off {seat}",
    ("local", "on"): "put {seat} under local control",
    ("local", "off"): "put {seat} under remote control",
    ("use", "on"): "use {seat} so that it wants power without a pause (a hot water tap, an open door, a vehicle)",
    ("use", "off"): "no longer use {seat}",
    ("override", "on"): "opt out of the grid's events at {seat}",
    ("override", "off"): "opt in to the grid's events again at {seat}",
    ("switch", "on"): "switch {seat} on at its own switch",
    ("switch", "off"): "switch {seat} off at its own switch",
    ("plug", "on"): "plug a vehicle in at {seat}",
    ("plug", "off"): "pull the vehicle's plug at {seat}",
    ("drive", "on"): "have the vehicle at {seat} charge",
    ("drive", "off"): "have the vehicle at {seat} stop charging by its own means",
    ("button", "on"): "press the button of {seat}",
    ("pairing", "open"): "open the pairing window of {seat}",
    ("pairing", "closed"): "close the pairing window of {seat}",
    ("pairing", "passkey"): "type {passkey:06} into {seat}",
    ("pairing", "compare"): "confirm at {seat} if it shows {compare:06}, otherwise refuse",
    ("pairing", "forget"): "remove all pairings from {seat}",
    ("server", "on"): "set the address of server {server} in {seat} to {url}",
    ("server", "off"): "set the address of server {server} in {seat} back to what it was",
    ("join_window", "on"): "let devices join for {for_s} s, at the set-up page of {seat}",
    ("expect_device", "on"): (
        "enter the device with SFDI {sfdi}, PIN {pin}, of category {category}, at the set-up page of {seat}"
    ),
    ("remove_device", "on"): "take the device with SFDI {sfdi} out of the home, at the set-up page of {seat}",
    ("join_home", "on"): "have {seat} look for a gateway",
    ("leave_home", "on"): "reset {seat} to what it was when it came from its maker",
    ("plan_charge", "on"): "plan {energy_wh} Wh for the vehicle within {within_s} s from now, at {seat}",
    ("end_plan", "on"): "end the plan for the vehicle at {seat}",
    ("new_key", "on"): "have {seat} make a new key and take a certificate for it, at its set-up page",
    (
        "revoke",
        "on",
    ): "enter the client certificate with serial number {serial} as revoked, at the set-up page of {seat}",
    ("feeder", "on"): "switch feeder {feeder} on{phases}",
    ("feeder", "off"): "switch feeder {feeder} off{phases}",
}


_NAMED = ("feeder", "lamp", "server", "url", "for_s", "sfdi", "pin", "category", "energy_wh", "within_s", "serial")
"""Values that instructions name."""


class FaultBoxError(LabError):
    """The fault box of this station cannot do an act."""


class FaultBox(Protocol):
    """What can be done to the device in ``seat``."""

    async def do(self, seat: str, act: str, **values: Any) -> None:
        """Do ``act``. Raises FaultBoxError; with people also OperatorAbsentError, OperatorRefusedError."""
        ...


class PlantFaultBox:
    """The fault box of emulated seats."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels

    async def do(self, seat: str, act: str, **values: Any) -> None:
        """Do it to the plant, at once in station time. Raises ChannelError for what the plant does not know."""
        await self._channels[seat].request("box", seat=seat, act=act, **values)


_STAYS = frozenset(
    {"ac_switch", "cover", "dc_switch", "ground_fault", "magnet", "plug", "stuck_relay", "switch", "terminal_cover"}
    | {"tilt", "use"}
)
"""Acts whose outcome stays until somebody undoes it by hand."""


class BenchFaultBox:
    """The fault box of real seats: relays where the lab has them, else the operator.

    The operator is not asked again for what was done and still holds.
    """

    def __init__(self, relays: Mapping[str, tuple[RelayTable, ...]], operator: Operator) -> None:
        self._relays = relays
        self._operator = operator
        self._held: dict[tuple[str, str], str] = {}

    async def do(self, seat: str, act: str, **values: Any) -> None:
        """Switch the relay of the act, or ask the operator; returns when it is done."""
        value = _as_text(act, values)
        for relay in self._relays.get(act, ()):
            if (not relay.seats or seat in relay.seats) and value in relay.values:
                await asyncio.to_thread(_switch, relay, value)
                return
        instruction = _instruction(seat, act, value, values)
        if act in _STAYS and self._held.get((seat, act)) == instruction:
            return
        self._held.pop((seat, act), None)
        await self._operator.ask(instruction)
        self._held[seat, act] = instruction


class StationFaultBox:
    """One box for all seats of a station, each done in its own way."""

    def __init__(self, boxes: Mapping[str, FaultBox]) -> None:
        self._boxes = boxes

    async def do(self, seat: str, act: str, **values: Any) -> None:
        """Do ``act`` to the device in ``seat``; see `FaultBox`."""
        if seat not in self._boxes:
            raise FaultBoxError(f"no seat {seat!r} at the fault box; there are {', '.join(sorted(self._boxes))}")
        await self._boxes[seat].do(seat, act, **values)


def _as_text(act: str, values: Mapping[str, Any]) -> str:
    """The value by which relays and instructions are looked up."""
    if act == "shunt":
        return str(values.get("kind", "none"))
    if act in ("button", "join_home", "leave_home", "end_plan", "new_key"):
        return "on"
    if act == "pairing":
        (what, value), *_ = values.items()
        return what if what != "open" or value else "closed"
    if act == "lamp":
        return str(values["state"])
    if act == "swap":
        return "on" if values.get("other") else "off"
    if act == "server":
        return "on" if values.get("url") else "off"
    for name in ("on", "open", "stuck", "closed", "connected", "ready"):
        if name in values:
            return "on" if values[name] else "off"
    return "on" if any(values.values()) else "off"


def _instruction(seat: str, act: str, value: str, values: Mapping[str, Any]) -> str:
    told = _INSTRUCTIONS.get((act, value))
    if told is not None:
        device = f"{seat}, meter {values['member']}" if "member" in values else seat
        phases = "".join(f", phase {phase}" for phase in values.get("phases", ()))
        named = {name: values.get(name, "") for name in _NAMED}
        return told.format(seat=device, phases=phases, **named)
    if act == "swap":
        return _swap(seat, values)
    if act == "wiring":
        return _wiring(seat, values)
    if act == "battery":
        return f"set the emulated battery in {seat} to {values['voltage_v']} V"
    if act == "ambient":
        return f"bring the air around {seat} to {values['celsius']} degrees Celsius"
    if act == "card":
        return f"hold the card {values['token']} to the reader of {seat}"
    if act == "charge":
        return f"bring the battery of the vehicle at {seat} to {values['percent']} %"
    if act in ("load", "load_side_source"):
        amounts = ", ".join(f"{name} = {amount}" for name, amount in sorted(values.items()))
        return f"connect the {act.replace('_', '-')} of {seat} with {amounts}"
    raise FaultBoxError(f"the fault box has no act {act!r}")


def _wiring(seat: str, values: Mapping[str, Any]) -> str:
    told = {
        "order": "phases {} of the supply on its terminals, in this order",
        "missing": "nothing on terminal {}",
        "reversed": "the current of phase {} the wrong way round",
    }
    parts = [
        text.format(", ".join(str(number) for number in values[name]))
        for name, text in told.items()
        if values.get(name)
    ]
    return f"wire {seat} with {'; '.join(parts)}"


def _swap(seat: str, values: Mapping[str, Any]) -> str:
    if not values.get("other"):
        return f"put {seat} back in its place, with its own names"
    copied = f", with the serial number and the names of {seat} written into it" if values.get("copied") else ""
    return f"put {values['other']} in the place of {seat}{copied}"


def _switch(relay: RelayTable, value: str) -> None:
    settings = VisaSettings(
        relay.resource, backend=relay.backend, answer_timeout_s=relay.timeout_s, open_timeout_s=relay.timeout_s
    )
    apply_safe_state(SafeState(settings, relay.values[value]))
