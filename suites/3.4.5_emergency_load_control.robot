*** Settings ***
Documentation    3.4.5 Remote disconnect for emergency load control: one order sheds the load of a feeder: all
...              customers who have agreed to it, no critical one, and nobody on another feeder.
Metadata         Process    3.4.5

Resource         resources/bench.resource
Resource         resources/remote_switch.resource
Resource         resources/shedding.resource

Test Teardown    Put Everything Back


*** Test Cases ***
A Group Order Sheds All Who Agreed And Nobody Else
    [Documentation]    Critical customers and the neighbouring feeder keep their supply.
    [Tags]    row:3.4.5/AMI-25/CIS-HE
    Given Everybody Has Supply
    When The Feeder's Load Is To Be Shed In Two Minutes
    Then All Who Agreed Are Off And Nobody Else
    And Each Is Acknowledged With A Reading

Who No Longer Agrees Keeps The Supply
    [Documentation]    The others are shed.
    [Tags]    row:3.4.5/AMI-25/CIS-HE
    Given Everybody Has Supply
    And One Customer No Longer Agrees
    When The Feeder's Load Is To Be Shed In Two Minutes
    Then All Who Agreed Are Off And Nobody Else
    And Each Is Acknowledged With A Reading

A Silent Meter Is Not Counted As Done
    [Documentation]    The others are shed and acknowledged all the same.
    [Tags]    row:3.4.5/AMI-25/CIS-HE
    Given Everybody Has Supply
    When The Feeder's Load Is To Be Shed And A Meter Is Silent
    Then The Silent Meter Is Not Counted As Done
    And Each Is Acknowledged With A Reading

Supply Comes Back In Turn
    [Documentation]    No simultaneous in-rush: more than a second from one customer to the next.
    [Tags]    row:3.4.5/AMI-25/CIS-HE    extension
    Given Everybody Has Supply
    And The Feeder's Load Is To Be Shed In Two Minutes
    When The Load Is Given Back In Turn
    Then They Come Back One By One

The Meter Disconnects And Says So When It Is True
    [Documentation]    Less than 10 mA flow, states agree, and nothing is metered any more.
    [Tags]    row:3.4.5/AMI-28/HE-Meter
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
    And The Register Stands Still For An Hour

Load Management Sheds All Who Agreed And Nobody Else
    [Documentation]    The text is about load shedding, so the LMS commands as well (reading R11).
    [Tags]    row:3.4.5/AMI-12/LMS-HE/d1    derived
    Given Everybody Has Supply
    When The Feeder's Load Is To Be Shed In Two Minutes
    Then All Who Agreed Are Off And Nobody Else
    And Each Is Acknowledged With A Reading

The Crew's Tool Disconnects At The Optical Port
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.4.5/AMI-39/Crew-Meter/d1    derived
    Given The Customer Draws 1000 W
    When The Headend Reads Disconnects And Reads Again
    Then No Current Flows In Time
    And State And Acknowledgment Are True
    And The Second Reading Is Not Lower
    And The Register Stands Still For An Hour
