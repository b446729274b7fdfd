*** Settings ***
Documentation    5.3 Demand response, decommission device: keys, certificate and events are gone on both sides.
Metadata         Process    5.3.dr.14

Resource         resources/bench.resource
Resource         resources/home_belonging.resource
Resource         resources/home_leaving.resource


*** Test Cases ***
The Gateway Forgets A Device That Is Taken Out
    [Documentation]    Its key is refused from then on, and it finds no events.
    When A Device Is Taken Out Of The Home
    Then Its Keys Open Nothing Any More

A Second-Hand Device Joins Clean
    [Documentation]    With a new key; the old one stays refused.
    When A Device Comes Back That Was Taken Out
    Then It Joins As A New Device

The Device Forgets The Home That It Leaves
    [Documentation]    Its gateway's commands are refused from then on, and it joins another home clean.
    [Tags]    at:Appl/sep2:client
    When The Device Is Reset While An Event Holds
    Then It Belongs To Nobody And Joins Elsewhere Clean
