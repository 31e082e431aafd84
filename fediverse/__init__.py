"""How servers speak: the protocol alone, which knows nothing of cooperatives; imports no other floor."""
