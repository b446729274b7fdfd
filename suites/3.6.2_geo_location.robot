*** Settings ***
Documentation    3.6.2 Geo-location: a meter returns the position that was written into it; nobody changes it unseen,
...              and a position that cannot be true is flagged.
Metadata         Process    3.6.2

Resource         resources/bench.resource
Resource         resources/position.resource


*** Test Cases ***
A Written Position Is Returned Unchanged
    [Documentation]    To 1e-5 degrees.
    [Tags]    row:3.6.2/AMI-28/Meter-HE
    When Somebody Writes And Reads Positions
    Then The Position Is Returned Unchanged

The Position Is Not Changed Without Authorisation
    [Documentation]    It is refused, or logged.
    [Tags]    row:3.6.2/AMI-28/Meter-HE
    When Others Try To Move The Meter
    And The Commissioning Tool Moves The Meter
    Then A Change Without Authorisation Is Refused Or Logged

An Implausible Jump Raises A Flag
    [Documentation]    Of more than 100 m.
    [Tags]    row:3.6.2/AMI-28/Meter-HE
    When The Meter Is Moved By Little And By Much
    Then An Implausible Jump Is Flagged

A Location Off The Meter's Circuit Is Flagged
    [Documentation]    At the headend, the meter unmoved.
    [Tags]    row:3.6.2/AMI-28/Meter-HE
    When Locations On And Off The Meter's Circuit Are Entered
    Then Only Locations Off The Circuit Are Flagged

The Crew's Tool Reads The Position At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.6.2/AMI-39/Crew-Meter/d1    derived
    When Somebody Writes And Reads Positions
    Then The Position Is Returned Unchanged
