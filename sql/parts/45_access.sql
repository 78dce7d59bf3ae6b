/*
 * Who may see and change what.
 *
 * _own_*     rows of monitors whose owner is the current user: SELECT and the
 *            writes that watch() and tick() need, for PUBLIC.
 * _member_*  rows of monitors whose owner's rights the current user has: what
 *            tick() and notify_pending() need when they act for somebody else.
 * _readable_monitor  monitors whose numbers the current user may see; every
 *            public view stands on it.
 *
 * All are security barriers.  Identity columns and owner are never granted, so
 * that nobody can take ids ahead of others or give a monitor away.
 */

CREATE VIEW datamon._own_monitor WITH (security_barrier) AS
	SELECT monitor_id, source, owner, time_column, bucket, bucket_origin, lateness, labels, label_keys, source_keys,
		label_time_column, label_lateness, threshold, baseline, trailing_buckets, notify_text, significant_bits, keep_buckets,
		keep_hours, keep_days, max_values, max_cells, false_alarms, enabled, created_at
	FROM datamon.monitor
	WHERE owner = pg_catalog.to_regrole(pg_catalog.quote_ident(current_user))
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_monitor IS 'internal';

CREATE VIEW datamon._own_monitored_column WITH (security_barrier) AS
	SELECT monitor_id, column_name, from_labels, column_no, role, kind, two_valued, reason
	FROM datamon.monitored_column
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_monitored_column IS 'internal';

CREATE VIEW datamon._own_state WITH (security_barrier) AS
	SELECT monitor_id, cluster_id, source_snapshot, node_snapshots, watermark, horizon, first_bucket, evaluated_until, performance_until,
		baseline_until, source_blocks, too_late, ticks, cells_from, buckets_from, hours_from, hours_until, days_until, last_tick_at,
		last_duration, next_due, failures, last_error, last_error_at
	FROM datamon.monitor_state
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_state IS 'internal';

CREATE VIEW datamon._own_segment WITH (security_barrier) AS
	SELECT segment_id, monitor_id, key
	FROM datamon.segment
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_segment IS 'internal';

CREATE VIEW datamon._own_cell WITH (security_barrier) AS
	SELECT monitor_id, segment_id, bucket, n, profile, performance, revised_at
	FROM datamon.cell
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_cell IS 'internal';

CREATE VIEW datamon._own_past_volume WITH (security_barrier) AS
	SELECT monitor_id, bucket, cells
	FROM datamon.past_volume
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_past_volume IS 'internal';

CREATE VIEW datamon._own_dimension WITH (security_barrier) AS
	SELECT monitor_id, dimension_no, column_name, known_values, max_values, rank, estimated_values, rows_per_value, type, judged_values
	FROM datamon.dimension
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_dimension IS 'internal';

CREATE VIEW datamon._own_dimension_value WITH (security_barrier) AS
	SELECT monitor_id, dimension_no, value_id, bytes, value, first_seen_at
	FROM datamon.dimension_value
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_dimension_value IS 'internal';

CREATE VIEW datamon._own_cuboid WITH (security_barrier) AS
	SELECT monitor_id, cuboid_no, dimensions, part_dimension, part_bits, expected_cells, reason
	FROM datamon.cuboid
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_cuboid IS 'internal';

CREATE VIEW datamon._own_pruned_pair WITH (security_barrier) AS
	SELECT monitor_id, dimensions, expected_cells, reason
	FROM datamon.pruned_pair
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_pruned_pair IS 'internal';

CREATE VIEW datamon._own_tile WITH (security_barrier) AS
	SELECT monitor_id, cuboid_no, tier, part, bucket, piece, n, cells
	FROM datamon.stored_tile
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_tile IS 'internal';

CREATE VIEW datamon._own_heap_state WITH (security_barrier) AS
	SELECT monitor_id, relation, state
	FROM datamon.heap_state
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_heap_state IS 'internal';

CREATE VIEW datamon._own_page_map WITH (security_barrier) AS
	SELECT monitor_id, relation, chunk, map
	FROM datamon.page_map
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_page_map IS 'internal';

CREATE VIEW datamon._own_label_place WITH (security_barrier) AS
	SELECT monitor_id, relation, block, places, newest
	FROM datamon.label_place
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_label_place IS 'internal';

CREATE VIEW datamon._own_backfill WITH (security_barrier) AS
	SELECT monitor_id, stretch, from_start, to_start, read_from, n
	FROM datamon.backfill_stretch
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_backfill IS 'internal';

CREATE VIEW datamon._own_baseline WITH (security_barrier) AS
	SELECT monitor_id, segment_id, n, buckets, profile, performance
	FROM datamon.baseline
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_baseline IS 'internal';

CREATE VIEW datamon._own_baseline_noise WITH (security_barrier) AS
	SELECT monitor_id, segment_id, rule, column_no, after_labels, buckets, overdispersion, noise, worst, variance, freedom, lasting,
		lasting_freedom
	FROM datamon.baseline_noise
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_baseline_noise IS 'internal';

CREATE VIEW datamon._own_evaluation WITH (security_barrier) AS
	SELECT monitor_id, segment_id, bucket, rule, column_no, statistic, p_value, effect_size, threshold, value,
		reference_value, n_reference, n_current, verdict, evaluated_at, test, standard_error
	FROM datamon.evaluation
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_evaluation IS 'internal';

CREATE VIEW datamon._own_alert WITH (security_barrier) AS
	SELECT alert_id, monitor_id, segment_id, rule, column_no, column_name, topic, state, severity, first_bucket, last_bucket,
		checked_bucket, opened_at, resolved_at, resolution, notified_at, notified_state, buckets_bad, buckets_good,
		streak, reopened, worst_bucket, worst_p_value, worst_effect_size, value, reference_value, n_current, n_reference, opened_bucket, part_of,
		title, is_automatic, logged_state, assigned_to
	FROM datamon.alert
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_alert IS 'internal';

CREATE VIEW datamon._member_monitor WITH (security_barrier) AS
	SELECT monitor_id, source, owner, bucket, notify_text, enabled
	FROM datamon.monitor
	WHERE pg_catalog.pg_has_role(owner, 'USAGE');
COMMENT ON VIEW datamon._member_monitor IS 'internal';

CREATE VIEW datamon._member_state WITH (security_barrier) AS
	SELECT monitor_id, next_due, failures, last_error, last_error_at, watermark, last_tick_at
	FROM datamon.monitor_state
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._member_state IS 'internal';

CREATE VIEW datamon._member_alert WITH (security_barrier) AS
	SELECT alert_id, monitor_id, state, severity, title, notified_at, notified_state, segment_id, rule, column_no, column_name,
		buckets_good, streak, reopened, opened_at, resolved_at, resolution, part_of, logged_state, assigned_to
	FROM datamon.alert
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._member_alert IS 'internal';

/*
 * Members of the owner see everything of a monitor.  Others see it when they
 * could read every row themselves (no row security for them, and not a view,
 * whose rows may depend on who asks), and when it is the source's own owner,
 * or a superuser, who watches: otherwise any role could put invented alerts
 * about a table before that table's readers.
 */
CREATE VIEW datamon._readable_monitor WITH (security_barrier) AS
	SELECT m.monitor_id, m.source, m.owner, m.time_column, m.bucket, m.bucket_origin, m.lateness, m.labels, m.label_keys,
		m.source_keys, m.label_time_column, m.label_lateness, m.threshold, m.baseline, m.trailing_buckets, m.notify_text,
		m.significant_bits, m.keep_buckets, m.keep_hours, m.keep_days, m.max_values, m.max_cells, m.false_alarms, m.enabled,
		m.created_at
	FROM datamon.monitor m
	WHERE pg_catalog.pg_has_role(m.owner, 'USAGE')
		OR EXISTS (
			SELECT FROM pg_catalog.pg_class c
			JOIN pg_catalog.pg_authid a ON a.oid = m.owner
			WHERE c.oid = m.source AND c.relkind IN ('r', 'p', 'f', 'm')
				AND (a.rolsuper OR pg_catalog.pg_has_role(m.owner, c.relowner, 'USAGE'))
				AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT pg_catalog.row_security_active(c.oid))
		AND (m.labels IS NULL OR EXISTS (
			SELECT FROM pg_catalog.pg_class c
			WHERE c.oid = m.labels AND c.relkind IN ('r', 'p', 'f', 'm')
				AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT pg_catalog.row_security_active(c.oid)));
COMMENT ON VIEW datamon._readable_monitor IS 'internal';

CREATE VIEW datamon._readable_segment WITH (security_barrier) AS
	SELECT segment_id, monitor_id, key
	FROM datamon.segment
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_segment IS 'internal';

CREATE VIEW datamon._readable_cell WITH (security_barrier) AS
	SELECT monitor_id, segment_id, bucket, n, profile, performance, revised_at
	FROM datamon.cell
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_cell IS 'internal';

CREATE VIEW datamon._readable_dimension WITH (security_barrier) AS
	SELECT monitor_id, dimension_no, column_name, known_values, max_values, rank, estimated_values, rows_per_value, judged_values
	FROM datamon.dimension
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_dimension IS 'internal';

CREATE VIEW datamon._readable_dimension_value WITH (security_barrier) AS
	SELECT monitor_id, dimension_no, value_id, value, first_seen_at
	FROM datamon.dimension_value
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_dimension_value IS 'internal';

CREATE VIEW datamon._readable_cuboid WITH (security_barrier) AS
	SELECT monitor_id, cuboid_no, dimensions, part_dimension, part_bits, expected_cells, reason
	FROM datamon.cuboid
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_cuboid IS 'internal';

CREATE VIEW datamon._readable_pruned_pair WITH (security_barrier) AS
	SELECT monitor_id, dimensions, expected_cells, reason
	FROM datamon.pruned_pair
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_pruned_pair IS 'internal';

CREATE VIEW datamon._readable_tile WITH (security_barrier) AS
	SELECT monitor_id, cuboid_no, tier, part, bucket, piece, n, cells
	FROM datamon.stored_tile
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_tile IS 'internal';

CREATE VIEW datamon._readable_baseline WITH (security_barrier) AS
	SELECT monitor_id, segment_id, n, buckets, profile, performance
	FROM datamon.baseline
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_baseline IS 'internal';

CREATE VIEW datamon._readable_backfill WITH (security_barrier) AS
	SELECT monitor_id, stretch, from_start, to_start, read_from, n
	FROM datamon.backfill_stretch
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_backfill IS 'internal';

CREATE VIEW datamon._readable_monitored_column WITH (security_barrier) AS
	SELECT monitor_id, column_name, from_labels, column_no, role, kind, two_valued, reason
	FROM datamon.monitored_column
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_monitored_column IS 'internal';

CREATE VIEW datamon._readable_evaluation WITH (security_barrier) AS
	SELECT monitor_id, segment_id, bucket, rule, column_no, statistic, p_value, effect_size, threshold, value,
		reference_value, n_reference, n_current, verdict, evaluated_at, test, standard_error
	FROM datamon.evaluation
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_evaluation IS 'internal';

CREATE VIEW datamon._readable_alert WITH (security_barrier) AS
	SELECT alert_id, monitor_id, segment_id, rule, column_no, column_name, topic, state, severity, first_bucket, last_bucket,
		checked_bucket, opened_at, resolved_at, resolution, notified_at, notified_state, buckets_bad, buckets_good,
		streak, reopened, worst_bucket, worst_p_value, worst_effect_size, value, reference_value, n_current, n_reference, opened_bucket, part_of,
		title, is_automatic, logged_state, assigned_to
	FROM datamon.alert
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_alert IS 'internal';

CREATE VIEW datamon._readable_state WITH (security_barrier) AS
	SELECT monitor_id, watermark, first_bucket, evaluated_until, performance_until, baseline_until, too_late, cells_from, buckets_from,
		hours_from, hours_until, days_until, last_tick_at, last_duration, next_due, failures, last_error, last_error_at
	FROM datamon.monitor_state
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_state IS 'internal';

CREATE VIEW datamon.rules AS
	SELECT rule, measure, minimum, recovery, description, opens_after FROM datamon.rule;
COMMENT ON VIEW datamon.rules IS 'the automatic rules: what they measure and the smallest effect that counts';
