"""asyncio's TLS, except that a peer whose handshake is refused is told why."""

from __future__ import annotations

from asyncio.sslproto import SSLProtocol


class AlertingTls(SSLProtocol):
    """TLS of a server that sends OpenSSL's alert before it drops a connection.

    asyncio drops it with the alert still unsent, so that a client cannot tell a refused certificate from a crash. The
    method overridden is asyncio's own (3.11 to 3.13); were it gone, only the alert would be.
    """

    def _on_handshake_complete(self, handshake_exc: BaseException | None) -> None:
        if handshake_exc is not None:
            self._process_outgoing()  # type: ignore[attr-defined]
        super()._on_handshake_complete(handshake_exc)
