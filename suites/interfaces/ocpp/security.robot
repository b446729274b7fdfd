*** Settings ***
Documentation    OCPP 2.0.1: security profiles, passwords and certificates of a charging station.
Metadata         Interface    AMI-33
Metadata         Link    ocpp

Resource         ../../resources/bench.resource
Resource         ../../resources/ocpp_security.resource

Test Setup       The Station Speaks    ocpp2.0.1
Test Teardown    The CSMS Ends


*** Test Cases ***    # robocop: off=DOC02
TC_A_01_CS A Station Brings Its Password Within TLS
    When The Station Is Sent To A CSMS    of the right authority
    Then The Station Connects
    And The Station Brings The Password Of Its Identity

TC_A_05_CS A CSMS With A Certificate That Is Not Right Is Not Connected To
    [Template]    A CSMS Is Refused And Reported
    whose certificate names another host
    whose certificate has expired
    of another authority

TC_A_06_CS A CSMS With An Old TLS Is Not Connected To
    When The Station Is Sent To A CSMS    that offers no TLS newer than 1.1
    Then The Station Does Not Connect

OCPP_SECURITY_B1 Without TLS A Station Does Not Go On
    When The Station Is Sent To A CSMS    without TLS
    Then The Station Does Not Connect

OCPP_SECURITY_B2 A Refused Password Is Recorded And Tried Again
    Given The Station Is Connected
    And The CSMS Takes Another Password Only
    When The CSMS Goes Away For    1
    And The CSMS Answers Again For    60
    And The CSMS Takes The Password Of The Station
    And The CSMS Comes Back
    Then The Station Tells    SecurityEventNotification FailedToAuthenticateAtCsms

TC_A_09_CS A New Password Is Taken And Used
    Given The Station Is Connected
    When The CSMS Asks For A New Password Of    20
    Then The Station Answers    Accepted
    When The CSMS Takes The New Password Only
    Then The Station Comes Back

TC_A_10_CS A Password That Is Too Short Is Refused
    Given The Station Is Connected
    When The CSMS Asks For A New Password Of    8
    Then The Station Answers    Rejected

TC_A_11_CS A New Certificate Is Asked For And Taken
    Given The Station Is Connected
    When The CSMS Asks For    a request for a new certificate
    Then The Station Answers    Accepted
    And The Station Tells    SignCertificate
    And The Request Names The Identity Of The Station
    When The CSMS Has The Request Signed By    the right authority
    Then The Station Answers    Accepted

TC_A_14_CS A Certificate Of A Stranger Is Refused And Reported
    Given The Station Is Connected
    When The CSMS Asks For    a request for a new certificate
    Then The Station Tells    SignCertificate
    When The CSMS Has The Request Signed By    a stranger
    Then The Station Answers    Rejected
    And The Station Tells    SecurityEventNotification InvalidChargingStationCertificate

TC_A_22_CS A Lower Security Profile Is Refused
    Given The Station Is Connected
    When The CSMS Asks For    a lower security profile
    Then The Station Answers    Rejected

TC_083_CS A Higher Security Profile Is Taken
    [Setup]    The Station Speaks    ocpp1.6
    Given The Station Is Connected
    When The CSMS Asks For    the security profile with certificates
    Then The Station Answers    Accepted
    When The CSMS Asks Stations For Their Certificates
    Then The Station Comes Back
    And The Station Shows The Certificate Of Its Identity

TC_084_CS A Lower Security Profile Is Refused By Its Key
    [Setup]    The Station Speaks    ocpp1.6
    Given The Station Is Connected
    When The CSMS Asks For    the security profile without TLS
    Then The Station Answers    Rejected

TC_M_01_CS A Root Is Installed
    Given The Station Is Connected
    And The Station Has So Many Roots Of The CSMS    1
    When The CSMS Asks For    another root
    Then The Station Answers    Accepted
    And The Station Has So Many Roots Of The CSMS    2

TC_M_20_CS A Root Is Deleted
    Given The Station Is Connected
    And The CSMS Asks For    another root
    When The CSMS Deletes The Root That It Installed
    Then The Station Answers    Accepted
    And The Station Has So Many Roots Of The CSMS    1

TC_M_22_CS A Root That Is Not There Is Not Deleted
    Given The Station Is Connected
    When The CSMS Deletes The Root That It Installed
    Then The Station Answers    NotFound

OCPP_CERTIFICATE_N1 A Certificate That Is No Authority Is Not Installed
    Given The Station Is Connected
    When The CSMS Asks For    a root that is no authority
    Then The Station Answers    Rejected    Failed


*** Keywords ***
A CSMS Is Refused And Reported
    [Documentation]    The station does not connect to it, and tells the right one of it.
    [Arguments]    ${manner}
    When The Station Is Sent To A CSMS    ${manner}
    Then The Station Does Not Connect
    When The CSMS Is The Right One Again
    Then The Station Tells    SecurityEventNotification InvalidCsmsCertificate
    [Teardown]    The CSMS Ends
