"""The few ways stillstock says no: each carries a code for the catalogues, the facts, and the remedy.

Why one base: the page and the command line catch `StockError` once and show one sentence in the reader's
language; anything else is a fault of ours. A code's sentence stands in components/words/{zh_CN,en}.po under
`error.<code>`; `message` and `remedy` here are its English, so that the command line needs no catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence


class StockError(Exception):
    """Something a person can mend: `code` for the catalogue, `facts` for its blanks, `remedy` a sentence."""

    code = "stock_error"

    def __init__(self, message: str, *, remedy: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.facts = facts


class UploadRefused(StockError):
    """A file cannot be loaded as it is; nothing was stored."""

    code = "upload_refused"


class UploadHeld(StockError):
    """A file is readable, but a person must say yes first; nothing was stored."""

    code = "upload_held"


class LakeDamaged(StockError):
    """A committed file is missing or its bytes changed; no number is read from it."""

    code = "lake_damaged"


class LakeBusy(StockError):
    """Another load kept winning the race; nothing was stored."""

    code = "lake_busy"


class UnknownView(StockError):
    """No view of that name."""

    code = "unknown_view"


class VersionGone(StockError):
    """The data version a link asks for is not in this lake."""

    code = "version_gone"


class VersionPurged(VersionGone):
    """The data version a link asks for held something that was deleted for good."""

    code = "version_purged"


class OriginalGone(StockError):
    """No loaded file of that content is kept."""

    code = "original_gone"


class NothingToPurge(StockError):
    """No load and no kept file is what was named to be purged."""

    code = "nothing_to_purge"


class StoreFull(StockError):
    """The disk is full; nothing was stored."""

    code = "store_full"


class StoreReadOnly(StockError):
    """The folder may not be written to; nothing was stored."""

    code = "store_read_only"


class QueryTooLong(StockError):
    """A question took longer than the limit and was stopped."""

    code = "query_too_long"


class MappingUnusable(StockError):
    """A mapping cannot be saved under that name, or a saved one is not as it should be."""

    code = "mapping_unusable"


class DecisionsUnreachable(StockError):
    """The database of what people decided cannot be opened or is not one of this stillstock's."""

    code = "decisions_unreachable"


class DecisionsBusy(StockError):
    """Another process kept the database of decisions locked; nothing was stored."""

    code = "decisions_busy"


class PolicyGone(StockError):
    """No policy version of that number is kept here."""

    code = "policy_gone"


class PolicyMoved(StockError):
    """Another policy was put in force since the one that was to be replaced was looked at."""

    code = "policy_moved"


class PolicyOutOfOrder(StockError):
    """Two thresholds that rise stand the wrong way round: nothing could fall between them."""

    code = "policy_out_of_order"


class PolicyWeightsOff(StockError):
    """The weights of the score do not sum to 1."""

    code = "policy_weights_off"


class PolicyRuleRepeated(StockError):
    """Two rules hold for the same place; only one of them can."""

    code = "policy_rule_repeated"


class PolicyKeyUnknown(StockError):
    """A policy file holds a name that is no threshold."""

    code = "policy_key_unknown"


class PolicyValueWrong(StockError):
    """A policy file gives a threshold a value that it cannot have."""

    code = "policy_value_wrong"


class PolicyFileUnreadable(StockError):
    """A policy file is no TOML."""

    code = "policy_file_unreadable"


class PolicyUnusable(StockError):
    """Thresholds cannot be kept as a policy; `problems` says each that is wrong. Nothing was stored."""

    code = "policy_unusable"

    def __init__(self, problems: Sequence[StockError]) -> None:
        lines = "; ".join(each.message for each in problems)
        super().__init__(
            f"this cannot be kept as a policy: {lines}",
            remedy="; ".join(dict.fromkeys(each.remedy for each in problems)),
            count=len(problems),
        )
        self.problems = tuple(problems)


class FontMissing(StockError):
    """A report holds Chinese, and no font of this machine does."""

    code = "font_missing"


class ReportFailed(StockError):
    """A report could not be typeset within its time and memory."""

    code = "report_failed"
