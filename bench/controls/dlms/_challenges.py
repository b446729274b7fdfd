"""Attacks on the four passes of high-level security."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.dlms._power import power_cycle
from bench.controls.dlms._unauthenticated import Asker, request_association
from bench.judgement.check import Check
from drivers.dlms.apdu import ActionRequestNormal, decode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import OctetString
from drivers.dlms.errors import AuthenticationError
from drivers.transport.tap import Direction

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ADMITTED = "a proof that is none opened the association"
EQUAL = "the server's challenge equalled the client's"
CHALLENGES = "challenges of the server"
LENGTH = "length of the server's challenges"
PENDING = "the AARE said that authentication is required"
CAME_BACK = "the meter answered again after a power cut"
_OFF_S = 3.0
_PATIENCE_S = 10.0
"""How slowly the meter answers is not the question here."""
_ACTION = b"\xc3"


class Challenges:
    """The attacks of one trial, as the client of ``role``."""

    def __init__(self, trial: Trial, access: DlmsAccess, role: str, asker: Asker) -> None:
        self._trial = trial
        self._access = access
        self._role = role
        self._asker = asker

    def _client(self) -> DlmsClient:
        return self._access.new_client(self._role)

    async def run(self) -> None:
        """All of them."""
        await self._between_passes()
        await self._replayed_proof()
        await self._echoed_challenge()
        await self._reflected_proof()
        await self._equal_challenges()
        await self._collect()

    async def _between_passes(self) -> None:
        """Data and methods between AARE and pass 3, and after a wrong pass 3."""
        client = self._client()
        try:
            await request_association(client)
            self._trial.record.observe(PENDING, client.association.pending, what="pass 2")
            await self._asker.ask(client, "between AARE and pass 3")
            proof = client.association.answer_to(client.association.stoc)
            await self._prove(client, proof[:-1] + bytes((proof[-1] ^ 1,)), "one bit of the proof altered")
            await self._asker.ask(client, "after a wrong pass 3")
        finally:
            await client.abort()

    async def _replayed_proof(self) -> None:
        """The proof of an earlier session, sent again."""
        first = self._client()
        try:
            await first.link.open()
            with first.taps["plain"].capturing() as seen:
                await first.associate()
        finally:
            await first.close()
        sent = (decode_apdu(one.data) for one in seen if one.direction is Direction.OUT and one.data[:1] == _ACTION)
        proof = next(apdu.parameters for apdu in sent if isinstance(apdu, ActionRequestNormal))
        assert isinstance(proof, OctetString)
        await self._pend_and_prove(bytes(proof), "pass 3 of an earlier session")

    async def _echoed_challenge(self) -> None:
        """The server's own challenge as the answer to it."""
        client = self._client()
        try:
            await request_association(client)
            await self._prove(client, client.association.stoc, "the challenge itself as its answer")
            await self._asker.ask(client, "after the challenge was echoed")
        finally:
            await client.abort()

    async def _reflected_proof(self) -> None:
        """The server's challenge of one session is the client's of another; the server's answer there is used here."""
        client, helper = self._client(), self._client()
        try:
            await request_association(client)
            challenge = client.association.stoc
            proof = await attempt(self._have_answered(helper, challenge))
            if proof.accepted:
                await self._prove(client, proof.value, "the server's own answer reflected")
                await self._asker.ask(client, "after the server's answer was reflected")
            else:
                self._admit(False, "the server's own answer reflected", proof)
        finally:
            await client.abort()
            await helper.abort()

    async def _have_answered(self, helper: DlmsClient, challenge: bytes) -> bytes:
        """f(challenge) of the server, by a session of somebody who can prove who he is."""
        await request_association(helper, challenge)
        association = helper.association
        return await association.reply(association.answer_to(association.stoc))

    async def _equal_challenges(self) -> None:
        """A challenge that the server has just given comes back as the client's."""
        client = self._client()
        try:
            await request_association(client)
            given = client.association.stoc
            await client.association.send_aarq(client.association.make_aarq(given))
            tried = await attempt(client.association.receive_aare())
            equal = tried.accepted and tried.value.authentication_value == given
            words = "another challenge or none" if tried.accepted else tried.text
            self._trial.record.observe(EQUAL, equal, what="StoC sent as CtoS", answer="the same" if equal else words)
        finally:
            await client.abort()

    async def _pend_and_prove(self, proof: bytes, what: str) -> None:
        client = self._client()
        try:
            await request_association(client)
            await self._prove(client, proof, what)
            await self._asker.ask(client, f"after {what}")
        finally:
            await client.abort()

    async def _prove(self, client: DlmsClient, proof: bytes, what: str) -> None:
        self._admit_if(await attempt(client.association.reply(proof)), what)

    def _admit_if(self, tried: Attempt, what: str) -> None:
        """Admitted is who gets pass 4, also when the server's own proof in it is missing."""
        unproved = isinstance(tried.error, AuthenticationError) and tried.error.server_proved is False
        self._admit(tried.accepted or unproved, what, tried)

    def _admit(self, admitted: bool, what: str, tried: Attempt) -> None:
        self._trial.record.observe(ADMITTED, admitted, what=what, answer=tried.text)

    # -- the challenges themselves ---------------------------------------------------------------------------------

    async def _collect(self) -> None:
        """Challenges over power cycles: long enough, and none twice."""
        cycles = self._trial.bound("n_challenge_power_cycles").count
        each = -(-self._trial.bound("n_challenges").count // (cycles + 1))
        for number in range(cycles + 1):
            if number:
                back = await power_cycle(self._trial, self._access, _OFF_S, response_timeout_s=_PATIENCE_S)
                self._trial.record.observe(CAME_BACK, back, what=f"power cut {number}")
                if not back:
                    return
            collected = await self._some(each)
            what = "at first" if not number else f"after power cut {number}"
            self._trial.record.observe(CHALLENGES, [one.hex() for one in collected], what=what)
            shortest = min(map(len, collected), default=0)
            self._trial.record.observe(LENGTH, shortest, unit="bytes", what=what)

    async def _some(self, count: int) -> Sequence[bytes]:
        """``count`` challenges, over one connection for as long as the meter keeps it."""
        collected: list[bytes] = []
        client = self._client()
        try:
            while len(collected) < count:
                asked_again = client.link.connected
                tried = await attempt(request_association(client))
                if tried.accepted:
                    collected.append(client.association.stoc)
                elif asked_again:
                    await client.abort()  # a meter may want a new connection for a new AARQ
                else:
                    raise AuthenticationError(f"no challenge came: {tried.text}")
        finally:
            await client.abort()
        return collected


def challenge_checks(trial: Trial) -> Sequence[Check]:
    """What the challenges and proofs must hold to."""
    return [
        Check("an HLS association is pending until the challenge is answered", "always", PENDING),
        Check("only a right proof opens the association", "never", ADMITTED),
        Check("the server never takes its own challenge for the client's", "never", EQUAL),
        Check("the server's challenges are long enough", "at_least", LENGTH, trial.limit("challenge_bytes")),
        Check("no challenge comes twice, also after a power cut", "unique", CHALLENGES),
        Check("the meter comes back after each power cut", "always", CAME_BACK),
    ]
