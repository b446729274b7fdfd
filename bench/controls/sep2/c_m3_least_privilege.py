"""C-M3 Least privilege on read.

At a gateway's own server each device of the home reads what the utility offers the home, and of the devices' own
documents (entry, registration, log, assignments, DER) its own only. The accounts beside the home's, and the entries
beside a device's, are asked for by counting upward. Who belongs to another home reads none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, works
from bench.controls.sep2._home import SHOWN, gateway_of, newcomer, serves_home, shown_at_home, try_to_read
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check
from drivers.sep2.client import Sep2Client
from drivers.sep2.devices import EndDeviceList

OWN, BEYOND = "a device reads its own documents", "a device read what is another's"
CROSS = "what belongs to another customer was read"
_OF_A_DEVICE = ("", "/rg", "/log", "/fsa", "/der")
"""Below an entry: what is the device's own."""
_ENTRIES = range(1, 6)
_MRID_DIGITS = 32


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    gateway = gateway_of(trial)
    if gateway is not None:
        paths = await shown_at_home(trial, gateway, "the customer's energy management")
        async with gateway.home.client(gateway.home_device) as client:
            await _role(trial, client, gateway.home_device, paths)
        await _other_homes(trial, gateway, paths)
        if gateway.access.has_secret("appliance"):
            await _appliance(trial, gateway, paths)
        else:
            record_absent(trial, "another device of the home", "the device file names none that can join (appliance)")
        await gateway.restore()
    await works(trial, "after")


async def _appliance(trial: Trial, gateway: ToGateway, paths: Sequence[str]) -> None:
    async with newcomer(trial, gateway) as (_device, connection, _read):
        await _role(trial, connection, "an appliance", paths)


async def _role(trial: Trial, client: Sep2Client, role: str, paths: Iterable[str]) -> None:
    """A device of the home: its own entry is the one in its list; all others are another's."""
    own = await _own_entry(client)
    trial.record.observe(OWN, bool(own), what=role)
    for number in _ENTRIES:
        entry = f"/edev/{number}"
        if entry != own:
            await try_to_read(trial, client, [entry + below for below in _OF_A_DEVICE], role, BEYOND)
    wanted = trial.bound("n_cross_customer").count
    await try_to_read(trial, client, counted_upward(paths, wanted), role, CROSS)


async def _own_entry(client: Sep2Client) -> str:
    """The address of the only entry that the list of devices shows; empty where there are none or several."""
    tried = await attempt(client.get_list("/edev", EndDeviceList))
    if not tried.accepted or len(tried.value.members) != 1:
        return ""
    return tried.value.members[0].href or ""


async def _other_homes(trial: Trial, gateway: ToGateway, paths: Sequence[str]) -> None:
    for name in ("cems-2", "stranger"):
        async with gateway.access.client(name) as client:
            entries = [f"/edev/{number}{below}" for number in _ENTRIES for below in _OF_A_DEVICE]
            await try_to_read(trial, client, [*paths, *entries], name, BEYOND)


def counted_upward(paths: Iterable[str], count: int) -> list[str]:
    """Addresses beside those that name an mRID: the next ones; none where no address does."""
    found: list[str] = []
    for path in paths:
        parts = path.split("/")
        for at, part in enumerate(parts):
            if len(part) == _MRID_DIGITS:
                number = int(part, 16)
                beside = (f"{number + step:032x}" for step in range(1, count + 1))
                found += ["/".join([*parts[:at], one, *parts[at + 1 :]]) for one in beside]
    return found[:count]


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("good signals work before and after", "always", GOOD)]
    if serves_home(trial):
        found += [
            Check("devices of the home are shown the data", "at_least", SHOWN, {"limit": 1}),
            Check("each device reads its own documents", "always", OWN),
            Check("and nobody else's", "never", BEYOND),
            Check("nothing of another customer is read", "never", CROSS),
        ]
    return found


PROBE = Probe("C-M3", "sep2", stimulus, checks)
