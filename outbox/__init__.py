"""What our actors say and do, and how it reaches the others."""
