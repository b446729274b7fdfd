*** Settings ***
Documentation    5.3 Demand response, update firmware in HAN device: as control I-H5 asks it; the running event goes on.
Metadata         Process    5.3.dr.04

Resource         resources/bench.resource
Resource         resources/device_firmware.resource


*** Test Cases ***
Only Authentic Firmware Runs
    [Documentation]    Signature, model, version, length.
    When Wrong Firmware Is Offered
    Then Wrong Firmware Is Refused

A Power Cut While Firmware Is Loaded Leaves The Device Alive
    [Documentation]    With what it ran before.
    When The Power Fails While Firmware Is Loaded
    Then The Device Comes Back Each Time

The Device Resumes Its Running Event
    [Documentation]    With its new firmware.
    When Firmware Is Updated While An Event Holds
    Then The Device Resumes Its Event
