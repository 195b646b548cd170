"""Trackers of experiments: services and programs that keep and draw the metrics of many runs."""
