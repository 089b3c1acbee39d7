"""One YAML a house style."""
