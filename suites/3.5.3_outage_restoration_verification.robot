*** Settings ***
Documentation    3.5.3 Outage restoration verification: every meter that has its supply back is confirmed with the time
...              of that, unasked or by a ping, and the crew is told exactly who has not.
Metadata         Process    3.5.3

Resource         resources/bench.resource
Resource         resources/restoration.resource


*** Test Cases ***
A Nested Outage Is On The Crew's List
    [Documentation]    One meter of twenty stays without supply when its feeder is back.
    [Tags]    row:3.5.3/AMI-18/Crew-OMS
    When A Feeder Is Back But One Of Twenty Meters Is Not
    Then The Crew Is Told Exactly Who Has No Supply
    And Every Other Meter Is Confirmed In Time

A Meter That Nobody Heard Of Is Pinged Before The Crew Is Answered
    [Documentation]    Its last gasp was lost, or it has none.
    [Tags]    row:3.5.3/AMI-18/Crew-OMS
    When A Meter That Tells Nobody Has No Supply
    Then The Crew Is Told Exactly Who Has No Supply

The Headend Answers With The Time Of Restoration
    [Documentation]    As the meter has it, by a ping.
    [Tags]    row:3.5.3/AMI-11/OMS-HE
    When The OMS Asks For The Restoration, And The Supply Comes Back
    Then The Restoration Is Told Once In Time
    And It Is Not Told Before It Happens

The Headend Passes A Restoration On
    [Documentation]    The outage ends at the outage management, in time, with the meter's own time.
    [Tags]    row:3.5.3/AMI-11/OMS-HE
    When The Meter Of The Headend Gets Its Supply Back
    Then The Restoration Is Told Once In Time

A Meter Tells That Its Supply Is Back
    [Documentation]    Once, in time, with the time of restoration.
    [Tags]    row:3.5.3/AMI-28/HE-Meter
    When The Meter Gets Its Supply Back
    Then The Restoration Is Told Once In Time
    And The Message Is The Meter's Own

A Ping Verifies A Restoration
    [Documentation]    A meter without supply does not answer.
    [Tags]    row:3.5.3/AMI-28/HE-Meter
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only

The Crew's Tool Verifies A Restoration At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.5.3/AMI-39/Crew-Meter/d1    derived
    When The Meter Is Pinged With And Without Supply
    Then It Answers With Supply Only
