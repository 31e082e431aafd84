"""The suite: the floors and doors of the program again, and whole journeys through them."""

import pytest

# conftest.py both imports these and names them as plugins: pytest wants to know before the first import.
pytest.register_assert_rewrite("tests.postgres")
