"""termineter's C12.18 client, told by JSON on stdin what to do at an optical port; answers in JSON on stdout.

Order: ``port``, ``user_id``, ``password`` (text, null for none), ``acts``: a list of ``[name, argument...]``.
"""

import json
import logging
import sys

import serial
from c1218.connection import Connection
from c1218.errors import C1218Error
from c1219.access.general import C1219GeneralAccess
from c1219.access.local_display import C1219LocalDisplayAccess
from c1219.access.log import C1219LogAccess
from c1219.access.security import C1219SecurityAccess

SERIAL = {
    "parity": serial.PARITY_NONE, "baudrate": 9600, "bytesize": 8, "xonxoff": False, "interCharTimeout": None,
    "rtscts": False, "timeout": 2, "stopbits": 1, "dsrdtr": False, "writeTimeout": None,
}  # fmt: skip


def general(connection):
    seen = C1219GeneralAccess(connection)
    return {
        "manufacturer": seen.manufacturer, "model": seen.ed_model, "serial": seen.mfg_serial_no,
        "firmware": [seen.fw_version_no, seen.fw_revision_no], "device_id": seen.device_id, "mode": seen.ed_mode,
        "status": seen.std_status, "characters": seen.char_format, "nameplate": seen.nameplate_type,
        "tables": seen.std_tbls_used, "procedures": seen.std_proc_used,
    }  # fmt: skip


def log(connection):
    return [
        [entry["User ID"], entry["Procedure Number"], entry["Std vs Mfg"], entry["Arguments"].hex(),
         entry["History Sequence Number"], entry.get("Time", "")]
        for entry in C1219LogAccess(connection).logs
    ]  # fmt: skip


def security(connection):
    seen = C1219SecurityAccess(connection)
    return {
        "passwords": [[one["password"].hex(), one["groups"]] for one in seen.passwords.values()],
        "tables": {str(number): [right["read"], right["write"], right["anyread"], right["anywrite"]]
                   for number, right in seen.table_permissions.items()},
        "procedures": {str(number): right["write"] for number, right in seen.procedure_permissions.items()},
        "keys": [key.hex() for key in seen.keys.values()],
    }  # fmt: skip


def display(connection):
    seen = C1219LocalDisplayAccess(connection)
    return [list(one) for one in seen.pri_disp_list] + [list(seen.pri_disp_sources)]


def act(connection, name, *arguments):
    if name == "read":
        return connection.get_table_data(*arguments).hex()
    if name == "write":
        table, data, *offset = arguments
        return connection.set_table_data(table, bytes.fromhex(data), *offset)
    if name == "procedure":
        number, manufacturer, parameters = arguments
        result, data = connection.run_procedure(number, manufacturer, bytes.fromhex(parameters))
        return [result, data.hex()]
    return {"general": general, "log": log, "security": security, "display": display}[name](connection)


def main():
    logging.disable(logging.CRITICAL)
    order = json.load(sys.stdin)
    connection = Connection(order["port"], {"pktsize": 512, "nbrpkts": 64}, serial_settings=SERIAL, enable_cache=False)
    answers = [connection.start(), connection.login("peer", order["user_id"], order["password"])]
    for one in order["acts"]:
        try:
            answers.append(act(connection, *one))
        except C1218Error as error:
            answers.append({"code": getattr(error, "code", None)})
    answers.append([connection.logoff(), connection.stop() if connection._initialized else None])
    connection.close()
    json.dump(answers, sys.stdout)


main()
