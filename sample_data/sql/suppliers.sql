-- Suppliers are places and trades, not people.
create table supplier as
with numbered as (
    select unnest(range(1, getvariable('suppliers') + 1))::integer
        as supplier_no
),

word as (
    select
        *,
        row_number() over (order by place_en) - 1 as k,
        count(*) over () as n
    from supplier_word
)

select
    s.supplier_no,
    format('S-{:03d}', s.supplier_no) as supplier_id,
    a.place_en
    || ' '
    || b.trade_en
    || if(s.supplier_no > a.n * a.n, ' ' || s.supplier_no, '')
    || ' / '
    || a.place_zh
    || b.trade_zh as name,
    [0, 30, 60, 90, 180][
        1 + floor(chance('window', s.supplier_no, 0) * 5)::integer
    ] as return_window_days,
    round(spread('cap', s.supplier_no, 0, 0.1, 0.4), 2) as return_cap_share,
    round(spread('fee', s.supplier_no, 0, 0.05, 0.25), 2) as restock_fee_share,
    chance('consigned', s.supplier_no, 0) < 0.06 as is_consignment,
    chance('vmi', s.supplier_no, 0) < 0.1 as is_vmi,
    case
        when chance('currency', s.supplier_no, 0) < 0.08 then 'USD'
        when chance('currency', s.supplier_no, 0) < 0.14 then 'EUR'
        else 'CNY'
    end as currency
from numbered as s
inner join word as a on (s.supplier_no - 1) % a.n = a.k
inner join word as b
    on ((s.supplier_no - 1) // b.n + (s.supplier_no - 1)) % b.n = b.k;

create table exchange_rate as
with week as (
    select
        unnest(
            generate_series(
                date_trunc('month', getvariable('start_on') - 90)::timestamp,
                getvariable('end_on')::timestamp,
                interval 1 week
            )
        )::date as valid_on
),

money as (
    select
        unnest(['EUR', 'USD']) as currency,
        unnest([7.78, 7.12]) as usual_rate,
        unnest([260.0, 190.0]) as swing_days
)

select
    m.currency,
    w.valid_on,
    round(
        m.usual_rate
        * (1 + 0.025 * sin((w.valid_on - date '2020-01-01') / m.swing_days))
        + 0.02
        * normal('rate-' || m.currency, w.valid_on - date '2020-01-01', 0),
        4
    ) as rate
from week as w
cross join money as m;
