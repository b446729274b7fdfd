*** Settings ***
Documentation    3.6.3 Battery management: a meter tells that its battery is low, says how long it will last, and keeps
...              its clock and data with a good one.
Metadata         Process    3.6.3

Resource         resources/bench.resource
Resource         resources/battery.resource


*** Test Cases ***
A Battery That Runs Down Is Told
    [Documentation]    At the threshold to 5 %, within t_evt; its expected life does not rise.
    [Tags]    row:3.6.3/AMI-28/HE-Meter
    When The Battery Runs Down
    Then The Meter Tells Once That It Is Low
    And The Expected Life Does Not Rise

A New Battery Arms The Alarm Again
    [Documentation]    The next low battery is told as the first was.
    [Tags]    row:3.6.3/AMI-28/HE-Meter
    When The Battery Runs Down, Is Replaced And Runs Down Again
    Then Each Battery Is Told Of Once

A Good Battery Keeps Clock And Data
    [Documentation]    When the mains fail.
    [Tags]    row:3.6.3/AMI-28/HE-Meter
    When The Mains Fail For 2 Hours With A Good Battery
    Then Clock And Data Are Kept

The Crew's Tool Sees The Battery At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.6.3/AMI-39/Crew-Meter/d1    derived
    When The Crew Reads Batteries Of Several Voltages
    Then The State Is That Of The Battery
