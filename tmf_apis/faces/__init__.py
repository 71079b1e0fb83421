"""One record, two faces: what a resource of one version of an API is in the other."""
