"""Measures of what the agent and its tools do."""
