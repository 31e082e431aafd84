"""Coming in: who may, by which invitation, with which answers, and what is agreed to."""
