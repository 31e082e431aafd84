"""The suite: the floors and doors of the program again, and whole journeys through them."""
