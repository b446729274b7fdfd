*** Settings ***
Documentation    3.5.5 Planned outage restoration verification: the crew of a work order is told which of its meters do
...              not answer two pings, and cannot close the order before all of them do.
Metadata         Process    3.5.5

Resource         resources/bench.resource
Resource         resources/planned_outages.resource
Resource         resources/restoration.resource


*** Test Cases ***
An Order Cannot Be Closed While One Of Its Meters Is Dead
    [Documentation]    The meter is listed; one that is dead elsewhere is not.
    [Tags]    row:3.5.5/AMI-18/Crew-OMS
    When A Crew Leaves One Meter Of Its Work Order Without Supply
    Then The Order Lists Exactly Its Dead Meters
    And The Order Closes Only When All Its Meters Answer

A Meter That Answers The Second Ping Is Not Listed
    [Documentation]    It boots while the crew asks.
    [Tags]    row:3.5.5/AMI-18/Crew-OMS
    When The Crew Asks While A Meter Of Its Work Order Boots
    Then The Order Lists Exactly Its Dead Meters

The Headend Answers With The Time Of Restoration
    [Documentation]    As the meter has it, by a ping.
    [Tags]    row:3.5.5/AMI-11/OMS-HE
    When The OMS Asks For The Restoration, And The Supply Comes Back
    Then The Restoration Is Told Once In Time
    And It Is Not Told Before It Happens

A Meter Tells That Its Supply Is Back
    [Documentation]    Once, in time, with the time of restoration.
    [Tags]    row:3.5.5/AMI-28/HE-Meter
    When The Meter Gets Its Supply Back
    Then The Restoration Is Told Once In Time
    And The Message Is The Meter's Own

A Ping Verifies A Restoration
    [Documentation]    A meter without supply does not answer.
    [Tags]    row:3.5.5/AMI-28/HE-Meter
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only

The Crew's Tool Verifies A Restoration At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.5.5/AMI-39/Crew-Meter/d1    derived
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only
