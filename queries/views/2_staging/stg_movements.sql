-- One row per ledger line, named and filled; position orders all lines.
-- grain: position
-- A reversal keeps its kind with the opposite sign; is_against_kind marks it.
with
source as (
    select * from src_movements
),

renamed as (
    select
        posted_on,
        document_id,
        line_no,
        item_id,
        kind,
        qty,
        counted_qty,
        reference_id,
        partner_id,
        load_id,
        seq,
        coalesce(warehouse_id, '') as warehouse_id,
        coalesce(lot_id, '') as lot_id,
        nullif(unit_cost, 0) as unit_cost,
        cast(date_diff('day', date '1970-01-01', posted_on) as bigint)
        * 10000000000 + seq as position,
        cast(date_diff('day', date '1970-01-01', posted_on) as bigint)
        * 10000000000 + document_seq as document_position,
        case
            when kind in ('receipt', 'production_in', 'customer_return')
                then coalesce(qty < 0, false)
            when
                kind in (
                    'issue', 'production_out', 'supplier_return', 'scrap'
                )
                then coalesce(qty > 0, false)
            else false
        end as is_against_kind
    from source
)

select * from renamed
