"""I-L2 on rows that write or notify: a message with an impossible value changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from bench.controls.attempts import attempt
from bench.controls.office._changes import change_of, hand_in, record_good, record_no_effect, with_content
from bench.controls.office._commands import NOBODYS_METER
from bench.controls.office._row import sender_session
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.times import parse_iso

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "a message with an impossible value was taken"
CHANGED = "something changed at a message with an impossible value"
GOOD = "the message with right values took effect"

_HUGE = 10**15
_NOBODYS: Mapping[str, Any] = {"meter": NOBODYS_METER, "homes": ["nobody-has-this-home"]}
"""Whom a message is for, and who there is not."""


async def impossible_values(trial: Trial) -> None:
    """Each value of the row's message made impossible, each in a message of its own; then the right message."""
    change = change_of(trial)
    await change.prepare()
    async with sender_session(trial) as session:
        for what, body in bodies(Request.from_bytes(await change.request(session)).body):
            fresh = await change.request(session)
            tried = await attempt(hand_in(session, with_content(session, fresh, _under_own_header(fresh, body))))
            trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
    await record_no_effect(trial, CHANGED, "after all impossible values")
    await record_good(trial, GOOD)


def _under_own_header(fresh: bytes, body: bytes) -> bytes:
    """The altered content under the header of a message that was just made: only the content is wrong."""
    document, other = json.loads(body), json.loads(Request.from_bytes(fresh).body)
    if "Header" in other:
        document["Header"] = other["Header"]
    return json.dumps(document).encode()


def bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The texts that come of a message's text with one impossible value each; what is in a header is left alone."""
    document = json.loads(body)
    for path, value in _leaves(document):
        for what, impossible in _impossible(str(path[-1]), value):
            changed = deepcopy(document)
            _put(changed, path, impossible)
            yield f"{path[-1]}: {what}", json.dumps(changed).encode()
    yield from _beside_good_ones(document)
    items = _items(document)
    if items is not None:
        surprised = deepcopy(document)
        found = _items(surprised)
        assert found is not None
        found["surprise"] = 1
        yield "a field that nobody knows", json.dumps(surprised).encode()


def _beside_good_ones(document: Any) -> Iterator[tuple[str, bytes]]:
    """Where the message can name several: a bad one beside the good one, in both places."""
    part = document.get("Payload") if isinstance(document, dict) else None
    name, items = next(iter(part.items())) if isinstance(part, dict) and part else ("", None)
    if not isinstance(items, list) or not items or not isinstance(items[0], dict):
        return
    nobodys = {name: value for name, value in _NOBODYS.items() if name in items[0]}
    if not nobodys:
        return
    good, bad = items[0], {**items[0], **nobodys}
    for what, pair in (("a bad one second", [good, bad]), ("a bad one first", [bad, good])):
        yield what, json.dumps({**document, "Payload": {name: pair}}).encode()


def _leaves(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if path or key != "Header":
                yield from _leaves(value, (*path, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _leaves(value, (*path, index))
    elif part not in ("", None):
        yield path, part


def _items(document: Any) -> dict[str, Any] | None:
    """The object that holds the values: the first one below the header's level."""
    if not isinstance(document, dict):
        return None
    part: Any = document
    if "Header" in document:
        part = next((document[key] for key in ("Payload", "Request") if document.get(key)), None)
        part = next(iter(part.values()), None) if isinstance(part, dict) else None
    while isinstance(part, list) and part:
        part = part[0]
    return part if isinstance(part, dict) else None


def _impossible(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What ``value`` cannot be."""
    yield "nothing", None
    yield "a list", [value]
    if isinstance(value, bool):
        yield "a text", "perhaps"
    elif isinstance(value, int | float):
        yield "a text", "many"
        yield "a number below zero", -2
        yield "a number beyond all measure", _HUGE
    elif isinstance(value, str):
        yield "a number", 5
        if name == "meter":
            yield "one that nobody has", NOBODYS_METER
        if _is_time(value):
            yield "no date", "tomorrow"
            yield "month 13", "2026-13-45T99:99:99.000Z"


def _is_time(text: str) -> bool:
    try:
        parse_iso(text)
    except ValueError:
        return False
    return True


def _put(document: Any, path: tuple[str | int, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def checks_of_values() -> Sequence[Check]:
    return [
        Check("the message with right values works", "always", GOOD),
        Check("no impossible value is taken", "never", TAKEN),
        Check("nothing changes", "never", CHANGED),
    ]
