"""A 2030.5 client: resources by their addresses, over HTTPS with the taps of `drivers.cim.client`.

The tap ``message`` shows whole requests and answers above TLS, so that a probe can change, drop or repeat them there.
Every answer's certificate is looked at: a server whose LFDI is not the registered one gets nothing more.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Self, TypeVar, cast

from cryptography.hazmat.primitives.serialization import Encoding

from drivers.cim.client import Answer, OfficeClient
from drivers.cim.credentials import Credential, TlsOptions
from drivers.clock import Clock
from drivers.sep2.codec import Resource, decode, encode
from drivers.sep2.errors import WrongServerError
from drivers.sep2.identity import lfdi_of
from drivers.sep2.tls import CLIENT_TLS
from drivers.sep2.vocabulary import MEDIA_TYPE
from drivers.transport.tap import Tap

_LONGEST_PAGE = 255
_MOST_PAGES = 64
_NOT_FOUND = 404
"""Of a list that never ends no more is read than so many pages."""

R = TypeVar("R", bound=Resource)


class Sep2Client:
    """One client of one server (``https://host:port``). ``servers``: LFDIs of which the server's must be one; none
    given, any certificate under the trust anchors will do. ``met`` is the LFDI of the server that answered last.

    Errors of the way are `drivers.cim.errors`; `drivers.sep2.errors` those of messages and identities.
    """

    def __init__(
        self,
        url: str,
        credential: Credential,
        clock: Clock,
        *,
        servers: frozenset[bytes] = frozenset(),
        options: TlsOptions = CLIENT_TLS,
        timeout_s: float = 10.0,
    ) -> None:
        self.http = OfficeClient(url, credential, clock, options=options, timeout_s=timeout_s)
        self.servers = servers
        self.credential = credential
        self.met = b""

    @property
    def message(self) -> Tap:
        """The tap above TLS: requests and answers in canonical bytes (`drivers.cim.canonical`)."""
        return self.http.message

    @property
    def lfdi(self) -> bytes:
        """The client's own identity."""
        return lfdi_of(self.credential.certificate.public_bytes(Encoding.DER))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. Never raises."""
        await self.http.close()

    async def get(self, path: str, cls: type[R]) -> R:
        """The resource at ``path``. Raises OfficeError, Sep2DecodeError, WrongServerError."""
        answer = await self.request("GET", path)
        return decode(answer.raise_for_refusal().body, cls)

    async def get_list(self, path: str, cls: type[R]) -> R:
        """The whole list at ``path``, in as many pages as the server makes of it; without a query it gives one member.

        Raises what `get` does.
        """
        listed: Any = await self.get(_page_of(path, 0), cls)
        for _ in range(_MOST_PAGES):
            count = len(listed.members)
            if count >= (listed.all or 0):
                break
            more = cast(Any, await self.get(_page_of(path, count), cls)).members
            if not more:
                break
            listed = dataclasses.replace(listed, results=count + len(more), members=(*listed.members, *more))
        return cast(R, listed)

    async def post(self, path: str, resource: Resource) -> str:
        """Add ``resource`` to the list at ``path``; where it stands now (empty where the server does not say)."""
        answer = await self.request("POST", path, encode(resource))
        return answer.raise_for_refusal().headers.get("location", "")

    async def put(self, path: str, resource: Resource) -> None:
        """Put ``resource`` in the place of the one at ``path``."""
        (await self.request("PUT", path, encode(resource))).raise_for_refusal()

    async def delete(self, path: str) -> None:
        """Take away what stands at ``path``; that it is gone already is as good. Raises OfficeError."""
        answer = await self.request("DELETE", path)
        if answer.status != _NOT_FOUND:
            answer.raise_for_refusal()

    async def request(self, method: str, path: str, body: bytes = b"") -> Answer:
        """A request with its answer, whatever its status. Raises OfficeError, WrongServerError."""
        headers = {"accept": MEDIA_TYPE}
        if body:
            headers["content-type"] = MEDIA_TYPE
        answer = await self.http.request(method, path, body, headers)
        self.met = lfdi_of(answer.peer_certificate)
        if self.servers and self.met not in self.servers:
            await self.close()
            raise WrongServerError(f"{self.http.url} is not the server that was registered")
        return answer


def _page_of(path: str, start: int) -> str:
    """Where the members of a list from ``start`` on are."""
    return f"{path}?s={start}&l={_LONGEST_PAGE}"
