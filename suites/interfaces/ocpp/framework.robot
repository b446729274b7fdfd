*** Settings ***
Documentation    OCPP-J: what a charging station makes of messages that are none, too many or too long.
Metadata         Interface    AMI-33
Metadata         Link    ocpp

Resource         ../../resources/bench.resource
Resource         ../../resources/ocpp_framework.resource

Test Setup       The Station Speaks    ocpp2.0.1
Test Teardown    The CSMS Ends


*** Test Cases ***    # robocop: off=DOC02
OCPP_RPC_N1 An Unknown Action Is Not Implemented
    Given The Station Is Connected
    When The CSMS Calls    an action that nobody knows
    Then The Station Answers    NotImplemented    NotSupported

OCPP_RPC_N2 What Is No Message Is Refused As Such
    Given The Station Is Connected
    When The CSMS Sends    no JSON
    Then The Station Answers    RpcFrameworkError    FormatViolation
    When The CSMS Sends    an array of two
    Then The Station Answers    RpcFrameworkError    FormatViolation
    When The CSMS Asks For    its state
    Then The Station Answers    Accepted

OCPP_RPC_N3 The Older Version Has Its Own Word For It
    [Setup]    The Station Speaks    ocpp1.6
    Given The Station Is Connected
    When The CSMS Sends    a call without payload
    Then The Station Answers    FormationViolation

OCPP_RPC_N4 A Payload That Does Not Fit Its Schema Is Refused
    Given The Station Is Connected
    When The CSMS Calls    a reset of a kind that there is not
    Then The Station Answers    PropertyConstraintViolation    FormatViolation    TypeConstraintViolation
    When The CSMS Calls    a report with a text for its number
    Then The Station Answers    TypeConstraintViolation    FormatViolation    PropertyConstraintViolation
    And The Station Does Not Tell    NotifyReport    10

OCPP_RPC_N5 A Result That Answers Nothing Is Passed Over
    Given The CSMS Answers The Boot With Another Id
    When The Station Is Connected
    Then The Station Does Not Tell    StatusNotification    20

OCPP_RPC_N6 A Call That Comes Again Is Carried Out Once
    Given The Station Is Connected
    When The CSMS Calls Twice With One Id    a base report
    Then The Station Answers    Accepted
    And The Station Has Sent So Many Reports    1

OCPP_RPC_N7 A Message That Is Too Long Does Not Stay
    Given The Station Is Connected
    When The CSMS Sends    a message of a million characters
    Then The Station Answers Again

OCPP_RPC_N8 A Result That Does Not Fit Its Schema Is Not Believed
    Given The CSMS Answers The Boot Without The Time
    When The Station Is Connected
    Then The Station Does Not Tell    StatusNotification    20

OCPP_RPC_N9 Without A Version In Common The Station Does Not Go On
    When The Station Is Sent To A CSMS That Chooses No Version
    Then The Station Says Nothing There
