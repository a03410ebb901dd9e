-- One row per line of a queue and kind with reversals: what is left of it.
-- grain: position
-- staged
-- A reversal shrinks, in this order: lines of its own document; lines of the
-- document it refers to; the nearest earlier line of the same quantity; the
-- latest earlier lines. Each step is a stack on a running height: a line is a
-- push, a reversal a pop, and what no later dip of the height reaches is left.
with
events as (
    select
        ledger.key_id,
        ledger.position,
        ledger.document_position,
        ledger.is_against_kind,
        movements.kind,
        movements.document_id,
        abs(ledger.scaled_qty) as size,
        sign(ledger.scaled_qty) as direction,
        case
            when
                movements.reference_id is null
                or movements.reference_id = movements.document_id
                then 1
            else 0
        end as is_unreferenced,
        movements.reference_id
    from fct_ledger_rows as ledger
    inner join stg_movements as movements
        on ledger.position = movements.position
    inner join fct_ledger_reversed as touched
        on
            ledger.key_id = touched.key_id
            and movements.kind = touched.kind
    where ledger.scaled_qty <> 0
),

----------  1 own document: latest lines first, reversals in order
own_sums as (
    select
        *,
        cast(
            sum(case when is_against_kind = 0 then size else 0 end) over (
                partition by key_id, kind, document_position
            ) as bigint
        ) as own_size,
        cast(
            sum(
                case
                    when is_against_kind = 1 and is_unreferenced = 1
                        then size
                    else 0
                end
            ) over (partition by key_id, kind, document_position) as bigint
        ) as undoing_size,
        cast(
            sum(case when is_against_kind = 0 then size else 0 end) over (
                partition by key_id, kind, document_position
                order by position desc
                rows between unbounded preceding and current row
            ) as bigint
        ) as size_from_end,
        cast(
            sum(
                case
                    when is_against_kind = 1 and is_unreferenced = 1
                        then size
                    else 0
                end
            ) over (
                partition by key_id, kind, document_position
                order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as undoing_from_start
    from events
),

after_own as (
    select
        key_id,
        position,
        kind,
        document_id,
        reference_id,
        is_against_kind,
        direction,
        case
            when is_against_kind = 0
                then greatest(
                    least(size, size_from_end - undoing_size), 0
                )
            when is_unreferenced = 1
                then greatest(
                    least(size, undoing_from_start - own_size), 0
                )
            else size
        end as size
    from own_sums
),

----------  2 the document referred to
referred as (
    select
        key_id,
        position,
        kind,
        is_against_kind,
        size,
        case when is_against_kind = 1 then reference_id else document_id end
            as stack
    from after_own
    where size > 0
),

referred_walk as (
    select
        *,
        cast(
            sum(case when is_against_kind = 1 then -size else size end) over (
                partition by key_id, kind, stack order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as height
    from referred
    where stack is not null
),

referred_floor as (
    select
        *,
        height - least(
            min(height) over (
                partition by key_id, kind, stack order by position
                rows between unbounded preceding and current row
            ),
            0
        ) as level
    from referred_walk
),

referred_levels as (
    select
        *,
        coalesce(
            lag(level) over (
                partition by key_id, kind, stack order by position
            ),
            0
        ) as level_before,
        min(level) over (
            partition by key_id, kind, stack order by position
            rows between current row and unbounded following
        ) as lowest_after
    from referred_floor
),

after_referred as (
    select
        after_own.key_id,
        after_own.position,
        after_own.kind,
        after_own.is_against_kind,
        after_own.direction,
        coalesce(
            case
                when referred_levels.is_against_kind = 0
                    then greatest(
                        referred_levels.lowest_after
                        - referred_levels.level_before, 0
                    )
                when referred_levels.is_against_kind = 1
                    then referred_levels.size - (
                        referred_levels.level_before - referred_levels.level
                    )
            end,
            after_own.size
        ) as size
    from after_own
    left join referred_levels
        on after_own.position = referred_levels.position
),

----------  3 the nearest earlier line of the same quantity
equal_walk as (
    select
        *,
        cast(
            sum(case when is_against_kind = 1 then -1 else 1 end) over (
                partition by key_id, kind, size order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as height
    from after_referred
    where size > 0
),

equal_floor as (
    select
        *,
        height - least(
            min(height) over (
                partition by key_id, kind, size order by position
                rows between unbounded preceding and current row
            ),
            0
        ) as level
    from equal_walk
),

equal_levels as (
    select
        *,
        coalesce(
            lag(level) over (
                partition by key_id, kind, size order by position
            ),
            0
        ) as level_before,
        min(level) over (
            partition by key_id, kind, size order by position
            rows between current row and unbounded following
        ) as lowest_after
    from equal_floor
),

after_equal as (
    select
        after_referred.key_id,
        after_referred.position,
        after_referred.kind,
        after_referred.is_against_kind,
        after_referred.direction,
        coalesce(
            case
                when equal_levels.is_against_kind = 0
                    then
                        equal_levels.size * greatest(
                            equal_levels.lowest_after
                            - equal_levels.level_before, 0
                        )
                when equal_levels.is_against_kind = 1
                    then
                        equal_levels.size * (
                            1 - (equal_levels.level_before - equal_levels.level)
                        )
            end,
            after_referred.size
        ) as size
    from after_referred
    left join equal_levels
        on after_referred.position = equal_levels.position
),

----------  4 the latest earlier lines
latest_walk as (
    select
        *,
        cast(
            sum(case when is_against_kind = 1 then -size else size end) over (
                partition by key_id, kind order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as height
    from after_equal
    where size > 0
),

latest_floor as (
    select
        *,
        height - least(
            min(height) over (
                partition by key_id, kind order by position
                rows between unbounded preceding and current row
            ),
            0
        ) as level
    from latest_walk
),

latest_levels as (
    select
        *,
        coalesce(
            lag(level) over (partition by key_id, kind order by position), 0
        ) as level_before,
        min(level) over (
            partition by key_id, kind order by position
            rows between current row and unbounded following
        ) as lowest_after
    from latest_floor
),

left_over as (
    select
        after_equal.position,
        after_equal.is_against_kind,
        cast(
            after_equal.direction * coalesce(
                case
                    when latest_levels.is_against_kind = 0
                        then greatest(
                            latest_levels.lowest_after
                            - latest_levels.level_before, 0
                        )
                    when latest_levels.is_against_kind = 1
                        then latest_levels.size - (
                            latest_levels.level_before - latest_levels.level
                        )
                end,
                after_equal.size
            ) as bigint
        ) as left_qty
    from after_equal
    left join latest_levels
        on after_equal.position = latest_levels.position
)

select * from left_over
