-- One row per kind of change since the judged day before: items and money.
-- grain: change_no
-- value is what stands there now; of what was cleared, what stood there before.
with
kinds as (
    select
        named.change_no,
        named.change
    from (
        values (1, 'new'), (2, 'worse'), (3, 'better'), (4, 'cleared'),
        (5, 'still'), (6, 'moved')
    ) as named (change_no, change)
),

summed as (
    select
        kinds.change_no,
        kinds.change,
        count(distinct changes.item_id) as item_count,
        count(changes.item_id) as position_count,
        coalesce(sum(changes.prior_value), 0) as prior_value,
        coalesce(
            sum(
                case
                    when changes.change = 'cleared' then changes.prior_value
                    else changes.value
                end
            ), 0
        ) as value
    from kinds
    left join mart_changes as changes
        on kinds.change = changes.change
    group by kinds.change_no, kinds.change
)

select * from summed
