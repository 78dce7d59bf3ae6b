-- Tests of correlation. Both samples of the test_result are the pairs; statistic and effect size the coefficient.

CREATE FUNCTION datamon.pearson_test(datamon.correlation_state) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_correlation_pearson_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.pearson_test(datamon.correlation_state) IS
	'Pearson correlation with the p-value of none, by Student''s t with n - 2 degrees of freedom';

CREATE FUNCTION datamon.spearman_test(datamon.pairs) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_pairs_spearman_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.spearman_test(datamon.pairs) IS
	'Spearman rank correlation with the p-value of independence';

CREATE FUNCTION datamon.kendall_test(datamon.pairs) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_pairs_kendall_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kendall_test(datamon.pairs) IS
	'Kendall tau-b with the p-value of independence';

CREATE FUNCTION datamon._pairs_final_spearman_test(datamon.pairs) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_pairs_final_spearman_test' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION datamon._pairs_final_kendall_test(datamon.pairs) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_pairs_final_kendall_test' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.spearman_test(x double precision, y double precision) (
	SFUNC = datamon._pairs_trans,
	STYPE = datamon.pairs,
	SSPACE = 65536,
	FINALFUNC = datamon._pairs_final_spearman_test,
	COMBINEFUNC = datamon._pairs_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.spearman_test(double precision, double precision) IS
	'Spearman rank correlation of two numbers with the p-value of independence';

CREATE AGGREGATE datamon.kendall_test(x double precision, y double precision) (
	SFUNC = datamon._pairs_trans,
	STYPE = datamon.pairs,
	SSPACE = 65536,
	FINALFUNC = datamon._pairs_final_kendall_test,
	COMBINEFUNC = datamon._pairs_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kendall_test(double precision, double precision) IS
	'Kendall tau-b of two numbers with the p-value of independence';
