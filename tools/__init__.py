"""What makes the sample years; nothing here is part of the program."""

import os

os.environ["OPENPYXL_LXML"] = "False"  # with lxml, where it is installed, openpyxl writes other bytes
