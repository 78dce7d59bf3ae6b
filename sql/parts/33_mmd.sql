-- Two samples of vectors, and the test of maximum mean discrepancy.

-- @type vectors
COMMENT ON TYPE datamon.vectors IS
	'the vectors of a reference and of a current sample, and how many rows had none; mergeable';

CREATE FUNCTION datamon._vectors_trans(datamon.vectors, double precision[], boolean)
	RETURNS datamon.vectors
	AS 'MODULE_PATHNAME', 'datamon_vectors_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.vectors(vector double precision[], is_reference boolean) (
	SFUNC = datamon._vectors_trans,
	STYPE = datamon.vectors,
	SSPACE = 1024,
	FINALFUNC = datamon._vectors_final,
	COMBINEFUNC = datamon._vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.vectors(double precision[], boolean) IS
	'the vectors of both samples; those with NULL, NaN or infinite elements are only counted';

CREATE FUNCTION datamon.count(samples datamon.vectors) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_vectors_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.vectors) IS
	'number of vectors of both samples';

CREATE FUNCTION datamon.unused_count(samples datamon.vectors) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_vectors_unused' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.vectors) IS
	'number of rows left out: without a usable vector, or of neither sample';

CREATE FUNCTION datamon.dimension(samples datamon.vectors) RETURNS integer
	AS 'MODULE_PATHNAME', 'datamon_vectors_dimension' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.dimension(datamon.vectors) IS
	'number of elements of each vector; NULL while there is none';

-- Not strict: a sigma of NULL is the median heuristic.
CREATE FUNCTION datamon.mmd_test(
	samples datamon.vectors,
	permutations integer DEFAULT 100,
	sigma double precision DEFAULT NULL,
	seed bigint DEFAULT 0)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_mmd_test'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mmd_test(datamon.vectors, integer, double precision, bigint) IS
	'permutation test of the maximum mean discrepancy with a Gaussian kernel; sigma NULL: by the median distance';

CREATE FUNCTION datamon._mmd_test_final(datamon.vectors) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_mmd_test' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.mmd_test(vector double precision[], is_reference boolean) (
	SFUNC = datamon._vectors_trans,
	STYPE = datamon.vectors,
	SSPACE = 1024,
	FINALFUNC = datamon._mmd_test_final,
	COMBINEFUNC = datamon._vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mmd_test(double precision[], boolean) IS
	'permutation test of the maximum mean discrepancy with a Gaussian kernel, 100 permutations';
