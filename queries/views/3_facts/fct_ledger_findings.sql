-- One row per thing the ledger cannot explain, by line or place.
-- grain: finding, item_id, warehouse_id, lot_id, document_id, position
-- kept
-- gap: the newest snapshot less the ledger; unmatched_reversal: a reversal that
-- undid nothing; lost_in_transit and alone_in: a transfer's side without the
-- other; paid_by_lots: what lines without a lot took from the lots beside them.
with
settings as (
    select * from src_settings
),

gaps as (
    select
        'gap' as finding,
        counts.key_id,
        min(counts.position) as position,
        min(counts.posted_on) as posted_on,
        cast(sum(counts.qty) as bigint) as qty
    from fct_ledger_counts as counts
    inner join fct_ledger_rows as ledger
        on counts.position = ledger.position
    where ledger.flow in (6, 7)
    group by counts.key_id
),

reversals as (
    select
        'unmatched_reversal' as finding,
        ledger.key_id,
        ledger.position,
        ledger.posted_on,
        undone.left_qty as qty
    from fct_ledger_undone as undone
    inner join fct_ledger_rows as ledger
        on undone.position = ledger.position
    where undone.is_against_kind = 1 and undone.left_qty <> 0
),

handed as (
    select
        out_position as position,
        cast(sum(qty) as bigint) as qty
    from fct_ledger_hands
    group by out_position
    union all
    select
        in_position as position,
        cast(sum(qty) as bigint) as qty
    from fct_ledger_hands
    group by in_position
),

halves as (
    select
        case when transfers.qty < 0 then 'lost_in_transit' else 'alone_in' end
            as finding,
        transfers.key_id,
        transfers.transfer_id as position,
        transfers.posted_on,
        abs(transfers.qty) - coalesce(handed.qty, 0) as qty
    from fct_ledger_transfers as transfers
    cross join settings
    left join handed
        on transfers.transfer_id = handed.position
    where
        transfers.joined is not null
        and transfers.is_ahead = 0
        and abs(transfers.qty) > coalesce(handed.qty, 0)
        and (
            transfers.qty > 0
            or date_diff('day', transfers.posted_on, settings.facts_on)
            > settings.transit_days
        )
),

lined as (
    select * from gaps
    union all
    select * from reversals
    union all
    select * from halves
),

named as (
    select
        lined.finding,
        keys.item_id,
        nullif(keys.warehouse_id, '') as warehouse_id,
        nullif(keys.lot_id, '') as lot_id,
        movements.document_id,
        lined.position,
        lined.posted_on,
        cast(cast(lined.qty as decimal(22, 4)) / 10000 as decimal(18, 4))
            as qty
    from lined
    inner join fct_ledger_keys as keys
        on lined.key_id = keys.key_id
    left join stg_movements as movements
        on lined.position = movements.position
    union all
    select
        'paid_by_lots' as finding,
        item_id,
        warehouse_id,
        lot_id,
        cast(null as varchar) as document_id,
        cast(null as bigint) as position,
        cast(null as date) as posted_on,
        paid_by_lots_qty as qty
    from fct_stock_debts
    where paid_by_lots_qty > 0
)

select * from named
