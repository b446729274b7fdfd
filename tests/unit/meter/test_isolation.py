"""Each seeded fault of the meter changes what it says and nothing else.

Every scenario is played on a sound meter and on one with the fault. What a scenario saw is compared aspect by
aspect; the aspects that differ must be exactly those that the fault is about.
"""

from __future__ import annotations

import pytest

from tests.unit.meter.scenarios import SCENARIOS

EXPECTED: dict[str, set[str]] = {
    "F-C3": {"rights/PUBLIC"},
    "F-I4": {"metering/scalers"},
    "F-I5": {"metering/active energy"},
    "F-I8": {"clock/log of the step", "clock/who set it", "clock/status of the row", "clock/invalid"},
    "F-I14": {
        "switching/moves",
        "modes/contact",
        "switching/answers",
        "switching/output and state",
        "schedules/in its time",
        "outage/contact at the end",
        "outage/switch log",
        "back_feed/closes when live",
        "modes/state",
        "switching/log",
        "switching/originators",
    },
    "F-I15": {"switching/output and state"},
    "F-I16": {
        "clock/log of the step",
        "clock/who set it",
        "switching/log",
        "switching/originators",
        "outage/switch log",
        "logs/after clearing",
        "logs/who cleared",
    },
    "F-I17": {"clock/who set it", "switching/originators", "logs/who cleared"},
    "F-I22": {"schedules/jumped over"},
    "F-I23": {"schedules/after cancel and reboot"},
    "F-I24": {"back_feed/closes when live"},
    "F-I25": {"modes/state", "modes/contact"},
    "F-I26": {"logs/after clearing", "logs/who cleared"},
    "F-I27": {"outage/fraud log", "outage/switch log"},
    "F-I28": {"image/unsigned", "image/flipped_bit"},
    "F-I29": {"image/cut in the transfer"},
    "F-I34": {"back_feed/closes later"},
    "F-I35": {"logs/the tamper event stays"},
    "F-I36": {"image/older"},
    "F-I38": {
        "switching/answers",
        "switching/moves",
        "switching/output and state",
        "switching/log",
        "switching/originators",
    },
    "F-I41": {"schedules/again after set-back"},
    "F-A5": {"outage/registers keep"},
    "F-A6": {"outage/contact moves", "outage/contact at the end"},
    "F-A7": {"link_loss/rows", "link_loss/events", "link_loss/times"},
    "F-A8": {"link_loss/times"},
    "F-A11": {"limits/afterwards"},
    "F-A14": {"push/lost at first"},
    "F-A20": {"outage/contact moves"},
    "F-A21": {"brown_out/runs"},
    "F-A26": {"rights/READER"},
    "F-P1": {"metering/row times", "link_loss/rows", "link_loss/times"},
    "F-P2": {"outage/row times", "outage/row status"},
    "F-P22": {"switching/answers", "switching/output and state"},
}


async def play(*faults: str) -> dict[str, object]:
    return {
        f"{name}/{aspect}": value
        for name, scenario in SCENARIOS.items()
        for aspect, value in (await scenario(*faults)).items()
    }


@pytest.fixture(scope="module")
def sound() -> dict[str, object]:
    """What a sound meter shows, filled by the first test that needs it."""
    return {}


@pytest.mark.parametrize("fault", sorted(EXPECTED))
async def test_a_fault_changes_exactly_what_it_says(fault: str, sound: dict[str, object]) -> None:
    if not sound:
        sound.update(await play())
    seen = await play(fault)
    assert {aspect for aspect in sound if seen[aspect] != sound[aspect]} == EXPECTED[fault]


async def test_scenarios_are_the_same_each_time() -> None:
    assert await play() == await play()
