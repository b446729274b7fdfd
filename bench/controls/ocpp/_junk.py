"""Hostile messages of a CSMS, by class: what a station's parser has to survive."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random

from bench.controls.ocpp._acts import call, exchange_of, harmless
from bench.controls.trial import Trial

_LONG = 1_000_000

Maker = Callable[[Random], str]


def _random_text(random: Random) -> str:
    return "".join(chr(random.randrange(32, 0x2FF)) for _ in range(random.randrange(1, 300)))


def _truncated(random: Random) -> str:
    whole = json.dumps([2, f"junk-{random.randrange(10**9)}", "SetChargingProfile", {"evseId": 1, "connectorId": 1}])
    return whole[: random.randrange(1, len(whole) - 1)]


def _no_array(random: Random) -> str:
    return json.dumps(random.choice([{}, 5, "text", None, [], [2], [2, "x"], [2, "x", "Reset"], {"2": "Reset"}]))


def _wrong_types(random: Random) -> str:
    return json.dumps(
        [random.choice([2, "2", 2.5, -1, 99]), random.choice(["x", 5, "", "y" * 300]), random.choice(["Reset", 5]), []]
    )


def _nested(_random: Random) -> str:
    return '[2,"deep","DataTransfer",{"vendorId":"x","data":' + "[" * 5000 + "]" * 5000 + "}]"


def _unknown(random: Random) -> str:
    return json.dumps([2, f"junk-{random.randrange(10**9)}", "Sesame", {"open": True}])


def _stray(random: Random) -> str:
    return json.dumps([random.choice([3, 4]), f"nobody-{random.randrange(10**9)}", {}, "", {}][: random.choice([3, 5])])


def _huge_numbers(random: Random) -> str:
    payload = {"evseId": 10**30, "connectorId": -(10**30), "duration": 1e308 * random.choice([1, -1])}
    return json.dumps([2, f"junk-{random.randrange(10**9)}", "GetCompositeSchedule", payload])


CLASSES: Mapping[str, Maker] = {
    "random text": _random_text,
    "a message that breaks off": _truncated,
    "JSON that is no message": _no_array,
    "wrong types": _wrong_types,
    "arrays nested without end": _nested,
    "an action that nobody knows": _unknown,
    "answers to nothing": _stray,
    "numbers beyond all measure": _huge_numbers,
}
LONG_CLASS = "a message of 1 MB"


def long_message(_random: Random) -> str:
    """A call of a million characters."""
    return json.dumps([2, "long", "DataTransfer", {"vendorId": "x", "data": "a" * _LONG}])


async def serves(trial: Trial, within_s: float) -> float | None:
    """How long until the station answers a harmless call, connecting again where it has to, s; None: not in time."""
    exchange = exchange_of(trial)
    began = trial.clock.now()
    if exchange.there.session.alive:
        tried = await call(exchange.there, *harmless(trial), timeout_s=min(within_s, 10.0))
        if tried.accepted:
            return trial.clock.now() - began
        await exchange.there.session.close()
    left_s = within_s - (trial.clock.now() - began)
    if left_s <= 0.0 or await exchange.csms.connected(after=exchange.csms.attempts, within_s=left_s) is None:
        return None
    tried = await call(exchange.there, *harmless(trial))
    return trial.clock.now() - began if tried.accepted else None


def boots(trial: Trial) -> int:
    """How often the station has told that it booted."""
    return len(exchange_of(trial).there.backend.calls("BootNotification"))
