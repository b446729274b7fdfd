*** Settings ***
Documentation    OCPP 2.0.1: how a charging station boots, and its variables.
Metadata         Interface    AMI-33
Metadata         Link    ocpp

Resource         ../../resources/bench.resource
Resource         ../../resources/ocpp_station.resource

Test Setup       The Station Speaks    ocpp2.0.1
Test Teardown    The CSMS Ends


*** Test Cases ***    # robocop: off=DOC02
TC_B_01_CS A Station That Is Accepted Tells The States Of Its Connectors
    When The Station Is Connected
    Then The Station Tells    BootNotification PowerUp
    And The Station Tells    StatusNotification Available
    And Every Message Of The Station Fits Its Schema

TC_B_02_CS A Station That Is Pending Waits And Can Be Configured
    Given The CSMS Will Answer The Boot With    Pending
    When The Station Is Connected
    Then The Station Does Not Tell    StatusNotification    10
    When The CSMS Asks For    a heartbeat every 60 s
    Then The Station Answers    Accepted
    And The Station Tells    BootNotification    40

TC_B_03_CS A Station That Is Rejected Says Nothing Until Its Time
    Given The CSMS Will Answer The Boot With    Rejected
    When The Station Is Connected
    Then The Station Does Not Tell    StatusNotification    20
    And The Station Tells    BootNotification    40

TC_B_30_CS A Station That Is Rejected Answers By A Security Error
    Given The CSMS Will Answer The Boot With    Rejected
    And The Station Is Connected
    When The CSMS Asks For    a base report
    Then The Station Answers    SecurityError

OCPP_TIME_B1 The Time Of The CSMS Is Taken
    Given The CSMS Is Ahead By    3600
    When The Station Is Connected
    Then The Station Tells    SecurityEventNotification SettingSystemTime
    And The Station's Time Is That Of The CSMS

TC_B_09_CS A Variable Is Set And Takes Effect
    Given The Station Is Connected
    When The CSMS Asks For    a heartbeat every 60 s
    Then The Station Answers    Accepted
    And The Station Tells    Heartbeat    70

TC_B_11_CS A Value Of The Wrong Kind Is Refused
    Given The Station Is Connected
    When The CSMS Asks For    a heartbeat interval that is no number
    Then The Station Answers    Rejected

TC_B_35_CS An Unknown Component Is Named As Such
    Given The Station Is Connected
    When The CSMS Asks For    a variable of an unknown component
    Then The Station Answers    UnknownComponent

TC_B_13_CS A Full Report Is Announced And Sent
    Given The Station Is Connected
    When The CSMS Asks For    a base report
    Then The Station Answers    Accepted
    And The Station Tells    NotifyReport
    And Every Message Of The Station Fits Its Schema
