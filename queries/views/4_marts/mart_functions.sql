-- One row per function: whether the data switch it on, else which file would.
-- grain: function
-- needed and sharper name tables; of a|b one is enough. active: all are there;
-- partial: what it needs is there; missing: it is not, missing_tables says
-- what.
with
functions as (
    select
        named.function_no,
        named.function,
        named.needed,
        named.sharper
    from (
        values
        (1, 'slow_stock', 'stock|movements', 'stock,movements,items'),
        (2, 'exact_age', 'movements', 'stock'),
        (3, 'bounded_age', 'stock', 'movements'),
        (4, 'money', 'stock|items|movements', 'stock,items'),
        (5, 'early_warning', 'stock|movements', 'movements'),
        (6, 'turnover', 'movements', 'stock,items'),
        (7, 'abc_xyz', 'movements', 'stock,items'),
        (8, 'life_cycle', 'items', 'movements'),
        (9, 'shelf_life', 'stock', 'items,movements'),
        (10, 'excess', 'movements', 'purchase_orders,stock'),
        (11, 'levels', 'warehouses', 'items'),
        (12, 'changes', 'stock|movements', 'movements'),
        (
            13,
            'reuse',
            'sales_orders|bom|suppliers',
            'sales_orders,bom,suppliers'
        ),
        (14, 'cancel_orders', 'purchase_orders', 'suppliers'),
        (15, 'transfers', 'warehouses,movements', 'sales_orders'),
        (16, 'supplier_returns', 'suppliers', 'purchase_orders'),
        (17, 'remanufacture', 'bom', 'sales_orders,work_orders'),
        (18, 'root_causes', 'purchase_orders', 'sales_orders,work_orders,bom'),
        (19, 'dynamic_counts', 'counts', 'stock'),
        (20, 'learning', 'outcomes', 'movements'),
        (21, 'currencies', 'exchange_rates', 'stock'),
        (22, 'flow', 'stock|movements', 'purchase_orders,sales_orders'),
        (23, 'space', 'items', 'warehouses')
    ) as named (function_no, function, needed, sharper)
),

wishes as (
    select
        function_no,
        true as is_needed,
        unnest(string_split(needed, ',')) as wish
    from functions
    union all
    select
        function_no,
        false as is_needed,
        unnest(string_split(sharper, ',')) as wish
    from functions
),

met as (
    select
        wishes.function_no,
        wishes.is_needed,
        wishes.wish,
        bool_or(mart_tables.row_count > 0) as is_met
    from wishes
    inner join mart_tables
        on
            list_contains(
                string_split(wishes.wish, '|'), mart_tables.table_name
            )
    group by wishes.function_no, wishes.is_needed, wishes.wish
),

judged as (
    select
        function_no,
        bool_and(is_met) filter (where is_needed) as has_needed,
        bool_and(is_met) as has_all,
        string_agg(wish, ',' order by wish) filter (
            where is_needed and not is_met
        ) as missing_tables,
        string_agg(wish, ',' order by wish) filter (
            where not is_needed and not is_met
        ) as sharper_tables
    from met
    group by function_no
),

stated as (
    select
        functions.function_no,
        functions.function,
        functions.needed,
        functions.sharper,
        judged.missing_tables,
        judged.sharper_tables,
        case
            when judged.has_all then 'active'
            when judged.has_needed then 'partial'
            else 'missing'
        end as state
    from functions
    inner join judged
        on functions.function_no = judged.function_no
)

select * from stated
