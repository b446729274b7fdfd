*** Settings ***
Documentation    5.3 Demand response, validate device: type, owner and certificate before the first command.
Metadata         Process    5.3.dr.16

Resource         resources/bench.resource
Resource         resources/home_validation.resource


*** Test Cases ***
Type Owner And Certificate Are Checked
    [Documentation]    By what was entered for the device.
    When Devices Of Other Kinds And Owners Come
    Then Only The Kind That Was Entered Is Let In

No Command Goes To A Device That Is Not Validated
    [Documentation]    Nor may it look for one.
    When A Device Looks For An Event Before And After It Is Validated
    Then It Finds The Event Only When It Is Validated

A Clone Is Refused
    [Documentation]    It has the certificate of a device that is there.
    When A Device Is Cloned
    Then The Clone Is Refused
