-- One row per queue and kind with reversals.
-- grain: key_id, kind
-- staged
-- Often none: a table of its own, so that the planner knows.
with
touched as (
    select distinct
        ledger.key_id,
        movements.kind
    from fct_ledger_rows as ledger
    inner join stg_movements as movements
        on ledger.position = movements.position
    where ledger.is_against_kind = 1
)

select * from touched
