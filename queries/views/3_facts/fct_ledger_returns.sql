-- One row per return whose age is that of the issue it names.
-- grain: position
-- staged
-- Often none: a table of its own, so that the planner knows.
with
settings as (
    select * from fct_ledger_settings
),

returns as (
    select
        nets.position,
        4 * nets.document_position as unit,
        nets.qty,
        movements.reference_id,
        keys.item_place,
        keys.lot_id
    from fct_ledger_nets as nets
    inner join fct_ledger_keys as keys
        on nets.key_id = keys.key_id
    inner join stg_movements as movements
        on nets.position = movements.position
    cross join settings
    where
        nets.flow = 4
        and settings.return_age = 'issue'
)

select * from returns
