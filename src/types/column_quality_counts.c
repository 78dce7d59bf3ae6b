/*
 * column_quality_counts.c - counts, lengths and extremes of column_quality:
 * adding a text, adding up, and whether rows can have made them.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"

#include "base/checks.h"
#include "types/column_quality_internal.h"

/* A kept value is clipped between characters, which have at most 4 bytes. */
#define SURELY_KEPT (DM_QUALITY_VALUE_BYTES - 3)

#define CQ_MAX_LENGTH 0x3fffffff	/* of a text */

static uint64
characters(const char *s, size_t n)
{
	uint64		count = 0;
	size_t		i;

	if (GetDatabaseEncoding() != PG_UTF8)
		return pg_database_encoding_max_length() == 1 ? n : (uint64) pg_mbstrlen_with_len(s, (int) n);
	for (i = 0; i < n; i++)
		count += ((uint8) s[i] & 0xC0) != 0x80;
	return count;
}

static inline int
compare(const char *a, size_t na, const char *b, size_t nb)
{
	int			c = memcmp(a, b, Min(na, nb));

	return c != 0 ? c : (na > nb) - (na < nb);
}

/* Bytes of a value that are kept. */
static inline size_t
kept_bytes(const char *s, size_t n)
{
	return n <= DM_QUALITY_VALUE_BYTES ? n :
		(size_t) pg_mbcliplen(s, (int) n, DM_QUALITY_VALUE_BYTES);
}

/* sign 1: does it come before the smallest; -1: after the largest? */
static inline void
update_extreme(const char *s, size_t n, int sign, bool first, char *value, uint8 *bytes)
{
	size_t		kept;

	if (!first && sign * memcmp(s, value, Min(Min(n, *bytes), SURELY_KEPT)) > 0)
		return;
	kept = kept_bytes(s, n);
	if (first || sign * compare(s, kept, value, *bytes) < 0)
	{
		memset(value, 0, DM_QUALITY_VALUE_BYTES);
		memcpy(value, s, kept);
		*bytes = (uint8) kept;
	}
}

static inline void
add_squares(uint64 *squares, uint64 low, uint64 high)
{
	squares[0] += low;
	squares[1] += high + (squares[0] < low);
}

/* The row has been counted. */
DmQualityWorking *
dm_quality_add_text(DmQualityWorking *w, const char *s, size_t n)
{
	DmTexts    *t = &w->q.text;
	bool		first = w->q.count[DM_Q_VALUES] == 1;
	uint64		length = characters(s, n);
	uint64		hash = dm_hash_bytes(s, n);

	t->of_class[dm_text_class(s, n)]++;
	t->min_length = first ? length : Min(t->min_length, length);
	t->max_length = Max(t->max_length, length);
	t->length = dm_add_count(t->length, length);
	add_squares(t->squares, length * length, 0);
	update_extreme(s, n, 1, first, t->min_value, &t->min_bytes);
	update_extreme(s, n, -1, first, t->max_value, &t->max_bytes);
	return dm_distinct_note(&w->distinct, DM_QUALITY_AREA(w), hash) ? w :
		dm_quality_add_hash(w, hash, 1);
}

static void
add_texts(DmTexts *t, const DmTexts *o, bool first)
{
	int			i;

	for (i = 0; i < DM_TEXT_CLASSES; i++)
		t->of_class[i] += o->of_class[i];
	t->min_length = first ? o->min_length : Min(t->min_length, o->min_length);
	t->max_length = Max(t->max_length, o->max_length);
	t->length = dm_add_count(t->length, o->length);
	add_squares(t->squares, o->squares[0], o->squares[1]);
	if (first || compare(o->min_value, o->min_bytes, t->min_value, t->min_bytes) < 0)
	{
		memcpy(t->min_value, o->min_value, DM_QUALITY_VALUE_BYTES);
		t->min_bytes = o->min_bytes;
	}
	if (first || compare(o->max_value, o->max_bytes, t->max_value, t->max_bytes) > 0)
	{
		memcpy(t->max_value, o->max_value, DM_QUALITY_VALUE_BYTES);
		t->max_bytes = o->max_bytes;
	}
}

void
dm_quality_add_counts(DmQuality *q, const DmQuality *other)
{
	bool		first = q->count[DM_Q_VALUES] == 0;
	int			i;

	for (i = 0; i < DM_Q_COUNTS; i++)
		q->count[i] = dm_add_count(q->count[i], other->count[i]);
	(void) dm_add_count(q->count[DM_Q_NULLS], q->count[DM_Q_VALUES]);
	if (q->kind == DM_QUALITY_TEXT && other->count[DM_Q_VALUES] > 0)
		add_texts(&q->text, &other->text, first);
}

uint64
dm_quality_hashed(const DmQuality *q)
{
	return q->count[DM_Q_VALUES] - q->count[DM_Q_NAN];
}

/* ---- can rows have made it? */

static bool
valid_value(const char *s, size_t n)
{
	return pg_verifymbstr(s, (int) n, true) && memchr(s, 0, n) == NULL;
}

static bool
valid_texts(const DmTexts *t, uint64 n)
{
	static const DmTexts none;
	double		squares = (double) t->squares[0] + ldexp((double) t->squares[1], 64);
	double		length = (double) t->length;
	uint64		left = n;
	int			i;

	if (n == 0)
		return memcmp(t, &none, sizeof(none)) == 0;
	for (i = 0; i < DM_TEXT_CLASSES; i++)
	{
		if (t->of_class[i] > left)
			return false;
		left -= t->of_class[i];
	}
	if (left != 0 || t->max_length > CQ_MAX_LENGTH || t->length > PG_INT64_MAX ||
		t->length / n < t->min_length || (t->length + n - 1) / n > t->max_length)
		return false;
	if ((t->of_class[DM_TEXT_EMPTY] > 0) != (t->min_length == 0) ||
		(t->min_length == 0) != (t->min_bytes == 0) || (t->max_length == 0) != (t->max_bytes == 0))
		return false;
	if (squares > length * (double) t->max_length * (1 + 1e-9) ||
		squares * (double) n < length * length * (1 - 1e-9))
		return false;
	return valid_value(t->min_value, t->min_bytes) && valid_value(t->max_value, t->max_bytes) &&
		compare(t->min_value, t->min_bytes, t->max_value, t->max_bytes) <= 0;
}

/* The sample tells the registers below its last hash, and bounds the others. */
static bool
valid_ranks(const DmKept *kept)
{
	uint8	   *told = palloc0(DM_DISTINCT_REGISTERS);
	uint32		last = dm_distinct_register(kept->entry[kept->n - 1].hash);
	bool		valid = true;
	size_t		i;

	for (i = 0; i < kept->n; i++)
	{
		uint8	   *rank = &told[dm_distinct_register(kept->entry[i].hash)];

		*rank = Max(*rank, dm_distinct_rank(kept->entry[i].hash));
	}
	for (i = 0; i < DM_DISTINCT_REGISTERS; i++)
		valid &= kept->rank[i] <= DM_DISTINCT_MAX_RANK &&
			(i < last ? kept->rank[i] == told[i] : kept->rank[i] >= told[i]);
	pfree(told);
	return valid;
}

static bool
valid_kept(const DmKept *kept, uint64 n)
{
	uint64		left = n;
	size_t		i;

	if (!kept->exact && kept->n != DM_DISTINCT_SAMPLE)
		return false;
	for (i = 0; i < kept->n; i++)
	{
		if (kept->entry[i].count < 1 || kept->entry[i].count > left ||
			(i > 0 && kept->entry[i].hash <= kept->entry[i - 1].hash))
			return false;
		left -= kept->entry[i].count;
	}
	if (kept->exact)
		return left == 0;
	return left > DM_DISTINCT_EXACT - DM_DISTINCT_SAMPLE && valid_ranks(kept);
}

bool
dm_quality_valid(const DmQuality *q, const DmKept *kept)
{
	const uint64 *c = q->count;
	uint64		apart = 0;
	int			i;

	if (dm_quality_kind_name(q->kind) == NULL)
		return false;
	for (i = 0; i < DM_Q_COUNTS; i++)
		if (c[i] > PG_INT64_MAX)
			return false;
	if (c[DM_Q_NULLS] > PG_INT64_MAX - c[DM_Q_VALUES])
		return false;
	for (i = DM_Q_NAN; i < DM_Q_COUNTS; i++)
	{
		if (c[i] > c[DM_Q_VALUES] - apart)
			return false;
		apart += c[i];
	}
	if (q->kind == DM_QUALITY_TEXT && (apart > 0 || !valid_texts(&q->text, c[DM_Q_VALUES])))
		return false;
	if (q->kind == DM_QUALITY_BIGINT && c[DM_Q_NAN] + c[DM_Q_NEG_INF] + c[DM_Q_POS_INF] > 0)
		return false;
	if (q->kind == DM_QUALITY_TIME && c[DM_Q_NAN] + c[DM_Q_ZEROS] + c[DM_Q_NEGATIVES] > 0)
		return false;
	return valid_kept(kept, dm_quality_hashed(q));
}
