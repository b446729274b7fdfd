*** Settings ***
Documentation    Bluetooth LE: requests of the attribute protocol, long values, subscriptions, security of links.
Metadata         Interface    AMI-32 AMI-34 AMI-35
Metadata         Link    ble

Resource         ../../resources/bench.resource
Resource         ../../resources/ble_attributes.resource


*** Test Cases ***    # robocop: off=DOC02
BLE_ATT_P1 No Answer Is Longer Than The MTU
    Then No Answer Is Longer Than A Small MTU

BLE_ATT_N1 An Unknown Request Is Refused
    When The Owner Sends    an unknown request
    Then The Device Answers    error: request not supported

BLE_ATT_N2 A Handle That Is None Is Refused
    When The Owner Sends    a read of a handle that is none
    Then The Device Answers    error: invalid handle

BLE_ATT_N3 A Request That Was Cut Off Is Refused
    When The Owner Sends    a read that was cut off
    Then The Device Answers    error: invalid PDU

BLE_GATT_P1 A Long Value Is Read In Parts
    Then A Long Text Is Read In Parts

BLE_GATT_N1 An Offset Beyond The End Is Refused
    When The Owner Sends    a read beyond the end
    Then The Device Answers    error: invalid offset

BLE_GATT_P2 A Long Value Is Written In Parts
    Then A Long Text Is Written In Parts

BLE_GATT_N2 A Prepared Write With A Gap Is Refused
    When The Owner Sends    a prepared write with a gap
    Then The Device Answers    error: invalid offset
    And The Text Is As It Was

BLE_GATT_N3 What Cannot Be Written Is Refused
    When The Owner Sends    a write of the state
    Then The Device Answers    error: write not permitted

BLE_GATT_N4 A Value That Is Too Long Is Refused
    When The Owner Sends    a text that is too long
    Then The Device Answers    error: invalid attribute value length
    And The Text Is As It Was

BLE_GATT_P3 A Subscription Can Be Ended
    Then The Owner Is Told Until It Unsubscribes

BLE_GATT_N5 A Subscription To What Does Not Exist Is Refused
    When The Owner Sends    a subscription to indications
    Then The Device Answers    error: client characteristic configuration improperly configured

BLE_GATT_P4 A Bonded Client Keeps Its Subscription
    Then The Owner Is Told After A Reconnection

BLE_GATT_P5 An Entry Of The Log Is Indicated And Confirmed
    Then The Owner Hears Of A Stranger's Failed Pairing

BLE_GATT_N6 An Unpaired Client Is Told To Authenticate
    When A Stranger Sends    a read of the state
    Then The Device Answers    error: insufficient authentication

BLE_GATT_N7 A Bonded Client Is Told To Encrypt
    When The Owner Sends Without Encryption    a read of the state
    Then The Device Answers    error: insufficient encryption
