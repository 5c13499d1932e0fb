"""The tools of the Universal Commerce Protocol, as MCP offers them: its names, what it sends, what it expects back."""
