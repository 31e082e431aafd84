"""Between our rows and the typed documents of `fediverse`: both directions of a kind side by side."""
