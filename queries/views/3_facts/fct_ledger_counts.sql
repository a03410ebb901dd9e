-- One row per count of one queue: what it found more or less than the book.
-- grain: key_id, position, is_front
-- staged
-- The book is the ledger as recorded. A document's sheets are summed first; a
-- later count starts from the figure of the one before. What a snapshot has
-- beyond the ledger is older than our records: is_front, it stands before
-- everything and is eaten first, so that what is left is the newest receipts.
-- Counts without a lot that meet lots are in fct_ledger_across.
with sheets as (
    select
        ledger.key_id,
        ledger.posted_on,
        ledger.document_position,
        ledger.flow,
        min(ledger.position) as position,
        cast(sum(ledger.counted) as bigint) as counted
    from fct_ledger_rows as ledger
    inner join fct_ledger_keys as keys
        on ledger.key_id = keys.key_id
    where
        ledger.flow in (1, 6, 7)
        and keys.has_counts = 1
        and keys.is_counted_across = 0
    group by
        ledger.key_id,
        ledger.posted_on,
        ledger.document_position,
        ledger.flow
),

touched as (
    select
        key_id,
        max(position) as last_position
    from sheets
    group by key_id
),

events as (
    select
        ledger.key_id,
        ledger.position,
        ledger.scaled_qty,
        cast(null as bigint) as counted
    from fct_ledger_rows as ledger
    inner join touched
        on
            ledger.key_id = touched.key_id
            and ledger.position < touched.last_position
    where ledger.flow not in (1, 6, 7)
    union all
    select
        key_id,
        position,
        cast(0 as bigint) as scaled_qty,
        counted
    from sheets
),

running as (
    select
        key_id,
        position,
        counted,
        cast(
            sum(scaled_qty) over (
                partition by key_id order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as moved
    from events
),

surpluses as (
    select
        key_id,
        position,
        counted - moved - coalesce(
            lag(counted - moved) over (partition by key_id order by position),
            0
        ) as qty
    from running
    where counted is not null
),

differences as (
    select
        sheets.key_id,
        sheets.posted_on,
        sheets.document_position as place,
        sheets.flow,
        sheets.position,
        surpluses.qty
    from surpluses
    inner join sheets
        on
            surpluses.key_id = sheets.key_id
            and surpluses.position = sheets.position
),

gathered as (
    select
        key_id,
        posted_on,
        place,
        position,
        case when flow > 1 and qty > 0 then -8 else 4 * place + 2 end as unit,
        qty,
        case when flow > 1 and qty > 0 then 1 else 0 end as is_front
    from differences
    where qty <> 0
    union all
    select
        key_id,
        posted_on,
        place,
        position,
        unit,
        qty,
        is_front
    from fct_ledger_across
)

select * from gathered
