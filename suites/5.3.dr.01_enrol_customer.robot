*** Settings ***
Documentation    5.3 Demand response, enrol customer: an account is bound once to premises and meter.
Metadata         Process    5.3.dr.01

Resource         resources/bench.resource
Resource         resources/taking_over.resource


*** Test Cases ***
A Customer Is Bound To Premises And Meter Once
    [Documentation]    At the customer information system and at load management.
    When A Customer Takes Premises Over
    Then Account Premises And Meter Are Bound Once

A Duplicate Is Refused
    [Documentation]    Who has the premises keeps them.
    When Premises That Are Taken Are Claimed Again
    Then Each Claim Is Refused
    And Account Premises And Meter Are Bound Once

A Foreign Meter Is Refused
    [Documentation]    Premises, meter and code belong together.
    When Meters And Premises Of Others Are Claimed
    Then Each Claim Is Refused
    And Account Premises And Meter Are Bound Once
