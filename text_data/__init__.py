"""Texts to classify, with their labels: published sets, one of our own, and a user's."""
