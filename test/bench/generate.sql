-- Ten numeric columns of different shapes, three dimensions.
SELECT setseed(0.5);
CREATE TABLE obs AS
SELECT floor(power(2001, random()))::int AS client, floor(power(31, random()))::int AS category, floor(random() * 3)::int AS colour,
	sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS c1,
	100 + 15 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS c2,
	exp(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) AS c3,
	random() AS c4,
	-ln(1 - random()) AS c5,
	floor(random() * 1000) AS c6,
	CASE WHEN random() < 0.5 THEN sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) ELSE 10 + random() END AS c7,
	power(random(), 2) * (1 - random()) AS c8,
	power(1 - random(), -1 / 1.5) AS c9,
	CASE WHEN random() < 0.2 THEN 0 ELSE floor(random() * 10000) / 100 END AS c10
FROM generate_series(1, :rows);
VACUUM (FREEZE, ANALYZE) obs;
