"""What each command of ``amibench`` does."""
