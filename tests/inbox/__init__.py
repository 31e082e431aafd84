"""What others do to us: proven, saved, applied once."""
