"""From a seat of the station and a role to an open session with the device in it, as the device file declares it."""
