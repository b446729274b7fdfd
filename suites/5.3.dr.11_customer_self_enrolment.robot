*** Settings ***
Documentation    5.3 Demand response, customer self-enrolment: a customer acts on the own premises only.
Metadata         Process    5.3.dr.11

Resource         resources/bench.resource
Resource         resources/self_enrolment.resource


*** Test Cases ***
A Customer Enrols And Withdraws The Own Premises
    [Documentation]    At the portal.
    When A Customer Enrols The Own Premises And Withdraws Them
    Then The Customer's Wishes Are Carried Out

Another Customer's Premises Are Out Of Reach
    [Documentation]    Whatever reference is tried.
    When A Customer Acts On The Premises Of Another
    Then Nothing Of The Other Customer Moves
