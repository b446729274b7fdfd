*** Settings ***
Documentation    IEEE 2030.5 at a gateway: metering, prepayment and flow reservation, as the home finds them.
Metadata         Interface    AMI-27 AMI-29 AMI-31
Metadata         Link         gateway/sep2:client

Resource         ../../resources/bench.resource
Resource         ../../resources/sep2_shown_at_home.resource


*** Test Cases ***    # robocop: off=DOC02
SEP2_METERING_P1 What A Device Mirrors Is Shown
    When A Device Mirrors What It Measures
    Then The Home Is Shown    1500 W, 900 W

SEP2_PREPAYMENT_P1 The Credit Is Shown As The Utility Keeps It
    When The Utility Keeps An Account And Takes A Payment
    Then The Home Is Shown    4.27 low, 24.27 ok

SEP2_FLOW_P1 A Reservation Is Asked For And Comes Back
    When A Device Asks For A Reservation And Takes It Back
    Then The Home Is Shown    3000 Wh at 7360 W; 1200 Wh at 3680 W; taken back
