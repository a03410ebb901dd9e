-- One row per queue that a count without a lot changed, where there are lots.
-- grain: key_id, position, is_front
-- staged
-- Such a count is held against all lots of its item and warehouse; its shortage
-- takes the oldest of all of them, so here each count must wait for the one
-- before. A snapshot without lots clears the lots' debts: what they gave was
-- there before our records began.
with recursive
keys as (
    select
        key_id,
        warehouse_place,
        lot_id
    from fct_ledger_keys
    where is_counted_across = 1
),

lines as (
    select
        keys.warehouse_place,
        keys.key_id,
        moves.unit,
        moves.position,
        moves.qty
    from fct_ledger_moves as moves
    inner join keys
        on moves.key_id = keys.key_id
),

sheets as (
    select
        keys.warehouse_place,
        ledger.key_id,
        ledger.posted_on,
        ledger.document_position,
        ledger.flow,
        case when keys.lot_id = '' and ledger.flow <> 7 then 1 else 0 end
            as is_bare,
        min(ledger.position) as position,
        cast(sum(ledger.counted) as bigint) as counted
    from fct_ledger_rows as ledger
    inner join keys
        on ledger.key_id = keys.key_id
    where ledger.flow in (1, 6, 7)
    group by
        keys.warehouse_place,
        ledger.key_id,
        ledger.posted_on,
        ledger.document_position,
        ledger.flow,
        keys.lot_id
),

events as (
    select
        warehouse_place,
        key_id,
        posted_on,
        document_position,
        is_bare,
        position,
        counted,
        case when flow > 1 then 1 else 0 end as is_snapshot,
        4 * document_position + 2 as unit,
        cast(
            row_number() over (partition by warehouse_place order by position)
            as bigint
        ) as event_no,
        coalesce(
            lag(4 * document_position + 2) over (
                partition by warehouse_place order by position
            ),
            -9
        ) as prior_unit
    from sheets
),

booked as (
    select
        events.warehouse_place,
        events.event_no,
        ledger.key_id,
        cast(sum(ledger.scaled_qty) as bigint) as booked_qty
    from events
    inner join keys
        on events.warehouse_place = keys.warehouse_place
    inner join fct_ledger_rows as ledger
        on keys.key_id = ledger.key_id and events.position > ledger.position
    group by events.warehouse_place, events.event_no, ledger.key_id
),

gone as (
    select
        events.warehouse_place,
        events.event_no,
        lines.key_id,
        -cast(sum(lines.qty) as bigint) as gone_qty
    from events
    inner join lines
        on
            events.warehouse_place = lines.warehouse_place
            and events.unit > lines.unit
            and events.prior_unit < lines.unit
    where lines.qty < 0
    group by events.warehouse_place, events.event_no, lines.key_id
),

slots as (
    select
        warehouse_place,
        key_id,
        unit,
        position,
        qty,
        cast(0 as bigint) as slot_no,
        0 as is_lot
    from lines
    where qty > 0
    union all
    select
        warehouse_place,
        key_id,
        unit,
        position,
        cast(0 as bigint) as qty,
        event_no as slot_no,
        0 as is_lot
    from events
    union all
    select
        warehouse_place,
        key_id,
        cast(-10 as bigint) as unit,
        cast(0 as bigint) as position,
        cast(0 as bigint) as qty,
        cast(0 as bigint) as slot_no,
        1 as is_lot
    from keys
),

walk as (
    select
        warehouse_place,
        key_id,
        unit,
        position,
        qty,
        slot_no,
        is_lot,
        cast(0 as bigint) as event_no,
        cast(0 as bigint) as front,
        cast(0 as bigint) as alive,
        cast(0 as bigint) as debt,
        cast(0 as bigint) as adjusted,
        cast(0 as bigint) as taken_here,
        cast(0 as bigint) as come_here,
        cast(0 as bigint) as paid_here
    from slots
    union all
    select
        warehouse_place,
        key_id,
        unit,
        position,
        qty,
        slot_no,
        is_lot,
        event_no,
        front,
        alive - taken + come as alive,
        ---------- what the lot still owes after this count
        case
            when is_bare * is_snapshot = 1
                then case
                    when is_event_lot = 1 then greatest(-target, 0)
                    else 0
                end
            when is_event_lot = 1
                then greatest(
                    debt - greatest(difference, 0)
                    + greatest(-difference - takeable, 0), 0
                )
            else debt
        end as debt,
        ---------- what counts have changed of the lot's book so far
        case
            when is_bare * is_snapshot = 1
                then
                    adjusted + debt - lot_taken
                    + case
                        when is_event_lot = 1
                            then
                                greatest(difference, 0)
                                + least(target, 0)
                        else 0
                    end
            when is_event_lot = 1 and difference > 0
                then adjusted + difference
            when is_event_lot = 1
                then
                    adjusted - lot_taken
                    - greatest(-difference - takeable, 0)
            else adjusted - lot_taken
        end as adjusted,
        lot_taken + case
            when is_event_lot = 0 then 0
            when is_bare * is_snapshot = 1 then greatest(-target - debt, 0)
            else greatest(-difference - takeable, 0)
        end as taken_here,
        case when is_event_lot = 1 then greatest(difference, 0) else 0 end
            as come_here,
        case
            when is_bare * is_snapshot = 0 then 0
            when is_event_lot = 1
                then debt - least(debt, greatest(-target, 0))
            else debt
        end as paid_here
    from (
        select
            *,
            cast(
                sum(taken) over (
                    partition by warehouse_place, key_id
                    rows between unbounded preceding and unbounded following
                ) as bigint
            ) as lot_taken
        from (
            select
                *,
                case
                    when difference >= 0 then 0
                    when is_bare = 1
                        then least(
                            alive,
                            greatest(
                                -difference - (all_upto - alive), 0
                            )
                        )
                    when is_event_lot = 1
                        then least(
                            alive,
                            greatest(
                                -difference - (lot_upto - alive), 0
                            )
                        )
                    else 0
                end as taken,
                case
                    when slot_no = event_no and difference > 0
                        then greatest(
                            difference
                            - case
                                when is_bare * is_snapshot = 1 then 0
                                else debt
                            end,
                            0
                        )
                    else 0
                end as come,
                case
                    when is_bare = 1 then all_alive
                    else lot_alive
                end as takeable
            from (
                select
                    *,
                    case
                        when is_bare * is_snapshot = 1
                            then greatest(target, 0) - all_alive
                        when is_bare = 1 then counted - all_booked
                        else counted - lot_booked
                    end as difference
                from (
                    select
                        *,
                        counted + cast(
                            sum(
                                alive - case
                                    when is_lot = 1 then debt + lot_booked
                                    else 0
                                end
                            ) over (
                                partition by warehouse_place
                                rows between unbounded preceding
                                and unbounded following
                            ) as bigint
                        ) as target,
                        cast(
                            sum(alive) over (
                                partition by warehouse_place
                                order by front, unit, position, is_lot
                                rows between unbounded preceding
                                and current row
                            ) as bigint
                        ) as all_upto,
                        cast(
                            sum(alive) over (
                                partition by warehouse_place, key_id
                                order by front, unit, position, is_lot
                                rows between unbounded preceding
                                and current row
                            ) as bigint
                        ) as lot_upto,
                        cast(
                            sum(alive) over (
                                partition by warehouse_place
                                rows between unbounded preceding
                                and unbounded following
                            ) as bigint
                        ) as all_alive,
                        cast(
                            sum(alive) over (
                                partition by warehouse_place, key_id
                                rows between unbounded preceding
                                and unbounded following
                            ) as bigint
                        ) as lot_alive,
                        cast(
                            sum(
                                case when is_lot = 1 then lot_booked else 0 end
                            ) over (
                                partition by warehouse_place
                                rows between unbounded preceding
                                and unbounded following
                            ) as bigint
                        ) as all_booked
                    from (
                        select
                            warehouse_place,
                            key_id,
                            unit,
                            position,
                            qty,
                            slot_no,
                            is_lot,
                            event_no,
                            counted,
                            is_bare,
                            is_snapshot,
                            is_event_lot,
                            adjusted,
                            booked_qty + adjusted as lot_booked,
                            case
                                when is_snapshot = 1 and slot_no = event_no
                                    then -event_no
                                else front
                            end as front,
                            alive - least(
                                alive, greatest(owed - (upto - alive), 0)
                            ) as alive,
                            greatest(owed - available, 0) as debt
                        from (
                            select
                                *,
                                cast(
                                    sum(alive) over (
                                        partition by warehouse_place, key_id
                                        order by front, unit, position, is_lot
                                        rows between unbounded preceding
                                        and current row
                                    ) as bigint
                                ) as upto,
                                cast(
                                    sum(alive) over (
                                        partition by warehouse_place, key_id
                                        rows between unbounded preceding
                                        and unbounded following
                                    ) as bigint
                                ) as available
                            from (
                                select
                                    walk.warehouse_place,
                                    walk.key_id,
                                    walk.unit,
                                    walk.position,
                                    walk.qty,
                                    walk.slot_no,
                                    walk.is_lot,
                                    walk.front,
                                    walk.adjusted,
                                    events.event_no,
                                    events.counted,
                                    events.is_bare,
                                    events.is_snapshot,
                                    case
                                        when events.key_id = walk.key_id
                                            then 1
                                        else 0
                                    end as is_event_lot,
                                    coalesce(booked.booked_qty, 0)
                                        as booked_qty,
                                    walk.debt + coalesce(gone.gone_qty, 0)
                                        as owed,
                                    walk.alive + case
                                        when
                                            walk.slot_no = 0
                                            and walk.unit > events.prior_unit
                                            and walk.unit < events.unit
                                            then walk.qty
                                        else 0
                                    end as alive
                                from walk
                                inner join events
                                    on
                                        walk.warehouse_place
                                        = events.warehouse_place
                                        and walk.event_no + 1
                                        = events.event_no
                                left join booked
                                    on
                                        events.event_no = booked.event_no
                                        and walk.key_id = booked.key_id
                                left join gone
                                    on
                                        events.event_no = gone.event_no
                                        and walk.key_id = gone.key_id
                            ) as arrived
                        ) as summed
                    ) as used
                ) as totalled
            ) as compared
        ) as given
    ) as settled
),

changes as (
    select
        walk.key_id,
        events.posted_on,
        events.document_position,
        case
            when events.is_snapshot = 1
                then events.document_position + walk.key_id
            else events.position
        end as position,
        events.is_snapshot,
        walk.taken_here,
        walk.come_here,
        walk.paid_here
    from walk
    inner join events
        on
            walk.warehouse_place = events.warehouse_place
            and walk.event_no = events.event_no
    where walk.is_lot = 1
),

across as (
    select
        key_id,
        posted_on,
        document_position as place,
        position,
        4 * document_position + 2 as unit,
        -taken_here as qty,
        0 as is_front
    from changes
    where taken_here <> 0
    union all
    select
        key_id,
        posted_on,
        document_position as place,
        position,
        case when is_snapshot = 1 then -8 else 4 * document_position + 2 end
            as unit,
        come_here + paid_here as qty,
        is_snapshot as is_front
    from changes
    where come_here + paid_here <> 0
)

select * from across
