-- One row: the currency that money is in, that of most rows of stock.
-- grain: currency
-- kept
with
named as (
    select coalesce(mode(currency), 'CNY') as currency
    from src_stock
)

select * from named
