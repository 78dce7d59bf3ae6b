/*
 * profile.c - the profile type: text, binary, equality, merging.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/histogram_internal.h"
#include "types/profile.h"
#include "types/sum_io.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

#define TYPE_NAME "profile"

PG_FUNCTION_INFO_V1(datamon_profile_in);
PG_FUNCTION_INFO_V1(datamon_profile_out);
PG_FUNCTION_INFO_V1(datamon_profile_recv);
PG_FUNCTION_INFO_V1(datamon_profile_send);
PG_FUNCTION_INFO_V1(datamon_profile_eq);
PG_FUNCTION_INFO_V1(datamon_profile_ne);
PG_FUNCTION_INFO_V1(datamon_profile_add);
PG_FUNCTION_INFO_V1(datamon_profile_compact);

/* value_counts without values, for a column of which no row has been seen. */
static struct varlena *
empty_counts(void)
{
	return dm_value_counts_pack(NULL);
}

struct varlena *
dm_profile_pack(const DmProfile *p)
{
	StringInfoData buf;
	int			i;

	dm_packed_begin(&buf, DM_PROFILE);
	dm_put_varint(&buf, p->rows);
	dm_put_varint(&buf, p->grid.max_bytes);
	dm_put_u8(&buf, (uint8) p->grid.min_shift);
	dm_put_varint(&buf, (uint64) p->ncolumns);
	for (i = 0; i < p->ncolumns; i++)
	{
		const DmProfileColumn *c = &p->column[i];
		Size		len;

		dm_put_u8(&buf, (uint8) c->kind);
		if (c->kind == DM_KIND_NUMBER)
		{
			dm_sketch_write(&buf, &c->number);
			continue;
		}
		len = VARSIZE(c->category) - DM_HEADER_SIZE;
		dm_put_varint(&buf, len);
		appendBinaryStringInfo(&buf, (char *) c->category + DM_HEADER_SIZE, (int) len);
	}
	return dm_packed_finish(&buf);
}

/* An embedded value_counts as a value of its own. */
static struct varlena *
read_category(DmReader *r)
{
	uint64		len = dm_get_varint(r);
	const uint8 *bytes;
	StringInfoData buf;

	if (r->failed || len > (uint64) (r->end - r->pos))
	{
		r->failed = true;
		return NULL;
	}
	bytes = dm_get_bytes(r, len);
	dm_packed_begin(&buf, DM_VALUE_COUNTS);
	appendBinaryStringInfo(&buf, (const char *) bytes, (int) len);
	return dm_packed_finish(&buf);
}

static bool
read_packed(const struct varlena *p, DmProfile *out)
{
	DmReader	r;
	uint64		max_bytes;
	uint64		ncolumns;
	int			i;

	dm_reader_init(&r, p);
	out->rows = dm_get_varint(&r);
	max_bytes = dm_get_varint(&r);
	out->grid.min_shift = dm_get_u8(&r);
	ncolumns = dm_get_varint(&r);
	if (r.failed || max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES ||
		out->grid.min_shift > 52 || ncolumns < 1 || ncolumns > DM_PROFILE_MAX_COLUMNS)
		return false;
	out->grid.max_bytes = (uint32) max_bytes;
	out->ncolumns = (int) ncolumns;
	out->column = palloc0(sizeof(DmProfileColumn) * ncolumns);
	for (i = 0; i < out->ncolumns; i++)
	{
		DmProfileColumn *c = &out->column[i];

		c->kind = (char) dm_get_u8(&r);
		if (c->kind == DM_KIND_NUMBER)
			(void) dm_sketch_read(&r, &out->grid, &c->number);
		else if (c->kind == DM_KIND_CATEGORY)
			c->category = read_category(&r);
		else
			r.failed = true;
		if (r.failed)
			return false;
	}
	return r.pos == r.end;
}

/* The working form's columns, each as it would be packed. */
static void
unpack_working(const DmWorking *w, DmProfile *out)
{
	uint32		i;

	out->rows = w->rows;
	out->grid = w->grid;
	out->ncolumns = (int) w->ncolumns;
	out->column = palloc0(sizeof(DmProfileColumn) * w->ncolumns);
	for (i = 0; i < w->ncolumns; i++)
	{
		DmProfileColumn *c = &out->column[i];

		c->kind = (char) w->slot[i].kind;
		if (c->kind == DM_KIND_NUMBER)
			dm_working_sketch(w, (int) i, &c->number);
		else if (w->slot[i].area)
			c->category = dm_value_counts_pack(DM_AT(w, w->slot[i].area));
		else
			c->category = empty_counts();
	}
}

void
dm_profile_unpack(const struct varlena *p, DmProfile *out)
{
	if (DM_IS_WORKING(p))
		unpack_working((const DmWorking *) p, out);
	else if (!read_packed(p, out))
		dm_corrupt(TYPE_NAME);
}

static struct varlena *
packed_arg(FunctionCallInfo fcinfo, int n)
{
	struct varlena *p = dm_getarg(fcinfo, n, DM_PROFILE);
	DmProfile	profile;

	if (!DM_IS_WORKING(p))
		return p;
	dm_profile_unpack(p, &profile);
	return dm_profile_pack(&profile);
}

struct varlena *
dm_profile_histogram(const DmProfileColumn *c)
{
	if (c->kind != DM_KIND_NUMBER)
		return NULL;
	return dm_histogram_pack(&c->number);
}

/* Every row counts once in every category, as a value or as NULL. */
static bool
category_valid(const struct varlena *counts, uint64 rows)
{
	VcScan		scan;
	VcItem		item;
	uint64		n;

	if (!dm_value_counts_valid(counts))
		return false;
	dm_vc_scan_begin(&scan, counts);
	n = scan.nulls;
	/* both are at most 2^63 - 1 */
	while (dm_vc_scan_next(&scan, &item))
		n += item.count;
	return n == rows;
}

/* Are the counts of every column what the rows allow? */
static bool
profile_valid(const DmProfile *p)
{
	int			i;

	if (p->rows > PG_INT64_MAX)
		return false;
	for (i = 0; i < p->ncolumns; i++)
	{
		const DmProfileColumn *c = &p->column[i];
		const DmSketch *s = &c->number;

		if (c->kind == DM_KIND_CATEGORY)
		{
			if (!category_valid(c->category, p->rows))
				return false;
			continue;
		}
		if (!dm_sketch_valid(s, true) || s->nulls > p->rows || s->nans > p->rows ||
			s->neg_inf > p->rows || s->pos_inf > p->rows ||
			dm_sketch_count(s) + s->nulls + s->nans + s->neg_inf + s->pos_inf != p->rows)
			return false;
	}
	return true;
}

static void
read_column_json(DmJson *j, const DmGrid *grid, DmProfileColumn *c)
{
	char	   *kind;

	dm_json_expect(j, '{');
	dm_json_key(j, "kind");
	kind = dm_json_string(j);
	dm_json_expect(j, ',');
	if (j->failed)
		return;
	if (strcmp(kind, "number") == 0)
	{
		c->kind = DM_KIND_NUMBER;
		dm_sketch_read_json(j, grid, &c->number);
	}
	else if (strcmp(kind, "category") == 0)
	{
		c->kind = DM_KIND_CATEGORY;
		dm_json_key(j, "value_counts");
		c->category = dm_value_counts_read_json(j);
	}
	else
		dm_json_fail(j, "Kind must be \"number\" or \"category\"");
	dm_json_expect(j, '}');
}

static void
read_json(DmJson *j, DmProfile *p)
{
	int64		max_bytes;
	int64		bits;

	p->ncolumns = 0;
	p->column = palloc0(sizeof(DmProfileColumn) * DM_PROFILE_MAX_COLUMNS);
	dm_json_expect(j, '{');
	dm_json_key(j, "rows");
	p->rows = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "max_bytes");
	max_bytes = dm_json_int(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "significant_bits");
	bits = dm_json_int(j);
	dm_json_expect(j, ',');
	if (!j->failed && (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES ||
					   bits < 1 || bits > 53))
		dm_json_fail(j, "max_bytes or significant_bits is out of range");
	p->grid.max_bytes = (uint32) max_bytes;
	p->grid.min_shift = (uint32) (53 - bits);
	dm_json_key(j, "columns");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (p->ncolumns > 0)
			dm_json_expect(j, ',');
		if (p->ncolumns == DM_PROFILE_MAX_COLUMNS)
			dm_json_fail(j, "Too many columns");
		if (!j->failed)
			read_column_json(j, &p->grid, &p->column[p->ncolumns++]);
	}
	if (!j->failed && p->ncolumns == 0)
		dm_json_fail(j, "A profile has at least one column");
	dm_json_expect(j, '}');
}

Datum
datamon_profile_in(PG_FUNCTION_ARGS)
{
	DmJson		j;
	DmProfile	p;

	dm_json_begin(&j, PG_GETARG_CSTRING(0), TYPE_NAME, fcinfo->context);
	read_json(&j, &p);
	if (!dm_json_end(&j))
		PG_RETURN_NULL();
	if (!profile_valid(&p))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", TYPE_NAME),
				 errdetail("Counts must add up to the rows, and bins must be canonical.")));
	PG_RETURN_POINTER(dm_profile_pack(&p));
}

Datum
datamon_profile_out(PG_FUNCTION_ARGS)
{
	DmProfile	p;
	StringInfoData buf;
	int			i;

	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), &p);
	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"rows\":" UINT64_FORMAT ",\"max_bytes\":%u,\"significant_bits\":%u,"
					 "\"columns\":[", p.rows, p.grid.max_bytes, 53 - p.grid.min_shift);
	for (i = 0; i < p.ncolumns; i++)
	{
		appendStringInfoString(&buf, i ? ",{" : "{");
		if (p.column[i].kind == DM_KIND_NUMBER)
		{
			appendStringInfoString(&buf, "\"kind\":\"number\",");
			dm_sketch_write_json(&buf, &p.column[i].number);
		}
		else
		{
			appendStringInfoString(&buf, "\"kind\":\"category\",\"value_counts\":");
			dm_value_counts_write_json(&buf, p.column[i].category);
		}
		appendStringInfoChar(&buf, '}');
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

Datum
datamon_profile_recv(PG_FUNCTION_ARGS)
{
	struct varlena *v = dm_packed_recv((StringInfo) PG_GETARG_POINTER(0), DM_PROFILE, TYPE_NAME);
	DmProfile	p;

	if (!read_packed(v, &p) || !profile_valid(&p) || !dm_packed_equal(v, dm_profile_pack(&p)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", TYPE_NAME)));
	PG_RETURN_POINTER(v);
}

Datum
datamon_profile_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(dm_packed_send(packed_arg(fcinfo, 0)));
}

Datum
datamon_profile_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(dm_packed_equal(packed_arg(fcinfo, 0), packed_arg(fcinfo, 1)));
}

Datum
datamon_profile_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!dm_packed_equal(packed_arg(fcinfo, 0), packed_arg(fcinfo, 1)));
}

static void
merge_profiles(DmProfile *out, const DmProfile *a, const DmProfile *b)
{
	int			i;

	if (a->ncolumns != b->ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("profiles of %d and of %d columns cannot be merged",
						a->ncolumns, b->ncolumns)));
	out->rows = dm_add_count(a->rows, b->rows);
	out->grid.max_bytes = Min(a->grid.max_bytes, b->grid.max_bytes);
	out->grid.min_shift = Max(a->grid.min_shift, b->grid.min_shift);
	out->ncolumns = a->ncolumns;
	out->column = palloc0(sizeof(DmProfileColumn) * a->ncolumns);
	for (i = 0; i < a->ncolumns; i++)
	{
		DmProfileColumn *c = &out->column[i];

		if (a->column[i].kind != b->column[i].kind)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column %d is a number in one profile and a category in the other",
							i + 1)));
		c->kind = a->column[i].kind;
		if (c->kind == DM_KIND_NUMBER)
			dm_sketch_merge(&c->number, &a->column[i].number, &b->column[i].number);
		else
			c->category = dm_value_counts_pack(dm_value_counts_merge(
				dm_value_counts_merge(NULL, a->column[i].category), b->column[i].category));
	}
}

Datum
datamon_profile_add(PG_FUNCTION_ARGS)
{
	DmProfile	a;
	DmProfile	b;
	DmProfile	sum;

	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), &a);
	dm_profile_unpack(dm_getarg(fcinfo, 1, DM_PROFILE), &b);
	merge_profiles(&sum, &a, &b);
	PG_RETURN_POINTER(dm_profile_pack(&sum));
}

/*
 * Sums that exact entries implied must be written out before folding makes
 * the entries inexact.
 */
static void
compact_column(DmSketch *s, const DmGrid *grid)
{
	s->grid = *grid;
	if (s->sum == NULL && s->shift == 0)
	{
		s->sum = dm_sum_palloc();
		s->squares = dm_sum_palloc();
		dm_sketch_sums(s, s->sum, s->squares);
	}
	dm_sketch_normalize(s);
}

Datum
datamon_profile_compact(PG_FUNCTION_ARGS)
{
	int			max_bytes = PG_GETARG_INT32(1);
	int			bits = PG_GETARG_INT32(2);
	DmProfile	p;
	int			i;

	dm_grid_check(max_bytes, bits);
	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), &p);
	p.grid.max_bytes = Min(p.grid.max_bytes, (uint32) max_bytes);
	p.grid.min_shift = Max(p.grid.min_shift, (uint32) (53 - bits));
	for (i = 0; i < p.ncolumns; i++)
		if (p.column[i].kind == DM_KIND_NUMBER)
			compact_column(&p.column[i].number, &p.grid);
	PG_RETURN_POINTER(dm_profile_pack(&p));
}
