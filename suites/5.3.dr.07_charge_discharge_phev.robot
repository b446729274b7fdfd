*** Settings ***
Documentation    5.3 Demand response, charge and discharge PHEV: sign and limit, enrolment, reserve.
Metadata         Process    5.3.dr.07

Resource         resources/bench.resource
Resource         resources/charging_reservations.resource
Resource         resources/vehicle_to_grid.resource


*** Test Cases ***
Sign And Limit Are Kept And Only Enrolled Vehicles Discharge
    [Documentation]    From load management through gateway and energy management to the charger.
    When Load Management Charges And Discharges The Vehicle
    Then Sign And Limit Are Right

A Vehicle Is Not Discharged Below Its Reserve
    [Documentation]    Whatever is asked for.
    When Load Management Discharges The Vehicle Down To Its Reserve
    Then The Reserve Stays In The Vehicle

A Vehicle Feeds Back What Is Reserved
    [Documentation]    By flow reservation: the customer lets it give, the gateway says how much, how fast and when.
    When The Customer Lets The Vehicle Give And Half The Power Is Reserved
    Then What Was Reserved Flows And No More
