/*
 * What users read.  Columns are stable: new ones are added at the end.  Each
 * view shows the monitors whose numbers the reader may see (45_access.sql).
 */

/* Rows of one value of a dimension in all that is kept. */
CREATE FUNCTION datamon._other_rows(monitor_id int, dimension_no int, value_id bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH k AS (
		SELECT c.cuboid_no, c.part_bits, array_position(c.dimensions, $2) AS place, c.part_dimension = $2 AS from_parts
		FROM datamon._readable_cuboid c WHERE c.monitor_id = $1 AND $2 = ANY (c.dimensions)
		ORDER BY c.part_dimension = $2 DESC, cardinality(c.dimensions), c.cuboid_no LIMIT 1
	)
	SELECT coalesce(sum(c.n), 0)::bigint
	FROM k
	CROSS JOIN datamon._window_tiers($1, '(,)') w
	CROSS JOIN LATERAL (
		SELECT t.cells FROM datamon._readable_tile t
		WHERE t.monitor_id = $1 AND t.cuboid_no = k.cuboid_no AND t.tier = w.tier AND t.bucket >= w.from_start AND t.bucket < w.to_start
			AND t.part = CASE WHEN k.from_parts THEN $3 >> k.part_bits ELSE -1 END
		OFFSET 0) t
	CROSS JOIN LATERAL datamon.cells(t.cells) c
	WHERE c.key[k.place] = $3
$$;
COMMENT ON FUNCTION datamon._other_rows(int, int, bigint) IS 'internal';

CREATE VIEW datamon.monitors AS
	SELECT m.monitor_id, m.source, m.owner, m.enabled, m.time_column, justify_hours(m.bucket) AS bucket, justify_hours(m.lateness) AS lateness, m.labels, m.label_lateness, m.baseline,
		s.watermark, s.evaluated_until, s.performance_until, s.too_late, s.last_tick_at, s.last_duration, s.next_due, s.failures,
		s.last_error, s.last_error_at,
		(SELECT count(*) FROM datamon._readable_segment g WHERE g.monitor_id = m.monitor_id) AS segments,
		(SELECT count(*) FROM datamon._readable_alert a WHERE a.monitor_id = m.monitor_id AND a.state IN ('open', 'acknowledged')
			AND a.part_of IS NULL) AS open_alerts,
		s.cells_from, CASE WHEN isfinite(s.next_due) THEN greatest(now() - s.next_due, interval '0') END AS lag,
		-- Times that a role made up must not overflow in everybody's list.
		(SELECT 1 - sum(date_part('epoch', b.read_from) - date_part('epoch', b.from_start))
				/ nullif(sum(date_part('epoch', b.to_start) - date_part('epoch', b.from_start)), 0)
			FROM datamon._readable_backfill b WHERE b.monitor_id = m.monitor_id) AS backfilled,
		m.false_alarms
	FROM datamon._readable_monitor m
	LEFT JOIN datamon._readable_state s ON s.monitor_id = m.monitor_id;
COMMENT ON VIEW datamon.monitors IS 'what is watched, how far it has come, and the last error';

CREATE VIEW datamon.backfills AS
	SELECT b.monitor_id, m.source, b.stretch, b.from_start, b.to_start, b.read_from, b.n,
		(date_part('epoch', b.to_start) - date_part('epoch', b.read_from))
			/ nullif(date_part('epoch', b.to_start) - date_part('epoch', b.from_start), 0) AS share
	FROM datamon._readable_backfill b
	JOIN datamon._readable_monitor m ON m.monitor_id = b.monitor_id;
COMMENT ON VIEW datamon.backfills IS 'history that is read in chunks, newest first: how much has been read';

CREATE VIEW datamon.columns AS
	SELECT c.monitor_id, m.source, c.column_name, c.from_labels, c.column_no, c.role, c.kind, c.reason
	FROM datamon._readable_monitored_column c
	JOIN datamon._readable_monitor m ON m.monitor_id = c.monitor_id;
COMMENT ON VIEW datamon.columns IS 'the role of every column of every watched source, and why';

CREATE VIEW datamon.dimensions AS
	SELECT d.monitor_id, m.source, d.column_name, d.known_values, d.known_values <= d.judged_values AS judged,
		ARRAY(SELECT DISTINCT o.column_name FROM datamon._readable_cuboid k
			JOIN datamon._readable_dimension o ON o.monitor_id = k.monitor_id AND o.dimension_no = ANY (k.dimensions)
			WHERE k.monitor_id = d.monitor_id AND d.dimension_no = ANY (k.dimensions) AND o.dimension_no <> d.dimension_no
			ORDER BY o.column_name) AS combined_with,
		(SELECT k.reason FROM datamon._readable_cuboid k WHERE k.monitor_id = d.monitor_id AND d.dimension_no = ANY (k.dimensions)
			ORDER BY k.cuboid_no LIMIT 1) AS reason,
		d.rank, d.estimated_values, d.rows_per_value, d.max_values, d.known_values > d.max_values AS has_other,
		(SELECT c.reason FROM datamon._readable_monitored_column c
			WHERE c.monitor_id = d.monitor_id AND c.column_name = d.column_name AND NOT c.from_labels) AS column_reason
	FROM datamon._readable_dimension d
	JOIN datamon._readable_monitor m ON m.monitor_id = d.monitor_id;
COMMENT ON VIEW datamon.dimensions IS 'dimensions of every watched source, their values so far, and which combinations are kept';

CREATE VIEW datamon.pruned AS
	SELECT m.monitor_id, m.source, 'values' AS what, ARRAY[d.column_name] AS dimensions,
		datamon._other_rows(d.monitor_id, d.dimension_no, d.max_values + 1) AS n, NULL::float8 AS expected_cells,
		format('the first %s values have numbers of their own, some %s others are counted together as {"other": true}', d.max_values,
			greatest(round(d.estimated_values) - d.max_values, 1)) AS reason
	FROM datamon._readable_dimension d
	JOIN datamon._readable_monitor m ON m.monitor_id = d.monitor_id
	WHERE d.known_values > d.max_values
	UNION ALL
	SELECT m.monitor_id, m.source, 'combinations', ARRAY(SELECT d.column_name FROM datamon._readable_dimension d
		WHERE d.monitor_id = p.monitor_id AND d.dimension_no = ANY (p.dimensions) ORDER BY d.dimension_no), NULL, p.expected_cells, p.reason
	FROM datamon._readable_pruned_pair p
	JOIN datamon._readable_monitor m ON m.monitor_id = p.monitor_id
	UNION ALL
	SELECT m.monitor_id, m.source, 'column', ARRAY[c.column_name], NULL, NULL, c.reason
	FROM datamon._readable_monitored_column c
	JOIN datamon._readable_monitor m ON m.monitor_id = c.monitor_id
	WHERE c.role = 'feature' AND c.reason LIKE '%, but twelve others %';
COMMENT ON VIEW datamon.pruned IS 'what is not kept apart: values counted together, combinations and columns left out, and why';

CREATE VIEW datamon.storage AS
	SELECT m.monitor_id, m.source, t.tier, CASE t.tier WHEN 0 THEN 'buckets' WHEN 1 THEN 'hours' ELSE 'days' END AS resolution,
		min(t.bucket) AS first_bucket, max(t.bucket) AS last_bucket, count(DISTINCT t.bucket) AS buckets, count(*) AS tiles,
		sum(datamon.cell_count(t.cells))::bigint AS cells, sum(pg_column_size(t.cells))::bigint AS bytes
	FROM datamon._readable_tile t
	JOIN datamon._readable_monitor m ON m.monitor_id = t.monitor_id
	GROUP BY m.monitor_id, m.source, t.tier;
COMMENT ON VIEW datamon.storage IS 'what is kept of each resolution: buckets, tiles, cells, bytes; reads all of it';

CREATE VIEW datamon.cells AS
	SELECT c.monitor_id, m.source, c.bucket, g.key AS segment, c.n, c.profile, c.performance, c.revised_at
	FROM datamon._readable_cell c
	JOIN datamon._readable_monitor m ON m.monitor_id = c.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = c.monitor_id AND g.segment_id = c.segment_id;
COMMENT ON VIEW datamon.cells IS 'stored profiles, one for each bucket and segment';

CREATE VIEW datamon.volume AS
	SELECT c.monitor_id, c.source, c.bucket, c.segment, c.n
	FROM datamon.cells c;
COMMENT ON VIEW datamon.volume IS 'rows of each bucket and segment';

CREATE VIEW datamon.quality AS
	SELECT c.monitor_id, c.source, c.bucket, c.segment, w.column_name, x.kind, c.n, x.null_count, x.nan_count, x.infinity_count,
		x.null_count::float8 / nullif(c.n, 0) AS null_rate, x.mean, x.stddev, x.min, x.max, x.distinct_count,
		x.count AS n_used, x.null_count + x.nan_count + x.infinity_count AS n_unused,
		x.histogram, x.value_counts
	FROM datamon.cells c
	CROSS JOIN LATERAL datamon.columns(c.profile) x
	JOIN datamon._readable_monitored_column w ON w.monitor_id = c.monitor_id AND w.column_no = x.column_no;
COMMENT ON VIEW datamon.quality IS 'each column of each bucket and segment: counts, missing values, mean, spread, range';

CREATE VIEW datamon.drift AS
	SELECT c.monitor_id, m.source, c.bucket, g.key AS segment, w.column_name, r.baseline, w.kind,
		coalesce(d.n_current, k.n_current) AS n_used, coalesce(d.unused_current, k.unused_current) AS n_unused,
		coalesce(d.n_reference, k.n_reference) AS n_reference, d.wasserstein_distance, d.wasserstein_distance_normed, d.ks_statistic,
		d.ks_p_value, k.total_variation, k.l_infinity, k.hellinger, k.chi_square, k.chi_square_df, k.chi_square_p_value,
		coalesce(d.psi, k.psi) AS psi, coalesce(d.js_distance, k.js_distance) AS js_distance,
		coalesce(d.excess, k.excess) AS excess, coalesce(d.p_value, k.p_value) AS p_value
	FROM datamon._readable_cell c
	JOIN datamon._readable_monitor m ON m.monitor_id = c.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = c.monitor_id AND g.segment_id = c.segment_id
	JOIN datamon._readable_monitored_column w ON w.monitor_id = c.monitor_id AND w.column_no IS NOT NULL
	CROSS JOIN LATERAL (
		SELECT 'training' AS baseline, b.profile FROM datamon._readable_baseline b
		WHERE b.monitor_id = c.monitor_id AND b.segment_id = c.segment_id
		UNION ALL
		-- Of all trailing buckets, or not at all.
		SELECT 'trailing', x.profile
		FROM (SELECT datamon.merge(t.profile) AS profile FROM datamon._readable_cell t
			WHERE t.monitor_id = c.monitor_id AND t.segment_id = c.segment_id AND t.bucket < c.bucket
				AND t.bucket >= c.bucket - m.trailing_buckets * m.bucket) x
		WHERE c.bucket - m.trailing_buckets * m.bucket >= (SELECT s.cells_from FROM datamon._readable_state s
			WHERE s.monitor_id = c.monitor_id)) r
	LEFT JOIN LATERAL datamon.drift_summary(datamon.histogram(r.profile, w.column_no), datamon.histogram(c.profile, w.column_no)) d
		ON w.kind = 'number'
	LEFT JOIN LATERAL datamon.drift_summary(datamon.value_counts(r.profile, w.column_no), datamon.value_counts(c.profile, w.column_no)) k
		ON w.kind = 'category';
COMMENT ON VIEW datamon.drift IS 'each column of each bucket and segment against the training baseline and the buckets before';

CREATE VIEW datamon.performance AS
	SELECT c.monitor_id, c.source, c.bucket, c.segment, datamon.true_positives(c.performance) AS tp,
		datamon.false_positives(c.performance) AS fp, datamon.false_negatives(c.performance) AS fn,
		datamon.true_negatives(c.performance) AS tn, datamon.precision_score(c.performance) AS precision,
		datamon.precision_stderr(c.performance) AS precision_stderr, datamon.recall_score(c.performance) AS recall,
		datamon.recall_stderr(c.performance) AS recall_stderr, datamon.f1_score(c.performance) AS f1,
		datamon.f1_stderr(c.performance) AS f1_stderr, datamon.accuracy_score(c.performance) AS accuracy,
		datamon.accuracy_stderr(c.performance) AS accuracy_stderr, datamon.count(c.performance) AS n_used,
		datamon.unused_count(c.performance) AS n_unused
	FROM datamon.cells c
	WHERE c.performance IS NOT NULL;
COMMENT ON VIEW datamon.performance
	IS 'precision, recall, F1 and accuracy of each bucket and segment; n_unused rows have no label yet';

CREATE VIEW datamon.alerts AS
	SELECT a.alert_id, a.state, a.severity, a.title, m.source, g.key AS segment, a.rule, a.column_name, a.first_bucket, a.last_bucket,
		a.opened_at, a.resolved_at, a.resolution, a.notified_at, a.buckets_bad, a.worst_p_value, a.worst_effect_size, a.value,
		a.reference_value, a.n_current, a.n_reference, a.monitor_id, a.assigned_to, l.at AS acknowledged_at, l.who AS acknowledged_by,
		l.note, s.silence_id, s.until_at AS silenced_until, a.reopened,
		(SELECT count(*) FROM datamon._readable_alert p WHERE p.part_of = a.alert_id) AS parts
	FROM datamon._readable_alert a
	JOIN datamon._readable_monitor m ON m.monitor_id = a.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	LEFT JOIN datamon.rules r ON a.is_automatic AND r.rule = a.rule
	LEFT JOIN LATERAL (SELECT e.at, e.who, e.note FROM datamon._readable_alert_event e
		WHERE a.state = 'acknowledged' AND e.alert_id = a.alert_id AND e.action = 'acknowledged' ORDER BY e.event_id DESC LIMIT 1) l ON true
	LEFT JOIN LATERAL (SELECT x.silence_id, x.until_at FROM datamon._readable_silenced x
		WHERE a.state <> 'resolved' AND x.alert_id = a.alert_id ORDER BY x.until_at DESC, x.silence_id LIMIT 1) s ON true
	WHERE a.state <> 'pending' AND a.part_of IS NULL
	ORDER BY a.state = 'resolved', a.severity = 'warning', 
		-- A number that a role made up must not overflow in everybody's list.
		CASE WHEN abs(a.worst_effect_size) < 1e100 THEN a.worst_effect_size / nullif(coalesce(r.minimum, 1), 0) END DESC NULLS LAST, a.alert_id;
COMMENT ON VIEW datamon.alerts IS 'what is wrong, worst first; then what was';

CREATE VIEW datamon.alert_parts AS
	SELECT a.part_of AS alert_id, a.alert_id AS part_id, a.state, a.severity, a.title, m.source, g.key AS segment, a.rule, a.column_name,
		a.first_bucket, a.last_bucket, a.resolution, a.worst_p_value, a.worst_effect_size, a.value, a.reference_value, a.n_current,
		a.n_reference, a.monitor_id
	FROM datamon._readable_alert a
	JOIN datamon._readable_monitor m ON m.monitor_id = a.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	WHERE a.part_of IS NOT NULL
	ORDER BY a.part_of, a.alert_id;
COMMENT ON VIEW datamon.alert_parts IS 'what came along with an alert and is told with it';
