"""Bytes below HTTP: malformed requests, plaintext to a TLS port, chosen TLS versions, connections that are only
held.

One connection is one `RawConnection`. Waiting is in real time, since TLS runs on it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

from drivers.cim.credentials import Credential, TlsOptions, client_context
from drivers.cim.errors import OfficeSilenceError, OfficeTlsError, OfficeUnreachableError

_READ_BYTES = 65_536
_RESET = struct.pack("ii", 1, 0)  # no lingering: closing resets the connection


@dataclass(frozen=True)
class RawReply:
    """What came back: bytes, whether the peer closed, the alert it sent, and the session that was negotiated."""

    data: bytes
    closed: bool
    alert: str = ""
    tls: tuple[str, str] | None = None

    @property
    def status(self) -> int | None:
        """The status of an HTTP answer, None when the bytes are none."""
        words = self.data.split(b" ", 2)
        if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1][:3].isdigit():
            return None
        return int(words[1][:3])


class RawConnection:
    """A TCP connection to a system, under TLS when ``credential`` is given, plaintext otherwise."""

    def __init__(self, url: str, credential: Credential | None = None, options: TlsOptions | None = None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        self.credential = credential
        self.options = options or TlsOptions()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> RawConnection:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self, timeout_s: float = 5.0) -> None:
        """Connect, with the handshake. Raises OfficeUnreachableError, OfficeTlsError, OfficeSilenceError."""
        context = None if self.credential is None else client_context(self.credential, self.options)
        name = None if context is None else self.options.server_name or self.host
        try:
            self._reader, self._writer = await asyncio.wait_for(
                asyncio.open_connection(self.host, self.port, ssl=context, server_hostname=name), timeout_s
            )
        except TimeoutError as error:
            raise OfficeSilenceError(f"{self.host}:{self.port}: no handshake within {timeout_s:g} s") from error
        except ssl.SSLError as error:
            raise OfficeTlsError(error.reason or type(error).__name__) from error
        except ConnectionRefusedError as error:
            raise OfficeUnreachableError(f"{self.host}:{self.port}: nobody listens") from error
        except OSError as error:
            if context is not None and isinstance(error, ConnectionError):
                raise OfficeTlsError("connection reset in the handshake") from error
            raise OfficeUnreachableError(f"{self.host}:{self.port}: {error.strerror or error}") from error

    @property
    def tls(self) -> tuple[str, str] | None:
        """Version and cipher suite of the session, None in plaintext or before `open`."""
        session = self._writer.get_extra_info("ssl_object") if self._writer is not None else None
        if session is None:
            return None
        cipher = session.cipher()
        return session.version() or "", cipher[0] if cipher else ""

    @property
    def peer_certificate(self) -> bytes:
        """What the peer proved in the handshake (DER), empty in plaintext or before `open`."""
        session = self._writer.get_extra_info("ssl_object") if self._writer is not None else None
        return (session.getpeercert(True) or b"") if session is not None else b""

    async def send(self, data: bytes) -> None:
        """Send bytes as they are; what the peer has closed meanwhile shows in `receive`."""
        if self._writer is None:
            raise RuntimeError("the connection is not open")
        try:
            self._writer.write(data)
            await self._writer.drain()
        except (ConnectionError, ssl.SSLError):
            return

    async def receive(self, timeout_s: float = 2.0) -> RawReply:
        """What the peer sends until it has answered one HTTP message, closes, or ``timeout_s`` (real time) is
        over.
        """
        if self._reader is None:
            raise RuntimeError("the connection is not open")
        data, closed, alert = bytearray(), False, ""
        deadline = asyncio.get_running_loop().time() + timeout_s
        try:
            async with asyncio.timeout_at(deadline):
                while not _is_complete(data):
                    more = await self._reader.read(_READ_BYTES)
                    if not more:
                        closed = True
                        break
                    data += more
        except TimeoutError:
            pass
        except ssl.SSLError as error:
            closed, alert = True, error.reason or type(error).__name__
        except ConnectionError:
            closed, alert = True, "reset"
        return RawReply(bytes(data), closed, alert, self.tls)

    def abort(self) -> None:
        """Drop the connection at once (TCP reset), without the farewell of TLS."""
        if self._writer is None:
            return
        own: socket.socket | None = self._writer.get_extra_info("socket")
        if own is not None and own.fileno() >= 0:  # else the peer's reset has closed it already
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._writer.transport.abort()

    async def close(self) -> None:
        """Close; closing twice is fine. Never raises."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.close()
        try:
            async with asyncio.timeout(0.5):
                await writer.wait_closed()
        except (OSError, TimeoutError):
            writer.transport.abort()


async def raw_request(
    url: str,
    data: bytes,
    credential: Credential | None = None,
    options: TlsOptions | None = None,
    timeout_s: float = 2.0,
) -> RawReply:
    """Open a connection, send ``data``, give back what comes within ``timeout_s``, close.

    Without a credential the bytes go out in plaintext. Raises what `RawConnection.open` raises.
    """
    async with RawConnection(url, credential, options) as connection:
        await connection.send(data)
        return await connection.receive(timeout_s)


def _is_complete(data: bytearray) -> bool:
    """One whole HTTP answer with a length has arrived."""
    head, found, body = bytes(data).partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value)
    return False
