*** Settings ***
Documentation    OCPP 2.0.1: firmware that its maker has signed, and other.
Metadata         Interface    AMI-33
Metadata         Link    ocpp

Resource         ../../resources/bench.resource
Resource         ../../resources/ocpp_firmware.resource

Test Setup       The Station Speaks    ocpp2.0.1
Test Teardown    The CSMS And Its Files End


*** Variables ***
@{STEPS}    FirmwareStatusNotification Downloading    FirmwareStatusNotification Downloaded
...         FirmwareStatusNotification SignatureVerified    FirmwareStatusNotification Installing


*** Test Cases ***    # robocop: off=DOC02
OCPP_FIRMWARE_P1 Firmware Of The Maker Is Installed Step By Step
    Given The Station Is Connected
    When The CSMS Asks For    firmware signed by its maker
    Then The Station Answers    Accepted
    And The Station Tells    FirmwareStatusNotification Installing
    And The Station Has Told In This Order    @{STEPS}
    When The Station Comes Back With Its Firmware
    Then The Station Tells    FirmwareStatusNotification Installed

TC_L_05_CS A Signing Certificate Of A Forger Is Refused
    Given The Station Is Connected
    When The CSMS Asks For    firmware with a certificate of a forger
    Then The Station Answers    InvalidCertificate    RevokedCertificate

TC_L_06_CS An Image That Was Changed Is Not Installed
    Given The Station Is Connected
    When The CSMS Asks For    firmware that was changed after signing
    Then The Station Answers    Accepted
    And The Station Tells    FirmwareStatusNotification InvalidSignature
    And The Station Tells    SecurityEventNotification InvalidFirmwareSignature
    And The Station Does Not Tell    FirmwareStatusNotification Installing    30
