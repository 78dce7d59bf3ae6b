-- States that judge a series value by value, each before the next is seen: anomalies, then drift of a mean

CREATE TYPE datamon.anomaly_state;

CREATE FUNCTION datamon._anomaly_state_in(cstring) RETURNS datamon.anomaly_state
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_in' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._anomaly_state_out(datamon.anomaly_state) RETURNS cstring
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_out' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._anomaly_state_recv(internal) RETURNS datamon.anomaly_state
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_recv' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._anomaly_state_send(datamon.anomaly_state) RETURNS bytea
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_send' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE datamon.anomaly_state (
	INPUT = datamon._anomaly_state_in,
	OUTPUT = datamon._anomaly_state_out,
	RECEIVE = datamon._anomaly_state_recv,
	SEND = datamon._anomaly_state_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = main
);
COMMENT ON TYPE datamon.anomaly_state IS
	'what a series has been so far, and how surprising its last value was';

CREATE FUNCTION datamon._anomaly_state_eq(datamon.anomaly_state, datamon.anomaly_state) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_eq' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._anomaly_state_ne(datamon.anomaly_state, datamon.anomaly_state) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_ne' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR datamon.= (
	FUNCTION = datamon._anomaly_state_eq,
	LEFTARG = datamon.anomaly_state, RIGHTARG = datamon.anomaly_state,
	COMMUTATOR = OPERATOR(datamon.=), NEGATOR = OPERATOR(datamon.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR datamon.= (datamon.anomaly_state, datamon.anomaly_state) IS 'both will judge alike whatever comes';
CREATE OPERATOR datamon.<> (
	FUNCTION = datamon._anomaly_state_ne,
	LEFTARG = datamon.anomaly_state, RIGHTARG = datamon.anomaly_state,
	COMMUTATOR = OPERATOR(datamon.<>), NEGATOR = OPERATOR(datamon.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR datamon.<> (datamon.anomaly_state, datamon.anomaly_state) IS 'they differ in something';

CREATE FUNCTION datamon.anomaly_update(state datamon.anomaly_state, at timestamptz, value double precision)
	RETURNS datamon.anomaly_state
	AS 'MODULE_PATHNAME', 'datamon_anomaly_update' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION datamon.anomaly_update(datamon.anomaly_state, timestamptz, double precision) IS
	'the state after one more value, which it has judged; NULL is the state before the first';

CREATE FUNCTION datamon.anomaly_score(datamon.anomaly_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_score' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.anomaly_score(datamon.anomaly_state) IS
	'how surprising the last value was: 0 or more; NULL if it was none';

CREATE FUNCTION datamon.is_anomaly(datamon.anomaly_state) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_alert' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_anomaly(datamon.anomaly_state) IS
	'does the last value open an alert, or raise the one of the last 48 values?';

CREATE FUNCTION datamon.anomaly_reason(datamon.anomaly_state) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_reason' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.anomaly_reason(datamon.anomaly_state) IS
	'what gave most of the last value''s score; NULL if nothing did';

CREATE FUNCTION datamon.count(datamon.anomaly_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.anomaly_state) IS 'values seen and used';

CREATE FUNCTION datamon.unused_count(datamon.anomaly_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_unused' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.anomaly_state) IS
	'values that are NULL, NaN, infinite or beyond 1e150, or have no finite time';

CREATE FUNCTION datamon.alert_count(datamon.anomaly_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_alerts' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.alert_count(datamon.anomaly_state) IS 'values that were anomalies';

CREATE FUNCTION datamon.anomaly_scores(at timestamptz[], value double precision[])
	RETURNS TABLE (place integer, score double precision, is_anomaly boolean, reason text)
	AS 'MODULE_PATHNAME', 'datamon_anomaly_scores' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION datamon.anomaly_scores(timestamptz[], double precision[]) IS
	'the score of every value of a series, each as it was before later ones were seen; place 1 is the first';

-- Over rows in their order: anomaly_score(at, value) OVER (ORDER BY at), anomaly_state(at, value ORDER BY at)

CREATE FUNCTION datamon._anomaly_state_trans(datamon.anomaly_state, timestamptz, double precision) RETURNS datamon.anomaly_state
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._anomaly_state_final(datamon.anomaly_state) RETURNS datamon.anomaly_state
	AS 'MODULE_PATHNAME', 'datamon_anomaly_state_final' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.anomaly_state(at timestamptz, value double precision) (
	SFUNC = datamon._anomaly_state_trans,
	STYPE = datamon.anomaly_state,
	SSPACE = 2048,
	FINALFUNC = datamon._anomaly_state_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.anomaly_state(timestamptz, double precision) IS
	'the state after all rows, in the order in which they come: give ORDER BY';

CREATE AGGREGATE datamon.anomaly_score(at timestamptz, value double precision) (
	SFUNC = datamon._anomaly_state_trans,
	STYPE = datamon.anomaly_state,
	SSPACE = 2048,
	FINALFUNC = datamon.anomaly_score,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.anomaly_score(timestamptz, double precision) IS
	'how surprising the row''s value is after those before it: OVER (ORDER BY at)';

CREATE AGGREGATE datamon.is_anomaly(at timestamptz, value double precision) (
	SFUNC = datamon._anomaly_state_trans,
	STYPE = datamon.anomaly_state,
	SSPACE = 2048,
	FINALFUNC = datamon.is_anomaly,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.is_anomaly(timestamptz, double precision) IS
	'does the row''s value open or raise an alert after those before it: OVER (ORDER BY at)';

-- Changes of the mean of a stream of errors (0 and 1, or boolean) or of numbers

CREATE TYPE datamon.drift_detector;

CREATE FUNCTION datamon._drift_detector_in(cstring) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_in' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._drift_detector_out(datamon.drift_detector) RETURNS cstring
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_out' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._drift_detector_recv(internal) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_recv' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._drift_detector_send(datamon.drift_detector) RETURNS bytea
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_send' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE datamon.drift_detector (
	INPUT = datamon._drift_detector_in,
	OUTPUT = datamon._drift_detector_out,
	RECEIVE = datamon._drift_detector_recv,
	SEND = datamon._drift_detector_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = main
);
COMMENT ON TYPE datamon.drift_detector IS
	'what a stream of errors or numbers has been since its last change of mean';

CREATE FUNCTION datamon._drift_detector_eq(datamon.drift_detector, datamon.drift_detector) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_eq' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._drift_detector_ne(datamon.drift_detector, datamon.drift_detector) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_ne' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR datamon.= (
	FUNCTION = datamon._drift_detector_eq,
	LEFTARG = datamon.drift_detector, RIGHTARG = datamon.drift_detector,
	COMMUTATOR = OPERATOR(datamon.=), NEGATOR = OPERATOR(datamon.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR datamon.= (datamon.drift_detector, datamon.drift_detector) IS 'both will judge alike whatever comes';
CREATE OPERATOR datamon.<> (
	FUNCTION = datamon._drift_detector_ne,
	LEFTARG = datamon.drift_detector, RIGHTARG = datamon.drift_detector,
	COMMUTATOR = OPERATOR(datamon.<>), NEGATOR = OPERATOR(datamon.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR datamon.<> (datamon.drift_detector, datamon.drift_detector) IS 'they differ in something';

CREATE FUNCTION datamon.drift_begin(run_length double precision) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_begin' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.drift_begin(double precision) IS
	'the state before the first row; run_length: rows up to a false alarm, at least, on average (1e6 of errors, 1e5 of numbers)';

CREATE FUNCTION datamon.drift_update(state datamon.drift_detector, value double precision) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_update_number' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION datamon.drift_update(datamon.drift_detector, double precision) IS
	'the state after one more number, or error (0 or 1); NULL is the state before the first';
CREATE FUNCTION datamon.drift_update(state datamon.drift_detector, error boolean) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_update_boolean' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION datamon.drift_update(datamon.drift_detector, boolean) IS
	'the state after one more row, an error or none; NULL is the state before the first';

CREATE FUNCTION datamon.is_drift(datamon.drift_detector) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_is_drift' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_drift(datamon.drift_detector) IS 'has the last row shown a change?';

CREATE FUNCTION datamon.last_drift(
	state datamon.drift_detector,
	OUT change_row bigint,
	OUT found_row bigint,
	OUT before double precision,
	OUT after double precision)
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_last_drift' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.last_drift(datamon.drift_detector) IS
	'the last change: the first row after it (about), the row that showed it, the means before and after; NULL if there was none';

CREATE FUNCTION datamon.count(datamon.drift_detector) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.drift_detector) IS 'rows seen and used';

CREATE FUNCTION datamon.unused_count(datamon.drift_detector) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_unused' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.drift_detector) IS 'rows that are NULL, NaN, infinite or beyond 1e140';

CREATE FUNCTION datamon.drift_count(datamon.drift_detector) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_drifts' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.drift_count(datamon.drift_detector) IS 'changes found';

CREATE FUNCTION datamon.drift_detected(errors double precision[], run_length double precision DEFAULT NULL)
	RETURNS TABLE (change_row bigint, found_row bigint, before double precision, after double precision)
	AS 'MODULE_PATHNAME', 'datamon_drift_detected' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 ROWS 3;
COMMENT ON FUNCTION datamon.drift_detected(double precision[], double precision) IS
	'the changes of mean in a stream of errors or numbers, in its order, each found without looking ahead; rows are those used, from 1';

CREATE FUNCTION datamon._drift_detector_trans(datamon.drift_detector, double precision) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_trans_number' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._drift_detector_trans(datamon.drift_detector, boolean) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_trans_boolean' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._drift_detector_final(datamon.drift_detector) RETURNS datamon.drift_detector
	AS 'MODULE_PATHNAME', 'datamon_drift_detector_final' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.drift_detector(value double precision) (
	SFUNC = datamon._drift_detector_trans,
	STYPE = datamon.drift_detector,
	SSPACE = 2560,
	FINALFUNC = datamon._drift_detector_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.drift_detector(double precision) IS
	'the state after all rows, in the order in which they come: give ORDER BY';
CREATE AGGREGATE datamon.is_drift(value double precision) (
	SFUNC = datamon._drift_detector_trans,
	STYPE = datamon.drift_detector,
	SSPACE = 2560,
	FINALFUNC = datamon.is_drift,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.is_drift(double precision) IS
	'does the row show a change of the mean of those before it: OVER (ORDER BY ...)';
CREATE AGGREGATE datamon.drift_detector(error boolean) (
	SFUNC = datamon._drift_detector_trans,
	STYPE = datamon.drift_detector,
	SSPACE = 2560,
	FINALFUNC = datamon._drift_detector_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.drift_detector(boolean) IS
	'the state after all rows, in the order in which they come: give ORDER BY';
CREATE AGGREGATE datamon.is_drift(error boolean) (
	SFUNC = datamon._drift_detector_trans,
	STYPE = datamon.drift_detector,
	SSPACE = 2560,
	FINALFUNC = datamon.is_drift,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.is_drift(boolean) IS
	'does the row show a change of the mean of those before it: OVER (ORDER BY ...)';

-- Looking back: when, and how

CREATE FUNCTION datamon.change_point(
	value double precision[],
	OUT kind text,
	OUT place integer,
	OUT place_low integer,
	OUT place_high integer,
	OUT confidence double precision,
	OUT before double precision,
	OUT after double precision,
	OUT before_stddev double precision,
	OUT after_stddev double precision,
	OUT used bigint,
	OUT unused bigint)
	AS 'MODULE_PATHNAME', 'datamon_change_point' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.change_point(double precision[]) IS
	'how a series changed (spike, shift, trend, variance; NULL: not at all), from which place on, with an interval of 95 %';
