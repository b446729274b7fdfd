"""Sending a meter what no client would send, and what the meter made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.controls.attempts import Attempt, Outcome, attempt
from bench.controls.dlms._answers import in_words, is_refusal
from drivers.dlms.client.channel import PROTECTED_TAGS
from drivers.dlms.errors import DecodeError, SecurityError
from drivers.dlms.hdlc_frame import FrameError, Kind, parse
from drivers.dlms.hdlc_reader import FrameReader

if TYPE_CHECKING:
    from drivers.dlms.client import DlmsClient


def frames_in(heard: bytes) -> list[Kind]:
    """The kinds of the HDLC frames in what was heard on a line."""
    kinds = []
    for content in FrameReader().feed(heard):
        try:
            kinds.append(parse(content).kind)
        except FrameError:
            continue
    return kinds


async def send_forged(client: DlmsClient, message: bytes, deadline: float | None = None) -> Attempt:
    """Send ``message`` as it is, from the layer ``ciphered``; the meter's answer, opened where it is ciphered.

    Accepted is any answer that is an APDU and no refusal; a refusal, silence, the end of the connection and an answer
    that cannot be opened are not.
    """
    tried = await attempt(client.send_raw(message, deadline))
    return opened(client, tried.value) if tried.accepted else tried


def opened(client: DlmsClient, answer: bytes) -> Attempt:
    """What an answer of the meter, as it came over the link, says; also one that should have been ciphered."""
    plain = answer
    if answer[:1] and answer[0] in PROTECTED_TAGS:
        try:
            plain = client.unprotect(answer).apdu
        except (SecurityError, DecodeError) as error:
            return Attempt(Outcome.GARBLED, f"an answer that cannot be opened: {error}", answer, error)
    outcome = Outcome.REFUSED if is_refusal(plain) else Outcome.ACCEPTED
    return Attempt(outcome, in_words(plain), plain)
