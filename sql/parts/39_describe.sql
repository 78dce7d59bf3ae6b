-- describe(): every column of a table, view or query, in one scan

CREATE TYPE datamon.column_description AS (
	column_name text,
	data_type text,
	kind text,
	count bigint,
	null_count bigint,
	null_rate double precision,
	nan_count bigint,
	infinity_count bigint,
	zero_count bigint,
	distinct_count bigint,
	distinct_error double precision,
	distinctness double precision,
	uniqueness double precision,
	seems_unique boolean,
	top text,
	top_count bigint,
	mean text,
	stddev double precision,
	min text,
	p25 text,
	p50 text,
	p75 text,
	max text,
	is_exact boolean,
	empty_count bigint,
	min_length bigint,
	max_length bigint,
	mean_length double precision,
	looks_like text,
	entropy double precision,
	is_constant boolean,
	distribution text
);
COMMENT ON TYPE datamon.column_description IS 'what describe() tells of one column';

CREATE FUNCTION datamon._describe_states(source text,
		OUT column_name text, OUT data_type text, OUT base_type text, OUT kind text, OUT n_rows bigint,
		OUT histogram datamon.histogram, OUT value_counts datamon.value_counts, OUT mean double precision,
		OUT stddev double precision, OUT column_quality datamon.column_quality)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_describe_states'
	LANGUAGE c STABLE PARALLEL UNSAFE ROWS 20;

-- A number as text; seconds of a time as what they stand for, if the calendar goes that far.
CREATE FUNCTION datamon._describe_value(base_type text, value double precision) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	SET extra_float_digits = 1
	AS $$
SELECT CASE
	WHEN value IS NULL THEN NULL
	WHEN base_type IN ('date', 'timestamp without time zone', 'timestamp with time zone')
			AND value BETWEEN -210800000000 AND 9224318000000 THEN
		CASE base_type
			WHEN 'timestamp with time zone' THEN to_timestamp(value)::text
			WHEN 'date' THEN
				CASE WHEN value = floor(value / 86400) * 86400 THEN (to_timestamp(value) AT TIME ZONE 'UTC')::date::text
					ELSE (to_timestamp(value) AT TIME ZONE 'UTC')::text END
			ELSE (to_timestamp(value) AT TIME ZONE 'UTC')::text
		END
	WHEN base_type = 'time without time zone' THEN
		CASE WHEN value < 86400 THEN (timestamp 'epoch' + make_interval(secs => value))::time::text ELSE '24:00:00' END
	WHEN base_type = 'interval' AND abs(value) < 1e12 THEN justify_hours(make_interval(secs => value))::text
	ELSE value::text
END
$$;

CREATE FUNCTION datamon._describe_column(column_name text, data_type text, base_type text, kind text, n_rows bigint,
		h datamon.histogram, v datamon.value_counts, mean double precision, stddev double precision,
		c datamon.column_quality)
	RETURNS datamon.column_description
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	d datamon.column_description;
	q record;
	m record;
	quantiles double precision[];
BEGIN
	d.column_name := column_name;
	d.data_type := data_type;
	d.kind := kind;
	d.null_count := coalesce(datamon.null_count(h), datamon.null_count(v), 0);
	d.count := n_rows - d.null_count;
	d.null_rate := d.null_count / nullif(n_rows, 0)::double precision;
	IF c IS NOT NULL THEN
		SELECT * INTO q FROM datamon.quality(c);
		d.distinct_count := q.distinct_count;
		d.distinct_error := q.distinct_error;
		d.distinctness := q.distinctness;
		d.uniqueness := q.uniqueness;
		d.seems_unique := q.unique_value_ratio = 1 AND q.distinctness >= 1 - 3 * q.distinct_error;
		IF kind IN ('category', 'other') THEN
			d.empty_count := q.empty_count;
			d.min_length := q.min_length;
			d.max_length := q.max_length;
			d.mean_length := q.mean_length;
			d.looks_like := CASE kind WHEN 'category' THEN q.looks_like END;
			d.min := q.min_value;
			d.max := q.max_value;
		END IF;
	ELSIF v IS NOT NULL THEN
		SELECT * INTO q FROM datamon.quality(v);
		d.distinct_count := q.distinct_count;
		d.distinct_error := q.distinct_error;
		d.distinctness := q.distinctness;
		d.uniqueness := q.uniqueness;
		d.seems_unique := q.unique_value_ratio = 1;
	ELSE
		d.distinct_count := 0;
		d.distinct_error := 0;
	END IF;
	IF h IS NOT NULL THEN
		d.nan_count := datamon.nan_count(h);
		d.infinity_count := datamon.infinity_count(h);
		d.zero_count := CASE kind WHEN 'number' THEN datamon.zero_count(h) END;
		SELECT * INTO m FROM datamon.mode(h);
		d.top := datamon._describe_value(base_type, m.value);
		d.top_count := m.count;
		d.mean := datamon._describe_value(base_type, mean);
		d.stddev := stddev;
		quantiles := datamon.quantiles(h, ARRAY[0, 0.25, 0.5, 0.75, 1]);
		d.min := datamon._describe_value(base_type, quantiles[1]);
		d.p25 := datamon._describe_value(base_type, quantiles[2]);
		d.p50 := datamon._describe_value(base_type, quantiles[3]);
		d.p75 := datamon._describe_value(base_type, quantiles[4]);
		d.max := datamon._describe_value(base_type, quantiles[5]);
		d.is_exact := datamon.is_exact(h);
		d.entropy := datamon.entropy(h);
		d.distribution := datamon.sparkline(h);
	ELSIF v IS NOT NULL THEN
		SELECT * INTO m FROM datamon.mode(v);
		d.top := m.value;
		d.top_count := m.count;
		d.is_exact := datamon.is_exact(v);
		d.entropy := datamon.entropy(v);
		d.distribution := datamon.sparkline(v);
	END IF;
	d.is_constant := CASE WHEN d.count > 0 THEN d.distinct_count + (coalesce(d.nan_count, 0) > 0)::int = 1 END;
	RETURN d;
END
$$;

-- The query over a table, or over those of its columns that are named.
CREATE FUNCTION datamon._describe_query(relation regclass, columns text[]) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	source text;
	list text;
BEGIN
	SELECT format('%I.%I', n.nspname, c.relname) INTO source
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
	IF source IS NULL THEN
		RAISE EXCEPTION 'relation with OID % does not exist', coalesce(relation::oid::text, 'NULL')
			USING ERRCODE = '42P01', HINT = 'Give a table, a view or a query.';
	END IF;
	IF columns IS NULL THEN
		RETURN format('SELECT * FROM %s', source);
	END IF;
	IF cardinality(columns) = 0 OR array_position(columns, NULL) IS NOT NULL THEN
		RAISE EXCEPTION '"columns" must name columns' USING ERRCODE = '22023', HINT = 'NULL stands for all of them.';
	END IF;
	SELECT string_agg(format('t.%I', c), ', ' ORDER BY i) INTO list FROM unnest(columns) WITH ORDINALITY AS u(c, i);
	RETURN format('SELECT %s FROM %s t', list, source);
END
$$;

CREATE FUNCTION datamon.describe(relation regclass, columns text[] DEFAULT NULL)
	RETURNS SETOF datamon.column_description
	LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 20
	AS $$
SELECT d.* FROM datamon._describe_states(datamon._describe_query(relation, columns)) s,
	LATERAL datamon._describe_column(s.column_name, s.data_type, s.base_type, s.kind, s.n_rows, s.histogram,
		s.value_counts, s.mean, s.stddev, s.column_quality) d
$$;
COMMENT ON FUNCTION datamon.describe(regclass, text[]) IS
	'what is in a table or view: one row a column, all of it from one scan';
CREATE FUNCTION datamon.describe(query text)
	RETURNS SETOF datamon.column_description
	LANGUAGE sql STABLE PARALLEL UNSAFE ROWS 20
	AS $$
SELECT d.* FROM datamon._describe_states(query) s,
	LATERAL datamon._describe_column(s.column_name, s.data_type, s.base_type, s.kind, s.n_rows, s.histogram,
		s.value_counts, s.mean, s.stddev, s.column_quality) d
$$;
COMMENT ON FUNCTION datamon.describe(text) IS
	'what is in the result of a query, or of the table of this name: one row a column, all of it from one scan';
