-- States that judge a series value by value, each before the next is seen: anomalies

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
