"""C-L1 Secrets are write-only.

Every client that the device claims reads every attribute of the associations (class 15, the secret attribute 7 among
them) and security setups (class 64) that any of them sees. All that comes back is searched for the secrets of the
PIXIT. What is found is named, never recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench.access.dlms_secrets import known_secrets
from bench.controls.base import Probe
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import (
    ASSOCIATION,
    CURRENT_ASSOCIATION,
    SECURITY_SETUP,
    Answered,
    Listed,
    object_list,
    read_each,
)
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.enums import DataAccessResult
from drivers.dlms.obis import Obis

LEAKED = "known secrets in what a client could read"
DENIED = "answer to a read of the association's secret"
SERVED = "the client was served"
_SECRET = 7
_LAST_ATTRIBUTE = {ASSOCIATION: 11, SECURITY_SETUP: 6}
_REFUSED = [DataAccessResult.READ_WRITE_DENIED.name, DataAccessResult.SCOPE_OF_ACCESS_VIOLATED.name]


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    secrets = {name: forms_of(value) for name, value in known_secrets(access).items()}
    guarded = _usual(len(access.clients))
    for role in access.clients:
        port = port_of(access, role)
        if port is None:
            record_absent(trial, f"client {role}", "none of its ports is connected on this station")
            continue
        if access.client(role).pre_established:
            client = access.new_client(role, port=port)
            try:
                await client.associate()
                await _read_all(trial, role, client, guarded, secrets)
            finally:
                await client.close()
            continue
        async with access.session(role, port=port) as client:
            seen = await object_list(client)
            trial.record.observe(SERVED, bool(seen), what=role)
            guarded |= _guarded(seen)
            await _read_all(trial, role, client, guarded, secrets)


def _usual(clients: int) -> set[tuple[int, Obis]]:
    """Associations and security setups under their usual names, one for each client, listed or not."""
    numbers = range(clients + 1)
    associations = {(ASSOCIATION, CURRENT_ASSOCIATION.with_group(e=number)) for number in numbers}
    return associations | {(SECURITY_SETUP, Obis(f"0.0.43.0.{number}.255")) for number in range(clients)}


def _guarded(seen: Iterable[Listed]) -> set[tuple[int, Obis]]:
    return {(item.class_id, item.name) for item in seen if item.class_id in _LAST_ATTRIBUTE}


async def _read_all(
    trial: Trial,
    role: str,
    client: DlmsClient,
    guarded: Iterable[tuple[int, Obis]],
    secrets: Mapping[str, Mapping[str, bytes]],
) -> None:
    attributes = [
        Attribute(class_id, name, index)
        for class_id, name in sorted(guarded)
        for index in range(1, _LAST_ATTRIBUTE[class_id] + 1)
    ]
    answers = await read_each(client, attributes)
    leaks = [f"{role} reads {name} in {answer.attribute}" for answer in answers for name in _leaks(answer, secrets)]
    given = sum(answer.given for answer in answers)
    trial.record.observe(LEAKED, list(leaks), what=role, read=len(answers), given=given)
    if not client.identity.pre_established:
        secret = next(a for a in answers if a.attribute == Attribute(ASSOCIATION, CURRENT_ASSOCIATION, _SECRET))
        words = "a value" if secret.given else secret.code.name if secret.code is not None else secret.refusal
        trial.record.observe(DENIED, words, what=role)


def _leaks(answer: Answered, secrets: Mapping[str, Mapping[str, bytes]]) -> list[str]:
    return [name for name, forms in secrets.items() if found_in(answer.encoded, forms)]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every claimed client is served", "always", SERVED),
        Check("no client reads a secret of the device", "empty", LEAKED),
        Check("reading the association's secret is denied", "one_of", DENIED, {"allowed": list(_REFUSED)}),
    ]


PROBE = Probe("C-L1", "dlms", stimulus, checks)
