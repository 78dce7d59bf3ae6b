/*
 * root_cause.c - which segments explain a change: from a segment_changes to the
 * rows that the search of stats/root_cause.c looks at, and back to segments.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "base/checks.h"
#include "base/row.h"
#include "stats/expectation.h"
#include "types/segment_changes.h"

PG_FUNCTION_INFO_V1(datamon_root_cause);
PG_FUNCTION_INFO_V1(datamon_root_cause_final);

/* Shares below which a cause is not worth a name: rates are noisier than counts. */
#define LEAST_SHARE_OF_COUNTS 0.01
#define LEAST_SHARE_OF_RATES 0.05
#define MOST_CAUSES 16

typedef struct Text
{
	const char *text;
	uint32		len;
} Text;

/* Values of a dimension, each with the number of its first sight. */
typedef struct Values
{
	Text	   *value;
	int32	   *slot;			/* -1 or a number */
	uint32		mask;
	int32		n;
} Values;

typedef struct Leaves
{
	DmLeaves	l;
	Text		name[DM_RC_DIMENSIONS];
	Values		values[DM_RC_DIMENSIONS];
	int32	   *code;
	int32		card[DM_RC_DIMENSIONS];
	double	   *number;			/* of leaf j: number[j * numbers + i] */
	int			numbers;
	double	   *array[5];		/* as the kernel wants them */
} Leaves;

static void *
allocate(Size n, Size size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * size);
}

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

static bool
same_text(const Text *a, const char *text, uint32 len)
{
	return a->len == len && memcmp(a->text, text, len) == 0;
}

static int32
number_of(Values *v, const char *text, uint32 len)
{
	uint32		at = hash_bytes((const unsigned char *) text, (int) len) & v->mask;

	while (v->slot[at] >= 0 && !same_text(&v->value[v->slot[at]], text, len))
		at = (at + 1) & v->mask;
	if (v->slot[at] < 0)
	{
		v->value[v->n].text = text;
		v->value[v->n].len = len;
		v->slot[at] = v->n++;
	}
	return v->slot[at];
}

static void
begin_values(Values *v, uint32 rows)
{
	Size		size = 64;

	while (size < 2 * (Size) rows)
		size *= 2;
	v->value = allocate(rows + 1, sizeof(Text));
	v->slot = allocate(size, sizeof(int32));
	memset(v->slot, 0xff, size * sizeof(int32));
	v->mask = (uint32) (size - 1);
	v->n = 0;
}

/* Which dimension has this name; a new one where none has. */
static int
dimension_of(Leaves *s, const char *name, uint32 len)
{
	int			k;

	for (k = 0; k < s->l.d; k++)
		if (same_text(&s->name[k], name, len))
			return k;
	if (k == DM_RC_DIMENSIONS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("segments have more than %d dimensions", DM_RC_DIMENSIONS),
				 errhint("Leave out dimensions, or roll the rows up over some.")));
	s->name[k].text = name;
	s->name[k].len = len;
	s->l.d++;
	return k;
}

/* Names of all dimensions, in order. */
static void
collect_names(Leaves *s, const ScTable *t)
{
	uint32		i;
	int			j;
	int			k;

	for (i = 0; i < t->rows; i++)
	{
		DmReader	r;

		dm_reader_init_bytes(&r, t->row[i].key, t->row[i].key_len);
		while (r.pos < r.end)
		{
			uint64		len = dm_get_varint(&r);
			const char *name = (const char *) dm_get_bytes(&r, len);

			dm_get_bytes(&r, dm_get_varint(&r));
			if (r.failed)
				dm_corrupt(SC_TYPE_NAME);
			dimension_of(s, name, (uint32) len);
		}
	}
	for (j = 1; j < s->l.d; j++)
		for (k = j; k > 0; k--)
		{
			Text		a = s->name[k - 1];
			int			c = memcmp(a.text, s->name[k].text, Min(a.len, s->name[k].len));

			if (c < 0 || (c == 0 && a.len < s->name[k].len))
				break;
			s->name[k - 1] = s->name[k];
			s->name[k] = a;
		}
}

/* The codes of a row.  A dimension that it lacks is null, as one that says so. */
static void
read_codes(Leaves *s, const ScRow *row, int32 *code)
{
	DmReader	r;
	int			k;

	for (k = 0; k < s->l.d; k++)
		code[k] = -1;
	dm_reader_init_bytes(&r, row->key, row->key_len);
	while (r.pos < r.end)
	{
		uint64		len = dm_get_varint(&r);
		const char *name = (const char *) dm_get_bytes(&r, len);
		uint64		value_len = dm_get_varint(&r);
		const char *value = (const char *) dm_get_bytes(&r, value_len);

		k = dimension_of(s, name, (uint32) len);
		code[k] = number_of(&s->values[k], value, (uint32) value_len);
	}
	for (k = 0; k < s->l.d; k++)
		if (code[k] < 0)
			code[k] = number_of(&s->values[k], "null", 4);
}

/* Rows of one key are one leaf; rows come in order, so sums are made in order. */
static void
collect_leaves(Leaves *s, const ScTable *t)
{
	uint32		i;
	int			k;

	collect_names(s, t);
	for (k = 0; k < s->l.d; k++)
		begin_values(&s->values[k], t->rows + 1);
	s->numbers = t->numbers;
	s->code = allocate((Size) t->rows * Max(s->l.d, 1), sizeof(int32));
	s->number = allocate((Size) t->rows * Max(t->numbers, 1), sizeof(double));
	for (i = 0; i < t->rows; i++)
	{
		const ScRow *row = &t->row[i];
		bool		same = i > 0 && row->key_len == row[-1].key_len && memcmp(row->key, row[-1].key, row->key_len) == 0;
		double	   *number;

		if (!same)
			read_codes(s, row, s->code + (Size) s->l.n++ * s->l.d);
		number = s->number + (Size) (s->l.n - 1) * t->numbers;
		for (k = 0; k < t->numbers; k++)
			number[k] = (same ? number[k] : 0) + dm_sc_number(row, k);
	}
	for (k = 0; k < s->l.d; k++)
		s->card[k] = s->values[k].n;
	s->l.code = s->code;
	s->l.card = s->card;
}

/* Which number of a leaf each array of the kernel has. */
static void
arrange(Leaves *s, ScKind kind)
{
	Size		n = (Size) s->l.n;
	Size		m = (Size) s->numbers - 1;
	int			i;
	Size		j;

	for (i = 0; i < 5; i++)
		s->array[i] = allocate(n, sizeof(double));
	if (kind == SC_HISTORY)
	{
		double	   *history = allocate(n * m, sizeof(double));

		for (j = 0; j < n; j++)
		{
			s->array[0][j] = s->number[j * (m + 1)];
			memcpy(history + j * m, s->number + j * (m + 1) + 1, m * sizeof(double));
		}
		dm_expectation(history, n, m, s->array[1], s->array[4], allocate(m + 4 * n, sizeof(double)));
	}
	else
		for (j = 0; j < n; j++)
			for (i = 0; i < s->numbers; i++)
				s->array[i][j] = s->number[j * (Size) s->numbers + (Size) i];
	s->l.actual = s->array[0];
	s->l.expected = s->array[kind == SC_RATES ? 2 : 1];
	s->l.trials = kind == SC_RATES ? s->array[1] : NULL;
	s->l.reference_trials = kind == SC_RATES ? s->array[3] : NULL;
	s->l.dispersion = kind == SC_HISTORY ? s->array[4] : NULL;
}

/* Sums over the leaves of a cause, or of all for -2: what was, and what was expected; of rates the rates. */
static void
two_sides(const Leaves *s, const int8_t *owner, int cause, double *actual, double *expected)
{
	double		sum[4] = {0, 0, 0, 0};
	int			j;

	for (j = 0; j < s->l.n; j++)
	{
		if (cause >= 0 && owner[j] != cause)
			continue;
		sum[0] += s->l.actual[j];
		sum[1] += s->l.trials ? s->l.trials[j] : 0;
		sum[2] += s->l.expected[j];
		sum[3] += s->l.trials ? s->l.reference_trials[j] : 0;
	}
	*actual = s->l.trials ? (sum[1] > 0 ? sum[0] / sum[1] : NAN) : sum[0];
	*expected = s->l.trials ? (sum[3] > 0 ? sum[2] / sum[3] : NAN) : sum[2];
}

static Datum
segment_of(const Leaves *s, const DmCause *c)
{
	StringInfoData buf;
	int			k;

	initStringInfo(&buf);
	for (k = 0; k < s->l.d; k++)
	{
		const Text *value;

		if (!(c->dimensions >> k & 1))
			continue;
		value = &s->values[k].value[s->code[(Size) c->leaf * s->l.d + k]];
		appendStringInfoChar(&buf, buf.len == 0 ? '{' : ',');
		dm_json_put_string(&buf, s->name[k].text, s->name[k].len);
		appendStringInfoChar(&buf, ':');
		appendBinaryStringInfo(&buf, value->text, (int) value->len);
	}
	appendStringInfoChar(&buf, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(buf.data));
}

/* An array of the causes, as the column of the result has it. */
static const struct varlena *
causes_array(const Leaves *s, const int8_t *owner, const DmCauses *found, Oid array_type)
{
	Oid			type = get_element_type(array_type);
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(type, -1);
	Datum		element[DM_RC_CAUSES];
	int			i;

	for (i = 0; i < found->n; i++)
	{
		const DmCause *c = &found->cause[i];
		DmRow		row;
		double		actual;
		double		expected;

		two_sides(s, owner, i, &actual, &expected);
		row.desc = desc;
		row.n = 0;
		dm_row_value(&row, (const struct varlena *) DatumGetPointer(segment_of(s, c)));
		dm_row_double(&row, c->contribution / found->change);
		dm_row_double(&row, c->contribution);
		dm_row_double(&row, actual);
		dm_row_double(&row, expected);
		dm_row_count(&row, c->leaves);
		dm_row_double(&row, c->gain);
		element[i] = dm_row_end(&row);
	}
	return (const struct varlena *) construct_array(element, found->n, type, -1, false, TYPALIGN_DOUBLE);
}

static Datum
root_cause(FunctionCallInfo fcinfo, const struct varlena *state, DmCauseOptions *options)
{
	ScTable		t;
	Leaves		s;
	DmCauses	found;
	int8_t	   *owner;
	DmRow		row;
	double		actual;
	double		expected;
	double		rest;
	int			i;

	memset(&s, 0, sizeof(s));
	dm_sc_table(state, &t);
	if (isnan(options->least_share))
		options->least_share = t.kind == SC_RATES ? LEAST_SHARE_OF_RATES : LEAST_SHARE_OF_COUNTS;
	options->check = check_for_interrupts;
	if (t.rows > 0)
	{
		collect_leaves(&s, &t);
		arrange(&s, t.kind);
	}
	owner = allocate((Size) s.l.n, sizeof(int8_t));
	dm_root_cause(&s.l, options, allocate(dm_root_cause_memory(&s.l), 1), owner, &found);
	two_sides(&s, owner, -1, &actual, &expected);
	rest = found.change;
	for (i = 0; i < found.n; i++)
		rest -= found.cause[i].contribution;

	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, t.rows > 0 ? actual : NAN);
	dm_row_double(&row, t.rows > 0 ? expected : NAN);
	dm_row_double(&row, t.rows > 0 ? found.change : NAN);
	dm_row_double(&row, found.change != 0 ? rest / found.change : NAN);
	dm_row_double(&row, t.rows > 0 ? found.dispersion : NAN);
	dm_row_count(&row, s.l.n);
	dm_row_count(&row, (int64) t.unused);
	dm_row_value(&row, causes_array(&s, owner, &found, TupleDescAttr(row.desc, row.n)->atttypid));
	return dm_row_end(&row);
}

/* The final function of the aggregates root_cause() and root_cause_rate(). */
Datum
datamon_root_cause_final(PG_FUNCTION_ARGS)
{
	DmCauseOptions options = {MOST_CAUSES, DM_RC_DIMENSIONS, NAN, NULL};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return root_cause(fcinfo, dm_getarg(fcinfo, 0, DM_SEGMENT_CHANGES), &options);
}

/* root_cause(changes, most_causes, most_dimensions, least_share) */
Datum
datamon_root_cause(PG_FUNCTION_ARGS)
{
	DmCauseOptions options = {MOST_CAUSES, DM_RC_DIMENSIONS, NAN, NULL};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
		options.most_causes = PG_GETARG_INT32(1);
	if (!PG_ARGISNULL(2))
		options.most_layers = PG_GETARG_INT32(2);
	if (!PG_ARGISNULL(3))
		options.least_share = PG_GETARG_FLOAT8(3);
	if (options.most_causes < 1 || options.most_causes > DM_RC_CAUSES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"most_causes\" must be 1 to %d, not %d", DM_RC_CAUSES, options.most_causes),
				 errhint("More segments than that describe a change no better than its leaves do.")));
	if (options.most_layers < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"most_dimensions\" must be positive, not %d", options.most_layers),
				 errhint("It is how many dimensions a cause may name.")));
	if (!PG_ARGISNULL(3) && !(options.least_share >= 0 && options.least_share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"least_share\" must be 0 to 1"),
				 errhint("It is the share of the change that a cause explains at least: 0.01 of counts, 0.05 of "
						 "rates.")));
	return root_cause(fcinfo, dm_getarg(fcinfo, 0, DM_SEGMENT_CHANGES), &options);
}
