*** Settings ***
Documentation    5.3 Demand response, enrol building network: only mapped points can be written (Modbus only).
Metadata         Process    5.3.dr.13

Resource         resources/bench.resource
Resource         resources/building_network.resource


*** Test Cases ***
Mapped Points Can Be Written
    [Documentation]    By whoever has enrolled the building's network.
    When The Energy Management Writes Mapped Points
    Then They Are Written And The Building Follows

Points That Are Not Mapped Cannot Be Written
    [Documentation]    Alone, or together with mapped ones.
    When The Energy Management Writes Points That Are Not Mapped
    Then None Of Them Is Written
