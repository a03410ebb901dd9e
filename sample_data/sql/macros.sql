-- Chance without state: the same seed, tag and numbers give the same draw.
create macro chance(tag, a, b) as (
    (hash(hash(getvariable('seed'), tag, a::bigint, b::bigint)) >> 11)::double
    / 9007199254740992.0
);
create macro spread(tag, a, b, low, high) as (
    low + (high - low) * chance(tag, a, b)
);
create macro normal(tag, a, b) as (
    sqrt(-2 * ln(greatest(chance(tag || '-r', a, b), 1e-12)))
    * cos(2 * pi() * chance(tag || '-a', a, b))
);
create macro days_before_end(days) as (
    getvariable('end_on') - days::integer
);
create macro workday_before(day) as (
    day - greatest(isodow(day) - 5, 0)::integer
);
create macro workday_after(day) as (
    day + (case when isodow(day) > 5 then 8 - isodow(day) else 0 end)::integer
);
-- Standard cost steps each quarter; unit_cost is the cost at the end.
create macro cost_on(unit_cost, drift, day) as (
    round(
        unit_cost * pow(
            1 + drift,
            -floor(greatest(getvariable('end_on') - day, 0) / 91.25) / 4.0
        ),
        4
    )
);
