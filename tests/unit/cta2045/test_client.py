"""The module's end against a scripted appliance on the loopback interface."""

from __future__ import annotations

import pytest

from drivers.cta2045.basic import Basic, Opcode, OperationalState
from drivers.cta2045.datalink import maximum_payload_response
from drivers.cta2045.errors import ApplicationNakError, LinkNakError, NakCode, ResponseCodeError
from drivers.cta2045.frame import ACK, Arrived, Broken, Event, Frame, nak
from drivers.cta2045.intermediate import CommodityReading, Cycling, Intermediate, decode_intermediate, reply_to
from drivers.transport.base import SilenceError
from drivers.transport.tap import alter
from tests.unit.cta2045.scripted import answering, connected


async def test_a_command_is_acknowledged_on_both_layers() -> None:
    async with connected(answering(Basic(Opcode.APPLICATION_ACK, Opcode.SHED))) as (client, appliance):
        await client.shed(600)
        assert appliance.frames() == [Basic(Opcode.SHED, 17).frame()]


async def test_the_clients_acknowledgment_reaches_the_appliance() -> None:
    async with connected(answering(Basic(Opcode.STATE_RESPONSE, 1))) as (client, appliance):
        assert await client.state() == OperationalState.RUNNING_NORMAL
        assert await client.state() == OperationalState.RUNNING_NORMAL
        kinds = [type(event).__name__ for event in appliance.seen]
        assert kinds[:3] == ["Arrived", "Acknowledged", "Arrived"]


async def test_a_refusal_by_the_application_is_not_one_of_the_link() -> None:
    async with connected(answering(Basic(Opcode.APPLICATION_NAK, 5))) as (client, _):
        with pytest.raises(ApplicationNakError) as caught:
            await client.end()
        assert (caught.value.opcode, caught.value.reason) == (Opcode.END_SHED, 5)


async def test_a_refusal_on_the_link_is_final_and_named() -> None:
    async with connected(lambda event: [nak(NakCode.UNSUPPORTED_TYPE)]) as (client, appliance):
        with pytest.raises(LinkNakError, match="unsupported type") as caught:
            await client.end()
        assert caught.value.code == 6
        assert len(appliance.seen) == 1


async def test_a_frame_refused_for_its_checksum_is_sent_again() -> None:
    refusals = [nak(NakCode.CHECKSUM), nak(NakCode.CHECKSUM)]

    def script(event: Event) -> list[bytes]:
        if not isinstance(event, Arrived):
            return []
        return [refusals.pop()] if refusals else answering(Basic(Opcode.APPLICATION_ACK))(event)

    async with connected(script) as (client, appliance):
        await client.end()
        assert len(appliance.frames()) == 3


async def test_an_appliance_that_says_nothing_is_silent_after_all_tries() -> None:
    async with connected(lambda event: []) as (client, appliance):
        with pytest.raises(SilenceError, match="3 tries"):
            await client.end()
        assert len(appliance.frames()) == 3


async def test_an_answer_in_place_of_a_lost_acknowledgment_counts() -> None:
    def script(event: Event) -> list[bytes]:
        return [Basic(Opcode.STATE_RESPONSE, 4).frame().encode()] if isinstance(event, Arrived) else []

    async with connected(script) as (client, appliance):
        assert await client.state() == OperationalState.IDLE_CURTAILED
        assert len(appliance.frames()) == 1


async def test_what_comes_unasked_is_kept_and_not_taken_for_the_answer() -> None:
    override = Basic(Opcode.CUSTOMER_OVERRIDE, 1)
    async with connected(answering(override, Basic(Opcode.APPLICATION_ACK))) as (client, _):
        await client.end()
        assert list(client.unasked) == [override]


async def test_an_intermediate_request_gives_the_replys_fields() -> None:
    reading = CommodityReading(0, 4500, 1000)
    reply = reply_to(Intermediate(0x0600), 0, reading.fields())
    async with connected(answering(reply)) as (client, appliance):
        assert await client.commodity(0) == (reading,)
        assert decode_intermediate(appliance.frames()[0].payload) == Intermediate(0x0600, b"\x00")


async def test_a_response_code_is_an_error_with_its_meaning() -> None:
    cycling = Cycling(1, 0, 60, 50)
    async with connected(answering(reply_to(cycling.encode(), 7))) as (client, _):
        with pytest.raises(ResponseCodeError, match="customer override") as caught:
            await client.start_cycling(cycling)
        assert caught.value.code == 7


async def test_a_broken_frame_is_refused_and_awaited_again() -> None:
    good = Basic(Opcode.STATE_RESPONSE, 0).frame().encode()

    def script(event: Event) -> list[bytes]:
        match event:
            case Arrived():
                return [ACK, good[:-1] + b"\x00"]
            case _ if repr(event) == "Refused(code=3)":
                return [good]
        return []

    async with connected(script) as (client, _):
        assert await client.state() == OperationalState.IDLE_NORMAL


async def test_which_types_are_taken_is_asked_by_empty_frames() -> None:
    def script(event: Event) -> list[bytes]:
        if not isinstance(event, Arrived):
            return []
        return [ACK] if event.frame.kind == 0x0801 else [nak(NakCode.UNSUPPORTED_TYPE)]

    async with connected(script) as (client, appliance):
        assert await client.takes(0x0801)
        assert not await client.takes(0x0832)
        assert appliance.frames() == [Frame(0x0801), Frame(0x0832)]


async def test_the_maximum_payload_is_asked() -> None:
    async with connected(answering(maximum_payload_response(64))) as (client, _):
        assert await client.maximum_payload() == 64


async def test_a_probe_changes_a_frame_above_its_checksum() -> None:
    async with connected(answering(Basic(Opcode.APPLICATION_ACK))) as (client, appliance):

        def stretch(data: bytes) -> bytes:
            return data + b"\x07"

        with client.taps["frame"].interfering(alter(stretch)):
            await client.end()
        assert appliance.frames() == [Frame(0x0801, b"\x02\x00\x07")]


async def test_a_probe_changes_a_byte_below_the_checksum() -> None:
    def spoil(data: bytes) -> bytes:
        return data[:4] + b"\x55" + data[5:]

    async with connected(lambda event: [nak(3)] if isinstance(event, Broken) else []) as (client, appliance):
        with client.taps["line"].interfering(alter(spoil)), pytest.raises(LinkNakError):
            await client.end()
        assert {type(event) for event in appliance.seen} == {Broken}
