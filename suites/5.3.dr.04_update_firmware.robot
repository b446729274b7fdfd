*** Settings ***
Documentation    5.3 Demand response, update firmware in HAN device: as control I-H5 asks it; the running event goes on.
Metadata         Process    5.3.dr.04

Resource         resources/bench.resource
Resource         resources/device_firmware.resource
Resource         resources/ocpp_firmware.resource


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

The Charger Resumes Its Running Profile
    [Documentation]    The limit that holds before the update of a charging station holds afterwards.
    [Tags]    at:EV/ocpp
    [Setup]    The Station Speaks    ocpp2.0.1
    Given The Station Is Connected
    And The CSMS Asks For    10 A for the station
    And The Station Answers    Accepted
    And The Composite Schedule Of    300    0 s: 10 A
    When The CSMS Asks For    firmware signed by its maker
    And The Station Answers    Accepted
    And The Station Tells    FirmwareStatusNotification Installing
    And The Station Comes Back With Its Firmware
    And The Station Tells    FirmwareStatusNotification Installed
    Then The Composite Schedule Of    300    0 s: 10 A
    [Teardown]    The CSMS And Its Files End
