"""One YAML an instrument."""
