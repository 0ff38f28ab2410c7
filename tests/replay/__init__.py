"""The public records of parameter-golf, replayed through the program as one lane."""
