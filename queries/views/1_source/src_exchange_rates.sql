-- One row per currency and day, as committed.
-- grain: currency, valid_on
select
    currency,
    valid_on,
    rate,
    load_id
from lake_exchange_rates
