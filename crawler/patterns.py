"""May a regular expression of a source file be run against addresses from the web?"""

from __future__ import annotations

import importlib
import re
from typing import Any

from archive.fields import Complaint

LONGEST = 500


def pattern(written: str) -> Complaint:
    """What is wrong with it: it does not compile, is very long, or could take exponential time on a hostile URL."""
    if len(written) > LONGEST:
        return f"is a pattern of {len(written):,} characters; at most {LONGEST} are allowed", "write several patterns"
    try:
        re.compile(written)
        nested = _repeats_within_repeats(written)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}", "dots, question marks, plus signs and brackets of an address need a backslash"
    if nested:
        return "repeats something that is itself repeated: a hostile URL could make that take for ever", "write ++ or *+ for the inner one"
    return None


def _repeats_within_repeats(written: str) -> bool:
    """`(a+)+` and its like, found in the parsed expression. Possessive repeats and atomic groups never go back, so they are harmless."""
    # The parser has no public name; without it the check would have to be written as a second parser.
    parser: Any = importlib.import_module("re._parser")
    waiting: list[tuple[Any, bool]] = [(parser.parse(written), False)]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, parser.SubPattern):
            for operator, argument in node.data:
                name = str(operator)
                if name in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > 16:  # `{2,4}` within a repeat is a constant factor
                    if inside:
                        return True
                    waiting.append((argument[2], True))
                elif name in ("POSSESSIVE_REPEAT", "ATOMIC_GROUP"):
                    waiting.append((argument, False))
                else:
                    waiting.append((argument, inside))
        elif isinstance(node, list | tuple):
            waiting.extend((part, inside) for part in node)
    return False
