"""Messages with impossible values, and with other ones under the signature that they had."""

from __future__ import annotations

import json
from typing import Any

from bench.controls.office._changes_forged import other_contents
from bench.controls.office._changes_of_values import bodies

MESSAGE: dict[str, Any] = {
    "Header": {"Verb": "create", "Nonce": "n"},
    "Payload": {"Limits": [{"meter": "4711", "limit": 400, "start": "2026-01-05T00:00:00.000Z", "note": ""}]},
}
TEXT = json.dumps(MESSAGE).encode()


def contents(body: bytes) -> dict[str, Any]:
    document = json.loads(body)
    assert document["Header"] == MESSAGE["Header"]
    return dict(document["Payload"]["Limits"][0])


def test_each_impossible_value_stands_alone_in_its_message() -> None:
    right = contents(TEXT)
    for what, body in bodies(TEXT):
        if what.startswith("a bad one"):
            continue
        wrong = contents(body)
        differing = {key for key in {*right, *wrong} if right.get(key) != wrong.get(key)}
        assert len(differing) == 1, what


def test_a_bad_one_stands_beside_the_good_one_in_both_places() -> None:
    said = dict(bodies(TEXT))
    first, second = (json.loads(said[what])["Payload"]["Limits"] for what in ("a bad one first", "a bad one second"))
    good = MESSAGE["Payload"]["Limits"][0]
    assert first[1] == second[0] == good
    assert first[0] == second[1] != good


def test_numbers_meters_and_times_are_made_impossible_each_in_its_way() -> None:
    said = {what for what, _ in bodies(TEXT)}
    assert {"limit: a number below zero", "limit: a number beyond all measure", "limit: a text"} <= said
    assert {"meter: one that nobody has", "start: month 13", "a field that nobody knows"} <= said


def test_the_values_of_a_portal_s_request_are_made_impossible_too() -> None:
    said = dict(bodies(b'{"day": 15}'))
    assert json.loads(said["day: a number below zero"]) == {"day": -2}
    assert json.loads(said["a field that nobody knows"]) == {"day": 15, "surprise": 1}


def test_every_value_of_the_content_is_altered_once_and_put_back() -> None:
    altered = list(other_contents(TEXT))
    assert [what for what, _ in altered] == ["another meter", "another limit", "another start"]
    for what, body in altered:
        name = what.removeprefix("another ")
        before, after = contents(TEXT), contents(body)
        assert {key for key in before if before[key] != after[key]} == {name}
