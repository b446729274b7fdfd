*** Settings ***
Documentation    3.2.2 Limited energy usage: a customer who comes near a limit on energy is warned, at the limit is
...              told, and after it is cut off; a reset or an extension ends both.
Metadata         Process    3.2.2

Resource         resources/bench.resource
Resource         resources/energy_limits.resource
Resource         resources/limit_orders.resource
Resource         resources/own_message.resource


*** Test Cases ***
The Customer Is Warned Told And Cut Off
    [Documentation]    Each at its energy, and the switch after the limiter's own duration.
    [Tags]    row:3.2.2/AMI-32/Meter-CEMS
    Given The Customer May Use 40 Wh
    When The Customer Draws 10000 W
    Then A Warning Comes Before The Limit
    And The Customer Learns That The Limit Is Reached
    And The Supply Goes Off Half A Minute After The Limit
    And What Was Acknowledged Does Not Come Again

What Is Used And What May Be Is Shown
    [Documentation]    To the customer's system, with the limits that are set.
    [Tags]    row:3.2.2/AMI-32/Meter-CEMS
    Given The Customer May Use 40 Wh
    When The Customer Draws 3000 W For 18 Seconds
    Then The Status Shows What Is Used And What May Be

The MDMS Sets A Limit And Learns What The Meter Holds
    [Documentation]    With its readings, its switch and the status of the limit.
    [Tags]    row:3.2.2/AMI-10/MDMS-HE
    When The MDMS Limits The Customer To 40 Wh
    Then The Answer Says What The Meter Holds

A Limit Outlives A Power Cut
    [Documentation]    It holds until it is reset or extended, not until the next outage.
    [Tags]    row:3.2.2/AMI-10/MDMS-HE
    Given The MDMS Limits The Customer To 40 Wh
    When The Supply Fails For A Minute
    And The Customer Draws Beyond The Limit
    Then The Customer Is Told And Cut Off

After A Trip The Way Back Is That Of The Control Mode
    [Documentation]    State 2; modes 5 to 7 close by themselves once the limit is kept, the others wait for the button.
    [Tags]    row:3.2.2/AMI-10/MDMS-HE
    When The Limit Is Reached In Control Modes    2    4    5    7
    Then The Way Back Is That Of The Mode

A Reset Ends Notice And Limit
    [Documentation]    The energy used begins anew.
    [Tags]    row:3.2.2/AMI-10/MDMS-HE
    Given The MDMS Limits The Customer To 40 Wh
    And The Customer Draws Beyond The Limit
    When The MDMS Resets The Energy Used
    Then Notice And Limit Are Gone

An Extension Ends Notice And Limit
    [Documentation]    The limit is raised.
    [Tags]    row:3.2.2/AMI-10/MDMS-HE
    Given The MDMS Limits The Customer To 40 Wh
    And The Customer Draws Beyond The Limit
    When The MDMS Extends The Limit
    Then Notice And Limit Are Gone

The Customer's Port Shows What Is Used
    [Documentation]    In P1 telegrams, with what gas and water meters counted.
    [Tags]    row:3.2.2/AMI-32/Meter-CEMS    extension
    When Somebody Listens At The Customer's Port
    Then Each Telegram Shows What Is Used

The Customer's System Gives The Receipt Of A Notice
    [Documentation]    The system at the meter's port is judged, the meter is the witness.
    [Tags]    row:3.2.2/AMI-32/Meter-CEMS    extension
    When The Customer's System Comes To A Notice That Waits
    Then It Gives The Receipt

The Crew's Tool Sets A Limit On Energy
    [Documentation]    The second physical access to the meter (reading R14b).
    [Tags]    row:3.2.2/AMI-39/Crew-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect

The Headend's Limit Reaches The Meter
    [Documentation]    The order that no printed row carries to the meter (reading R12).
    [Tags]    row:3.2.2/AMI-28/HE-Meter/d1    derived
    When What The Row Is About Is Sent
    Then It Has Its Effect
