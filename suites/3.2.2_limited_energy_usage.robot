*** Settings ***
Documentation    3.2.2 Limited energy usage: a customer who comes near a limit on energy is warned, at the limit is told,
...              and after it is cut off; a reset or an extension ends both.
Metadata         Process    3.2.2

Resource         resources/bench.resource
Resource         resources/energy_limits.resource


*** Test Cases ***
The Customer Is Warned Told And Cut Off
    [Documentation]    Each at its energy, and the switch after the limiter's own duration.
    [Tags]    row:3.2.2/AMI-32/Meter-CEMS
    Given The Customer May Use 40 Wh
    When The Customer Draws 10 kW
    Then A Warning Comes Before The Limit
    And The Customer Learns That The Limit Is Reached
    And The Supply Goes Off 30 s After The Limit
    And What Was Acknowledged Does Not Come Again
