"""Verification in Excel: a block's workbook written, and read back."""
