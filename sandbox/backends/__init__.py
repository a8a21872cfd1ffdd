"""The kinds of boxes: Docker containers and bubblewrap. `kind.Kind` is what they share."""
