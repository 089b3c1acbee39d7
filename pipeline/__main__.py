"""``python -m pipeline`` is ``alongside``."""

import sys

from pipeline.cli import main

sys.exit(main())
