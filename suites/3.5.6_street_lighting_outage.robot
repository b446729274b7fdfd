*** Settings ***
Documentation    3.5.6 Street lighting outage: a lamp whose current is out of its band for too long while it is
...              commanded on, or that burns by day, is one fault with its lamp until it is repaired, and whoever is
...              told verifies it.
Metadata         Process    3.5.6

Resource         resources/bench.resource
Resource         resources/street_lights.resource


*** Test Cases ***
A Lamp That Fails Is Reported
    [Documentation]    Outside 20 % of its current for more than 60 s; found by polling, since Modbus cannot push.
    [Tags]    row:3.5.6/AMI-40/DA-HE
    Given The Lamps Are Commanded On
    When Lamps Fail And Are Repaired
    Then Each Fault Is Reported Once With Its Lamp
    And It Clears After The Repair
    And The Lamp Read Again Confirms That It Is Dark

A Lamp That Burns By Day Is Reported
    [Documentation]    Commanded off, and it takes current.
    [Tags]    row:3.5.6/AMI-40/DA-HE
    Given The Lamps Are Commanded Off
    When A Lamp Burns By Day And Is Repaired
    Then Each Fault Is Reported Once With Its Lamp
    And It Clears After The Repair
    And The Lamp Read Again Confirms That It Burns

A Lamp That Is Off By Day Is Not Reported
    [Documentation]    Nor one that could not burn, as long as it is not to burn.
    [Tags]    row:3.5.6/AMI-40/DA-HE
    Given The Lamps Are Commanded Off
    When They Stay Dark For Longer Than The Hold Time
    Then Nothing Is Reported Of Dark Lamps

A Lamp In Its Band Is Not Reported
    [Documentation]    Nor one that flickers for less than 60 s.
    [Tags]    row:3.5.6/AMI-40/DA-HE
    Given The Lamps Are Commanded On
    When They Burn For Longer Than The Hold Time
    Then Nothing Is Reported Of Good Lamps

A Failed Lamp Reaches The Outage Management
    [Documentation]    One failure with its lamp, cleared by the repair, and verified both ways: the OMS asks the
    ...    headend, and the headend reads the lamp again.
    [Tags]    row:3.5.6/AMI-11/HE-OMS
    Given The Headend Collects From The Street Lights
    When A Lamp Fails And Is Repaired
    Then The OMS Has The Failure Once In Time
    And The OMS Learns Of The Repair
    And The Verification Is The Lamp Read Again
