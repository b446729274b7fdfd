"""From the journal of a run to what people and tools read: HTML page, JUnit. Pure functions of the journal."""
