"""Programming problems in LeetCode's form, with tests, references and known solutions of our own.

The titles, numbers, signatures and constraints are LeetCode's; statements, examples, tests and
solutions were written for this project.
"""
