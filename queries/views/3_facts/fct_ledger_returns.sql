-- One row per return whose age is that of the issue it names.
-- grain: position
-- staged
-- Often none: a table of its own, so that the planner knows.
with
settings as (
    select * from src_settings
),

returns as (
    select
        moves.position,
        moves.unit,
        moves.qty,
        movements.reference_id,
        keys.item_place,
        keys.lot_id
    from fct_ledger_moves as moves
    inner join fct_ledger_keys as keys
        on moves.key_id = keys.key_id
    inner join stg_movements as movements
        on moves.position = movements.position
    cross join settings
    where
        moves.flow = 4
        and settings.return_age = 'issue'
)

select * from returns
