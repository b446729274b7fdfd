"""Charging of vehicles as the bench sees it: at the pilot, at the analyser, whatever link commands it."""
