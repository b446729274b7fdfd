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
_TAG = 12
_GET_RESPONSE = b"\xc4\x01\xc1\x00"

Call = Callable[[], object]


async def rows(turns: int) -> list[Row]:
    found = []
    for size in _SIZES:
        ours, bare, one_shot = _calls(size)
        samples = await in_turns({"ours": _rate(ours["ciphering"]), "bare": _rate(one_shot)}, turns * _TURNS_EACH)
        what = f"ciphering of {size} bytes, beside one call of AESGCM"
        found.append(_row(what, samples["ours"], samples["bare"], 0.0))
        for name in ours:
            samples = await in_turns({"ours": _rate(ours[name]), "bare": _rate(bare[name])}, turns * _TURNS_EACH)
            found.append(_row(f"{name} of {size} bytes", samples["ours"], samples["bare"], TARGET))
    return found


def _row(what: str, mine: Sample, bare: Sample, target: float) -> Row:
    by = ratio(mine, bare)
    return Row(what, f"{mine.median:,.0f}/s", f"{bare.median:,.0f}/s", by.median, by.spread, target)


def _calls(size: int) -> tuple[dict[str, Call], dict[str, Call], Call]:
    """A message of ``size`` bytes protected and opened: ours; with `cryptography`'s cipher, which has a tag length; and
    sealed by its one-shot interface, which has none (the tag is cut)."""
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
    aead = AESGCM(_KEY)
    return ours, {"ciphering": seal, "deciphering": unseal}, lambda: aead.encrypt(iv, plain, additional)[: _TAG - 16]


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
