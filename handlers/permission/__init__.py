"""What a caller may: a policy turned into rights, for one caller, one resource and one act."""
