*** Settings ***
Documentation    5.3 Demand response, third party enrols customer: only with live consent, as control C-H5 asks it.
Metadata         Process    5.3.dr.10

Resource         resources/bench.resource
Resource         resources/third_party_enrolment.resource


*** Test Cases ***
Without Live Consent Nobody Is Enrolled
    [Documentation]    Whatever is wrong with the consent.
    When A Third Party Enrols A Customer Without Live Consent
    Then Each Of Its Enrolments Is Refused

With Live Consent The Customer Is Enrolled
    [Documentation]    And the log says by whom.
    When A Third Party Enrols A Customer With Live Consent
    Then The Customer Is Enrolled And The Log Says So
