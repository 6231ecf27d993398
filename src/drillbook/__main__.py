"""`python -m drillbook` is `drillbook`."""

import sys

from drillbook.cli.main import main

sys.exit(main())
