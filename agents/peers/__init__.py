"""Other projects' prompt optimisers on the same items, the same model and the same number of calls as a run of M3.

`environment` makes the place where their packages are, `gateway` is their only way to a model and counts, `runner` is
what runs there, `running` holds one of them.
"""
