-- name: query.  Every output is used, or the executor would skip the work.
count: SELECT count(*) FROM obs
avg10: SELECT avg(c1) + avg(c2) + avg(c3) + avg(c4) + avg(c5) + avg(c6) + avg(c7) + avg(c8) + avg(c9) + avg(c10) FROM obs
profile10: SELECT pg_column_size(datamon.profile(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)) FROM obs
scan10: SELECT pg_column_size(datamon._profile_scan('obs', '{c1,c2,c3,c4,c5,c6,c7,c8,c9,c10}'))
scan10_20bits: SELECT pg_column_size(datamon._profile_scan('obs', '{c1,c2,c3,c4,c5,c6,c7,c8,c9,c10}', 20))
scan0: SELECT pg_column_size(datamon._profile_scan('obs', '{}'))
histogram1: SELECT pg_column_size(datamon.histogram(c1)) FROM obs
percentile1: SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c1) FROM obs
width_bucket1: SELECT sum(n) FROM (SELECT width_bucket(c1, -5, 5, 50) AS b, count(*) AS n FROM obs GROUP BY 1) s
avg10_client: SELECT sum(a) FROM (SELECT avg(c1) + avg(c2) + avg(c3) + avg(c4) + avg(c5) + avg(c6) + avg(c7) + avg(c8) + avg(c9) + avg(c10) AS a FROM obs GROUP BY client) s
profile10_client: SELECT sum(pg_column_size(p)) FROM (SELECT datamon.profile(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10) AS p FROM obs GROUP BY client) s
