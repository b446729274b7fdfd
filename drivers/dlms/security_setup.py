"""The methods of a meter's security setup (class 64), called by a client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from drivers.dlms.apdu import Method
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Enum
from drivers.dlms.enums import KeyId
from drivers.dlms.errors import DecodeError, MissingKeyError
from drivers.dlms.obis import Obis
from drivers.dlms.security import (
    SecurityMaterial,
    agree,
    decode_offers,
    encode_key_transfer,
    encode_offers,
    make_offer,
    open_offer,
)

SECURITY_SETUP = Obis("0.0.43.0.0.255")
_CLASS = 64
_ACTIVATE, _KEY_TRANSFER, _KEY_AGREEMENT = 1, 2, 3

_FIELD_OF = {
    KeyId.GLOBAL_UNICAST: "global_unicast_key",
    KeyId.GLOBAL_BROADCAST: "global_broadcast_key",
    KeyId.AUTHENTICATION: "authentication_key",
    KeyId.MASTER: "master_key",
}


async def activate_policy(client: DlmsClient, policy: int, setup: Obis = SECURITY_SETUP) -> None:
    """security_activate: strengthen the policy (`PolicyV0` or `Policy`, as the object's version has it)."""
    await client.action(Method(_CLASS, setup, _ACTIVATE), Enum(policy))


async def transfer_keys(client: DlmsClient, keys: Mapping[KeyId, bytes], setup: Obis = SECURITY_SETUP) -> None:
    """key_transfer (global_key_transfer in version 0): new keys, wrapped with the material's master key.

    The client goes on with its old keys; `with_keys` makes the material for the next association.
    """
    master_key = _material(client).require("master_key")
    await client.action(Method(_CLASS, setup, _KEY_TRANSFER), encode_key_transfer(master_key, keys))


async def agree_keys(client: DlmsClient, key_ids: Iterable[KeyId], setup: Obis = SECURITY_SETUP) -> dict[KeyId, bytes]:
    """key_agreement (suites 1 and 2): new keys from signed ephemeral keys of both ends.

    Raises TagError when an offer of the meter is not signed by it, DecodeError for an answer of another shape, or one
    that does not offer exactly the keys that were asked for.
    """
    material = _material(client)
    if material.own_signing_key is None or material.peer_signing_key is None:
        raise MissingKeyError("signing key")
    offers = {key_id: make_offer(material.suite, key_id, material.own_signing_key) for key_id in key_ids}
    parameters = encode_offers((key_id, offer.data) for key_id, offer in offers.items())
    returned = await client.action(Method(_CLASS, setup, _KEY_AGREEMENT), parameters)
    answers = {} if returned is None else decode_offers(returned)
    if answers.keys() != offers.keys():
        raise DecodeError("the meter offered other keys than it was asked for")
    return {
        key_id: agree(
            material.suite,
            offer,
            open_offer(key_id, answers[key_id], material.peer_signing_key),
            material.own_title,
            material.peer_title,
        )
        for key_id, offer in offers.items()
    }


def with_keys(material: SecurityMaterial, keys: Mapping[KeyId, bytes]) -> SecurityMaterial:
    """``material`` with these keys replaced."""
    return replace(material, **{_FIELD_OF[key_id]: key for key_id, key in keys.items()})  # type: ignore[arg-type]


def _material(client: DlmsClient) -> SecurityMaterial:
    if client.material is None:
        raise MissingKeyError("security material")
    return client.material
