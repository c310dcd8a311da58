"""``python -m qms_desktop``: the window, or one verb of the command line."""

import sys

from qms_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
