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

numbered as (
    select
        key_id,
        position,
        counted,
        coalesce(
            lag(position) over (partition by key_id order by position), 0
        ) as prior_position,
        counted - coalesce(
            lag(counted) over (partition by key_id order by position), 0
        ) as difference,
        count(*) over (partition by key_id) as sheets_here
    from sheets
),

----------  a few counts: each line looks up the next one
moved_to_next as (
    select
        numbered.key_id,
        numbered.position,
        cast(sum(ledger.scaled_qty) as bigint) as qty
    from fct_ledger_rows as ledger
    inner join numbered
        on
            ledger.key_id = numbered.key_id
            and ledger.position < numbered.position
            and ledger.position > numbered.prior_position
    where numbered.sheets_here <= 16
    group by numbered.key_id, numbered.position
),

----------  many: one running sum, so that the cost stays in line
touched as (
    select
        key_id,
        max(position) as last_position
    from numbered
    where sheets_here > 16
    group by key_id
),

events as (
    select
        ledger.key_id,
        ledger.position,
        ledger.scaled_qty,
        0 as is_sheet
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
        1 as is_sheet
    from numbered
    where sheets_here > 16
),

running as (
    select
        key_id,
        position,
        is_sheet,
        cast(
            sum(scaled_qty) over (
                partition by key_id order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as moved
    from events
),

moved_to_sheet as (
    select
        key_id,
        position,
        moved - coalesce(
            lag(moved) over (partition by key_id order by position), 0
        ) as qty
    from running
    where is_sheet = 1
),

moved as (
    select * from moved_to_next
    union all
    select * from moved_to_sheet
),

surpluses as (
    select
        numbered.key_id,
        numbered.position,
        numbered.difference - coalesce(moved.qty, 0) as qty
    from numbered
    left join moved
        on
            numbered.key_id = moved.key_id
            and numbered.position = moved.position
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
