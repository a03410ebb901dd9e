-- One row per item and warehouse: its first and last receipt, move and use.
-- grain: item_id, warehouse_id
-- warehouse_id is null where the ledger names no warehouse.
with
settings as (
    select * from src_settings
),

newest as (
    select
        dates.item_id,
        dates.first_received_on,
        dates.last_received_on,
        dates.last_moved_on,
        dates.last_used_on,
        nullif(dates.warehouse_id, '') as warehouse_id
    from fct_movement_dates as dates
    inner join settings
        on dates.as_on = settings.facts_on
)

select * from newest
