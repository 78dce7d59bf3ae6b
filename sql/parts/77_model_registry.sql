/*
 * Models by name and version, as tables and views of the control path are:
 * nothing is granted on the table (40_catalog.sql), a role writes its own
 * models through one view and reads those of roles whose rights it has through
 * another (45_access.sql).
 */

CREATE TABLE datamon.registered_model (
	model_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner regrole NOT NULL DEFAULT pg_catalog.to_regrole(pg_catalog.quote_ident(current_user)),
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	version text NOT NULL CHECK (length(version) BETWEEN 1 AND 200),
	model datamon.model NOT NULL,
	imported_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (owner, name, version)
);
COMMENT ON TABLE datamon.registered_model IS 'models that can be explained, by name and version';

-- A model cannot be made again from the source: it travels with a dump.
SELECT pg_catalog.pg_extension_config_dump('datamon.registered_model', '');
SELECT pg_catalog.pg_extension_config_dump('datamon.registered_model_model_id_seq', '');

CREATE VIEW datamon._own_model WITH (security_barrier) AS
	SELECT model_id, owner, name, version, model, imported_at
	FROM datamon.registered_model
	WHERE owner = pg_catalog.to_regrole(pg_catalog.quote_ident(current_user))
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_model IS 'internal';

CREATE FUNCTION datamon._model_kind(datamon.model) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_model_kind' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_producer(datamon.model) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_model_producer' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_objective(datamon.model) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_model_objective' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_link(datamon.model) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_model_link' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_outputs(datamon.model) RETURNS int
	AS 'MODULE_PATHNAME', 'datamon_model_outputs' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_trees(datamon.model) RETURNS int
	AS 'MODULE_PATHNAME', 'datamon_model_trees' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE VIEW datamon.models WITH (security_barrier) AS
	SELECT m.model_id, m.name, m.version, m.owner, datamon._model_kind(m.model) AS kind, datamon._model_producer(m.model) AS producer,
		datamon._model_objective(m.model) AS objective, datamon._model_link(m.model) AS link, datamon._model_outputs(m.model) AS outputs,
		datamon._model_trees(m.model) AS trees, datamon.feature_names(m.model) AS features, m.imported_at, m.model
	FROM datamon.registered_model m
	WHERE pg_catalog.pg_has_role(m.owner, 'USAGE');
COMMENT ON VIEW datamon.models IS 'models that were imported, by roles whose rights the reader has';

/* Raises 42704 where there is none, 42725 where several owners have one and none is the reader's own. */
CREATE FUNCTION datamon.get_model(name text, version text DEFAULT NULL) RETURNS datamon.model
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	chosen record;
	owners bigint;
BEGIN
	SELECT x.model, x.owner INTO chosen
	FROM datamon.models x
	WHERE x.name = get_model.name AND (x.version = get_model.version OR get_model.version IS NULL)
	ORDER BY x.owner = to_regrole(quote_ident(current_user)) DESC, x.imported_at DESC, x.model_id DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no model "%"%', get_model.name, CASE WHEN get_model.version IS NULL THEN '' ELSE format(' of version "%s"', get_model.version) END
			USING ERRCODE = 'undefined_object', HINT = 'datamon.models lists those you may read; import_model() makes one.';
	END IF;
	IF chosen.owner <> to_regrole(quote_ident(current_user)) THEN
		SELECT count(DISTINCT x.owner) INTO owners FROM datamon.models x
		WHERE x.name = get_model.name AND (x.version = get_model.version OR get_model.version IS NULL);
		IF owners > 1 THEN
			RAISE EXCEPTION 'several roles have a model "%"', get_model.name USING ERRCODE = 'ambiguous_function',
				HINT = 'SELECT model FROM datamon.models WHERE name = ... AND owner = ...';
		END IF;
	END IF;
	RETURN chosen.model;
END
$$;
COMMENT ON FUNCTION datamon.get_model(text, text) IS
	'a model that was imported; without a version the one imported last';

CREATE FUNCTION datamon.import_model(name text, version text, content text, rounds int DEFAULT NULL)
	RETURNS TABLE (kind text, producer text, objective text, outputs int, trees int, features text[])
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parsed datamon.model := datamon.parse_model(content, rounds);
BEGIN
	IF coalesce(length(name), 0) NOT BETWEEN 1 AND 200 OR coalesce(length(version), 0) NOT BETWEEN 1 AND 200 OR parsed IS NULL THEN
		RAISE EXCEPTION 'a model needs a name, a version and its JSON' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Name and version have 1 to 200 characters.';
	END IF;
	IF EXISTS (SELECT FROM datamon._own_model o WHERE o.name = import_model.name AND o.version = import_model.version) THEN
		RAISE EXCEPTION 'you have a model "%" of version "%"', name, version USING ERRCODE = 'duplicate_object',
			HINT = format('Give it another version, or SELECT datamon.drop_model(%L, %L); first.', name, version);
	END IF;
	INSERT INTO datamon._own_model (name, version, model) VALUES (import_model.name, import_model.version, parsed);
	RETURN QUERY SELECT datamon._model_kind(parsed), datamon._model_producer(parsed), datamon._model_objective(parsed),
		datamon._model_outputs(parsed), datamon._model_trees(parsed), datamon.feature_names(parsed);
END
$$;
COMMENT ON FUNCTION datamon.import_model(text, text, text, int) IS
	'keep a model under a name and a version; says what it is';

CREATE FUNCTION datamon.import_model(name text, version text, content jsonb, rounds int DEFAULT NULL)
	RETURNS TABLE (kind text, producer text, objective text, outputs int, trees int, features text[])
LANGUAGE sql VOLATILE PARALLEL UNSAFE
AS $$SELECT i.kind, i.producer, i.objective, i.outputs, i.trees, i.features FROM datamon.import_model($1, $2, $3::text, $4) i$$;
COMMENT ON FUNCTION datamon.import_model(text, text, jsonb, int) IS
	'the same of JSON that is a value already';

CREATE FUNCTION datamon.drop_model(name text, version text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM datamon._own_model o WHERE o.name = drop_model.name AND o.version = drop_model.version;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'you have no model "%" of version "%"', name, version USING ERRCODE = 'undefined_object',
			HINT = coalesce((SELECT format('One belongs to %s: SET ROLE %1$s;', m.owner) FROM datamon.models m
				WHERE m.name = drop_model.name AND m.version = drop_model.version LIMIT 1), 'datamon.models lists the models.');
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.drop_model(text, text) IS 'forget a model of one''s own';

CREATE FUNCTION datamon.shap_values(name text, version text, "row" jsonb) RETURNS double precision[]
LANGUAGE sql STABLE PARALLEL SAFE COST 20000
AS $$SELECT datamon.shap_values(datamon.get_model($1, $2), $3)$$;
COMMENT ON FUNCTION datamon.shap_values(text, text, jsonb) IS
	'what each feature adds to the raw score of one row, by a model that was imported';

CREATE FUNCTION datamon.explain_prediction(name text, version text, "row" jsonb)
	RETURNS TABLE (output int, feature text, value double precision, category text, contribution double precision)
LANGUAGE sql STABLE PARALLEL SAFE COST 20000
AS $$SELECT e.output, e.feature, e.value, e.category, e.contribution FROM datamon.explain_prediction(datamon.get_model($1, $2), $3) e$$;
COMMENT ON FUNCTION datamon.explain_prediction(text, text, jsonb) IS
	'what each feature adds to the raw score of one row, by a model that was imported, the greatest first';
