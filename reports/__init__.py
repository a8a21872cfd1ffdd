"""What was seen: the live trace of a run, its table, and single steps shown again. Knows only `lbt`."""
