/*
 * The tables of the control path.  Nobody is granted anything on them: roles
 * read and write through the views of 45_access.sql.  docs/tables.md says what
 * every column means.
 */

CREATE TABLE datamon.monitor (
	monitor_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	source regclass NOT NULL,
	owner regrole NOT NULL DEFAULT pg_catalog.to_regrole(pg_catalog.quote_ident(current_user)),
	time_column name NOT NULL,
	bucket interval NOT NULL,
	bucket_origin timestamptz NOT NULL DEFAULT '2000-01-03 00:00:00+00',
	lateness interval NOT NULL,
	labels regclass,
	label_keys name[],
	source_keys name[],
	label_time_column name,
	label_lateness interval,
	threshold float8,
	baseline tstzrange,
	trailing_buckets int NOT NULL DEFAULT 28,
	notify_text boolean NOT NULL DEFAULT false,
	significant_bits int NOT NULL DEFAULT 53 CHECK (significant_bits BETWEEN 8 AND 53),
	keep_buckets interval,
	keep_hours interval,
	keep_days interval,
	max_values int NOT NULL DEFAULT 10000 CHECK (max_values BETWEEN 1 AND 10000000),
	max_cells bigint NOT NULL DEFAULT 300000 CHECK (max_cells >= 1),
	false_alarms text NOT NULL DEFAULT '1 per week' CHECK (false_alarms ~ '^[0-9]{1,6}([.][0-9]{1,6})? per (day|week|month)$' AND false_alarms !~ '^0*[.]?0* '),
	enabled boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (source, owner),
	CHECK (bucket >= '1 second' AND date_part('month', bucket) = 0 AND date_part('year', bucket) = 0
		   AND date_part('epoch', bucket) = floor(date_part('epoch', bucket))),
	CHECK (lateness >= '0' AND label_lateness >= '0'),
	CHECK (isfinite(bucket_origin)),
	CHECK (trailing_buckets BETWEEN 2 AND 1000),
	CHECK ((labels IS NULL) = (label_keys IS NULL) AND (labels IS NULL) = (source_keys IS NULL)),
	CHECK (cardinality(label_keys) = cardinality(source_keys) AND cardinality(label_keys) > 0)
);
COMMENT ON TABLE datamon.monitor IS 'standing definition over one source';

CREATE TABLE datamon.monitored_column (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	column_name name NOT NULL,
	from_labels boolean NOT NULL DEFAULT false,
	column_no int CHECK (column_no > 0),
	role text NOT NULL CHECK (role IN ('time', 'id', 'prediction', 'score', 'label', 'feature', 'dimension', 'model_version',
		'annotator', 'item', 'metric', 'weight', 'calendar', 'ignored')),
	kind text CHECK (kind IN ('number', 'category')),
	two_valued boolean NOT NULL DEFAULT false,
	reason text NOT NULL,
	PRIMARY KEY (monitor_id, from_labels, column_name),
	UNIQUE (monitor_id, column_no),
	CHECK ((column_no IS NULL) = (kind IS NULL))
);
COMMENT ON TABLE datamon.monitored_column IS 'role of every column of a source, and its place in the profile';

CREATE TABLE datamon.monitor_state (
	monitor_id int PRIMARY KEY REFERENCES datamon.monitor ON DELETE CASCADE,
	cluster_id bigint,
	source_snapshot pg_snapshot,
	node_snapshots bigint[],
	watermark timestamptz,
	horizon timestamptz,
	first_bucket timestamptz,
	evaluated_until timestamptz,
	performance_until timestamptz,
	baseline_until timestamptz,
	source_blocks bigint,
	too_late bigint NOT NULL DEFAULT 0,
	ticks int NOT NULL DEFAULT 0,
	cells_from timestamptz NOT NULL DEFAULT '-infinity',
	buckets_from timestamptz NOT NULL DEFAULT '-infinity',
	hours_from timestamptz NOT NULL DEFAULT '-infinity',
	hours_until timestamptz NOT NULL DEFAULT '-infinity',
	days_until timestamptz NOT NULL DEFAULT '-infinity',
	last_tick_at timestamptz,
	last_duration interval,
	next_due timestamptz,
	failures int NOT NULL DEFAULT 0,
	last_error text,
	last_error_at timestamptz
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.monitor_state IS 'how far a monitor has come';

CREATE TABLE datamon.segment (
	segment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	key jsonb NOT NULL CHECK (jsonb_typeof(key) = 'object'),
	UNIQUE (monitor_id, key),
	UNIQUE (monitor_id, segment_id)
);
COMMENT ON TABLE datamon.segment IS 'combinations of dimension values; {} is the whole source';

CREATE TABLE datamon.cell (
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	bucket timestamptz NOT NULL,
	n bigint NOT NULL,
	profile datamon.profile NOT NULL,
	performance datamon.f_beta_state,
	revised_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	PRIMARY KEY (monitor_id, segment_id, bucket),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
) WITH (fillfactor = 90);
CREATE INDEX cell_monitor_id_bucket_idx ON datamon.cell (monitor_id, bucket);
COMMENT ON TABLE datamon.cell IS 'profile of one bucket of one segment';

/* Of cells that are kept no more: their rows, by segment, which volume is compared with. */
CREATE TABLE datamon.past_volume (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	bucket timestamptz NOT NULL,
	cells datamon.tile NOT NULL,
	PRIMARY KEY (monitor_id, bucket)
);
COMMENT ON TABLE datamon.past_volume IS 'rows of each segment in buckets whose cells are kept no more';

/*
 * All segments: the cells of combinations of dimension values.  A cuboid is a
 * set of dimensions whose combinations are kept; its cells lie in tiles, one
 * for each bucket and each value (or group of values) of its most selective
 * dimension, and one for the cells that do not fix that dimension.
 */
CREATE TABLE datamon.dimension (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	dimension_no int NOT NULL CHECK (dimension_no BETWEEN 1 AND 12),
	column_name name NOT NULL,
	known_values bigint NOT NULL DEFAULT 0 CHECK (known_values >= 0),
	max_values int NOT NULL DEFAULT 10000 CHECK (max_values BETWEEN 1 AND 10000000),
	rank int,
	estimated_values float8,
	rows_per_value float8,
	type regtype,
	judged_values int NOT NULL DEFAULT 200 CHECK (judged_values >= 0),
	PRIMARY KEY (monitor_id, dimension_no),
	UNIQUE (monitor_id, column_name)
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.dimension IS 'dimensions of a source, numbered';

CREATE TABLE datamon.dimension_value (
	monitor_id int NOT NULL,
	dimension_no int NOT NULL,
	value_id bigint NOT NULL CHECK (value_id BETWEEN 1 AND 4294967293),
	bytes bytea NOT NULL,
	value jsonb NOT NULL,
	first_seen_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	PRIMARY KEY (monitor_id, dimension_no, value_id),
	FOREIGN KEY (monitor_id, dimension_no) REFERENCES datamon.dimension (monitor_id, dimension_no) ON DELETE CASCADE
);
CREATE INDEX dimension_value_value_idx ON datamon.dimension_value (monitor_id, dimension_no, (pg_catalog.md5(value::text)));
COMMENT ON TABLE datamon.dimension_value IS 'values of a dimension as small numbers, in order of first sight';

CREATE TABLE datamon.cuboid (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	cuboid_no int NOT NULL CHECK (cuboid_no > 0),
	dimensions int[] NOT NULL,
	part_dimension int,
	part_bits int NOT NULL DEFAULT 0 CHECK (part_bits BETWEEN 0 AND 31),
	expected_cells float8,
	reason text NOT NULL,
	PRIMARY KEY (monitor_id, cuboid_no),
	CHECK (CASE WHEN cardinality(dimensions) = 0 THEN part_dimension IS NULL ELSE part_dimension = ANY (dimensions) END)
);
COMMENT ON TABLE datamon.cuboid IS 'sets of dimensions whose combinations are kept';

CREATE TABLE datamon.pruned_pair (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	dimensions int[] NOT NULL CHECK (cardinality(dimensions) > 1),
	expected_cells float8,
	reason text NOT NULL,
	PRIMARY KEY (monitor_id, dimensions)
);
COMMENT ON TABLE datamon.pruned_pair IS 'combinations of dimensions that are not kept, and why';

CREATE TABLE datamon.stored_tile (
	monitor_id int NOT NULL,
	cuboid_no int NOT NULL,
	tier smallint NOT NULL CHECK (tier BETWEEN 0 AND 2),
	part bigint NOT NULL CHECK (part >= -1),
	bucket timestamptz NOT NULL,
	piece int NOT NULL CHECK (piece >= 0),
	n bigint NOT NULL,
	cells datamon.tile NOT NULL,
	PRIMARY KEY (monitor_id, cuboid_no, tier, part, bucket, piece),
	FOREIGN KEY (monitor_id, cuboid_no) REFERENCES datamon.cuboid (monitor_id, cuboid_no) ON DELETE CASCADE
);
-- Packed already: compression is tried in vain.
ALTER TABLE datamon.stored_tile ALTER COLUMN cells SET STORAGE EXTERNAL;
CREATE INDEX stored_tile_monitor_id_tier_bucket_idx ON datamon.stored_tile (monitor_id, tier, bucket);
COMMENT ON TABLE datamon.stored_tile IS 'cells of every segment of a bucket, hour or day';

/* How far a heap has been followed (docs/changes.md): its state, and the page map in chunks. */
CREATE TABLE datamon.heap_state (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	relation oid NOT NULL,
	state bytea NOT NULL,
	PRIMARY KEY (monitor_id, relation)
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.heap_state IS 'how far a heap has been followed';

CREATE TABLE datamon.page_map (
	monitor_id int NOT NULL,
	relation oid NOT NULL,
	chunk int NOT NULL CHECK (chunk >= 0),
	map bytea NOT NULL,
	PRIMARY KEY (monitor_id, relation, chunk),
	FOREIGN KEY (monitor_id, relation) REFERENCES datamon.heap_state (monitor_id, relation) ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.page_map IS 'rows and buckets of each page of a heap, 512 pages a chunk';

/* Of labels in a second table (docs/labels.md): which rows of each page were joined to rows of which buckets. */
CREATE TABLE datamon.label_place (
	monitor_id int NOT NULL,
	relation oid NOT NULL,
	block bigint NOT NULL CHECK (block >= 0),
	places bytea NOT NULL,
	newest timestamptz NOT NULL,
	PRIMARY KEY (monitor_id, relation, block),
	FOREIGN KEY (monitor_id, relation) REFERENCES datamon.heap_state (monitor_id, relation) ON DELETE CASCADE
);
CREATE INDEX label_place_monitor_id_newest_idx ON datamon.label_place (monitor_id, newest);
COMMENT ON TABLE datamon.label_place IS 'buckets of the rows that the labels of each page were joined to';

/* History that a source had when it was first ticked, and how much of it has been read (docs/backfill.md). */
CREATE TABLE datamon.backfill_stretch (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	stretch int NOT NULL CHECK (stretch > 0),
	from_start timestamptz NOT NULL CHECK (isfinite(from_start)),
	to_start timestamptz NOT NULL CHECK (isfinite(to_start)),
	read_from timestamptz NOT NULL,
	n bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (monitor_id, stretch),
	CHECK (from_start < to_start AND read_from BETWEEN from_start AND to_start)
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.backfill_stretch IS 'history that is read in chunks, newest first';

CREATE TABLE datamon.baseline (
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	n bigint NOT NULL,
	buckets int NOT NULL,
	profile datamon.profile NOT NULL,
	performance datamon.f_beta_state,
	PRIMARY KEY (monitor_id, segment_id),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
);
COMMENT ON TABLE datamon.baseline IS 'training baseline: merge of the cells inside monitor.baseline';

/* What the baseline's own buckets differ from their merge: the unrest that is normal here. */
CREATE TABLE datamon.baseline_noise (
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	rule text NOT NULL,
	column_no int NOT NULL DEFAULT 0,
	after_labels boolean NOT NULL,
	buckets int NOT NULL,
	overdispersion float8 NOT NULL,
	noise float8 NOT NULL,
	worst float8 NOT NULL,
	variance float8 NOT NULL,
	freedom float8 NOT NULL,
	lasting float8[] NOT NULL,
	lasting_freedom float8[] NOT NULL,
	PRIMARY KEY (monitor_id, segment_id, rule, column_no),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
);
COMMENT ON TABLE datamon.baseline_noise IS 'unrest of the baseline''s own buckets, per segment, rule and column';

CREATE TABLE datamon.rule (
	rule text PRIMARY KEY,
	measure text NOT NULL,
	minimum float8 NOT NULL CHECK (minimum >= 0),
	recovery float8 NOT NULL CHECK (recovery > 0 AND recovery <= 1),
	description text NOT NULL,
	opens_after int CHECK (opens_after >= 1)
);
COMMENT ON TABLE datamon.rule IS 'the automatic rules: what they measure and the smallest effect that counts';

CREATE TABLE datamon.evaluation (
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	bucket timestamptz NOT NULL,
	rule text NOT NULL CHECK (length(rule) <= 63),
	column_no int NOT NULL DEFAULT 0,
	statistic float8,
	p_value float8,
	effect_size float8,
	threshold float8,
	value float8,
	reference_value float8,
	n_reference bigint,
	n_current bigint,
	verdict text NOT NULL CHECK (verdict IN ('bad', 'good', 'between', 'inhibited')),
	evaluated_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	test text CHECK (length(test) <= 63),
	standard_error float8,
	PRIMARY KEY (monitor_id, segment_id, rule, column_no, bucket),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
);
CREATE INDEX evaluation_monitor_id_bucket_idx ON datamon.evaluation (monitor_id, bucket);
COMMENT ON TABLE datamon.evaluation IS 'what was out of bounds, or belongs to an alert that is not over';

CREATE TABLE datamon.alert (
	alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	rule text NOT NULL CHECK (length(rule) <= 63),
	column_no int NOT NULL DEFAULT 0,
	column_name name,
	topic text NOT NULL,
	state text NOT NULL CHECK (state IN ('pending', 'open', 'acknowledged', 'resolved')),
	severity text NOT NULL CHECK (severity IN ('warning', 'critical')),
	first_bucket timestamptz NOT NULL,
	last_bucket timestamptz NOT NULL,
	checked_bucket timestamptz NOT NULL,
	opened_at timestamptz,
	resolved_at timestamptz,
	resolution text,
	notified_at timestamptz,
	notified_state text,
	buckets_bad int NOT NULL DEFAULT 1,
	buckets_good int NOT NULL DEFAULT 0,
	streak int NOT NULL DEFAULT 1,
	reopened int NOT NULL DEFAULT 0,
	worst_bucket timestamptz,
	worst_p_value float8,
	worst_effect_size float8,
	value float8,
	reference_value float8,
	n_current bigint,
	n_reference bigint,
	opened_bucket timestamptz,
	part_of bigint REFERENCES datamon.alert ON DELETE SET NULL CHECK (part_of <> alert_id),
	title text NOT NULL CHECK (length(title) <= 1000),
	is_automatic boolean NOT NULL DEFAULT true,
	logged_state text,
	assigned_to regrole,
	UNIQUE (monitor_id, alert_id),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX alert_one_at_a_time_idx ON datamon.alert (monitor_id, segment_id, rule, column_no)
	WHERE state <> 'resolved';
CREATE INDEX alert_to_notify_idx ON datamon.alert (alert_id)
	WHERE state <> 'pending' AND part_of IS NULL AND notified_state IS DISTINCT FROM state;
CREATE INDEX alert_part_of_idx ON datamon.alert (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX alert_to_log_idx ON datamon.alert (monitor_id) WHERE opened_at IS NOT NULL AND logged_state IS DISTINCT FROM state;
COMMENT ON TABLE datamon.alert IS 'findings: pending, open, acknowledged, resolved; history is kept';

-- State, cells and alerts are rebuilt from the source; definitions travel with a dump.
SELECT pg_catalog.pg_extension_config_dump('datamon.monitor', '');
SELECT pg_catalog.pg_extension_config_dump('datamon.monitor_monitor_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('datamon.monitored_column', '');
