/*
 * fuzz.c - libFuzzer harness of one type (FUZZ_TYPE), which takes rows by
 * FUZZ_TRANS, whose arguments are of the types FUZZ_ARGS, a letter each.
 *
 * The first byte of an input says what the others are:
 *	 0  a text form: what is accepted reads back from what is written
 *	 1  a binary form: what is accepted is written as the same bytes, and its
 *		text form reads back as the same value
 *	 2  two binary forms: a + b is b + a, and merge() of both
 *	 3  rows: one pass, two partial states and sums of parts are the same value
 *
 * Errors are fine; whatever else differs aborts.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"

#include "aggregates/profile_args.h"
#include "base/wire.h"
#include "types/f_beta_state.h"
#include "types/profile.h"
#include "types/value_counts.h"
#include "fuzz.h"

#define PASTE2(a, b, c) a##b##c
#define PASTE(a, b, c) PASTE2(a, b, c)
#define F(verb) PASTE(datamon_, FUZZ_TYPE, _##verb)

extern Datum F(in) (PG_FUNCTION_ARGS);
extern Datum F(out) (PG_FUNCTION_ARGS);
extern Datum F(recv) (PG_FUNCTION_ARGS);
extern Datum F(send) (PG_FUNCTION_ARGS);
extern Datum F(add) (PG_FUNCTION_ARGS);
extern Datum FUZZ_TRANS(PG_FUNCTION_ARGS);
#ifdef FUZZ_COMPACT
extern Datum F(compact) (PG_FUNCTION_ARGS);
#endif
extern Datum F(combine) (PG_FUNCTION_ARGS);
extern Datum F(final) (PG_FUNCTION_ARGS);
int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* profile() takes two numbers and, in every other input, a category. */
#define MOST_COLUMNS 3
static char kinds[MOST_COLUMNS] = {DM_KIND_NUMBER, DM_KIND_NUMBER, DM_KIND_CATEGORY};
static DmValueType as[MOST_COLUMNS] = {DM_VALUE_FLOAT8, DM_VALUE_FLOAT8, DM_VALUE_TEXT};
static DmProfileArgs args = {2, true, true, kinds, as, NULL};
static FmgrInfo flinfo;

DmProfileArgs *
dm_profile_args(FunctionCallInfo fcinfo)
{
	return &args;
}

double
dm_profile_other_number(const DmProfileArgs *a, int i, Datum value)
{
	abort();
}

double
dm_numeric_to_double_slowly(Datum value)
{
	abort();
}

const double dm_power_of_ten[23];

DmWorking *
dm_profile_put_category(DmWorking *w, const DmProfileArgs *a, int i, const NullableDatum *arg)
{
	char		text[2] = {(char) ('a' + (arg->value >> 48) % 26), (char) ('a' + arg->value % 26)};

	return dm_working_put_category(w, i, arg->isnull ? NULL : text, 2);
}

#define NONE ((Datum) 0)

static Datum
call(PGFunction f, int n, Datum a, Datum b, Datum c)
{
	LOCAL_FCINFO(fcinfo, 4);

	memset(fcinfo, 0, SizeForFunctionCallInfo(4));
	fcinfo->flinfo = &flinfo;
	fcinfo->nargs = (short) n;
	fcinfo->args[0].value = a;
	fcinfo->args[0].isnull = a == NONE;
	fcinfo->args[1].value = b;
	fcinfo->args[1].isnull = b == NONE;
	fcinfo->args[2].value = c;
	return f(fcinfo);
}

static void
must(bool what)
{
	if (!what)
		abort();
}

static bool
same(Datum a, Datum b)
{
	return dm_packed_equal((struct varlena *) DatumGetPointer(a), (struct varlena *) DatumGetPointer(b));
}

static Datum
receive(const void *data, size_t size)
{
	StringInfoData msg = {(char *) data, (int) size, (int) size, 0};

	return call(F(recv), 1, PointerGetDatum(&msg), NONE, NONE);
}

/* A value that an error must not come from any more. */
static void
must_round_trip(Datum value)
{
	jmp_buf		outer;
	Datum		text;
	struct varlena *sent;

	memcpy(&outer, &fuzz_error, sizeof(outer));
	if (setjmp(fuzz_error) != 0)
		abort();
	text = call(F(out), 1, value, NONE, NONE);
	must(same(value, call(F(in), 1, text, NONE, NONE)));
	sent = (struct varlena *) DatumGetPointer(call(F(send), 1, value, NONE, NONE));
	must(same(value, receive(VARDATA(sent), VARSIZE(sent) - VARHDRSZ)));
	memcpy(&fuzz_error, &outer, sizeof(outer));
}

static void
must_add_up(Datum a, Datum b)
{
	Datum		sum = call(F(add), 2, a, b, NONE);
	Datum		merged = call(F(combine), 2, NONE, a, NONE);

	must(same(sum, call(F(add), 2, b, a, NONE)));
	merged = call(F(combine), 2, merged, b, NONE);
	must(same(sum, call(F(final), 1, merged, NONE, NONE)));
	must_round_trip(sum);
}

#ifdef FUZZ_COMPACT
static Datum
compact(Datum value, int max_bytes, int bits)
{
	return call(F(compact), 3, value, Int32GetDatum(max_bytes), Int32GetDatum(bits));
}
#endif

static Datum
make_text(uint64 bits)
{
	static const char *const known[] = {"", "a", "b", "1", "-0.5", "true", "2024-02-30", " "};
	int			len = (bits & 0xff) == 0xff ? 130 : (int) ((bits >> 3) % 3);
	const char *from = bits & 0x100 ? known[bits & 7] : NULL;
	text	   *t = palloc0(VARHDRSZ + 130);

	if (from)
		len = (int) strlen(from);
	SET_VARSIZE(t, VARHDRSZ + len);
	for (int i = 0; i < len; i++)
		VARDATA(t)[i] = from ? from[i] : 'a' + (char) (((bits >> 9) + (uint64) i) % 3);
	return PointerGetDatum(t);
}

/* An array of one dimension as the server has it: no NULL, elements aligned. */
static Datum
make_array(Oid type, int n, Size bytes)
{
	ArrayType  *a = palloc0(ARR_OVERHEAD_NONULLS(1) + bytes);

	SET_VARSIZE(a, ARR_OVERHEAD_NONULLS(1) + bytes);
	a->ndim = n > 0;
	a->elemtype = type;
	ARR_DIMS(a)[0] = n;
	ARR_LBOUND(a)[0] = 1;
	return PointerGetDatum(a);
}

static Datum
make_numbers(double x, uint64 bits)
{
	int			n = (bits & 0x1f) == 0 ? 1 : 3;
	Datum		array = make_array(FLOAT8OID, n, (Size) n * sizeof(double));
	double	   *v = (double *) ARR_DATA_PTR(DatumGetArrayTypeP(array));

	for (int i = 0; i < n; i++)
		v[i] = i == 0 ? x : (double) ((bits >> (8 * i)) & 3);
	return array;
}

static Datum
make_texts(uint64 bits)
{
	int			n = (int) ((bits >> 5) % 4);
	char	   *data = palloc0(4 * 136);
	char	   *end = data;
	Datum		array;

	for (int i = 0; i < n; i++)
	{
		struct varlena *t = (struct varlena *) DatumGetPointer(make_text(bits >> (i * 11)));

		memcpy(end, t, VARSIZE(t));
		end += INTALIGN(VARSIZE(t));
	}
	array = make_array(TEXTOID, n, (Size) (end - data));
	memcpy(ARR_DATA_PTR(DatumGetArrayTypeP(array)), data, (size_t) (end - data));
	return array;
}

/* The key of one of six cells. */
static Datum
make_key(uint64 bits)
{
	Datum		array = make_array(INT8OID, 2, 2 * sizeof(int64));
	int64	   *id = (int64 *) ARR_DATA_PTR(DatumGetArrayTypeP(array));

	id[0] = (int64) (bits % 3) - 1;
	id[1] = bits & 0x100 ? 300 : 0;
	return PointerGetDatum(array);
}

/* Profile of a row: x, and whether it is positive. */
static Datum
make_profile(double x)
{
	DmGrid		grid = {256, 0};
	DmWorking  *w = dm_working_new(DM_PROFILE, "nc", 2, grid, true);
	DmProfile	p;

	dm_working_make_ragged(w);
	dm_working_put(w, 0, x);
	w = dm_working_put_category(w, 1, x > 0 ? "yes" : "no", x > 0 ? 3 : 2);
	w->rows++;
	w->buffered++;
	dm_profile_unpack((struct varlena *) w, &p);
	return PointerGetDatum(dm_profile_pack(&p));
}

static Datum
make_performance(uint64 bits)
{
	uint64		counts[DM_FB_COUNTS] = {0};

	counts[bits % DM_FB_COUNTS] = 1;
	return PointerGetDatum(dm_f_beta_pack(counts));
}

static Datum
make_argument(char type, double x)
{
	uint64		bits;

	memcpy(&bits, &x, sizeof(bits));
	bits ^= bits >> 32;
	bits ^= bits >> 47;
	switch (type)
	{
		case 'd':
			return Float8GetDatum(x);
		case 'w':				/* a weight */
			return Float8GetDatum(isfinite(x) ? fabs(x) : 2);
		case 'b':
			return BoolGetDatum(bits & 1);
		case 'i':				/* a number of rows */
			return Int64GetDatum((int64) (bits & 0xff));
		case 't':
			return make_text(bits);
		case 'D':
			return make_numbers(x, bits);
		case 'T':
			return make_texts(bits);
		case 'K':				/* these three are never NULL */
			return make_key(bits);
		case 'P':
			return make_profile(x);
		case 'F':
			return make_performance(bits);
		case 'N':				/* always NULL */
			return (Datum) 0;
		default:
			abort();
	}
}

/* One row; states are as the executor would keep them. */
static Datum
put_row(Datum state, const double *x, const bool *null)
{
	static Node aggregate = {T_AggState};
	static const char types[] = FUZZ_ARGS;
	LOCAL_FCINFO(fcinfo, MOST_COLUMNS + 1);

	memset(fcinfo, 0, SizeForFunctionCallInfo(MOST_COLUMNS + 1));
	fcinfo->flinfo = &flinfo;
	flinfo.fn_extra = &args;
	fcinfo->context = &aggregate;
	fcinfo->nargs = (short) sizeof(types);
	fcinfo->args[0].value = state;
	fcinfo->args[0].isnull = state == NONE;
	for (int i = 0; i < (int) sizeof(types) - 1; i++)
	{
		fcinfo->args[i + 1].value = make_argument(types[i], x[i]);
		fcinfo->args[i + 1].isnull = types[i] == 'N' || (null[i] && strchr("KPF", types[i]) == NULL);
	}
	return FUZZ_TRANS(fcinfo);
}

/* A value that a generator makes of two bytes: near, far, special. */
static double
make_value(uint8 kind, uint8 b, uint64 *seed)
{
	union
	{
		uint64		i;
		double		d;
	}			u;

	*seed = *seed * UINT64CONST(6364136223846793005) + UINT64CONST(1442695040888963407) + b;
	switch (kind & 7)
	{
		case 0:
			return b;
		case 1:
			return (double) (int64) *seed / 1e15;
		case 2:
			u.i = *seed;		/* any bits: NaN with a payload as well */
			return u.d;
		case 3:
			u.i = *seed >> (b & 63);	/* denormals and zero */
			return u.d;
		case 4:
			u.i = (uint64) b << 56 | (*seed >> 60);
			return u.d;
		case 5:
			return -(double) (*seed >> 40);
		case 6:
			return 1 + (double) (*seed >> 54) / (1 << (b & 15));
		default:
			return b & 1 ? -0.0 : 1e300 * (b - 128);
	}
}

static void
fuzz_rows(const uint8_t *data, size_t size)
{
	Datum		whole = NONE;
	Datum		part[2] = {NONE, NONE};
	uint64		seed = 1;
	Datum		all;
	Datum		a;
	Datum		b;

	args.n = 2 + (size > 0 && (data[0] & 1));
	args.all_float8 = args.all_numbers = args.n == 2;
	/* three bytes stand for up to 64 rows of a kind */
	for (size_t i = 1; i + 3 <= size; i += 3)
		for (int j = 0; j <= data[i + 2] / 4; j++)
		{
			double		x[MOST_COLUMNS];
			bool		null[MOST_COLUMNS] = {(data[i] & 0xf8) == 0xf8, (data[i] & 0xf0) == 0xf0, j == 3};
			int			side = (data[i + 2] & 1) ^ (j % 3 == 1 && (data[i] & 0x80));

			for (int k = 0; k < MOST_COLUMNS; k++)
				x[k] = make_value(data[i] >> k, data[i + 1], &seed);
			whole = put_row(whole, x, null);
			part[side] = put_row(part[side], x, null);
		}
	if (part[0] == NONE || part[1] == NONE)
		return;
	all = call(F(final), 1, whole, NONE, NONE);
	must(same(all, call(F(final), 1, whole, NONE, NONE)));
	must_round_trip(all);
	a = call(F(final), 1, part[0], NONE, NONE);
	b = call(F(final), 1, part[1], NONE, NONE);
	must(same(all, call(F(add), 2, a, b, NONE)));
	must_add_up(a, b);
	whole = call(F(combine), 2, NONE, part[1], NONE);
	whole = call(F(combine), 2, whole, part[0], NONE);
	must(same(all, call(F(final), 1, whole, NONE, NONE)));
#ifdef FUZZ_COMPACT
	/* a coarser whole is the sum of coarser parts, and of a coarse and a fine one */
	{
		int			max_bytes = 8 + data[0] * 8;
		int			bits = 1 + data[1] % 53;
		Datum		coarse = compact(all, max_bytes, bits);

		must(same(coarse, call(F(add), 2, compact(a, max_bytes, bits), b, NONE)));
		must_add_up(compact(a, max_bytes, bits), b);
		must_round_trip(coarse);
	}
#endif
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *copy;

	if (size < 2)
		return 0;
	if (setjmp(fuzz_error) == 0)
	{
		copy = palloc(size);
		memcpy(copy, data + 1, size - 1);
		copy[size - 1] = '\0';
		switch (data[0] & 3)
		{
			case 0:
				must_round_trip(call(F(in), 1, CStringGetDatum(copy), NONE, NONE));
				break;
			case 1:
				must_round_trip(receive(copy, size - 1));
				break;
			case 2:
				{
					size_t		first = (uint8) copy[0];

					if (first + 1 < size - 1)
						must_add_up(receive(copy + 1, first), receive(copy + 1 + first, size - 2 - first));
					break;
				}
			default:
				fuzz_rows((const uint8_t *) copy, size - 1);
		}
	}
	fuzz_free_all();
	return 0;
}
