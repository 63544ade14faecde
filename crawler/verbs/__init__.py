"""The verbs of the command line: arguments in, one call, words out."""
