"""OCPP-J: 1.6, 2.0.1 and 2.1 over WebSocket. Only `link`, `session`, `csms` and `charge_point` do I/O."""
