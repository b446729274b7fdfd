*** Settings ***
Documentation    5.3 Demand response, enrol device: by LFDI and registration PIN, the right one and once.
Metadata         Process    5.3.dr.03

Resource         resources/bench.resource
Resource         resources/home_joining.resource


*** Test Cases ***
The Device That Was Entered Is Registered Once
    [Documentation]    A second registration makes no second entry.
    When An Appliance Joins As It Was Entered And Once More
    Then It Is Registered Once

A Device With Another LFDI Is Refused
    [Documentation]    Whoever was not entered, and whoever says to be another than its certificate.
    When Others Try To Join In Its Place
    Then Nobody Else Joins

The Gateway Refuses A Server With Another PIN
    [Documentation]    The gateway is itself a device that the utility enrols.
    [Tags]    at:ESI/sep2:client
    When The Device Is Listed With Another PIN And Then With Its Own    lms
    Then It Follows With Its Own PIN Only

The Energy Management System Refuses A Gateway With Another PIN
    [Documentation]    A neighbour's, as a rule.
    [Tags]    at:CEMS/sep2:client
    When The Device Is Listed With Another PIN And Then With Its Own    esi
    Then It Follows With Its Own PIN Only

The Appliance Refuses A Gateway With Another PIN
    [Documentation]    It looks for one that knows the PIN on its label.
    [Tags]    at:Appl/sep2:client
    When The Device Is Listed With Another PIN And Then With Its Own    esi
    Then It Follows With Its Own PIN Only
