"""Mail to participants: what it says, how it is sent, and the queue between."""
