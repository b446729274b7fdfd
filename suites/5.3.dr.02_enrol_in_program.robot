*** Settings ***
Documentation    5.3 Demand response, enrol in program: the home gets exactly its program's events, until it withdraws.
Metadata         Process    5.3.dr.02

Resource         resources/bench.resource
Resource         resources/program_enrolment.resource


*** Test Cases ***
From The Portal To The Home
    [Documentation]    Enrolled at the portal, given at load management, found at the gateway.
    When A Customer Enrols For A Time To Come And Withdraws
    Then The Home Gets Exactly The Events Of Its Program

The Gateway Follows Its Assignments
    [Documentation]    Function set assignments of IEEE 2030.5.
    When The Utility Assigns The Gateway And Takes It Out Again
    Then The Home Gets Exactly The Events Of Its Program
