"""What mathematics is taught and asked, and when two answers are the same."""
