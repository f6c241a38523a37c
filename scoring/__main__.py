"""`python -m scoring VERB …`."""

import sys

from scoring.desk.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
