"""An OpenAI-compatible server for tests: it answers by seed, counts, is slow on purpose and breaks on schedule.

`python -m tests.server --port 8000` runs it alone; `tests.server.running` runs it inside a test.
"""
