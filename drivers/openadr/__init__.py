"""OpenADR 2.0b: messages, signatures, and the two ends of simple HTTP in the pull model."""
