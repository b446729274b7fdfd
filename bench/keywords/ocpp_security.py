"""Keywords about who a charging station connects to, and as whom: TLS, passwords, certificates."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from robot.api.deco import keyword, library

from bench.access.ocpp_certificates import new_root, signed_request
from bench.access.ocpp_csms import Csms
from bench.keywords.conversation import NOTHING
from bench.keywords.ocpp_calls import Scene
from bench.keywords.ocpp_station import _GUARD_S, OcppStation
from drivers.ocpp.csms import Admission, common_name_of
from drivers.ocpp.tls import server_context

_OLD_SUITES = "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"


@dataclass(frozen=True)
class _Manner:
    """How a CSMS is met: ``credential`` by the name of a secret, TLS of another kind, or none at all."""

    credential: str = "csms"
    old_tls: bool = False
    plain: bool = False


_MANNERS: Mapping[str, _Manner] = {
    "of the right authority": _Manner(),
    "whose certificate has expired": _Manner("csms_expired"),
    "of another authority": _Manner("csms_untrusted"),
    "whose certificate names another host": _Manner("csms_wrong_name"),
    "that offers no TLS newer than 1.1": _Manner(old_tls=True),
    "without TLS": _Manner(plain=True),
}


@library(scope="TEST", auto_keywords=False)
class OcppSecurity(OcppStation):
    """The security of the link."""

    def __init__(self) -> None:
        super().__init__()
        self._password = b""

    # -- who the station connects to ---------------------------------------------------------------------------------

    @keyword("The Station Is Sent To A CSMS")
    def sent_to(self, manner: str) -> None:
        """Whether it connects. Example: | The Station Is Sent To A CSMS | whose certificate has expired |"""
        self.run(self._sent_to(manner), _GUARD_S)

    @keyword("The Station Connects")
    def connects(self) -> None:
        """It did. Example: | The Station Connects |"""
        self.expect("connected")

    @keyword("The Station Does Not Connect")
    def connects_not(self) -> None:
        """It did not, and made no upgrade. Example: | The Station Does Not Connect |"""
        self.expect("tried, and did not connect")

    @keyword("The CSMS Is The Right One Again")
    def right_again(self) -> None:
        """At the same address. The station must come. Example: | The CSMS Is The Right One Again |"""
        self.run(self._right_again(), _GUARD_S)

    async def _sent_to(self, words: str) -> None:
        manner = _MANNERS[words]
        self._csms = Csms(self.access, version=self._version, context=self._context(manner))
        await self._csms.open()
        if manner.plain:
            # The address says wss, and who answers there speaks no TLS.
            await self._csms.server.vanish()
            self._csms.server.counted = False
            self._csms.server.open(None)
        there = await self._csms.connected()
        self._there = there
        tried = bool(self._csms.server.attempts)
        outcome = "connected" if there is not None else "tried, and did not connect" if tried else NOTHING
        self.heard(f"a CSMS {words}", outcome, attempts=[item.outcome for item in self._csms.server.attempts[:5]])

    def _context(self, manner: _Manner) -> ssl.SSLContext:
        credential = self.access.credential(manner.credential)
        if not manner.old_tls:
            return server_context(credential, ask=self.access.declared.security_profile == 3)
        old = ssl.TLSVersion.TLSv1_1
        return server_context(credential, ask=False, minimum=ssl.TLSVersion.TLSv1, maximum=old, ciphers=_OLD_SUITES)

    async def _right_again(self) -> None:
        after = self.csms.attempts
        await self.csms.server.vanish()
        self.csms.reappear(self._context(_MANNERS["of the right authority"]))
        self._mark = 0
        self._there = await self.csms.connected(after=after, within_s=self.access.declared.retry_s)
        self.heard("the right CSMS at the same address", "connected" if self._there is not None else NOTHING)
        self.expect("connected")
        await self.station.advance(5.0)

    # -- as whom -----------------------------------------------------------------------------------------------------

    @keyword("The Station Brings The Password Of Its Identity")
    def brings_password(self) -> None:
        """By basic authentication, within TLS. Example: | The Station Brings The Password Of Its Identity |"""
        attempt = self.csms.server.attempts[-1]
        self.fact("the upgrade bears a password", attempt.basic, "always")
        self.fact("the upgrade is within TLS", attempt.facts is not None, "always")
        version = attempt.facts.version if attempt.facts is not None else ""
        self.fact("the version of TLS", version in ("TLSv1.2", "TLSv1.3"), "always")

    @keyword("The CSMS Asks For A New Password Of")
    def new_password(self, characters: str) -> None:
        """So many characters. Example: | The CSMS Asks For A New Password Of | 20 |"""
        self._password = secrets.token_hex(int(characters))[: int(characters)].encode("ascii")
        self.station.secrets.remember(self._password)
        self.ask("a new password", self._password.decode("ascii"))

    @keyword("The CSMS Takes The New Password Only")
    def takes_new(self) -> None:
        """From now on. Example: | The CSMS Takes The New Password Only |"""
        self.csms.server.admission = Admission({self.access.declared.identity: self._password})

    @keyword("The CSMS Takes Another Password Only")
    def takes_another(self) -> None:
        """One that nobody has; the station must not be let in. Example: | The CSMS Takes Another Password Only |"""
        self.csms.server.admission = Admission({self.access.declared.identity: secrets.token_bytes(20)})

    @keyword("The CSMS Takes The Password Of The Station")
    def takes_right(self) -> None:
        """The one that was declared. Example: | The CSMS Takes The Password Of The Station |"""
        self.csms.server.admission = self.csms.admission

    @keyword("The CSMS Answers Again For")
    def answers_for(self, seconds: str) -> None:
        """At its address, for so long; then it is away. Example: | The CSMS Answers Again For | 60 |"""
        self.run(self._answer_for(float(seconds)), _GUARD_S)

    async def _answer_for(self, seconds: float) -> None:
        before = self.csms.attempts
        self.csms.reappear()
        await self.station.advance(seconds)
        refused = [attempt.outcome for attempt in self.csms.server.attempts[before:]]
        self.fact("tries with the password that is refused", len(refused), "at_least", limit=1)
        await self.csms.vanish()

    @keyword("The CSMS Asks Stations For Their Certificates")
    def ask_certificates(self) -> None:
        """From now on, and lets nobody in without. Example: | The CSMS Asks Stations For Their Certificates |"""
        self.csms.server.admission = Admission(None, names_match=True)
        self.run(self._open_anew(), _GUARD_S)

    async def _open_anew(self) -> None:
        self.csms.server.open(server_context(self.access.credential("csms"), ask=True))

    @keyword("The Station Shows The Certificate Of Its Identity")
    def shows_certificate(self) -> None:
        """And no password. Example: | The Station Shows The Certificate Of Its Identity |"""
        attempt = self.csms.server.attempts[-1]
        self.fact("the name in its certificate", common_name_of(attempt.facts), "equals", expected=attempt.identity)
        self.fact("the upgrade bears a password", attempt.basic, "never")

    @keyword("The Station Comes Back")
    def comes_back(self) -> None:
        """By a connection that it makes from now on. Example: | The Station Comes Back |"""
        self.run(self._comes_back(), _GUARD_S)

    async def _comes_back(self) -> None:
        session = self.there.session
        await session.ended(self.access.declared.connect_s)
        after = (
            max(0, self.csms.attempts - 1)
            if self.csms.server.attempts[-1].at >= self.clock.now() - 1.0
            else self.csms.attempts
        )
        found = await self.csms.connected(after=after, within_s=self.access.declared.retry_s)
        fresh = found is not None and found.session is not session
        self.heard("what was changed", "connected" if fresh else NOTHING)
        self.expect("connected")
        if found is not None:
            self._there = found
        await self.station.advance(5.0)

    # -- certificates of the station ---------------------------------------------------------------------------------

    @keyword("The CSMS Has The Request Signed By")
    def sign(self, who: str) -> None:
        """``the right authority`` or ``a stranger``; for the key of the last request.
        Example: | The CSMS Has The Request Signed By | a stranger |"""
        csrs = self.there.backend.csrs
        self.fact("the station sends a request for its certificate", bool(csrs), "always")
        stranger = ec.generate_private_key(ec.SECP256R1()) if who == "a stranger" else None
        self.ask("the signed certificate", signed_request(csrs[-1], self.access.secret("authority"), stranger))

    @keyword("The Request Names The Identity Of The Station")
    def names_identity(self) -> None:
        """As common name. Example: | The Request Names The Identity Of The Station |"""
        request = x509.load_pem_x509_csr(self.there.backend.csrs[-1].encode("ascii"))
        names = request.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        told = str(names[0].value) if names else ""
        self.fact("the common name of the request", told, "equals", expected=self.access.declared.identity)

    @keyword("The CSMS Deletes The Root That It Installed")
    def delete_root(self) -> None:
        """By its hashes. Example: | The CSMS Deletes The Root That It Installed |"""
        self.run(self._delete(), _GUARD_S)

    async def _delete(self) -> None:
        from drivers.ocpp.certificates import hash_data, parse
        from drivers.ocpp.rpc import Call

        data = {"certificateHashData": hash_data(parse(self._another_root))}
        await self.converse("the deletion of a root", Call(self.there.session.next_id(), "DeleteCertificate", data))

    @keyword("The Station Has So Many Roots Of The CSMS")
    def roots(self, count: str) -> None:
        """By the list that it gives. Example: | The Station Has So Many Roots Of The CSMS | 2 |"""
        self.run(self._roots(int(count)), _GUARD_S)

    async def _roots(self, count: int) -> None:
        answer = await self.there.call("GetInstalledCertificateIds", {"certificateType": ["CSMSRootCertificate"]})
        found = len(answer.get("certificateHashDataChain", ()))
        self.fact("installed roots of the CSMS", found, "equals", expected=count)

    @cached_property
    def _another_root(self) -> str:
        return new_root("Another CSMS root")

    def circumstances(self, text: str = "") -> Scene:
        """With the certificates that calls name."""
        scene = super().circumstances(text)
        station = self.access.credential("station").certificate_pem
        scene.secrets = {"another root": self._another_root, "station certificate": station}
        return scene
