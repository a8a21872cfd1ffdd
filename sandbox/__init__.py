"""Judge programs that nobody trusts: `judge.open_sandbox` is the way in."""
