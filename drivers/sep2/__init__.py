"""IEEE 2030.5 (Smart Energy Profile 2): messages and their XML, identities, TLS, a client, and the server's side."""
