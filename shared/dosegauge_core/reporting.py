"""What every computation hands to a display, a record or a certificate.

All of them print these strings as they are; nobody formats a number a second time.
"""

from collections import namedtuple

# One printed number. `key` names the quantity (its labels are in `texts`), `text` the digits as
# printed, `unit` its unit ("" for none).
Figure = namedtuple("Figure", ("key", "text", "unit"))

# A decision. `subject` is the key of what is judged (or "point:NAME"), `outcome` one of OUTCOMES,
# `code` names the sentence in `texts` that states rule and limit, `values` fill its places,
# `reference_only` marks documents whose figures are not for pass/fail.
Verdict = namedtuple("Verdict", ("subject", "outcome", "code", "values", "reference_only"))

# Something a reader must know. `code` names the sentence in `texts`, `values` fill its places.
Remark = namedtuple("Remark", ("code", "values"))

PASS = "pass"
FAIL = "fail"
INCONCLUSIVE = "inconclusive"
NOT_EVALUATED = "not evaluated"
OUTCOMES = (PASS, FAIL, INCONCLUSIVE, NOT_EVALUATED)
