/*
 * value_counts_sets.c - value_counts as sets: their rows, two of them over the
 * same categories, and what one has that the other lacks.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/row.h"
#include "types/value_counts_internal.h"

PG_FUNCTION_INFO_V1(datamon_value_counts_counts);
PG_FUNCTION_INFO_V1(datamon_value_counts_new_values);
PG_FUNCTION_INFO_V1(datamon_value_counts_vanished_values);

/* Categories of one side: items in the order that both sides share. */
typedef struct Side
{
	VcItem	   *items;
	VcScan		s;
	uint64		total;
} Side;

/* bits VC_EXACT: categories are values.  Else buckets: items sharing one are added. */
static void
open_side(Side *side, const struct varlena *state, int bits)
{
	VcItem	   *items = dm_vc_items(state, &side->s);
	uint32		n = side->s.nentries;
	uint32		kept = 0;
	uint32		i;

	side->total = 0;
	side->items = items;
	qsort(items, n, sizeof(VcItem), bits == VC_EXACT ? dm_vc_by_value : dm_vc_by_hash);
	for (i = 0; i < n; i++)
	{
		side->total = dm_add_count(side->total, items[i].count);
		if (bits != VC_EXACT && kept > 0 &&
			vc_bucket(items[kept - 1].hash, bits) == vc_bucket(items[i].hash, bits))
			items[kept - 1].count += items[i].count;
		else
			items[kept++] = items[i];
	}
	side->s.nentries = kept;
}

static int
compare_categories(const VcItem *a, const VcItem *b, int bits)
{
	uint64		x;
	uint64		y;

	if (bits == VC_EXACT)
		return dm_vc_by_value(a, b);
	x = vc_bucket(a->hash, bits);
	y = vc_bucket(b->hash, bits);
	return (x > y) - (x < y);
}

/* The coarser of two numbers of bits; exact is finer than any. */
static int
common_bits(const struct varlena *a, const struct varlena *b)
{
	VcScan		x;
	VcScan		y;

	dm_vc_scan_begin(&x, a);
	dm_vc_scan_begin(&y, b);
	if (x.bits == VC_EXACT)
		return y.bits;
	return y.bits == VC_EXACT ? x.bits : Min(x.bits, y.bits);
}

void
dm_value_counts_pair(const struct varlena *a, const struct varlena *b, DmCategoryPair *out)
{
	int			bits = common_bits(a, b);
	uint32		i = 0;
	uint32		j = 0;
	Side		x;
	Side		y;

	open_side(&x, a, bits);
	open_side(&y, b, bits);
	out->a = palloc0((x.s.nentries + y.s.nentries + 1) * sizeof(double));
	out->b = palloc0((x.s.nentries + y.s.nentries + 1) * sizeof(double));
	out->total_a = (double) x.total;
	out->total_b = (double) y.total;
	out->nulls_a = x.s.nulls;
	out->nulls_b = y.s.nulls;
	out->exact = bits == VC_EXACT;
	out->k = 0;
	while (i < x.s.nentries || j < y.s.nentries)
	{
		int			c = i == x.s.nentries ? 1 :
			j == y.s.nentries ? -1 : compare_categories(&x.items[i], &y.items[j], bits);

		if (c <= 0)
			out->a[out->k] = (double) x.items[i++].count;
		if (c >= 0)
			out->b[out->k] = (double) y.items[j++].count;
		out->k++;
	}
	pfree(x.items);
	pfree(y.items);
}

/* The hashes an item may stand for: its own, or all of its bucket. */
static uint64
first_hash(const VcItem *item, int bits)
{
	if (item->single || bits == 0)
		return item->single ? item->hash : 0;
	return vc_bucket(item->hash, bits) << (64 - bits);
}

static uint64
last_hash(const VcItem *item, int bits)
{
	return item->single ? item->hash : first_hash(item, bits) | (PG_UINT64_MAX >> bits);
}

/*
 * Is every value of the item certain to be absent from the other side?  The
 * other side's ranges of hashes ascend and do not overlap.
 */
static bool
is_absent(const VcItem *item, int bits, const Side *other)
{
	uint64		first = first_hash(item, bits);
	uint64		last = last_hash(item, bits);
	uint32		low = 0;
	uint32		high = other->s.nentries;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (last_hash(&other->items[middle], other->s.bits) < first)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < other->s.nentries; low++)
	{
		const VcItem *o = &other->items[low];

		if (first_hash(o, other->s.bits) > last)
			return true;
		if (!(item->single && o->single) ||
			vc_same_value(item->value, item->len, o->value, o->len))
			return false;
	}
	return true;
}

static int
by_count(const void *a, const void *b)
{
	const VcItem *x = a;
	const VcItem *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return dm_vc_by_value(a, b);
}

/* Most frequent first. */
static void
return_items(FunctionCallInfo fcinfo, VcItem *items, uint32 n)
{
	DmRowSet		rows;
	uint32		i;

	qsort(items, n, sizeof(VcItem), by_count);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n; i++)
	{
		dm_row_string(&rows.row, items[i].value, items[i].len);
		dm_row_count(&rows.row, (int64) items[i].count);
		dm_row_bool(&rows.row, !items[i].single);
		dm_rows_put(&rows);
	}
}

Datum
datamon_value_counts_counts(PG_FUNCTION_ARGS)
{
	VcScan		s;
	VcItem	   *items = dm_vc_items(dm_getarg(fcinfo, 0, DM_VALUE_COUNTS), &s);

	return_items(fcinfo, items, s.nentries);
	return (Datum) 0;
}

/* The items of argument "here" that are certain to be absent from "there". */
static Datum
absent_items(FunctionCallInfo fcinfo, int here, int there)
{
	VcScan		s;
	VcItem	   *items = dm_vc_items(dm_getarg(fcinfo, here, DM_VALUE_COUNTS), &s);
	Side		other;
	uint32		kept = 0;
	uint32		i;

	other.items = dm_vc_items(dm_getarg(fcinfo, there, DM_VALUE_COUNTS), &other.s);
	qsort(other.items, other.s.nentries, sizeof(VcItem), dm_vc_by_hash);
	for (i = 0; i < s.nentries; i++)
		if (is_absent(&items[i], s.bits, &other))
			items[kept++] = items[i];
	return_items(fcinfo, items, kept);
	return (Datum) 0;
}

Datum
datamon_value_counts_new_values(PG_FUNCTION_ARGS)
{
	return absent_items(fcinfo, 0, 1);
}

Datum
datamon_value_counts_vanished_values(PG_FUNCTION_ARGS)
{
	return absent_items(fcinfo, 1, 0);
}
