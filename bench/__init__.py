"""Measurements that anybody can repeat: our server against the floor on the same data."""
