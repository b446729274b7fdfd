*** Settings ***
Documentation    5.3 Demand response, update security keys: as control C-H3 asks it of keys.
Metadata         Process    5.3.dr.15

Resource         resources/bench.resource
Resource         resources/home_keys.resource


*** Test Cases ***
A New Link Key Replaces The Old One
    [Documentation]    The new one works in time, the old one is refused.
    When A Device Changes Its Link Key
    Then The New Key Works And The Old One Does Not

A Device's Key Opens Nothing Of Another Device
    [Documentation]    Keys are those of one device.
    When A Device Tries Its Key On Another Device
    Then It Opens Nothing There

A Power Cut While Keys Change Shuts Nobody Out
    [Documentation]    Exactly one key is good at any time.
    When The Power Fails While Keys Change
    Then One Key Works After Each Cut
