"""Captures, read back by readers that no one here wrote: python-pcapng, dpkt, and tshark where it is installed."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dpkt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pcapng import FileScanner
from pcapng.blocks import EnhancedPacket, InterfaceDescription, SectionHeader

from drivers.clock import FreeClock
from drivers.transport.pcapng import CaptureFile, Endpoint, LinkType
from drivers.transport.segments import Connection
from drivers.transport.tap import Direction, Tap, repeat
from drivers.transport.tcp import TcpTransport

BENCH, METER = Endpoint("127.0.0.1", 40000), Endpoint("127.0.0.1", 4059)
AT = 1_763_800_000.123456


@pytest.fixture
def line(manual_clock: Any) -> Tap:
    manual_clock.time = AT
    return Tap("line", manual_clock)


def blocks_of(path: Path) -> list[Any]:
    return list(FileScanner(io.BytesIO(path.read_bytes())))


def packets_of(path: Path) -> list[EnhancedPacket]:
    return [block for block in blocks_of(path) if isinstance(block, EnhancedPacket)]


async def test_each_tap_is_an_interface_with_its_name(tmp_path: Path, line: Tap) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        capture.attach(line, "optical head")
        capture.attach(Tap("plain", line.clock), "APDUs", description="before ciphering")
    header, *interfaces = blocks_of(tmp_path / "a.pcapng")
    assert isinstance(header, SectionHeader)
    assert header.options["shb_userappl"] == "amibench"
    assert [
        (block.options["if_name"], block.options["if_description"], block.link_type)
        for block in interfaces
        if isinstance(block, InterfaceDescription)
    ] == [("optical head", "layer line", 250), ("APDUs", "before ciphering", 252)]


async def test_packets_carry_station_time_and_direction(tmp_path: Path, line: Tap, manual_clock: Any) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        capture.attach(line, "raw", link_type=LinkType.USER0)
        await line.outbound(b"request")
        manual_clock.time += 1.5
        await line.inbound(b"answer")
    out, back = packets_of(tmp_path / "a.pcapng")
    assert (out.packet_data, out.timestamp) == (b"request", pytest.approx(AT, abs=1e-6))
    assert (back.packet_data, back.timestamp) == (b"answer", pytest.approx(AT + 1.5, abs=1e-6))
    assert [packet.options["epb_flags"].inout for packet in (out, back)] == ["outbound", "inbound"]


async def test_a_serial_line_needs_no_set_up_in_wireshark(tmp_path: Path, line: Tap) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        capture.attach(line, "optical head")
        await line.outbound(b"/?!\r\n")
        await line.inbound(b"/AMI5\r\n")
    out, back = packets_of(tmp_path / "a.pcapng")
    # LINKTYPE_RTAC_SERIAL: seconds, microseconds, event 1 (data sent) or 2 (received), lines, 2 bytes, payload
    assert out.packet_data == (1_763_800_000).to_bytes(4) + (123_456).to_bytes(4) + b"\1\0\0\0/?!\r\n"
    assert back.packet_data[8:] == b"\2\0\0\0/AMI5\r\n"


async def test_an_upper_layer_names_its_dissector(tmp_path: Path, manual_clock: Any) -> None:
    tap = Tap("plain", manual_clock)
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        capture.attach(tap, "APDUs", dissector="cosem")
        await tap.outbound(b"\xc0\x01")
    (packet,) = packets_of(tmp_path / "a.pcapng")
    assert packet.packet_data == b"\0\x0c\0\x08cosem\0\0\0" + b"\0\0\0\0" + b"\xc0\x01"


async def test_only_what_goes_on_after_interferences_is_captured(tmp_path: Path, line: Tap) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture, line.interfering(repeat(2)):
        capture.attach(line, "raw", link_type=LinkType.USER0)
        await line.outbound(b"x")
    assert [packet.packet_data for packet in packets_of(tmp_path / "a.pcapng")] == [b"x", b"x"]


async def test_a_detached_tap_is_idle_and_no_longer_recorded(tmp_path: Path, line: Tap) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        with capture.attach(line, "raw", link_type=LinkType.USER0):
            await line.outbound(b"seen")
        await line.outbound(b"unseen")
        assert line.idle
    assert [packet.packet_data for packet in packets_of(tmp_path / "a.pcapng")] == [b"seen"]


async def test_closing_the_file_detaches_every_tap(tmp_path: Path, line: Tap) -> None:
    capture = CaptureFile(tmp_path / "a.pcapng")
    capture.attach(line, "raw")
    capture.close()
    capture.close()
    assert line.idle
    with pytest.raises(ValueError, match="is closed"):
        capture.attach(line, "again")


async def test_a_comment_stands_at_the_next_packet(tmp_path: Path, line: Tap) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        capture.attach(line, "raw", link_type=LinkType.USER0)
        await line.outbound(b"1")
        capture.comment("replayed frame")
        await line.outbound(b"2")
        await line.outbound(b"3")
    comments = [packet.options.get("opt_comment") for packet in packets_of(tmp_path / "a.pcapng")]
    assert comments == [None, "replayed frame", None]


def test_evidence_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.pcapng").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        CaptureFile(tmp_path / "a.pcapng")
    assert (tmp_path / "a.pcapng").read_bytes() == b"evidence"


async def test_the_ends_of_the_connection_belong_to_ethernet(tmp_path: Path, line: Tap) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        with pytest.raises(ValueError, match="ends of the connection"):
            capture.attach(line, "x", link_type=LinkType.ETHERNET)
        with pytest.raises(ValueError, match="ends of the connection"):
            capture.attach(line, "x", link_type=LinkType.USER0, connection=(BENCH, METER))
        with pytest.raises(ValueError, match="not of one IP version"):
            capture.attach(line, "x", connection=(BENCH, Endpoint("::1", 4059)))
    assert packets_of(tmp_path / "a.pcapng") == []


async def test_tls_secrets_precede_their_packets(tmp_path: Path) -> None:
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        capture.add_tls_keys("CLIENT_RANDOM 00 11\n")
    secrets = blocks_of(tmp_path / "a.pcapng")[-1]
    assert secrets.block_type == 0x0000000A
    assert secrets.data == b"KSLT" + (20).to_bytes(4, "little") + b"CLIENT_RANDOM 00 11\n"


# -- TCP -----------------------------------------------------------------------------------------------------------


def segments_of(path: Path) -> list[tuple[Any, Any]]:
    with path.open("rb") as file:
        frames = [dpkt.ethernet.Ethernet(data) for _, data in dpkt.pcapng.Reader(file)]
    return [(frame.data, frame.data.data) for frame in frames]


def streams(segments: Iterable[tuple[Any, Any]]) -> dict[int, bytes]:
    """Both directions put together by sequence number, as a stack does it; keyed by the sender's port."""
    nexts: dict[int, int] = {}
    data: dict[int, bytes] = {}
    for _, tcp in segments:
        expected = nexts.get(tcp.sport)
        assert expected is None or tcp.seq == expected
        if tcp.flags & dpkt.tcp.TH_ACK:
            assert tcp.ack == nexts[tcp.dport]
        data[tcp.sport] = data.get(tcp.sport, b"") + tcp.data
        nexts[tcp.sport] = tcp.seq + len(tcp.data) + bool(tcp.flags & (dpkt.tcp.TH_SYN | dpkt.tcp.TH_FIN))
    return data


@pytest.mark.parametrize("host", ["127.0.0.1", "fe80::1"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(messages=st.lists(st.tuples(st.booleans(), st.binary(max_size=200)), max_size=6), large=st.booleans())
def test_made_up_segments_fit_together(host: str, messages: list[tuple[bool, bytes]], large: bool) -> None:
    connection = Connection(Endpoint(host, 40000), Endpoint(host, 4059))
    if large:
        messages = [*messages, (False, bytes(70_001))]
    frames = [frame for _, frame in connection.opening()]
    for outbound, data in messages:
        frames += connection.data(outbound, data)
    frames += [frame for _, frame in connection.closing(by_bench=False)]
    packets = [dpkt.ethernet.Ethernet(frame).data for frame in frames]
    for packet in packets:
        sums = packet.sum if host == "127.0.0.1" else None, packet.data.sum
        packet.data.sum = 0
        if host == "127.0.0.1":
            packet.sum = 0
        again = type(packet)(bytes(packet))  # dpkt computes the checksums afresh
        assert (again.sum if host == "127.0.0.1" else None, again.data.sum) == sums
    data = streams((packet, packet.data) for packet in packets)
    assert data[40000] == b"".join(part for outbound, part in messages if outbound)
    assert data[4059] == b"".join(part for outbound, part in messages if not outbound)


async def test_a_real_connection_is_captured_with_its_ports(tmp_path: Path, tcp_end: Any, clock: FreeClock) -> None:
    transport = TcpTransport("127.0.0.1", tcp_end.port, clock)
    await transport.open()
    tcp_end.echo = True
    with CaptureFile(tmp_path / "a.pcapng") as capture:
        ends = Endpoint(*transport.local_address), Endpoint(*transport.peer_address)
        capture.attach(transport.tap, "meter", connection=ends)
        await transport.write(b"ping")
        await transport.read(clock.now() + 5)
    segments = segments_of(tmp_path / "a.pcapng")
    assert [tcp.flags for _, tcp in segments] == [0x02, 0x12, 0x10, 0x18, 0x18, 0x11, 0x11, 0x10]
    assert streams(segments) == {transport.local_address[1]: b"ping", tcp_end.port: b"ping"}
    await transport.close()


# -- robustness, and the reader it is for ----------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(messages=st.lists(st.tuples(st.sampled_from(Direction), st.binary(max_size=64), st.text()), max_size=8))
async def test_whatever_passes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, messages: list[tuple[Direction, bytes, str]]
) -> None:
    path = tmp_path_factory.mktemp("captures") / "a.pcapng"
    tap = Tap("line", FreeClock())
    with CaptureFile(path) as capture:
        capture.attach(tap, "raw", link_type=LinkType.USER0)
        for direction, data, comment in messages:
            capture.comment(comment)
            await (tap.outbound(data) if direction is Direction.OUT else tap.inbound(data))
    read = [
        (packet.options["epb_flags"].inout, packet.packet_data, packet.options.get("opt_comment", ""))
        for packet in packets_of(path)
    ]
    assert read == [(f"{direction.value}bound", data, comment) for direction, data, comment in messages]


KILLED = """
import asyncio, os, signal, sys
from drivers.clock import FreeClock
from drivers.transport.pcapng import CaptureFile, LinkType
from drivers.transport.tap import Tap

async def main():
    tap = Tap("line", FreeClock())
    capture = CaptureFile(sys.argv[1])
    capture.attach(tap, "raw", link_type=LinkType.USER0)
    for number in range(10):
        await tap.outbound(b"%d" % number)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_a_killed_process_leaves_every_packet_in_whole_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    finished = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert finished.returncode == -9
    assert [packet.packet_data for packet in packets_of(path)] == [b"%d" % number for number in range(10)]


async def test_a_full_disk_leaves_whole_blocks(tmp_path: Path, line: Tap, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = CaptureFile(tmp_path / "a.pcapng")
    capture.attach(line, "raw", link_type=LinkType.USER0)
    await line.outbound(b"fits")
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr("drivers.transport.pcapng.os.write", lambda file, data: write(file, data[:10]))
        with pytest.raises(OSError, match="only 10 of"):
            await line.outbound(b"does not")
    await line.outbound(b"fits again")
    capture.close()
    assert [packet.packet_data for packet in packets_of(tmp_path / "a.pcapng")] == [b"fits", b"fits again"]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
async def test_wireshark_reads_all_of_it(tmp_path: Path, line: Tap) -> None:
    path = tmp_path / "a.pcapng"
    web, apdu = Tap("line", line.clock), Tap("plain", line.clock)
    with CaptureFile(path) as capture:
        capture.add_tls_keys("# none\n")
        capture.attach(line, "optical head")
        capture.attach(web, "office", connection=(Endpoint("127.0.0.1", 40000), Endpoint("127.0.0.1", 80)))
        capture.attach(apdu, "APDUs")
        capture.comment("sign-on")
        await line.outbound(b"/?!\r\n")
        await web.outbound(b"GET /readings HTTP/1.1\r\nHost: office\r\n\r\n")
        await apdu.inbound(b"\xc4\x01")
    command = ["tshark", "-r", str(path), "-T", "json", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: ASYNC221 - nothing else runs here
    layers = [packet["_source"]["layers"] for packet in json.loads(done.stdout)]
    assert "[Malformed" not in done.stdout.decode()
    assert [packet["frame"]["frame.protocols"] for packet in layers if "rtacser" in packet] == ["rtacser:data"]
    assert [packet["http"] for packet in layers if "http" in packet] != []
    statuses = {packet["tcp"]["tcp.checksum.status"] for packet in layers if "tcp" in packet}
    assert statuses == {"1"}  # good
    assert [packet["data"]["data.data"] for packet in layers if "exported_pdu" in packet] == ["c4:01"]
