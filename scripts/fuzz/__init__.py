"""Hostile input for the media plane: mutations of captured packets, and floods against a live call."""
