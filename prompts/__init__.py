"""What the agent is told: prompt files with a version, and the words put into them."""
