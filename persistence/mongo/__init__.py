"""The store for real loads: a MongoDB server, replica set or sharded cluster."""
