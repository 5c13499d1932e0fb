"""What the agent and integrators can do: one typed function a tool, over `storage`."""
