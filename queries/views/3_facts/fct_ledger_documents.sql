-- One row per document whose lines, transfers apart, must be netted.
-- grain: document_position
-- staged
-- Documents of several lines, and those with a line of nothing or one that a
-- reversal touches.
with
several as (
    select document_position
    from fct_ledger_rows
    where
        flow in (0, 3)
        and (position <> document_position or scaled_qty = 0)
    union
    select ledger.document_position
    from fct_ledger_undone as undone
    inner join fct_ledger_rows as ledger
        on undone.position = ledger.position
    where
        undone.is_against_kind = 1
        or undone.left_qty <> ledger.scaled_qty
)

select * from several
