"""The conformance suite of the sandbox: `python -m sandbox check`."""
