*** Settings ***
Documentation    Entering service.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_ES Enter Service
    When The Grid Comes Back, First Outside The Band
    Then The DER Stays Out Until The Grid Is In The Band
    And It Enters Service After The Delay By The Ramp
