*** Settings ***
Documentation    Bluetooth LE: who pairs with the device, by which method, and how a pairing fails.
Metadata         Interface    AMI-32 AMI-34 AMI-35
Metadata         Link    ble

Resource         ../../resources/bench.resource
Resource         ../../resources/ble_pairing.resource


*** Test Cases ***    # robocop: off=DOC02
BLE_SMP_P1 A Passkey Gives A Link Of Level 4
    When Somebody Pairs    by a passkey
    Then It Ends With    passkey, level 4
    And The Device Has Given Its Identity Key

BLE_SMP_P2 The Capabilities Of Both Sides Decide The Method
    Then The Methods Are Those Of Both Sides' Capabilities

BLE_SMP_N1 Numbers Are Compared By A Person
    When Somebody Pairs While Nobody Is At The Device    by comparing numbers
    Then It Ends With    failed: confirm value failed    failed: numeric comparison failed

BLE_SMP_N2 Outside Its Window The Device Does Not Pair
    When Somebody Pairs Outside The Window    by a passkey
    Then It Ends With    failed: pairing not supported

BLE_SMP_N3 Repeated Attempts Are Refused
    When Somebody Mistypes The Passkey    3
    And Somebody Pairs    by a passkey
    Then It Ends With    failed: repeated attempts

BLE_SMP_N4 A Wrong Check Of The Keys Is Refused
    When Somebody Pairs With A Wrong Check Of The Keys
    Then It Ends With    failed: DHKey check failed

BLE_SMP_N5 A Wrong Passkey Is Refused In Its Round
    When Somebody Mistypes The Passkey
    Then It Ends With    failed: confirm value failed

BLE_GAP_P1 The Address Is Private
    Then The Address Is Private And The Owner Resolves It
