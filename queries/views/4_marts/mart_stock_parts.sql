-- One row per tier, per state and per rule: items, positions and money in it.
-- grain: part, code
-- part is tier, state or rule; each part sums to the same money. An item whose
-- positions differ is counted in every code it has. Rule 0 is the policy's own.
with
listed as (
    select
        named.part,
        named.code,
        named.place
    from (
        values
        ('tier', 'R', 1),
        ('tier', 'S', 2),
        ('tier', 'T', 3),
        ('tier', 'none', 4),
        ('state', 'obsolete', 1),
        ('state', 'dead', 2),
        ('state', 'slow', 3),
        ('state', 'watch', 4),
        ('state', 'excess', 5),
        ('state', 'healthy', 6),
        ('rule', '0', 0)
    ) as named (part, code, place)
    union all
    select
        'rule' as part,
        rule_no::varchar as code,
        rule_no as place
    from src_rules
),

stock as (
    select
        item_no,
        tier,
        state,
        rule_no,
        bool_or(qty > 0 or debt_qty = 0) as is_on_hand,
        count(*) as position_count,
        sum(value) as value
    from mart_positions
    where steps_back = 0
    group by item_no, tier, state, rule_no
),

parted as (
    select
        'tier' as part,
        tier as code,
        item_no,
        is_on_hand,
        position_count,
        value
    from stock
    union all
    select
        'state' as part,
        state as code,
        item_no,
        is_on_hand,
        position_count,
        value
    from stock
    union all
    select
        'rule' as part,
        rule_no::varchar as code,
        item_no,
        is_on_hand,
        position_count,
        value
    from stock
),

summed as (
    select
        part,
        code,
        count(distinct item_no) filter (where is_on_hand) as item_count,
        sum(position_count)::bigint as position_count,
        sum(value) as value
    from parted
    group by part, code
),

filled as (
    select
        listed.part,
        listed.code,
        listed.place,
        coalesce(summed.item_count, 0) as item_count,
        coalesce(summed.position_count, 0) as position_count,
        coalesce(summed.value, 0) as value
    from listed
    left join summed
        on listed.part = summed.part and listed.code = summed.code
)

select * from filled
