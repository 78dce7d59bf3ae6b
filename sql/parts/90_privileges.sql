/*
 * Tables are not granted.  Views are, column by column where an own view must
 * not let a role choose ids or owners.
 */
GRANT USAGE ON SCHEMA datamon TO PUBLIC;

GRANT SELECT, DELETE ON datamon._own_monitor TO PUBLIC;
GRANT INSERT (source, time_column, bucket, bucket_origin, lateness, labels, label_keys, source_keys, label_time_column,
		label_lateness, threshold, baseline, trailing_buckets, notify_text, significant_bits, keep_buckets, keep_hours, keep_days,
		max_values, max_cells, false_alarms, enabled),
	UPDATE (time_column, bucket, bucket_origin, lateness, labels, label_keys, source_keys, label_time_column,
		label_lateness, threshold, baseline, trailing_buckets, notify_text, significant_bits, keep_buckets, keep_hours, keep_days,
		max_values, max_cells, false_alarms, enabled)
	ON datamon._own_monitor TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON datamon._own_monitored_column, datamon._own_state, datamon._own_cell, datamon._own_past_volume,
	datamon._own_backfill, datamon._own_dimension, datamon._own_dimension_value, datamon._own_cuboid, datamon._own_pruned_pair, datamon._own_tile,
	datamon._own_heap_state, datamon._own_page_map, datamon._own_label_place,
	datamon._own_baseline, datamon._own_baseline_noise, datamon._own_evaluation TO PUBLIC;
GRANT SELECT, INSERT (monitor_id, key), DELETE ON datamon._own_segment TO PUBLIC;
GRANT SELECT, DELETE,
	INSERT (monitor_id, segment_id, rule, column_no, column_name, topic, state, severity, first_bucket, last_bucket,
		checked_bucket, opened_at, buckets_bad, worst_bucket, worst_p_value, worst_effect_size, value, reference_value,
		n_current, n_reference, title, is_automatic),
	UPDATE (state, severity, last_bucket, checked_bucket, opened_at, resolved_at, resolution, notified_at, notified_state,
		buckets_bad, buckets_good, streak, reopened, worst_bucket, worst_p_value, worst_effect_size, value, reference_value, n_current,
		n_reference, opened_bucket, part_of, title, logged_state, assigned_to)
	ON datamon._own_alert TO PUBLIC;

GRANT SELECT ON datamon._member_monitor, datamon._member_state, datamon._member_alert, datamon._readable_monitor,
	datamon._readable_segment, datamon._readable_cell, datamon._readable_dimension, datamon._readable_dimension_value,
	datamon._readable_cuboid, datamon._readable_pruned_pair, datamon._readable_tile, datamon._readable_baseline, datamon._readable_monitored_column,
	datamon._readable_evaluation, datamon._readable_alert, datamon._readable_state, datamon.rules TO PUBLIC;
GRANT SELECT ON datamon.monitors, datamon.columns, datamon.dimensions, datamon.pruned, datamon.storage, datamon.cells, datamon.volume, datamon.quality, datamon.drift,
	datamon.performance, datamon.alerts, datamon.alert_parts TO PUBLIC;
GRANT UPDATE (next_due, failures, last_error, last_error_at) ON datamon._member_state TO PUBLIC;
GRANT UPDATE (notified_at, notified_state, state, buckets_good, streak, reopened, resolved_at, resolution, logged_state, assigned_to)
	ON datamon._member_alert TO PUBLIC;

GRANT SELECT, DELETE, INSERT (name, version, model) ON datamon._own_model TO PUBLIC;
GRANT SELECT ON datamon.models TO PUBLIC;
