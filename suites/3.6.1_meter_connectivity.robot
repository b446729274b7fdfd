*** Settings ***
Documentation    3.6.1 Meter connectivity validation: a meter shows how it is wired, and its voltages over time tell
...              on which phases of which feeder it hangs.
Metadata         Process    3.6.1

Resource         resources/bench.resource
Resource         resources/connectivity.resource


*** Test Cases ***
The Meter Shows Rotation, Polarity And Missing Phase
    [Documentation]    In four of four arrangements at its terminals.
    [Tags]    row:3.6.1/AMI-28/Meter-HE
    When The Meter Is Wired In Every Arrangement
    Then The Meter Shows Each Arrangement

The Meter Tells When Its Connection Becomes Wrong
    [Documentation]    The status that the row sends, unasked.
    [Tags]    row:3.6.1/AMI-28/Meter-HE    extension
    When The Connection Becomes Wrong
    Then The Meter Has Told Of Each

The Headend Finds The Phase Of Each Element And The Feeder
    [Documentation]    Three of three phases within a day of data; after a change of feeder the new one.
    [Tags]    row:3.6.1/AMI-28/Meter-HE
    When The Meter Hangs On One Feeder For A Day And Then On Another
    Then The Headend Knows Its Phases And Its Feeder

The Crew's Tool Reads The Connection At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.6.1/AMI-39/Crew-Meter/d1    derived
    When Somebody Reads How The Meter Is Connected
    Then The Connection Is That Of The Reference
