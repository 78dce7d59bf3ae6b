-- Bands of very many series: their states are arrays, a thousand series a row (docs/series.md)

CREATE FUNCTION datamon.band_update(INOUT mean real[], INOUT deviation real[], INOUT seen smallint[], value real[],
		sigmas double precision DEFAULT 8, memory integer DEFAULT 200, low double precision DEFAULT NULL,
		high double precision DEFAULT NULL, OUT places integer[])
	AS 'MODULE_PATHNAME', 'datamon_band_update' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.band_update(real[], real[], smallint[], real[], double precision, integer, double precision, double precision) IS
	'one value of each of many series: their states after it, and the places of those out of their bands or bounds';
