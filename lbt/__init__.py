"""The words of the project: values, errors, scores, selection and records. Knows no other package."""
