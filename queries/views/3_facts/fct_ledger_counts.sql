-- One row per count: what it found more or less than the book said.
-- grain: position
-- A count's own document is summed first; a later count starts from the figure
-- of the one before.
with
summed as (
    select
        key_id,
        posted_on,
        document_id,
        min(position) as first_position,
        cast(sum(scaled_counted) as bigint) as counted
    from fct_ledger_rows
    where flow = 1
    group by key_id, posted_on, document_id
),

moves as (
    select
        fct_ledger_rows.key_id,
        fct_ledger_rows.posted_on,
        fct_ledger_rows.document_id,
        fct_ledger_rows.position,
        fct_ledger_rows.scaled_qty,
        cast(null as bigint) as counted
    from fct_ledger_rows
    inner join (select distinct key_id from summed) as touched
        on fct_ledger_rows.key_id = touched.key_id
    where fct_ledger_rows.flow <> 1
    union all
    select
        key_id,
        posted_on,
        document_id,
        first_position as position,
        cast(0 as bigint) as scaled_qty,
        counted
    from summed
),

running as (
    select
        key_id,
        posted_on,
        document_id,
        position,
        counted,
        cast(
            sum(scaled_qty) over (
                partition by key_id order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as moved
    from moves
),

differences as (
    select
        key_id,
        posted_on,
        document_id,
        position,
        counted - moved - coalesce(
            lag(counted - moved) over (partition by key_id order by position),
            0
        ) as qty
    from running
    where counted is not null
)

select * from differences
