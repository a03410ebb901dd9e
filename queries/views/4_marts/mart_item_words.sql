-- One row per word of an item's name, in order and all written alike.
-- grain: item_id, word_no
-- staged
-- Full-width letters, case, punctuation and spaces do not count; signs of
-- times and of a diameter are x and d. is_spec: digits, units and short codes,
-- which tell items of one name apart. Chinese counts by pairs of characters.
-- is_head: the noun that the name is about: the last word before a comma.
-- side_no: a name in two languages, 'English / Chinese', has two sides.
with
named as (
    select
        item_id,
        lower(
            translate(
                name,
                '！＂＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣ'
                || 'ＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅ'
                || 'ｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　×✕✖∗·ΦφØ'
                || 'ø⌀²³µμ*',
                '!"#$%&()x+,-./0123456789:;<=>?@ABC'
                || 'DEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcde'
                || 'fghijklmnopqrstuvwxyz{|}~ xxxx ddd'
                || 'dd23uux'
            )
        ) as plain
    from stg_items
    where name is not null
),

joined_up as (
    select
        item_id,
        replace(
            replace(
                replace(replace(plain, '毫米', 'mm'), '㎜', 'mm'), ' x ', 'x'
            ), ' mm', 'mm'
        ) as plain
    from named
),

sides as (
    select
        item_id,
        plain,
        unnest(string_split(plain, ' / ')) as side,
        generate_subscripts(string_split(plain, ' / '), 1) as side_no
    from joined_up
),

listed as (
    select
        item_id,
        side_no,
        regexp_extract_all(
            side, '[a-z]{4,}|[a-z0-9]+(?:[.][0-9][a-z0-9]*)*|[一-鿿]+'
        ) as runs,
        regexp_extract_all(split_part(plain, ',', 1), '[a-z]{3,}')[-1]
            as latin_head,
        right(
            regexp_extract_all(split_part(plain, ',', 1), '[一-鿿]+')[-1], 2
        ) as chinese_head
    from sides
),

runs as (
    select
        item_id,
        side_no,
        latin_head,
        chinese_head,
        unnest(runs) as run,
        generate_subscripts(runs, 1) as run_no
    from listed
),

parted as (
    select
        item_id,
        side_no,
        latin_head,
        chinese_head,
        run_no,
        case
            when regexp_matches(run, '^[一-鿿]{2,}')
                then
                    list_transform(
                        range(1, length(run)),
                        lambda place: substr(run, place, 2)
                    )
            else [run]
        end as parts
    from runs
),

split as (
    select
        item_id,
        side_no,
        latin_head,
        chinese_head,
        run_no,
        unnest(parts) as word,
        generate_subscripts(parts, 1) as part_no
    from parted
),

numbered as (
    select
        item_id,
        row_number() over (
            partition by item_id order by side_no, run_no, part_no
        ) as word_no,
        side_no,
        word,
        coalesce(word in (latin_head, chinese_head), false) as is_head,
        regexp_matches(word, '[0-9]|^[a-z]{1,2}$')
        or word in ('mpa', 'rpm') as is_spec
    from split
    where
        word not in (
            'of', 'to', 'in', 'on', 'no', 'or', 'by', 'for', 'and', 'the',
            'with', 'type'
        )
)

select * from numbered
