*** Settings ***
Documentation    5.3 Demand response, HAN attachment verification: two gateways are in reach, a device belongs to one.
Metadata         Process    5.3.dr.09

Resource         resources/bench.resource
Resource         resources/home_attachment.resource
Resource         resources/home_belonging.resource


*** Test Cases ***
A Neighbour's Gateway Cannot Claim Or Command The Device
    [Documentation]    Whose certificate is as good as that of the device's own.
    When A Neighbour's Gateway Claims The Device
    Then It Is Attached To Its Own Gateway

A New Device Finds Its Own Gateway
    [Documentation]    By the PIN on its label.
    When A New Device Meets A Neighbour's Gateway First
    Then It Is Attached To Its Own Gateway

The Gateway Shows A Device To Nobody Else
    [Documentation]    Neither to other devices nor to a neighbour's gateway.
    [Tags]    at:ESI/sep2:server
    When Others Look At The Gateway For Its Devices
    Then Each Device Is Shown To Itself Only
