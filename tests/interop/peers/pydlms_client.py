"""A pydlms-client (GPL-3.0) in a process of its own, in the peers' environment. Never imported by the project.

Reads one JSON object on standard input: ``connect`` (builder and its arguments), ``settings``, ``security`` (hex
strings), ``steps``; writes a JSON list with a result for each step, or ``{"error": ...}``.
"""

import json
import sys
import time

from cryptography.hazmat.primitives.asymmetric import ec
from pydlms import DlmsClient
from pydlms.cosem.data import DlmsData
from pydlms.security.context import SecurityContext
from pydlms.security.hls import Mechanism

KEYS = ("signing_key", "key_agreement_key")
PUBLIC_KEYS = ("peer_signing_key", "peer_key_agreement_key")
OCTETS = (
    "encryption_key", "authentication_key", "client_system_title", "server_system_title", "broadcast_key", "master_key",
)  # fmt: skip


def private_key(text):
    raw = bytes.fromhex(text)
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1() if len(raw) == 32 else ec.SECP384R1())


def security(given):
    if given is None:
        return None
    values = dict(given)
    for name in OCTETS:
        if name in values:
            values[name] = bytes.fromhex(values[name])
    for name in KEYS:
        if name in values:
            values[name] = private_key(values[name])
    for name in PUBLIC_KEYS:
        if name in values:
            values[name] = private_key(values[name]).public_key()
    return SecurityContext(**values)


def run(client, step):
    kind = step["do"]
    if kind == "get":
        return plain(client.get(step["obis"], step["class"], step["attribute"]))
    if kind == "time":
        started, used = time.perf_counter(), time.process_time()
        for _number in range(step["count"]):
            client.get(step["obis"], step["class"], step["attribute"])
        return [time.perf_counter() - started, time.process_time() - used]
    if kind == "get_many":
        return [plain(item) for item in client.get_many([tuple(item) for item in step["items"]])]
    if kind == "set":
        client.set(step["obis"], step["class"], step["attribute"], DlmsData.uint16(step["value"]))
        return "ok"
    if kind == "action":
        client.action(step["obis"], step["class"], step["method"])
        return "ok"
    if kind == "view":
        return len(client.get_association_view())
    raise ValueError(kind)


def plain(value):
    value = getattr(value, "value", value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return len(value)
    return int(value) if isinstance(value, int) else str(value)


def main():
    order = json.load(sys.stdin)
    settings = dict(order["settings"])
    if "mechanism" in settings:
        settings["mechanism"] = Mechanism(settings["mechanism"])
    if "password" in settings:
        settings["password"] = bytes.fromhex(settings["password"])
    if "client_system_title" in settings:
        settings["client_system_title"] = bytes.fromhex(settings["client_system_title"])
    if order.get("security"):
        settings["security"] = security(order["security"])
        if settings.get("mechanism") == Mechanism(7):
            settings["signing_key"] = settings["security"].signing_key
            settings["server_public_key"] = settings["security"].peer_signing_key
    try:
        with getattr(DlmsClient, order["builder"])(**order["connect"], **settings) as client:
            answer = [run(client, step) for step in order["steps"]]
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    json.dump(answer, sys.stdout)


main()
