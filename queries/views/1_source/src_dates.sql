-- One row: the first and the last day that stock or movements speak of.
-- grain: newest_on
-- kept
with
days as (
    select
        min(snapshot_on) as first_on,
        max(snapshot_on) as last_on
    from src_stock
    union all
    select
        min(posted_on) as first_on,
        max(posted_on) as last_on
    from src_movements
),

spanned as (
    select
        min(first_on) as oldest_on,
        max(last_on) as newest_on
    from days
)

select * from spanned
