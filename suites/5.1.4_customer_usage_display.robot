*** Settings ***
Documentation    5.1.4 Customer energy usage display: the customer sees what is used now, what was used and what it
...              will cost, at the meter's own ports or at a display.
Metadata         Process    5.1.4

Test Tags        row:5.1.4/AMI-32/Meter-CEMS

Resource         resources/bench.resource
Resource         resources/mirrored_usage.resource
Resource         resources/usage_display.resource


*** Test Cases ***
A Step Of The Load Is Shown In Time
    [Documentation]    Up and down, at every way to look.
    When The Customer's Load Changes In Steps
    Then Each Step Is Shown Within 10 Seconds

What Was Used Is Shown
    [Documentation]    The registers of the meter, and what the reference meter saw.
    When The Customer Uses Energy
    Then The Used Energy Is Shown

The Past Is Shown
    [Documentation]    The load profile.
    When The Customer Uses Energy For Two Hours
    Then The Past Is Shown As It Was

A Projection Goes By The Tariff In Force
    [Documentation]    Two patterns of usage, and a change of the price.
    When The Customer Asks What Two Patterns Of Usage Cost
    Then Each Cost Is The Tariff Times The Energy

Without Data It Is Clear That There Are None
    [Documentation]    No value of before is shown as one of now.
    When There Are No Data
    Then The Customer Sees That There Are None

A Display Finds What Devices Of The Home Mirror
    [Documentation]    At the gateway, by metering of IEEE 2030.5: what the vehicle's charger draws.
    [Tags]    extension
    When A Vehicle Leaves And Comes Back
    Then The Display Shows What Its Charger Draws
