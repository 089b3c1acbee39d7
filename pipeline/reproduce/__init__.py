"""Is what was released what these inputs give? Replay, comparison, causes, certificate."""
