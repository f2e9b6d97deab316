"""Functions of T-SQL as DuckDB macros: those that it can express itself. `tsql.run.values.functions` has the others."""

from __future__ import annotations

import re
from functools import lru_cache

# What lies outside of a type, and where SQL Server would say so, ends with a line that begins so.
NOT_RUN = "not run: "

_MACROS = (
    # ---- numbers
    "tsql_bit(x) AS CASE WHEN x <> 0 THEN 1 WHEN x = 0 THEN 0 END",
    "tsql_divide(a, b) AS CASE WHEN b = 0 THEN error('Division by zero') ELSE a / b END",
    "tsql_average(a, b) AS CASE WHEN b = 0 THEN NULL ELSE CAST(a AS HUGEINT) // b END",
    # Whether the product of two moneys is cut or rounded is not told: only where both are the same.
    "tsql_money_product(a, b) AS CASE WHEN TRUNC(a * b, 4) = ROUND(a * b, 4) THEN CAST(a * b AS DECIMAL(19, 4)) "
    f"ELSE error('{NOT_RUN}a product of money with more than four places') END",
    # A root or logarithm that there is none of, and what is beyond float: an error there.
    "tsql_finite(x) AS CASE WHEN ISFINITE(x) OR x IS NULL THEN x ELSE error('An invalid floating point operation') END",
    "tsql_near(x, s) AS ROUND(x, s)",
    "tsql_known(x) AS CASE WHEN x IS NULL THEN 0 ELSE 1 END",
    "tsql_size(x, n) AS CASE WHEN x IS NULL THEN NULL ELSE n END",
    f"tsql_some(n) AS CASE WHEN n = 0 THEN error('{NOT_RUN}PIVOT of no rows') ELSE TRUE END",
    "tsql_percent(n, p) AS CASE WHEN p BETWEEN 0 AND 100 THEN CEIL(n * p / 100) ELSE "
    "error('TOP of less than 0 or more than 100 PERCENT') END",
    # Without a step by one, towards the end.
    "tsql_series(a, b) AS GENERATE_SERIES(a, b, CASE WHEN a > b THEN -1 ELSE 1 END)",
    "tsql_series_by(a, b, s) AS CASE WHEN s = 0 THEN error('GENERATE_SERIES with a step of 0') "
    "ELSE GENERATE_SERIES(a, b, s) END",
    # ---- text
    f"tsql_xml(x, n, m) AS CASE WHEN n > 0 AND m = 0 THEN error('{NOT_RUN}FOR XML of values that are all NULL') "
    "ELSE x END",
    f"tsql_xml_text(x) AS CASE WHEN TRIM(x) = '' THEN error('{NOT_RUN}XML of blanks alone') ELSE x END",
    "tsql_fit_int(t, n) AS CASE WHEN LENGTH(t) > n THEN '*' ELSE t END",
    f"tsql_fit_wide(t, n) AS CASE WHEN LENGTH(t) > n THEN error('{NOT_RUN}a number longer than its text') ELSE t END",
    f"tsql_fit(t, n) AS CASE WHEN LENGTH(t) > n THEN error('{NOT_RUN}a number longer than its text') ELSE t END",
    f"tsql_left(s, n) AS CASE WHEN n < 0 THEN error('{NOT_RUN}LEFT with a negative length') ELSE LEFT(s, n) END",
    f"tsql_right(s, n) AS CASE WHEN n < 0 THEN error('{NOT_RUN}RIGHT with a negative length') ELSE RIGHT(s, n) END",
    f"tsql_substring(s, a, n) AS CASE WHEN n < 0 THEN error('{NOT_RUN}SUBSTRING with a negative length') "
    "WHEN a IS NOT NULL AND n IS NOT NULL THEN SUBSTRING(s, GREATEST(CAST(a AS BIGINT), 1), "
    "GREATEST(CAST(a AS BIGINT) + n - GREATEST(CAST(a AS BIGINT), 1), 0)) END",
    "tsql_charindex(p, s, a) AS CASE WHEN p IS NULL OR s IS NULL OR a IS NULL THEN NULL WHEN p = '' THEN 0 "
    "WHEN STRPOS(SUBSTRING(s, GREATEST(a, 1)), p) = 0 THEN 0 "
    "ELSE STRPOS(SUBSTRING(s, GREATEST(a, 1)), p) + GREATEST(a, 1) - 1 END",
    # 8,000 characters at most, and NULL for a negative number.
    "tsql_replicate(s, n) AS CASE WHEN n >= 0 THEN LEFT(REPEAT(CAST(s AS VARCHAR), CAST(LEAST(n, 8000 // "
    "GREATEST(LENGTH(CAST(s AS VARCHAR)), 1) + 1) AS BIGINT)), 8000) END",
    "tsql_replace(s, a, b) AS LEFT(CASE WHEN a = '' THEN s ELSE REPLACE(CAST(s AS VARCHAR), a, b) END, 8000)",
    "tsql_space(n) AS CASE WHEN n >= 0 THEN REPEAT(' ', CAST(LEAST(n, 8000) AS BIGINT)) END",
    "tsql_stuff(s, a, n, r) AS CASE WHEN a >= 1 AND a <= LENGTH(s) AND n >= 0 THEN LEFT(s, CAST(a - 1 AS BIGINT)) || "
    "COALESCE(r, '') || SUBSTRING(s, CAST(a AS BIGINT) + n) END",
    "tsql_nchar(x) AS CASE WHEN x BETWEEN 1 AND 65535 THEN CHR(CAST(x AS INT)) END",
    # Versions of the server differ where they are not alike.
    f"tsql_difference(a, b) AS CASE WHEN a = b THEN 4 WHEN a <> b THEN error('{NOT_RUN}DIFFERENCE of what sounds "
    "otherwise') END",
    f"tsql_shift(x, n) AS CASE WHEN n BETWEEN 0 AND 30 AND x BETWEEN 0 AND 2147483647 >> CAST(n AS INTEGER) THEN "
    f"x << CAST(n AS INTEGER) WHEN x IS NOT NULL AND n IS NOT NULL THEN error('{NOT_RUN}bits beyond int') END",
    f"tsql_shift_right(x, n) AS CASE WHEN n BETWEEN 0 AND 62 AND x >= 0 THEN x >> CAST(n AS INTEGER) "
    f"WHEN x IS NOT NULL AND n IS NOT NULL THEN error('{NOT_RUN}bits of a negative number') END",
    f"tsql_bit_at(x, n) AS CASE WHEN n BETWEEN 0 AND 31 AND x >= 0 THEN (x >> CAST(n AS INTEGER)) & 1 "
    f"WHEN x IS NOT NULL AND n IS NOT NULL THEN error('{NOT_RUN}a bit beyond int') END",
    "tsql_unicode(x) AS NULLIF(UNICODE(x), -1)",
    # ---- bytes
    "tsql_binary_left(b, n) AS FROM_HEX(LEFT(HEX(b) || REPEAT('00', n), 2 * n))",
    "tsql_varbinary_left(b, n) AS FROM_HEX(LEFT(HEX(b), 2 * n))",
    "tsql_binary_right(b, n) AS FROM_HEX(RIGHT(REPEAT('00', n) || HEX(b), 2 * n))",
    "tsql_varbinary_right(b, n) AS FROM_HEX(RIGHT(HEX(b), 2 * n))",
    # ---- dates and times
    "tsql_of_day(x) AS EPOCH_US(x) - EPOCH_US(CAST(CAST(x AS DATE) AS TIMESTAMP))",
    "tsql_in_day(x, us) AS CAST(CAST(x AS DATE) AS TIMESTAMP) + TO_MICROSECONDS(us)",
    # datetime counts 1/300 of a second and shows thousandths.
    "tsql_datetime(x) AS tsql_in_day(x, ((tsql_of_day(x) * 3 + 5000) // 10000 * 10 + 1) // 3 * 1000)",
    "tsql_smalldatetime(x) AS tsql_in_day(x, (tsql_of_day(x) + 30001000) // 60000000 * 60000000)",
    "tsql_places(x, k) AS tsql_in_day(x, (tsql_of_day(x) + k // 2) // k * k)",
    "tsql_days(x) AS DATE_DIFF('day', DATE '1900-01-01', CAST(x AS DATE)) "
    "+ CAST((tsql_of_day(x) * 3 + 5000) // 10000 AS DOUBLE) / 25920000",
    "tsql_of_days(d) AS CASE WHEN d >= -53690 AND d < 2958464 THEN TIMESTAMP '1900-01-01' + "
    f"TO_MICROSECONDS(CAST(ROUND(d * 86400000000) AS BIGINT)) WHEN d IS NOT NULL THEN "
    f"error('{NOT_RUN}days beyond datetime') END",
    "tsql_ranged(x, a, b) AS CASE WHEN YEAR(x) BETWEEN a AND b OR x IS NULL THEN x ELSE "
    "error('a date beyond its type') END",
    "tsql_plus_days(x, n) AS x + TO_DAYS(n)",
    # datetime's thousandths stand for thirds of a hundredth, which the newer types would show with seven digits.
    f"tsql_exact(x) AS CASE WHEN tsql_of_day(x) % 10000 = 0 OR x IS NULL THEN x ELSE "
    f"error('{NOT_RUN}the seventh digit of a datetime') END",
    "tsql_on_day(t) AS DATE '1900-01-01' + t",
    "tsql_local(o) AS STRUCT_EXTRACT(o, 'utc') + TO_MINUTES(STRUCT_EXTRACT(o, 'off'))",
    "tsql_offset(x, m) AS CASE WHEN x IS NOT NULL AND m IS NOT NULL THEN "
    "STRUCT_PACK(utc := x - TO_MINUTES(CAST(m AS INTEGER)), off := CAST(m AS INTEGER)) END",
    "tsql_switch(o, m) AS CASE WHEN o IS NOT NULL AND m IS NOT NULL THEN "
    "STRUCT_PACK(utc := STRUCT_EXTRACT(o, 'utc'), off := CAST(m AS INTEGER)) END",
    "tsql_offset_places(o, k) AS tsql_offset(tsql_places(tsql_local(o), k), STRUCT_EXTRACT(o, 'off'))",
    f"tsql_minutes(m) AS CASE WHEN m BETWEEN -840 AND 840 THEN m WHEN m IS NOT NULL THEN "
    f"error('{NOT_RUN}an offset of more than 14 hours') END",
    # A bucket begins so many times the width behind the origin, before it too.
    "tsql_over(d, w) AS CASE WHEN w > 0 THEN ((d % w) + w) % w WHEN w IS NOT NULL THEN "
    "error('DATE_BUCKET with a number that is not positive') END",
    "tsql_bucket(x, o, n, us) AS x - TO_MICROSECONDS(tsql_over(EPOCH_US(x) - EPOCH_US(o), n * us))",
    "tsql_in_month(x) AS EPOCH_US(x) - EPOCH_US(DATE_TRUNC('month', x))",
    "tsql_months(x, o) AS (YEAR(x) - YEAR(o)) * 12 + MONTH(x) - MONTH(o) "
    "- CASE WHEN tsql_in_month(x) < tsql_in_month(o) THEN 1 ELSE 0 END",
    f"tsql_bucket_months(x, o, n, k) AS CASE WHEN DAY(o) > 28 THEN error('{NOT_RUN}DATE_BUCKET with an origin at the "
    "end of a month') ELSE o + TO_MONTHS(CAST(tsql_months(x, o) - tsql_over(tsql_months(x, o), n * k) AS INTEGER)) END",
    f"tsql_first_day(x) AS CASE WHEN x < TIMESTAMP '1900-01-01' THEN error('{NOT_RUN}a time before its day') "
    "ELSE x END",
    # Weeks of SQL Server begin on Sunday (1899-12-31 was one), those of DuckDB on Monday.
    "tsql_weeks(a, b) AS CAST(FLOOR(DATE_DIFF('day', DATE '1753-01-07', CAST(b AS DATE)) / 7) - "
    "FLOOR(DATE_DIFF('day', DATE '1753-01-07', CAST(a AS DATE)) / 7) AS INTEGER)",
    "tsql_sunday(x) AS DATE_TRUNC('day', x) - TO_DAYS(CAST(DAYOFWEEK(x) AS INTEGER))",
    "tsql_week(x) AS (DAYOFYEAR(x) - 1 + DAYOFWEEK(DATE_TRUNC('year', x))) // 7 + 1",
    "tsql_second_part(x, k) AS CASE WHEN k > 0 THEN tsql_of_day(x) % 1000000 // k "
    "ELSE tsql_of_day(x) % 1000000 * 1000 END",
    f"tsql_fraction(f, p) AS CASE WHEN f < 0 OR f >= POW(10, p) OR p = 7 AND f % 10 <> 0 THEN "
    f"error('{NOT_RUN}a fraction of a second') ELSE CAST(f * POW(10, 6 - p) AS BIGINT) END",
    "tsql_datefromparts(y, m, d) AS MAKE_DATE(CAST(y AS BIGINT), CAST(m AS BIGINT), CAST(d AS BIGINT))",
    "tsql_moment(y, m, d, h, i, s) AS MAKE_TIMESTAMP(CAST(y AS BIGINT), CAST(m AS BIGINT), CAST(d AS BIGINT), "
    "CAST(h AS BIGINT), CAST(i AS BIGINT), CAST(s AS DOUBLE))",
    f"tsql_between(x, a, b) AS CASE WHEN x BETWEEN a AND b THEN x WHEN x IS NOT NULL THEN "
    f"error('{NOT_RUN}a part of a date beyond its range') END",
    "tsql_datetimefromparts(y, m, d, h, i, s, f) AS tsql_datetime("
    "tsql_moment(tsql_between(y, 1753, 9999), m, d, h, i, s) + TO_MILLISECONDS(tsql_between(f, 0, 999)))",
    "tsql_smalldatetimefromparts(y, m, d, h, i) AS tsql_moment(tsql_between(y, 1900, 2079), m, d, h, i, 0)",
    "tsql_datetime2fromparts(y, m, d, h, i, s, f, p) AS tsql_moment(y, m, d, h, i, s) "
    "+ TO_MICROSECONDS(tsql_fraction(f, p))",
    "tsql_timefromparts(h, i, s, f, p) AS MAKE_TIME(CAST(h AS BIGINT), CAST(i AS BIGINT), CAST(s AS DOUBLE)) + "
    "TO_MICROSECONDS(tsql_fraction(f, p))",
)

_NAME = re.compile(r"\btsql_\w+", re.IGNORECASE)
MACROS = {macro.partition("(")[0]: macro for macro in _MACROS}


@lru_cache(maxsize=4096)
def macros_of(sql: str) -> tuple[str, ...]:
    """The names of the macros that a text in DuckDB's SQL needs, those first that others are made of."""
    found: dict[str, None] = {}
    for name in dict.fromkeys(map(str.lower, _NAME.findall(sql))):
        if name in MACROS:
            inner = macros_of(MACROS[name].partition(" AS ")[2])
            found |= dict.fromkeys((*inner, name))
    return tuple(found)
