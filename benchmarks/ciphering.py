"""Ciphering and deciphering of messages alone, beside bare calls of `cryptography` that do the same."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.measure import Row, Sample, in_turns, ratio
from drivers.dlms.security import SecurityMaterial, protect, unprotect

TARGET = 0.7
_TURN_S = 0.02
_TURNS_EACH = 10
_BATCH = 50
_SIZES = (32, 1024)
_KEY, _AUTHENTICATION_KEY = bytes(range(16)), bytes(range(0xD0, 0xE0))
_CLIENT, _METER = b"HES\x00\x00\x00\x00\x01", b"AMB\x00\x00\x00\x00\x01"
_COUNTER = 0x01234567
_TAG, _FULL_TAG = 12, 16
_GET_RESPONSE = b"\xc4\x01\xc1\x00"
_ONE_SHOT = {"ciphering": "one call", "deciphering": "two calls"}

Call = Callable[[], object]


async def rows(turns: int) -> list[Row]:
    found = []
    for size in _SIZES:
        ours, bare, one_shot = _calls(size)
        for name in ours:
            measures = {"ours": _rate(ours[name]), "bare": _rate(bare[name]), "one-shot": _rate(one_shot[name])}
            samples = await in_turns(measures, turns * _TURNS_EACH)
            found.append(_row(f"{name} of {size} bytes", samples["ours"], samples["bare"], TARGET))
            what = f"... beside {_ONE_SHOT[name]} of AESGCM and nothing else"
            found.append(_row(what, samples["ours"], samples["one-shot"], 0.0))
    return found


def _row(what: str, mine: Sample, bare: Sample, target: float) -> Row:
    by = ratio(mine, bare)
    return Row(what, f"{mine.median:,.0f}/s", f"{bare.median:,.0f}/s", by.median, by.spread, target)


def _calls(size: int) -> tuple[dict[str, Call], dict[str, Call], dict[str, Call]]:
    """A message of ``size`` bytes protected and opened: ours; with `cryptography`'s cipher, which has a tag length; and
    by its one-shot interface, which has none: sealed with the tag cut, opened by sealing once more and comparing."""
    plain = _GET_RESPONSE + bytes(size - len(_GET_RESPONSE))
    sender = SecurityMaterial(
        own_title=_METER, peer_title=_CLIENT, global_unicast_key=_KEY, authentication_key=_AUTHENTICATION_KEY
    )
    receiver = sender.for_peer()
    control = sender.control()
    message = protect(sender, plain, control=control, counter=_COUNTER)
    sealed = message[-(size + _TAG) :]
    additional = bytes([control]) + _AUTHENTICATION_KEY
    key = algorithms.AES(_KEY)
    iv = _METER + _COUNTER.to_bytes(4, "big")

    def seal() -> bytes:
        encryptor = Cipher(key, modes.GCM(iv, min_tag_length=_TAG)).encryptor()
        encryptor.authenticate_additional_data(additional)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag[:_TAG]

    def unseal() -> bytes:
        decryptor = Cipher(key, modes.GCM(iv, sealed[-_TAG:], _TAG)).decryptor()
        decryptor.authenticate_additional_data(additional)
        return decryptor.update(sealed[:-_TAG]) + decryptor.finalize()

    assert seal() == sealed
    assert unseal() == plain
    assert unprotect(receiver, message).apdu == plain
    ours: dict[str, Call] = {
        "ciphering": lambda: protect(sender, plain, control=control, counter=_COUNTER),
        "deciphering": lambda: unprotect(receiver, message),
    }
    encrypt = AESGCM(_KEY).encrypt

    def unseal_at_once() -> bytes:
        opened = encrypt(iv, sealed[:-_TAG], None)[:-_FULL_TAG]
        assert encrypt(iv, opened, additional)[: _TAG - _FULL_TAG] == sealed
        return opened

    one_shot: dict[str, Call] = {
        "ciphering": lambda: encrypt(iv, plain, additional)[: _TAG - _FULL_TAG],
        "deciphering": unseal_at_once,
    }
    return ours, {"ciphering": seal, "deciphering": unseal}, one_shot


def _rate(call: Call) -> Callable[[], Awaitable[float]]:
    async def measure() -> float:
        """Calls a second of processor time: what else runs on the machine does not count."""
        calls, started = 0, time.thread_time()
        while (elapsed := time.thread_time() - started) < _TURN_S:
            for _number in range(_BATCH):
                call()
            calls += _BATCH
        return calls / elapsed

    return measure
