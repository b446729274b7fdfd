"""Controls on Modbus: on plain ports (link ``modbus``) and within TLS (link ``modbus_tls``)."""
