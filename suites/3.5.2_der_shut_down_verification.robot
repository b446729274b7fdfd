*** Settings ***
Documentation    3.5.2 Shut-down or islanding verification for DER: an inverter ceases with its grid; a generator that
...              feeds a dead feeder raises an alarm, and its customer is told.
Metadata         Process    3.5.2

Resource         resources/bench.resource
Resource         resources/generators.resource
Resource         resources/outages.resource
Resource         resources/own_message.resource


*** Test Cases ***
An Inverter Ceases With Its Grid And Waits Before It Returns
    [Documentation]    Within 2 s, and 300 s after the grid is back at the earliest.
    [Tags]    row:3.5.2/AMI-28/Meter-HE
    When The Inverter Loses Its Grid And Gets It Back
    Then It Ceases To Energise In Time
    And It Returns Not Before The Delay

A Ping Verifies That The Generator Is Off
    [Documentation]    A meter without supply does not answer.
    [Tags]    row:3.5.2/AMI-28/Meter-HE
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only

A Generator On A Dead Feeder Raises An Alarm
    [Documentation]    That its meter answers is the alarm; its customer is told.
    [Tags]    row:3.5.2/AMI-11/HE-OMS
    When The Feeder Loses Its Supply And The Generator Feeds On
    Then The OMS Has The Alarm In Time
    And The Customer Gets The Notice Of Maintenance

A Generator That Shuts Down Is Confirmed Off
    [Documentation]    By the last gasp of its meter.
    [Tags]    row:3.5.2/AMI-11/HE-OMS
    When The Feeder Loses Its Supply And The Generator Shuts Down
    Then The OMS Knows That The Generator Is Off
    And The Customer Gets No Notice

A Customer's Island Is Told As Such
    [Documentation]    Behind an open switch a generator feeds its customer alone.
    [Tags]    row:3.5.2/AMI-11/HE-OMS
    When The Feeder Loses Its Supply And The Customer Keeps An Island
    Then The OMS Knows Of The Island In Time
    And The Customer Gets No Notice

An Island That Fails Raises An Alarm
    [Documentation]    Its open switch is bridged, and the generator feeds the dead feeder.
    [Tags]    row:3.5.2/AMI-11/HE-OMS
    When The Feeder Loses Its Supply And The Customer's Island Fails
    Then The OMS Has The Alarm In Time
    And The Customer Gets The Notice Of Maintenance

The Crew's Tool Verifies A Shut-Down
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.5.2/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
