-- tile: the cells of many segments in one value

-- @type tile external 65536
COMMENT ON TYPE datamon.tile IS 'cells of many segments, each with its rows, profile and performance; mergeable';

CREATE FUNCTION datamon._tile_trans(datamon.tile, bigint[], datamon.profile, datamon.f_beta_state) RETURNS datamon.tile
	AS 'MODULE_PATHNAME', 'datamon_tile_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._tile_trans(datamon.tile, bigint[], bigint) RETURNS datamon.tile
	AS 'MODULE_PATHNAME', 'datamon_tile_trans_rows' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.tile(key bigint[], profile datamon.profile, performance datamon.f_beta_state) (
	SFUNC = datamon._tile_trans, STYPE = datamon.tile, SSPACE = 65536,
	FINALFUNC = datamon._tile_final, COMBINEFUNC = datamon._tile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.tile(bigint[], datamon.profile, datamon.f_beta_state) IS
	'tile of one cell a row; cells of one key are merged; profile or performance may be NULL in all rows';
CREATE AGGREGATE datamon.tile(key bigint[], n bigint) (
	SFUNC = datamon._tile_trans, STYPE = datamon.tile, SSPACE = 65536,
	FINALFUNC = datamon._tile_final, COMBINEFUNC = datamon._tile_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.tile(bigint[], bigint) IS
	'tile of one cell a row, which says nothing but how many rows it has';

-- what a tile tells

CREATE FUNCTION datamon.cells(tile datamon.tile,
		OUT key bigint[], OUT n bigint, OUT profile datamon.profile, OUT performance datamon.f_beta_state)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_tile_cells' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION datamon.cells(datamon.tile) IS
	'one row a cell; in a key 0 is NULL and -1 a dimension that is not fixed';
CREATE FUNCTION datamon.cell(tile datamon.tile, key bigint[],
		OUT n bigint, OUT profile datamon.profile, OUT performance datamon.f_beta_state)
	AS 'MODULE_PATHNAME', 'datamon_tile_cell' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cell(datamon.tile, bigint[]) IS
	'the cells of a key merged, -1 in it standing for anything; NULL if there are none';
CREATE FUNCTION datamon.roll_up(tile datamon.tile, keep integer[]) RETURNS datamon.tile
	AS 'MODULE_PATHNAME', 'datamon_tile_roll_up' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roll_up(datamon.tile, integer[]) IS
	'the tile of fewer dimensions: those not kept, counted from 1, are not fixed any more';
CREATE FUNCTION datamon.count(tile datamon.tile) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_tile_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.tile) IS 'number of rows of all cells';
CREATE FUNCTION datamon.cell_count(tile datamon.tile) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_tile_cell_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cell_count(datamon.tile) IS 'number of cells';
CREATE FUNCTION datamon.dimension_count(tile datamon.tile) RETURNS integer
	AS 'MODULE_PATHNAME', 'datamon_tile_dimension_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.dimension_count(datamon.tile) IS 'number of dimensions of its keys';
CREATE FUNCTION datamon.column_count(tile datamon.tile) RETURNS integer
	AS 'MODULE_PATHNAME', 'datamon_tile_column_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.column_count(datamon.tile) IS 'number of columns of its profiles';
