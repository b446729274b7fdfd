*** Settings ***
Documentation    5.3 Demand response, test operational status: the answer is what the device does; absent is not idle.
Metadata         Process    5.3.dr.17

Resource         resources/bench.resource
Resource         resources/operational_status.resource


*** Test Cases ***
The Gateway Tells How A Device Fares
    [Documentation]    And when it is gone.
    When A Device's Load Is Pulled And The Device Goes And Comes Back
    Then The Answer Follows The Load
    And Who Is Gone Is Not Idle

The Appliance Tells How It Fares
    [Documentation]    To its gateway, over IEEE 2030.5.
    [Tags]    at:Appl/sep2:client
    When An Appliance's Load Is Pulled
    Then The Answer Follows The Load

The Appliance Tells How It Fares At Its Port
    [Documentation]    Over CTA-2045.
    [Tags]    at:Appl/cta2045
    When An Appliance's Load Is Pulled Behind Its Port
    Then The Answer Follows The Load
