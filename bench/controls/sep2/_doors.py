"""The doors of a device that is itself a server: what can be asked there, and what could be changed."""

from __future__ import annotations

from collections.abc import Iterator

from bench.exchanges.sep2_events import LOAD_SWITCHES, GenerationLimit, LoadControl, When, new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange
from drivers.sep2.codec import encode
from drivers.sep2.devices import EndDevice, Registration
from drivers.sep2.identity import sfdi_of
from drivers.sep2.responses import DERControlResponse

PATHS = (
    "/dcap",
    "/tm",
    "/edev",
    "/edev/1",
    "/edev/1/rg",
    "/edev/1/fsa",
    "/edev/1/log",
    "/edev/1/der",
    "/derp",
    "/derp/1",
    "/derp/1/derc",
    "/derp/1/dderc",
    "/dr",
    "/dr/1",
    "/dr/1/edc",
    "/tp",
    "/tp/1/rc/1/tti",
    "/msg",
    "/msg/1/txt",
    "/mup",
    "/rsps",
    "/rsps/1/rsp",
    "/sdev",
    "/log",
    "/diag",
    "/debug",
    "/metrics",
    "/status",
    "/",
)
"""What a 2030.5 server may have, by the sample paths of its WADL, and what developers leave behind."""


def posts(exchange: Sep2Exchange) -> Iterator[tuple[str, str, str, bytes]]:
    """Changes that nobody of the home may make: in words, method, path, body."""
    now = exchange.station.clock.now()
    when, lfdi = When(now, now, 3600), bytes(20)
    limit = encode(GenerationLimit().event(new_mrid(exchange.random), when))
    shed = encode(LoadControl().event(new_mrid(exchange.random), when, category=LOAD_SWITCHES))
    entry = encode(EndDevice(lfdi=lfdi, sfdi=sfdi_of(lfdi), changed=int(now)))
    answer = encode(DERControlResponse(lfdi=lfdi, status=3, subject=bytes(16), created=int(now)))
    yield "a control of generation", "POST", "/derp/1/derc", limit
    yield "a control of loads", "POST", "/dr/1/edc", shed
    yield "a device of one's own", "POST", "/edev", entry
    yield "another PIN", "PUT", "/edev/1/rg", encode(Registration(registered=int(now), pin=111_115))
    yield "a response", "POST", "/rsps/1/rsp", answer
    yield "the end of a device", "DELETE", "/edev/1", b""
    yield "the end of a program", "DELETE", "/derp/1", b""
