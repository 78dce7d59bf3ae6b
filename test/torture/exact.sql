-- What the cells should be, in plain SQL that shares nothing with datamon's own: which cells differ, and how.
SET ROLE keeper;
CREATE FUNCTION torture.wrong_cells(source text, counted text DEFAULT 'true')
RETURNS TABLE (bucket timestamptz, segment jsonb, expected jsonb, stored jsonb)
LANGUAGE plpgsql STABLE SET search_path = torture, pg_catalog SET enable_nestloop = off AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$
	WITH rows AS (
		SELECT to_timestamp(floor(extract(epoch FROM s.at) / 5) * 5) AS bucket, s.region, s.model, s.x, s.kind, s.predicted,
			%1$s AS actual
		FROM %2$I s %3$s WHERE %4$s),
	expected AS (
		SELECT r.bucket, (CASE WHEN grouping(r.region) = 0 THEN jsonb_build_object('region', r.region) ELSE '{}' END
				|| CASE WHEN grouping(r.model) = 0 THEN jsonb_build_object('model', r.model) ELSE '{}' END) AS segment,
			jsonb_build_object('n', count(*), 'x', count(r.x), 'nan', count(*) FILTER (WHERE r.x = 'NaN'),
				'infinite', count(*) FILTER (WHERE abs(r.x) = 'infinity'),
				'mean', sum(f.x) / count(f.x), 'min', min(f.x), 'max', max(f.x), 'values', count(DISTINCT r.kind),
				'a', count(*) FILTER (WHERE r.kind = 'a'), 'é', count(*) FILTER (WHERE r.kind = 'é'), 'kind', count(r.kind),
				'tp', count(*) FILTER (WHERE r.actual AND r.predicted), 'fp', count(*) FILTER (WHERE NOT r.actual AND r.predicted),
				'fn', count(*) FILTER (WHERE r.actual AND NOT r.predicted),
				'tn', count(*) FILTER (WHERE NOT r.actual AND NOT r.predicted),
				'unused', count(*) FILTER (WHERE r.actual IS NULL OR r.predicted IS NULL)) AS cell
		FROM rows r
		CROSS JOIN LATERAL (SELECT CASE WHEN r.x <> 'NaN' AND abs(r.x) < 'infinity' THEN r.x END AS x) f
		GROUP BY GROUPING SETS ((r.bucket), (r.bucket, r.region), (r.bucket, r.model), (r.bucket, r.region, r.model))),
	quality AS (
		SELECT q.bucket, q.segment, max(q.n) AS n, jsonb_object_agg(q.column_name, CASE q.column_name
			WHEN 'x' THEN jsonb_build_object('x', q.n - q.null_count, 'nan', q.nan_count, 'infinite', q.infinity_count,
				'mean', q.mean, 'min', q.min, 'max', q.max)
			WHEN 'kind' THEN jsonb_build_object('kind', q.n - q.null_count, 'values', q.distinct_count,
				'a', coalesce(datamon.value_count(q.value_counts, 'a'), 0),
				'é', coalesce(datamon.value_count(q.value_counts, 'é'), 0)) END) AS columns
		FROM datamon.quality q WHERE q.source = %5$L::regclass
		GROUP BY q.bucket, q.segment),
	performance AS MATERIALIZED (
		SELECT p.bucket, p.segment, jsonb_build_object('tp', p.tp, 'fp', p.fp, 'fn', p.fn, 'tn', p.tn, 'unused', p.n_unused) AS counts
		FROM datamon.performance p WHERE p.source = %5$L::regclass),
	stored AS MATERIALIZED (
		SELECT c.bucket, c.segment, jsonb_build_object('n', c.n) || coalesce(q.columns -> 'x', '{}')
			|| coalesce(q.columns -> 'kind', '{}') || coalesce(p.counts, '{}') AS cell
		FROM datamon.volume c
		LEFT JOIN quality q ON q.bucket = c.bucket AND q.segment = c.segment
		LEFT JOIN performance p ON p.bucket = c.bucket AND p.segment = c.segment
		WHERE c.source = %5$L::regclass),
	-- Where all combinations of dimensions are kept, they are compared, too.
	kept AS (
		SELECT e.* FROM expected e
		WHERE NOT e.segment ?& '{region,model}' OR EXISTS (SELECT FROM stored s WHERE s.segment ?& '{region,model}'))
	SELECT coalesce(e.bucket, s.bucket), coalesce(e.segment, s.segment), e.cell, s.cell
	FROM kept e FULL JOIN stored s ON s.bucket = e.bucket AND s.segment = e.segment
	WHERE e.cell IS DISTINCT FROM s.cell
	ORDER BY 1, 2$q$,
	CASE source WHEN 'labelled' THEN 'l.actual' ELSE 's.actual' END, source,
	CASE source WHEN 'labelled' THEN 'LEFT JOIN label l ON l.id = s.id' ELSE '' END, counted, source);
END
$$;
