"""The bench in the place of a device that joins a home: it is entered, it joins, it gets its link key.

The device file of the gateway names what such a device brings with it: ``appliance``, the certificate of its maker, and
``appliance.pin``, the PIN on its label; ``appliance-2`` is another one.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.access.sep2 import Sep2Access
from drivers.cim.credentials import Credential
from drivers.cim.errors import OfficeError, OfficeRefusedError
from drivers.sep2.codec import encode
from drivers.sep2.devices import EndDevice, EndDeviceList, Registration
from drivers.sep2.est import ENROL, REENROL, ask_for_key, credential_from, new_key
from drivers.sep2.identity import lfdi_of, sfdi_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

SWITCH = b"\x00\x00\x20\x00"
"""Device category of a load control switch."""
OK, CREATED, NO_CONTENT = 200, 201, 204


@dataclass
class Candidate:
    """One device before, in and after its time in the home of the gateway behind ``access``.

    ``link`` is its link key once it has one; `credential` what it shows now.
    """

    access: Sep2Access
    name: str = "appliance"
    category: bytes = SWITCH
    link: Credential | None = None

    # -- what it is --------------------------------------------------------------------------------------------------

    @property
    def birth(self) -> Credential:
        """The certificate of its maker."""
        return self.access.credential(self.name)

    @property
    def credential(self) -> Credential:
        """By what it is known now."""
        return self.link or self.birth

    @property
    def lfdi(self) -> bytes:
        """Its LFDI now."""
        return _lfdi(self.credential)

    @property
    def sfdi(self) -> int:
        """What is printed on it."""
        return sfdi_of(_lfdi(self.birth))

    @property
    def pin(self) -> int:
        """What is printed on it, too."""
        return int(self.access.station.secret(self.access.seat, f"{self.name}.pin").decode("ascii"))

    # -- at the gateway's set-up page ----------------------------------------------------------------------------------

    async def enter(self, category: bytes | None = None) -> None:
        """Somebody enters what is printed on it."""
        kind = (category or self.category).hex()
        await self._do("expect_device", sfdi=self.sfdi, pin=self.pin, category=kind)

    async def open_window(self, for_s: float) -> None:
        """Somebody lets devices join."""
        await self._do("join_window", for_s=for_s)

    async def take_out(self) -> None:
        """Somebody takes it out of the home."""
        await self._do("remove_device", sfdi=self.sfdi)

    async def _do(self, act: str, **values: object) -> None:
        await self.access.station.box.do(self.access.seat, act, **values)

    # -- on the wire -----------------------------------------------------------------------------------------------

    async def join(self, *, shown: Credential | None = None, lfdi: bytes | None = None) -> int:
        """Post its entry; the status of the answer, 0 where there is none. ``shown``: with another certificate,
        ``lfdi``: as that device.
        """
        own = lfdi or _lfdi(self.birth)
        entry = EndDevice(lfdi=own, sfdi=sfdi_of(own), changed=0, category=self.category)
        return await self.status("POST", "/edev", encode(entry), shown or self.birth)

    async def status(self, method: str, path: str, body: bytes = b"", shown: Credential | None = None) -> int:
        """The status of an answer, 0 where TLS is refused or the connection is dropped."""
        async with self.access.client(shown or self.credential) as client:
            with suppress(OfficeError):
                return (await client.request(method, path, body)).status
        return 0

    async def works(self, shown: Credential | None = None) -> bool:
        """Whether it is let in: it finds its own entry."""
        return await self.status("GET", "/edev?s=0&l=255", shown=shown) == OK

    async def get_link_key(self, key: EllipticCurvePrivateKey | None = None, *, shown: Credential | None = None) -> int:
        """Ask for its first link key (for ``key``, else a new one); the status. It is shown from then on.

        With another certificate ``shown`` it is only tried.
        """
        return await self._ask(ENROL, key or new_key(), shown or self.birth, keep=shown is None)

    async def change_key(self, *, shown: Credential | None = None) -> int:
        """Ask for another link key, with the present one; the status. With a certificate ``shown`` it is only tried."""
        return await self._ask(REENROL, new_key(), shown or self.credential, keep=shown is None)

    async def _ask(self, path: str, key: EllipticCurvePrivateKey, shown: Credential, *, keep: bool) -> int:
        async with self.access.client(shown) as client:
            try:
                answer = await ask_for_key(client, key, path)
                given = credential_from(answer, key, self.birth.trust_pem)
            except OfficeRefusedError as refused:
                return refused.status
            except OfficeError:
                return 0
        if keep:
            self.link = given
        return answer.status

    async def come_in(self) -> None:
        """Be entered, join in an open window, get and use a link key."""
        await self.enter()
        await self.open_window(60.0)
        await self.join()
        await self.get_link_key()
        await self.works()

    async def entries(self) -> list[EndDevice]:
        """What it finds in the list of devices. Raises OfficeError, Sep2Error."""
        async with self.access.client(self.credential) as client:
            return list((await client.get_list("/edev", EndDeviceList)).members)

    async def registered_pin(self, entry: EndDevice) -> int:
        """The PIN that the gateway has for it. Raises OfficeError, Sep2Error."""
        async with self.access.client(self.credential) as client:
            return (await client.get(f"{entry.href}/rg", Registration)).pin


def fingerprint(credential: Credential | None) -> str:
    """What tells keys apart in a record: the digest of the public key; empty where there is no key."""
    if credential is None:
        return ""
    key = credential.certificate.public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()[:16]


def _lfdi(credential: Credential) -> bytes:
    return lfdi_of(credential.certificate.public_bytes(Encoding.DER))
