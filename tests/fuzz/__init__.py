"""What is read from outside, tried with bytes that nobody wrote; the long form is `make fuzz`.

A target is a function from bytes to nothing that raises where a promise is broken. Inputs that once
broke one lie in `corpus/`, in the folder of their target.
"""
