*** Settings ***
Documentation    3.3.3 Periodic meter status to detect any tampering: every listed meter is answered for, what was done
...              between two sweeps shows, and the CIS gets one case of it.
Metadata         Process    3.3.3

Resource         resources/bench.resource
Resource         resources/status_sweep.resource
Resource         resources/own_message.resource


*** Test Cases ***
Every Listed Meter Is Answered For In A Sweep
    [Documentation]    With its status, or with why there is none.
    [Tags]    row:3.3.3/AMI-10/MDMS-HE
    When The MDMS Asks For The Status Of Several Meters
    And The MDMS Asks Again While The Meter Has No Supply
    Then Every Listed Meter Is Answered For

A Bypass Between Two Sweeps Shows
    [Documentation]    In the status of the meter, after it was taken away.
    [Tags]    row:3.3.3/AMI-28/HE-Meter
    Given The Meter Has Been Swept
    And The Meter Is Bypassed Between Two Sweeps
    When The Meter Is Swept Again
    Then The Status Shows The Bypass

A Bypass Becomes One Case At The CIS
    [Documentation]    However often the MDMS sweeps; the answer of the CIS changes it once.
    [Tags]    row:3.3.3/AMI-25/MDMS-CIS
    Given The MDMS Has Swept
    And The Meter Is Bypassed Between Two Sweeps
    When The MDMS Sweeps Again
    And The MDMS Sweeps Again
    Then The CIS Has One Case Of Tamper Status
    When The Customer Is Contacted And Tampering Is Possible
    Then Every Case Stands At Possible Tampering

The Crew's Tool Reads The Status
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.3.3/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
