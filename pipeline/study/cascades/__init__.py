"""One YAML a known care cascade."""
