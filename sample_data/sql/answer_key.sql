-- One row per item: what was planted, and what the ledger really says.
create table answer_key as
with use_day as (
    select
        m.item_no,
        m.posted_on,
        m.posted_on - coalesce(
            lag(m.posted_on) over (
                partition by m.item_no order by m.posted_on
            ),
            m.posted_on
        ) as gap_days
    from (
        select distinct
            item_no,
            posted_on
        from ledger
        where kind in ('issue', 'production_out') and effect < 0
    ) as m
),

used as (
    select
        item_no,
        max(posted_on) as last_used_on,
        max(gap_days) filter (
            where posted_on > getvariable('end_on') - 365
        ) as longest_gap_days
    from use_day
    group by item_no
),

held as (
    select
        item_no,
        sum(effect)::bigint as qty,
        min(posted_on) as first_on
    from ledger
    group by item_no
),

bought as (
    select
        item_no,
        max(arrive_on) as received_on,
        max_by(order_id, (arrive_on, supply_id)) as order_id,
        max_by(order_id, (overhang_qty, supply_id)) filter (
            where overhang_qty > 0
        ) as overhang_order_id
    from purchase
    where arrive_on <= getvariable('end_on')
    group by item_no
),

built as (
    select
        item_no,
        max_by(format('WO-{:06d}', work_order_no), (finished_on, work_order_no))
            as work_order_id
    from work_order
    where finished_on <= getvariable('end_on')
    group by item_no
),

paper as (
    select
        d.item_no,
        max(w.warehouse_id) as warehouse_id,
        max(format('SO-{:07d}', d.demand_id)) as order_id,
        sum(d.qty)::bigint as qty
    from demand as d
    inner join warehouse as w on d.warehouse_no = w.warehouse_no
    where d.kind = 'overhang'
    group by d.item_no
),

special as (
    select
        l.item_no,
        max(l.document_id) as document_id
    from ledger as l
    inner join item as i on l.item_no = i.item_no
    where l.document_id in ('AD-' || i.item_id, 'CR-' || i.item_id)
    group by l.item_no
),

late as (
    select
        l.item_no,
        string_agg(distinct l.document_id, ';' order by l.document_id)
            as document_ids
    from ledger as l
    inner join item as i on l.item_no = i.item_no
    where
        l.document_id in (
            'TR-' || i.item_id,
            'GR-' || i.item_id,
            'CN-' || i.item_id,
            'AD-' || i.item_id || '-2'
        )
    group by l.item_no
),

facts as (
    select
        i.*,
        u.last_used_on,
        getvariable('end_on') - coalesce(u.last_used_on, k.first_on)
            as unused_days,
        greatest(
            u.longest_gap_days, getvariable('end_on') - u.last_used_on
        ) as longest_gap_days,
        coalesce(k.qty, 0) as qty,
        k.first_on,
        b.received_on,
        coalesce(b.overhang_order_id, b.order_id) as order_id,
        w.work_order_id,
        p.warehouse_id as overhang_warehouse_id,
        p.order_id as cancelled_id,
        coalesce(p.qty, 0) as overhang_qty,
        s.document_id as special_id,
        t.document_ids as late_ids,
        v.return_window_days,
        h.warehouse_id as home_id,
        r.parent_no as redesign_parent_no,
        o.parent_no as orphan_parent_no
    from item as i
    left join used as u on i.item_no = u.item_no
    inner join warehouse as h on i.home_no = h.warehouse_no
    left join held as k on i.item_no = k.item_no
    left join bought as b on i.item_no = b.item_no
    left join built as w on i.item_no = w.item_no
    left join paper as p on i.item_no = p.item_no
    left join special as s on i.item_no = s.item_no
    left join late as t on i.item_no = t.item_no
    left join supplier as v on i.supplier_no = v.supplier_no
    left join redesign as r on i.item_no = r.item_no
    left join orphaned as o on i.item_no = o.component_no
),

judged as (
    select
        *,
        case
            when planting = 'phase_out_planned' then 'phase_out'
            when
                planting in ('phase_out', 'strategic')
                and qty > 0 and unused_days > 90
                then planting
            when
                planting in ('old', 'dead', 'slow')
                and qty > 0 and unused_days > 365
                then 'dead'
            when planting in ('dead', 'slow') and qty > 0 and unused_days > 90
                then 'slow'
            when
                planting = 'new'
                and getvariable('end_on') - first_on < 90 then 'new'
            when
                planting = 'excess' and longest_gap_days < 85
                and unused_days <= 60 and overhang_qty > 0
                then 'excess'
            when
                planting = 'idle_here' and longest_gap_days < 85
                and unused_days <= 60 and overhang_qty > 0
                then 'idle_here'
            when
                planting in ('live', 'idle_here')
                and longest_gap_days < 85 and unused_days <= 60
                and qty > 0
                and getvariable('end_on') - first_on > 90
                then 'healthy'
            else 'unclear'
        end as planted
    from facts
)

select
    j.item_id,
    j.planted,
    if(j.planted in ('healthy', 'new', 'strategic', 'unclear'), null, j.cause)
        as planted_cause,
    case
        when j.planted in ('healthy', 'new', 'strategic') then 'keep'
        when j.planted = 'unclear' then null
        when
            j.action = 'return_to_supplier'
            and (
                j.received_on is null
                or getvariable('end_on') - j.received_on > j.return_window_days
            )
            then if(j.planted = 'excess', 'keep', 'liquidate')
        else j.action
    end as expected_action,
    j.last_used_on,
    j.qty as on_hand_qty,
    round(j.qty * j.unit_cost, 2) as on_hand_value,
    j.overhang_qty,
    j.overhang_warehouse_id,
    j.longest_gap_days,
    concat_ws(
        ';',
        case
            when j.planted in ('healthy', 'new', 'strategic', 'unclear')
                then null
            when j.cause in ('data_error', 'customer_return')
                then j.special_id
            when j.cause = 'cancelled_order'
                then
                    concat_ws(
                        ';',
                        j.cancelled_id,
                        coalesce(j.order_id, j.work_order_id)
                    )
            when j.planting = 'old' then 'OB-' || j.home_id
            else coalesce(j.order_id, j.work_order_id)
        end
    ) as evidence,
    h.item_id as successor_id,
    coalesce(p.item_id, q.item_id) as parent_id,
    j.late_ids as misleading_documents,
    d.item_id as duplicate_of
from judged as j
left join item as h on j.successor_no = h.item_no
left join item as p on j.redesign_parent_no = p.item_no
left join item as q on j.orphan_parent_no = q.item_no
left join twin as t on j.item_no = t.item_no
left join item as d on t.twin_no = d.item_no
order by j.item_id;
