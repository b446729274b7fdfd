*** Settings ***
Documentation    5.3 Demand response, initiate load-shedding event: as 4.2.2, from load management to the watts.
Metadata         Process    5.3.dr.06

Resource         resources/bench.resource
Resource         resources/shedding_event.resource


*** Test Cases ***
A Shedding Event Reaches Every Load Of The Home
    [Documentation]    Whatever its customer chose.
    When Load Management Initiates A Load-Shedding Event
    Then All Loads Are Shed Until The Release
    And Load Management Is Told By The Home
