/*
 * Which segments explain a change: the smallest set of cells of the cube, and how
 * much of the change each accounts for (docs/root_cause.md).
 */

-- @type segment_changes extended 4096
COMMENT ON TYPE datamon.segment_changes IS
	'segments with what was and what was expected of each, from which root_cause() finds the causes of a change; mergeable';

CREATE FUNCTION datamon.count(changes datamon.segment_changes) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_segment_changes_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.segment_changes) IS 'rows that have a segment and all numbers';

CREATE FUNCTION datamon.unused_count(changes datamon.segment_changes) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_segment_changes_unused' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.segment_changes) IS 'rows that lack the segment, or a finite number';

CREATE FUNCTION datamon._segment_changes_trans(datamon.segment_changes, jsonb, float8, float8)
	RETURNS datamon.segment_changes
	AS 'MODULE_PATHNAME', 'datamon_segment_changes_trans_counts' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon._segment_changes_trans(datamon.segment_changes, jsonb, float8, float8) IS 'internal';
CREATE FUNCTION datamon._segment_changes_trans(datamon.segment_changes, jsonb, float8, float8[])
	RETURNS datamon.segment_changes
	AS 'MODULE_PATHNAME', 'datamon_segment_changes_trans_history' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon._segment_changes_trans(datamon.segment_changes, jsonb, float8, float8[]) IS 'internal';
CREATE FUNCTION datamon._segment_changes_trans(datamon.segment_changes, jsonb, float8, float8, float8, float8)
	RETURNS datamon.segment_changes
	AS 'MODULE_PATHNAME', 'datamon_segment_changes_trans_rates' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon._segment_changes_trans(datamon.segment_changes, jsonb, float8, float8, float8, float8) IS 'internal';

CREATE AGGREGATE datamon.segment_changes(segment jsonb, actual float8, expected float8) (
	SFUNC = datamon._segment_changes_trans,
	STYPE = datamon.segment_changes,
	SSPACE = 65536,
	FINALFUNC = datamon._segment_changes_final,
	COMBINEFUNC = datamon._segment_changes_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.segment_changes(jsonb, float8, float8) IS
	'counts or sums of segments, and what was expected of each; rows that lack one are counted apart';
CREATE AGGREGATE datamon.segment_changes(segment jsonb, actual float8, history float8[]) (
	SFUNC = datamon._segment_changes_trans,
	STYPE = datamon.segment_changes,
	SSPACE = 65536,
	FINALFUNC = datamon._segment_changes_final,
	COMBINEFUNC = datamon._segment_changes_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.segment_changes(jsonb, float8, float8[]) IS
	'counts or sums of segments, and earlier ones of the same, as many for each; rows that lack one are counted apart';
CREATE AGGREGATE datamon.segment_changes(segment jsonb, events float8, trials float8, reference_events float8, reference_trials float8) (
	SFUNC = datamon._segment_changes_trans,
	STYPE = datamon.segment_changes,
	SSPACE = 65536,
	FINALFUNC = datamon._segment_changes_final,
	COMBINEFUNC = datamon._segment_changes_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.segment_changes(jsonb, float8, float8, float8, float8) IS
	'rates of segments, now and before: events of trials; rows that lack one are counted apart';

CREATE TYPE datamon.cause AS (
	segment jsonb,
	share float8,
	contribution float8,
	actual float8,
	expected float8,
	leaves bigint,
	gain float8
);
COMMENT ON TYPE datamon.cause IS
	'a segment that explains a share of a change, what it had and what was expected, without what causes before it have';

CREATE TYPE datamon.explained_change AS (
	actual float8,
	expected float8,
	change float8,
	residual_share float8,
	dispersion float8,
	leaves bigint,
	unused bigint,
	causes datamon.cause[]
);
COMMENT ON TYPE datamon.explained_change IS
	'a change, the segments that explain it, and the share that they do not';

CREATE FUNCTION datamon._root_cause_final(datamon.segment_changes) RETURNS datamon.explained_change
	AS 'MODULE_PATHNAME', 'datamon_root_cause_final' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon._root_cause_final(datamon.segment_changes) IS 'internal';

CREATE FUNCTION datamon.root_cause(changes datamon.segment_changes, most_causes int DEFAULT 16, most_dimensions int DEFAULT 12,
	least_share float8 DEFAULT NULL)
	RETURNS datamon.explained_change
	AS 'MODULE_PATHNAME', 'datamon_root_cause' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.root_cause(datamon.segment_changes, int, int, float8) IS
	'the smallest set of segments that explains a change, and how much each contributes';

CREATE AGGREGATE datamon.root_cause(segment jsonb, actual float8, expected float8) (
	SFUNC = datamon._segment_changes_trans,
	STYPE = datamon.segment_changes,
	SSPACE = 65536,
	FINALFUNC = datamon._root_cause_final,
	COMBINEFUNC = datamon._segment_changes_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.root_cause(jsonb, float8, float8) IS
	'the segments that explain why counts or sums are not what was expected of each';
CREATE AGGREGATE datamon.root_cause(segment jsonb, actual float8, history float8[]) (
	SFUNC = datamon._segment_changes_trans,
	STYPE = datamon.segment_changes,
	SSPACE = 65536,
	FINALFUNC = datamon._root_cause_final,
	COMBINEFUNC = datamon._segment_changes_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.root_cause(jsonb, float8, float8[]) IS
	'the segments that explain why counts or sums are not what earlier ones let expect';
CREATE AGGREGATE datamon.root_cause_rate(segment jsonb, events float8, trials float8, reference_events float8, reference_trials float8) (
	SFUNC = datamon._segment_changes_trans,
	STYPE = datamon.segment_changes,
	SSPACE = 65536,
	FINALFUNC = datamon._root_cause_final,
	COMBINEFUNC = datamon._segment_changes_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.root_cause_rate(jsonb, float8, float8, float8, float8) IS
	'the segments that explain why a rate has changed';

-- What each segment, and each of several things, contributes

CREATE FUNCTION datamon.mix_rate_contributions(segments text[], numerator float8[], denominator float8[],
	reference_numerator float8[], reference_denominator float8[])
	RETURNS TABLE (segment text, mix float8, rate float8, contribution float8, share float8)
	AS 'MODULE_PATHNAME', 'datamon_mix_rate_contributions' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mix_rate_contributions(text[], float8[], float8[], float8[], float8[]) IS
	'the change of a ratio of sums, split into what the ratio of each segment and what its weight changed; adds up exactly';

CREATE FUNCTION datamon.shapley_values(value float8[]) RETURNS float8[]
	AS 'MODULE_PATHNAME', 'datamon_shapley_values' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.shapley_values(float8[]) IS
	'Shapley''s values of d players, given the values of all 2^d subsets of them';
