-- One row per net line that moves stock, with its unit: its place in time.
-- grain: position
-- unit is four times the first position of its document (of all documents that
-- hand over together): movements stand on it, counts of the document two above.
with
transfers as (
    select
        transfer_id,
        unit_place
    from fct_ledger_transfers
    where is_ahead = 0 and joined is not null
),

moves as (
    select
        nets.position,
        nets.key_id,
        nets.posted_on,
        nets.flow,
        nets.qty,
        0 as is_alone,
        4 * coalesce(
            transfers.unit_place,
            case when nets.flow = 3 then -1 else nets.document_position end
        ) as unit
    from fct_ledger_nets as nets
    left join transfers
        on nets.position = transfers.transfer_id
    union all
    select
        ledger.position,
        ledger.key_id,
        ledger.posted_on,
        ledger.flow,
        ledger.scaled_qty as qty,
        1 as is_alone,
        4 * case when ledger.flow = 3 then -1 else ledger.position end as unit
    from fct_ledger_rows as ledger
    anti join fct_ledger_documents as documents
        on ledger.document_position = documents.document_position
    where ledger.flow in (0, 3)
)

select * from moves
