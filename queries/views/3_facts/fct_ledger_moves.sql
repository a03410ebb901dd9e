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
        nets.place,
        nets.qty,
        nets.is_alone,
        4 * coalesce(transfers.unit_place, nets.place) as unit
    from fct_ledger_nets as nets
    left join transfers
        on nets.position = transfers.transfer_id
)

select * from moves
