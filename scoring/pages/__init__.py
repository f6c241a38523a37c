"""What stands on paper? Official pages part by part, one module a notebook, on `blocks`, which alone styles."""
