-- One row per item and document whose transfer lines may need another document.
-- grain: item_id, document_id
-- staged
-- Almost none: a table of its own, so that the planner knows.
with
nets as (
    select
        nets.position,
        nets.key_id,
        nets.posted_on,
        nets.document_position as place,
        nets.qty,
        keys.item_place
    from fct_ledger_nets as nets
    inner join fct_ledger_keys as keys
        on nets.key_id = keys.key_id
    where nets.flow = 2
),

unbalanced as (
    select min(position) as position
    from nets
    group by item_place, place
    having sum(qty) <> 0
),

references_named as (
    select distinct
        item_id,
        document_id,
        reference_id
    from stg_movements
    where kind = 'transfer' and reference_id is not null
),

open_documents as (
    select
        movements.item_id,
        movements.document_id
    from unbalanced
    inner join stg_movements as movements
        on unbalanced.position = movements.position
    union
    select
        item_id,
        document_id
    from references_named
    union
    select
        item_id,
        reference_id as document_id
    from references_named
)

select * from open_documents
