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
