-- Clusterings: two of them compared, and how compact and far apart the clusters of one are.

-- The confusion_matrix of true and found clusters is the table that compares them; names of clusters do not matter.

CREATE FUNCTION datamon.homogeneity_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_homogeneity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.homogeneity_score(datamon.confusion_matrix) IS
	'how far each found cluster has rows of one true cluster only, from 0 to 1';

CREATE FUNCTION datamon.completeness_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_completeness'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.completeness_score(datamon.confusion_matrix) IS
	'how far all rows of a true cluster are in one found cluster, from 0 to 1';

CREATE FUNCTION datamon.v_measure_score(matrix datamon.confusion_matrix, beta double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_v_measure'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.v_measure_score(datamon.confusion_matrix, double precision) IS
	'weighted harmonic mean of homogeneity and completeness';

CREATE FUNCTION datamon._v_measure_final(datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_v_measure'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION datamon.rand_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_rand'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.rand_score(datamon.confusion_matrix) IS
	'share of the pairs of rows that both clusterings treat alike';

CREATE FUNCTION datamon.adjusted_rand_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_adjusted_rand'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.adjusted_rand_score(datamon.confusion_matrix) IS
	'share of pairs treated alike beyond chance: 1 equal, 0 as by chance';

CREATE FUNCTION datamon.mutual_info_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_mutual_info'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mutual_info_score(datamon.confusion_matrix) IS
	'what one clustering tells of the other, in nats';

CREATE FUNCTION datamon.normalized_mutual_info_score(matrix datamon.confusion_matrix, average_method text DEFAULT 'arithmetic')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_normalized_mutual_info'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.normalized_mutual_info_score(datamon.confusion_matrix, text) IS
	'mutual information over the mean entropy, from 0 to 1';

CREATE FUNCTION datamon._normalized_mutual_info_final(datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_normalized_mutual_info'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION datamon.adjusted_mutual_info_score(matrix datamon.confusion_matrix, average_method text DEFAULT 'arithmetic')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_adjusted_mutual_info'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.adjusted_mutual_info_score(datamon.confusion_matrix, text) IS
	'mutual information beyond chance: 1 equal, 0 as by chance';

CREATE FUNCTION datamon._adjusted_mutual_info_final(datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_adjusted_mutual_info'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION datamon.fowlkes_mallows_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_fowlkes_mallows'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fowlkes_mallows_score(datamon.confusion_matrix) IS
	'geometric mean of precision and recall over pairs of rows; NULL where a clustering has no pair';

CREATE FUNCTION datamon.purity_score(matrix datamon.confusion_matrix)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cluster_purity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.purity_score(datamon.confusion_matrix) IS
	'share of rows that are of the most frequent true cluster of their found one';

-- The same straight from rows

CREATE AGGREGATE datamon.homogeneity_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.homogeneity_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.homogeneity_score(text, text) IS
	'how far each found cluster has rows of one true cluster only, from 0 to 1';

CREATE AGGREGATE datamon.homogeneity_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.homogeneity_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.homogeneity_score(bigint, bigint) IS
	'how far each found cluster has rows of one true cluster only, from 0 to 1';

CREATE AGGREGATE datamon.completeness_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.completeness_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.completeness_score(text, text) IS
	'how far all rows of a true cluster are in one found cluster, from 0 to 1';

CREATE AGGREGATE datamon.completeness_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.completeness_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.completeness_score(bigint, bigint) IS
	'how far all rows of a true cluster are in one found cluster, from 0 to 1';

CREATE AGGREGATE datamon.v_measure_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._v_measure_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.v_measure_score(text, text) IS
	'weighted harmonic mean of homogeneity and completeness';

CREATE AGGREGATE datamon.v_measure_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._v_measure_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.v_measure_score(bigint, bigint) IS
	'weighted harmonic mean of homogeneity and completeness';

CREATE AGGREGATE datamon.rand_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.rand_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.rand_score(text, text) IS
	'share of the pairs of rows that both clusterings treat alike';

CREATE AGGREGATE datamon.rand_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.rand_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.rand_score(bigint, bigint) IS
	'share of the pairs of rows that both clusterings treat alike';

CREATE AGGREGATE datamon.adjusted_rand_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.adjusted_rand_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.adjusted_rand_score(text, text) IS
	'share of pairs treated alike beyond chance: 1 equal, 0 as by chance';

CREATE AGGREGATE datamon.adjusted_rand_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.adjusted_rand_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.adjusted_rand_score(bigint, bigint) IS
	'share of pairs treated alike beyond chance: 1 equal, 0 as by chance';

CREATE AGGREGATE datamon.mutual_info_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.mutual_info_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mutual_info_score(text, text) IS
	'what one clustering tells of the other, in nats';

CREATE AGGREGATE datamon.mutual_info_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.mutual_info_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mutual_info_score(bigint, bigint) IS
	'what one clustering tells of the other, in nats';

CREATE AGGREGATE datamon.normalized_mutual_info_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._normalized_mutual_info_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.normalized_mutual_info_score(text, text) IS
	'mutual information over the mean entropy, from 0 to 1';

CREATE AGGREGATE datamon.normalized_mutual_info_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._normalized_mutual_info_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.normalized_mutual_info_score(bigint, bigint) IS
	'mutual information over the mean entropy, from 0 to 1';

CREATE AGGREGATE datamon.adjusted_mutual_info_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._adjusted_mutual_info_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.adjusted_mutual_info_score(text, text) IS
	'mutual information beyond chance: 1 equal, 0 as by chance';

CREATE AGGREGATE datamon.adjusted_mutual_info_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._adjusted_mutual_info_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.adjusted_mutual_info_score(bigint, bigint) IS
	'mutual information beyond chance: 1 equal, 0 as by chance';

CREATE AGGREGATE datamon.fowlkes_mallows_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.fowlkes_mallows_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fowlkes_mallows_score(text, text) IS
	'geometric mean of precision and recall over pairs of rows; NULL where a clustering has no pair';

CREATE AGGREGATE datamon.fowlkes_mallows_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.fowlkes_mallows_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fowlkes_mallows_score(bigint, bigint) IS
	'geometric mean of precision and recall over pairs of rows; NULL where a clustering has no pair';

CREATE AGGREGATE datamon.purity_score(labels_true text, labels_pred text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.purity_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.purity_score(text, text) IS
	'share of rows that are of the most frequent true cluster of their found one';

CREATE AGGREGATE datamon.purity_score(labels_true bigint, labels_pred bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon.purity_score,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.purity_score(bigint, bigint) IS
	'share of rows that are of the most frequent true cluster of their found one';

-- Points with their clusters

-- @type labelled_vectors
COMMENT ON TYPE datamon.labelled_vectors IS
	'points with the cluster of each, all of them; mergeable';

CREATE FUNCTION datamon._labelled_vectors_trans(datamon.labelled_vectors, double precision[], text)
	RETURNS datamon.labelled_vectors
	AS 'MODULE_PATHNAME', 'datamon_labelled_vectors_trans_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION datamon._labelled_vectors_trans(datamon.labelled_vectors, double precision[], bigint)
	RETURNS datamon.labelled_vectors
	AS 'MODULE_PATHNAME', 'datamon_labelled_vectors_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.labelled_vectors(vector double precision[], label text) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon._labelled_vectors_final,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.labelled_vectors(double precision[], text) IS
	'points with the cluster of each; rows that lack one or are not finite are counted apart';

CREATE AGGREGATE datamon.labelled_vectors(vector double precision[], label bigint) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon._labelled_vectors_final,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.labelled_vectors(double precision[], bigint) IS
	'points with the cluster of each; rows that lack one or are not finite are counted apart';

CREATE FUNCTION datamon.count(vectors datamon.labelled_vectors)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_labelled_vectors_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.labelled_vectors) IS
	'points with a cluster: those that scores use';

CREATE FUNCTION datamon.unused_count(vectors datamon.labelled_vectors)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_labelled_vectors_unused'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.labelled_vectors) IS
	'rows without a vector, with one that is not finite, or without a cluster';

CREATE FUNCTION datamon.unlabelled_count(vectors datamon.labelled_vectors)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_labelled_vectors_unlabelled'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.labelled_vectors) IS
	'rows with a vector and no cluster';

CREATE FUNCTION datamon.silhouette_score(vectors datamon.labelled_vectors, sample_size integer DEFAULT NULL, seed bigint DEFAULT 0)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_silhouette_score'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.silhouette_score(datamon.labelled_vectors, integer, bigint) IS
	'mean silhouette of all points, or of a random sample of them; NULL unless there are 2 to n - 1 clusters';

CREATE FUNCTION datamon.silhouette_stderr(vectors datamon.labelled_vectors, sample_size integer DEFAULT NULL, seed bigint DEFAULT 0)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_silhouette_stderr'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.silhouette_stderr(datamon.labelled_vectors, integer, bigint) IS
	'standard error of silhouette_score that comes from the sample; 0 without one';

CREATE FUNCTION datamon.silhouette_by_cluster(vectors datamon.labelled_vectors, sample_size integer DEFAULT NULL, seed bigint DEFAULT 0)
	RETURNS TABLE (label text, count bigint, silhouette double precision)
	AS 'MODULE_PATHNAME', 'datamon_silhouette_by_cluster'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.silhouette_by_cluster(datamon.labelled_vectors, integer, bigint) IS
	'mean silhouette of every cluster';

CREATE FUNCTION datamon.davies_bouldin_score(vectors datamon.labelled_vectors)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_davies_bouldin'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.davies_bouldin_score(datamon.labelled_vectors) IS
	'mean likeness of every cluster to the one most like it; lower is better';

CREATE FUNCTION datamon.calinski_harabasz_score(vectors datamon.labelled_vectors)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_calinski_harabasz'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.calinski_harabasz_score(datamon.labelled_vectors) IS
	'variance between clusters over that within; higher is better';

CREATE FUNCTION datamon._silhouette_final(datamon.labelled_vectors)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_silhouette_score'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.silhouette_score(vector double precision[], label text) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon._silhouette_final,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.silhouette_score(double precision[], text) IS
	'mean silhouette of all points; NULL unless there are 2 to n - 1 clusters';

CREATE AGGREGATE datamon.silhouette_score(vector double precision[], label bigint) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon._silhouette_final,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.silhouette_score(double precision[], bigint) IS
	'mean silhouette of all points; NULL unless there are 2 to n - 1 clusters';

CREATE AGGREGATE datamon.davies_bouldin_score(vector double precision[], label text) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon.davies_bouldin_score,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.davies_bouldin_score(double precision[], text) IS
	'mean likeness of every cluster to the one most like it; lower is better';

CREATE AGGREGATE datamon.davies_bouldin_score(vector double precision[], label bigint) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon.davies_bouldin_score,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.davies_bouldin_score(double precision[], bigint) IS
	'mean likeness of every cluster to the one most like it; lower is better';

CREATE AGGREGATE datamon.calinski_harabasz_score(vector double precision[], label text) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon.calinski_harabasz_score,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.calinski_harabasz_score(double precision[], text) IS
	'variance between clusters over that within; higher is better';

CREATE AGGREGATE datamon.calinski_harabasz_score(vector double precision[], label bigint) (
	SFUNC = datamon._labelled_vectors_trans,
	STYPE = datamon.labelled_vectors,
	SSPACE = 4096,
	FINALFUNC = datamon.calinski_harabasz_score,
	COMBINEFUNC = datamon._labelled_vectors_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.calinski_harabasz_score(double precision[], bigint) IS
	'variance between clusters over that within; higher is better';
