-- One row per stretch of an incoming line that is still on hand, or in transit.
-- grain: key_id, position, local_from
-- staged
-- On hand is what lies beyond all that ever went out. What lines without a lot
-- still owe is paid from the oldest stretches of the lots beside them. A
-- snapshot that reports an item in transit speaks for what left before it.
-- lot_received_on is what a snapshot says of a lot that stood in it.
with
settings as (
    select * from fct_ledger_settings
),

gone as (
    select
        key_id,
        max(to_pos) as to_pos
    from fct_ledger_axes
    where is_out = 1
    group by key_id
),

beyond as (
    select
        ins.key_id,
        ins.position,
        ins.posted_on,
        ins.unit,
        case when ins.flow = 6 then 1 else 0 end as is_front,
        greatest(coalesce(gone.to_pos, 0) - ins.from_pos, 0) as local_from,
        ins.to_pos - ins.from_pos as local_to
    from fct_ledger_axes as ins
    left join gone
        on ins.key_id = gone.key_id
    where
        ins.is_out = 0
        and ins.to_pos > coalesce(gone.to_pos, 0)
),

come as (
    select
        key_id,
        max(to_pos) as to_pos
    from fct_ledger_axes
    where is_out = 0
    group by key_id
),

owed as (
    select
        keys.warehouse_place,
        gone.to_pos - coalesce(come.to_pos, 0) as owed_qty
    from fct_ledger_keys as keys
    inner join gone
        on keys.key_id = gone.key_id
    left join come
        on keys.key_id = come.key_id
    where
        keys.has_lots = 1
        and keys.lot_id = ''
        and gone.to_pos > coalesce(come.to_pos, 0)
),

lots_beside as (
    select
        beyond.key_id,
        beyond.position,
        owed.owed_qty,
        cast(
            sum(beyond.local_to - beyond.local_from) over (
                partition by keys.warehouse_place
                order by beyond.unit, beyond.position
                rows between unbounded preceding and current row
            ) as bigint
        ) - (beyond.local_to - beyond.local_from) as older_qty
    from beyond
    inner join fct_ledger_keys as keys
        on beyond.key_id = keys.key_id
    inner join owed
        on keys.warehouse_place = owed.warehouse_place
),

paid as (
    select
        beyond.key_id,
        beyond.position,
        beyond.posted_on,
        beyond.unit,
        beyond.is_front,
        beyond.local_from + least(
            greatest(
                coalesce(
                    lots_beside.owed_qty - lots_beside.older_qty, 0
                ), 0
            ),
            beyond.local_to - beyond.local_from
        ) as local_from,
        beyond.local_to
    from beyond
    left join lots_beside
        on
            beyond.key_id = lots_beside.key_id
            and beyond.position = lots_beside.position
),

----------  what left and has not arrived: the other side may be known already
under_way as (
    select
        transfers.key_id,
        transfers.transfer_id as position,
        transfers.posted_on,
        transfers.qty,
        hands.out_from as local_from,
        hands.out_from + hands.qty as local_to,
        targets.warehouse_id as target_id
    from fct_ledger_transfers as transfers
    inner join fct_ledger_hands as hands
        on transfers.transfer_id = hands.out_position
    inner join fct_ledger_transfers as targets
        on hands.in_position = targets.transfer_id
    where transfers.is_ahead = 0 and targets.is_ahead = 1
    union all
    select
        transfers.key_id,
        transfers.transfer_id as position,
        transfers.posted_on,
        transfers.qty,
        coalesce(max(hands.out_from + hands.qty), 0) as local_from,
        -transfers.qty as local_to,
        cast(null as varchar) as target_id
    from fct_ledger_transfers as transfers
    left join fct_ledger_hands as hands
        on transfers.transfer_id = hands.out_position
    where
        transfers.is_ahead = 0
        and transfers.qty < 0
        and transfers.joined is not null
    group by
        transfers.key_id,
        transfers.transfer_id,
        transfers.posted_on,
        transfers.qty
    having coalesce(max(hands.out_from + hands.qty), 0) < -transfers.qty
),

reported as (
    select
        stock.item_id,
        max(stock.snapshot_on) as snapshot_on
    from stg_stock as stock
    inner join fct_snapshot_covers as covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
    where stock.status = 'in_transit' and stock.qty > 0
    group by stock.item_id
),

in_transit as (
    select
        under_way.key_id,
        under_way.position,
        under_way.posted_on,
        under_way.local_from,
        under_way.local_to,
        under_way.target_id
    from under_way
    inner join fct_ledger_keys as keys
        on under_way.key_id = keys.key_id
    cross join settings
    left join reported
        on
            keys.item_id = reported.item_id
            and under_way.posted_on <= reported.snapshot_on
    where
        reported.item_id is null
        and (
            under_way.target_id is not null
            or date_diff('day', under_way.posted_on, settings.facts_on)
            <= settings.transit_days
        )
),

handed as (
    select distinct in_position as position
    from fct_ledger_hands
),

all_stretches as (
    select
        paid.key_id,
        paid.position,
        paid.posted_on as arrived_on,
        lot_dates.received_on as lot_received_on,
        paid.unit,
        case when handed.position is not null then 1 else 0 end as is_linked,
        paid.is_front,
        paid.local_from,
        paid.local_to,
        0 as is_in_transit,
        cast(null as varchar) as target_id
    from paid
    left join handed
        on paid.position = handed.position
    left join fct_ledger_lot_dates as lot_dates
        on
            paid.key_id = lot_dates.key_id
            and paid.position < lot_dates.ends_at
    where paid.local_to > paid.local_from
    union all
    select
        key_id,
        -position as position,
        cast(null as date) as arrived_on,
        cast(null as date) as lot_received_on,
        4 * position as unit,
        1 as is_linked,
        0 as is_front,
        local_from,
        local_to,
        1 as is_in_transit,
        target_id
    from in_transit
)

select * from all_stretches
