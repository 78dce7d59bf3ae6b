-- Predictions explained without their model, by rows like the one asked about.
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE TABLE loans AS
SELECT i AS id, '2025-01-01'::timestamptz + i * interval '1 minute' AS at, i % 50 AS age, (i * 7919 % 1009) / 10.0 AS income,
	(ARRAY['red', 'green', 'blue'])[1 + i % 3] AS colour, i % 2 = 0 AS known, NULL::float8 AS score
FROM generate_series(1, 3000) i;
UPDATE loans SET score = 0.2 + 0.004 * age - 0.001 * income + 0.1 * (colour = 'red')::int;
CREATE VIEW asked AS SELECT to_jsonb(l) AS r FROM loans l WHERE id = 777;
-- columns named
SELECT feature, value, round(contribution::numeric, 3) AS contribution, round(coefficient::numeric, 4) AS coefficient,
	round(local_prediction::numeric, 2) AS local, round(prediction_value::numeric, 2) AS prediction, round(fidelity::numeric, 2) AS fidelity,
	n_used, n_unused, reason
FROM asked, datamon.explain_instance('loans', r, 'score', '{age,income,colour,known}');
SELECT abs(sum(contribution) + max(base_value) - max(local_prediction)) < 1e-12 AS adds_up
FROM asked, datamon.explain_instance('loans', r, 'score', '{age,income,colour}');
-- those of a monitor
SELECT count(*) FROM datamon.watch('loans', id => 'id', score => 'score', bucket => '1 day');
SELECT feature, reason FROM asked, datamon.explain_instance('loans', r) ORDER BY feature;
-- what the row does not have; rows that cannot be used
UPDATE loans SET age = NULL WHERE id % 10 = 0;
SELECT feature, contribution IS NULL AS nothing, n_used, n_unused, reason
FROM asked, datamon.explain_instance('loans', r - 'income' || '{"colour": null}', 'score', '{age,income,colour}', min_fidelity => -1);
SELECT feature, value, contribution, reason FROM datamon.explain_instance('loans', '{}', 'score', '{age}');
-- a row by itself, and one like no other
SELECT DISTINCT n_used, fidelity, reason FROM datamon.explain_instance('loans', '{"age": 1e9}', 'score', '{age}', kernel_width => 0.1);
SELECT DISTINCT n_used, fidelity, reason FROM asked, datamon.explain_instance('loans', r, 'score', '{age,colour}', max_rows => 2);
-- noise is refused, and shown to whom insists
UPDATE loans SET score = (id * 7907 % 3001) / 3001.0;
SELECT DISTINCT contribution IS NULL AS refused, fidelity < 0.5 AS low, left(reason, 47) FROM asked, datamon.explain_instance('loans', r);
SELECT count(contribution) FROM asked, datamon.explain_instance('loans', r, min_fidelity => -1);
-- mistakes
SELECT * FROM datamon.explain_instance('loans', '[]');
SELECT * FROM datamon.explain_instance('loans', NULL);
SELECT * FROM datamon.explain_instance('loans', '{}', max_rows => 0);
SELECT * FROM datamon.explain_instance('loans', '{}', kernel_width => 'NaN');
SELECT * FROM datamon.explain_instance('loans', '{}', 'no such', '{age}');
SELECT * FROM datamon.explain_instance('loans', '{}', 'score', '{no such}');
SELECT * FROM datamon.explain_instance('loans', '{}', 'score', '{}');
SELECT * FROM datamon.explain_instance('loans', '{}', 'colour', '{age}');
SELECT * FROM datamon.explain_instance('loans', '{}', 'score', '{at}');
SELECT * FROM datamon.explain_instance('loans', '{"age": "old"}', 'score', '{age}');
SELECT datamon.unwatch('loans');
SELECT * FROM datamon.explain_instance('loans', '{}');
-- as whoever calls: nobody reads through it what he may not
CREATE ROLE dm_stranger;
SET ROLE dm_stranger;
SELECT * FROM datamon.explain_instance('loans', '{"age": 1}', 'score', '{age}');
RESET ROLE;
DROP ROLE dm_stranger;
DROP VIEW asked;
DROP TABLE loans;
