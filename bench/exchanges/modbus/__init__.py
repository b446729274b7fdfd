"""What happens on the rows that Modbus carries."""
