"""python -m tests.access: the permission matrix; python -m tests.access break: the rule broken in every way."""

import sys

from tests.access.running import break_the_rule, main

if __name__ == "__main__":
    sys.exit(break_the_rule() if sys.argv[1:] == ["break"] else main(sys.argv[1:]))
