"""Read the published files of MATH, MATH-500, MATH(), GSM8K, GSM-Plus and VarBench as they are published.

Each module reads one collection, in the folder of its name below the data folder, into frozen rows, one for each line
or file; what else a row has is left alone.
"""
