"""The parts of the generator: everybody and everything in here is made up."""
