-- One row per item of which something is of another tier on trial than now.
-- grain: item_id
-- value, qty and position_count are of what moves; tiers and states those of
-- its largest position that does.
with
movers as (
    select
        *,
        row_number() over (
            partition by item_no order by value desc, warehouse_id asc
        ) as place
    from mart_trial
    where now_tier <> tier
),

sums as (
    select
        item_no,
        count(*) as position_count,
        sum(qty) as qty,
        sum(value) as value
    from movers
    group by item_no
),

named as (
    select
        largest.item_id,
        largest.item_name,
        largest.unit,
        largest.buyer,
        largest.now_tier,
        largest.now_state,
        largest.tier,
        largest.state,
        largest.days_since_use,
        sums.position_count,
        sums.qty,
        sums.value
    from movers as largest
    inner join sums
        on largest.item_no = sums.item_no
    where largest.place = 1
)

select * from named
