"""What did units send? Forms out, reports in, checks against each other, what goes back to be mended."""
