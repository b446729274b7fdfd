*** Settings ***
Documentation    3.1.1 Periodic meter reading: intervals come from the meter to the headend, to the MDMS and to
...              Billing, each once and unchanged; what is missing is flagged, estimated and trued up.
Metadata         Process    3.1.1

Resource         resources/bench.resource
Resource         resources/periodic_reading.resource


*** Test Cases ***
The MDMS Gets What The Meter Recorded
    [Documentation]    Each interval once and with its status, the gap flagged, and what went wrong named.
    [Tags]    row:3.1.1/AMI-10/MDMS-HE
    Given The Supply Fails For 40 Minutes
    When The MDMS Asks The Headend For The Intervals
    And The MDMS Asks Again While The Meter Has No Supply
    Then What Has Come Has Come Once With Its Own Time Stamp And Status
    And The Headend Hands On What The Meter Recorded
    And The Gap Is Flagged
    And No Interval Is Zero Without An Outage Status
    And Errors Say What Is Wrong

Every Interval Of A Day Arrives Once And Adds Up
    [Documentation]    96 consecutive intervals, against the register and against the reference meter.
    [Tags]    row:3.1.1/AMI-28/HE-Meter
    Given A Day Of 96 Intervals With A Load That Changes Every Hour
    When The Headend Reads The Intervals Of The Meter
    Then Every Interval Has Come Once With Its Own Time Stamp And Status
    And The Intervals Add Up To The Register
    And The Energy Agrees With The Reference Meter

A Supply Failure Leaves A Flagged Gap
    [Documentation]    A zero or missing interval is right only with an outage status and matching power events.
    [Tags]    row:3.1.1/AMI-28/HE-Meter
    Given The Supply Fails For 40 Minutes
    When The Headend Reads The Intervals Of The Meter
    Then What Has Come Has Come Once With Its Own Time Stamp And Status
    And The Gap Is Flagged
    And No Interval Is Zero Without An Outage Status
    And Power Down And Power Up Are Logged

A Day Of Five Minute Intervals Is Whole
    [Documentation]    288 intervals, the shortest that the text names.
    [Tags]    row:3.1.1/AMI-28/HE-Meter    extension
    Given An Interval Every 5 Minutes
    And A Day Of 288 Intervals With A Load That Changes Every Hour
    When The Headend Reads The Intervals Of The Meter
    Then Every Interval Has Come Once With Its Own Time Stamp And Status
    And Intervals Have Come In Order
    And No Interval Is Zero Without An Outage Status
    And The Intervals Add Up To The Register
    [Teardown]    The Meter's Settings Are Put Back

Daylight Saving Costs No Interval And Brings None
    [Documentation]    96 quarters of an hour, within which the local time jumps forth and back.
    [Tags]    row:3.1.1/AMI-28/HE-Meter    extension
    Given A Day On Which Daylight Saving Begins And Ends
    And A Day Of 96 Intervals With A Load That Changes Every Hour
    When The Headend Reads The Intervals Of The Meter
    Then Every Interval Has Come Once With Its Own Time Stamp And Status
    And Intervals Have Come In Order
    And No Interval Is Zero Without An Outage Status
    And The Intervals Add Up To The Register
    [Teardown]    The Meter's Settings Are Put Back

A Month With A 31st Is Whole
    [Documentation]    Hourly intervals until after the 31st.
    [Tags]    row:3.1.1/AMI-28/HE-Meter    extension
    Given An Interval Every 60 Minutes
    And A Month With A 31st Passes
    When The Headend Reads The Intervals Of The Meter
    Then Every Interval Has Come Once With Its Own Time Stamp And Status
    And Intervals Have Come In Order
    And No Interval Is Zero Without An Outage Status
    [Teardown]    The Meter's Settings Are Put Back

A Short Supply Failure Within An Interval Leaves A Mark
    [Documentation]    The interval is kept, shorter in energy and with the status of an outage.
    [Tags]    row:3.1.1/AMI-28/HE-Meter    extension
    Given The Supply Fails For 4 Minutes
    When The Headend Reads The Intervals Of The Meter
    Then Every Interval Has Come Once With Its Own Time Stamp And Status
    And Intervals Have Come In Order
    And The Gap Is Flagged
    And No Interval Is Zero Without An Outage Status
    And Power Down And Power Up Are Logged

An Estimate Is Marked And Trued Up As Far As Billing
    [Documentation]    Reading R23: the MDMS estimates what is missing, and corrects it at Billing when the data come.
    [Tags]    row:3.1.1/AMI-24/MDMS-Billing
    Given The MDMS Collects Every Interval
    When The Meter Cannot Be Reached At One Collection
    Then The Missing Interval Is Marked As An Estimate
    When The Data Come At Last
    Then Every Estimate Is Replaced By The Meter's Value
    And Billing Holds The Same Values And The Correction

Billing Acknowledges What It Takes
    [Documentation]    A reading and its correction.
    [Tags]    row:3.1.1/AMI-24/MDMS-Billing
    When The MDMS Hands A Correction To Billing
    Then Billing Acknowledges And Holds It

The Crew's Tool Reads A Day Of Intervals
    [Documentation]    At the optical port, the second physical access to the meter (reading R14b).
    [Tags]    row:3.1.1/AMI-39/Crew-Meter/d1    derived
    Given A Day Of 96 Intervals With A Load That Changes Every Hour
    When The Headend Reads The Intervals Of The Meter
    Then Every Interval Has Come Once With Its Own Time Stamp And Status
    And The Intervals Add Up To The Register
    And The Energy Agrees With The Reference Meter

A Supply Failure Leaves A Flagged Gap At The Optical Port
    [Documentation]    A zero or missing interval is right only with an outage status and matching power events.
    [Tags]    row:3.1.1/AMI-39/Crew-Meter/d1    derived
    Given The Supply Fails For 40 Minutes
    When The Headend Reads The Intervals Of The Meter
    Then What Has Come Has Come Once With Its Own Time Stamp And Status
    And The Gap Is Flagged
    And No Interval Is Zero Without An Outage Status
    And Power Down And Power Up Are Logged
