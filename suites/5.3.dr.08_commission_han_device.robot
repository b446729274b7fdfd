*** Settings ***
Documentation    5.3 Demand response, commission HAN device: in a window, with a link key of its own.
Metadata         Process    5.3.dr.08

Resource         resources/bench.resource
Resource         resources/home_joining.resource


*** Test Cases ***
A Device Joins In The Opened Window Only
    [Documentation]    The window closes by itself.
    When Appliances Try To Join Before Within And After The Window
    Then They Join In The Open Window Only

Each Device Gets A Link Key Of Its Own
    [Documentation]    No two devices of a home share a key.
    When Two Appliances Ask For Their Link Keys
    Then Each Has A Link Key Of Its Own
