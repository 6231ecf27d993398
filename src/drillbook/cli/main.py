"""The command line. Exit status: 0 good, 1 a verdict is bad, 2 bad input or set-up."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from drillbook.cli.arguments import make_parser
from drillbook.cli.verify import GOOD, UNUSABLE
from drillbook.core.errors import DrillbookError
from drillbook.core.interrupts import LONGEST, end_on_signals
from drillbook.core.pulse import make_timer, pulse
from drillbook.project.project import find_root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = make_parser().parse_args(argv)
    end_on_signals(LONGEST)
    try:
        root = (arguments.root or find_root(Path.cwd())).resolve()
        with pulse(make_timer(arguments.command)):
            return int(arguments.run(arguments, root))
    except DrillbookError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt:
        print("interrupted. Everything that was running has been removed.", file=sys.stderr)
        return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
