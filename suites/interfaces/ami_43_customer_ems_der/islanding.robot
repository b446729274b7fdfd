*** Settings ***
Documentation    Unintentional islanding.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_UI Unintentional Islanding
    When The Grid Is Lost With A Load That Matches
    Then The Supply Has Ended Within Two Seconds
