"""The retail domain of tau2-bench on our own schema: its shop, its sixteen tools, and a replay of its true actions."""
