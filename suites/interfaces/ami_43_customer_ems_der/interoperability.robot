*** Settings ***
Documentation    What the DER tells of itself and takes over its link.
Metadata         Interface    AMI-43
Metadata         Link    inverter/modbus_tls inverter/modbus

Resource         ../../resources/bench.resource
Resource         ../../resources/der_type_tests.resource


*** Test Cases ***    # robocop: off=DOC02
DER_IOP_NAMEPLATE Nameplate
    When The Nameplate Is Read Before And After Other Ratings Are Configured
    Then The Nameplate Is That Of The Device

DER_IOP_CONFIGURATION Configuration
    When Ratings Of 80 Per Cent Are Configured And Put Back
    Then The Configuration Is Used And Put Back

DER_IOP_MONITORING Monitoring
    When Monitoring Is Read At Two Operating Points
    Then What Is Monitored Is What The Instruments See
