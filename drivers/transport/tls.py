"""TLS over TCP. The caller decides by its `ssl.SSLContext` what is offered, trusted and presented.

The tap ``line`` sees what TLS protects, not its records. Handshakes take real time. Where the far side counts what it
protects and protected (``counted``), a stepped clock takes part as on TCP; else it waits for the link in real time.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any

from drivers.clock import Clock
from drivers.transport.base import CannotOpenError
from drivers.transport.tcp import TcpTransport, explain_connect_error


class HandshakeError(CannotOpenError):
    """The TLS handshake failed. ``reason`` is OpenSSL's word for it, such as
    ``CERTIFICATE_VERIFY_FAILED``."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class TlsFacts:
    """What was negotiated. ``peer_certificate`` is DER, None when the peer showed none."""

    version: str
    cipher: str
    secret_bits: int
    alpn: str | None
    peer_certificate: bytes | None


def facts_of(session: ssl.SSLObject) -> TlsFacts:
    """What a session negotiated."""
    cipher, _, bits = session.cipher() or ("none", "", 0)
    return TlsFacts(
        version=session.version() or "unknown",
        cipher=cipher,
        secret_bits=bits,
        alpn=session.selected_alpn_protocol(),
        peer_certificate=session.getpeercert(binary_form=True),
    )


class TlsTransport(TcpTransport):
    """A TLS connection to ``host`` and ``port``.

    ``server_hostname`` is the name to ask for and to check the certificate against (default: ``host``; both
    only as the context demands). Raises HandshakeError, a CannotOpenError, when the handshake fails. With TLS
    1.3 a server judges the client's certificate after the handshake: its refusal comes as PeerClosedError
    from the first read. ``counted``: the far side counts the bytes within TLS under ``tcp:<server port>:<client port>``
    for a stepped clock.
    """

    def __init__(
        self,
        host: str,
        port: int,
        clock: Clock,
        *,
        context: ssl.SSLContext,
        server_hostname: str | None = None,
        connect_timeout_s: float = 10.0,
        counted: bool = False,
    ) -> None:
        super().__init__(host, port, clock, connect_timeout_s=connect_timeout_s, counted=counted)
        self._context = context
        self._server_hostname = server_hostname
        self._facts: TlsFacts | None = None

    @property
    def negotiated(self) -> TlsFacts:
        """What the last handshake negotiated. Raises RuntimeError before the first."""
        if self._facts is None:
            raise RuntimeError(f"{self.name} has not been opened")
        return self._facts

    def _connection_options(self) -> dict[str, Any]:
        return {
            "ssl": self._context,
            "server_hostname": self._server_hostname or self._host,
            "ssl_handshake_timeout": self._connect_timeout_s,
            "ssl_shutdown_timeout": 1.0,
        }

    def _connected(self, transport: asyncio.Transport) -> None:
        super()._connected(transport)
        self._facts = facts_of(transport.get_extra_info("ssl_object"))

    def _cannot_open(self, error: OSError) -> CannotOpenError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return HandshakeError(
                f"{self.name}: its certificate is not accepted: {error.verify_message}",
                error.reason or "unknown",
            )
        if isinstance(error, ssl.SSLError):
            return HandshakeError(
                f"{self.name}: the TLS handshake failed: {error.reason or error}", error.reason or "unknown"
            )
        if isinstance(error, ConnectionResetError):
            return HandshakeError(f"{self.name} broke off during the TLS handshake", "RESET")
        return CannotOpenError(explain_connect_error(self.name, self._host, error))
