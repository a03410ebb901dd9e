-- One row per kind of finding: how often, how much, how bad, and what mends it.
-- grain: finding
-- remedy is the code of a sentence; page is where it is done. Kinds without a
-- finding are listed, too: they were looked for.
with
kinds as (
    select
        named.finding_no,
        named.finding,
        named.severity,
        named.remedy,
        named.page
    from (
        values
        (1, 'gap', 'high', 'complete_ledger', 'data/upload'),
        (2, 'negative_stock', 'high', 'count_or_post', 'data/upload'),
        (3, 'unmatched_reversal', 'high', 'add_original', 'data/upload'),
        (4, 'lost_in_transit', 'high', 'post_receipt', 'data/upload'),
        (5, 'alone_in', 'medium', 'post_issue', 'data/upload'),
        (6, 'paid_by_lots', 'medium', 'name_lots', 'data/upload'),
        (7, 'missing_cost', 'high', 'load_costs', 'data/upload'),
        (8, 'cost_far_from_list', 'medium', 'check_unit', 'data/upload'),
        (9, 'fraction_of_piece', 'medium', 'check_unit', 'data/upload'),
        (10, 'unknown_item', 'medium', 'load_items', 'data/upload'),
        (11, 'unknown_warehouse', 'medium', 'load_warehouses', 'data/upload'),
        (12, 'no_warehouse', 'low', 'name_warehouse', 'data/upload'),
        (13, 'unknown_age', 'medium', 'load_movements', 'data/upload'),
        (14, 'date_after_snapshot', 'medium', 'correct_date', 'data/upload'),
        (15, 'isolated_last_day', 'high', 'correct_date', 'data/history'),
        (16, 'mixed_currency', 'high', 'convert_currency', 'data/upload'),
        (17, 'stale_snapshot', 'low', 'load_stock', 'data/upload')
    ) as named (finding_no, finding, severity, remedy, page)
),

summed as (
    select
        kinds.finding_no,
        kinds.finding,
        kinds.severity,
        kinds.remedy,
        kinds.page,
        count(found.row_no) as row_count,
        count(distinct found.item_id) as item_count,
        coalesce(sum(abs(found.qty)), 0) as qty,
        coalesce(sum(found.value), 0) as value
    from kinds
    left join mart_quality_rows as found
        on kinds.finding = found.finding
    group by
        kinds.finding_no,
        kinds.finding,
        kinds.severity,
        kinds.remedy,
        kinds.page
)

select * from summed
