"""What other servers' actors do to us."""
