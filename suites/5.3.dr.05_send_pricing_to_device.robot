*** Settings ***
Documentation    5.3 Demand response, send pricing to device: unit, multiplier, start, duration, also to late joiners.
Metadata         Process    5.3.dr.05

Resource         resources/bench.resource
Resource         resources/price_to_device.resource


*** Test Cases ***
Devices Of The Home Find Prices Exactly
    [Documentation]    Those that are there, and one that joins late.
    When The Utility Gives Prices And Devices Of The Home Look
    Then Unit Multiplier Start And Duration Are Exact
    And A Late Joiner Has The Current Price

The Device Reads Multipliers Right
    [Documentation]    Its loads follow the customer's rule.
    [Tags]    at:CEMS/sep2:client
    When Prices Come In Several Multipliers
    Then The Home Takes Each For What It Is
