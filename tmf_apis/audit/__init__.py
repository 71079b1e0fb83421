"""What an audit says, as pure functions: what changed, what was, and whether its chain holds."""
