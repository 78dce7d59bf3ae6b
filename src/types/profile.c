/*
 * profile.c - the profile type: text, binary, equality, merging.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/histogram_internal.h"
#include "types/profile.h"
#include "types/sum_io.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

#define TYPE_NAME "profile"

PG_FUNCTION_INFO_V1(datamon_profile_compact);

void
dm_profile_write_column(StringInfo buf, const DmProfileColumn *c)
{
	Size		len;

	if (c->kind == DM_KIND_NUMBER)
	{
		dm_sketch_write(buf, &c->number);
		return;
	}
	len = VARSIZE(c->category) - DM_HEADER_SIZE;
	dm_put_varint(buf, len);
	appendBinaryStringInfo(buf, (char *) c->category + DM_HEADER_SIZE, (int) len);
}

struct varlena *
dm_profile_pack(const DmProfile *p)
{
	StringInfoData buf;
	int			i;

	dm_packed_begin(&buf, DM_PROFILE);
	dm_put_varint(&buf, p->rows);
	dm_grid_write(&buf, &p->grid);
	dm_put_varint(&buf, (uint64) p->ncolumns);
	for (i = 0; i < p->ncolumns; i++)
	{
		dm_put_u8(&buf, (uint8) p->column[i].kind);
		dm_profile_write_column(&buf, &p->column[i]);
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

bool
dm_profile_read_column(DmReader *r, const DmGrid *grid, DmProfileColumn *c)
{
	if (c->kind == DM_KIND_NUMBER)
		(void) dm_sketch_read(r, grid, &c->number);
	else if (c->kind == DM_KIND_CATEGORY)
		c->category = read_category(r);
	else
		r->failed = true;
	return !r->failed;
}

static bool
read_packed(const struct varlena *p, DmProfile *out)
{
	DmReader	r;
	uint64		ncolumns;
	int			i;

	dm_reader_init(&r, p);
	out->rows = dm_get_varint(&r);
	if (!dm_grid_read(&r, &out->grid))
		return false;
	ncolumns = dm_get_varint(&r);
	if (r.failed || ncolumns < 1 || ncolumns > DM_PROFILE_MAX_COLUMNS)
		return false;
	out->ncolumns = (int) ncolumns;
	out->column = palloc0(sizeof(DmProfileColumn) * ncolumns);
	for (i = 0; i < out->ncolumns; i++)
	{
		DmProfileColumn *c = &out->column[i];

		c->kind = (char) dm_get_u8(&r);
		if (!dm_profile_read_column(&r, &out->grid, c))
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
		else					/* there: every row counts in it, if as a NULL */
			c->category = dm_value_counts_pack(DM_AT(w, w->slot[i].area));
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

bool
dm_profile_valid(const DmProfile *p)
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

void
dm_profile_read_column_json(DmJson *j, const DmGrid *grid, DmProfileColumn *c)
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
	p->ncolumns = 0;
	p->column = palloc0(sizeof(DmProfileColumn) * DM_PROFILE_MAX_COLUMNS);
	dm_json_expect(j, '{');
	dm_json_key(j, "rows");
	p->rows = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_grid_read_json(j, &p->grid);
	dm_json_key(j, "columns");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (p->ncolumns > 0)
			dm_json_expect(j, ',');
		if (p->ncolumns == DM_PROFILE_MAX_COLUMNS)
			dm_json_fail(j, "Too many columns");
		if (!j->failed)
			dm_profile_read_column_json(j, &p->grid, &p->column[p->ncolumns++]);
	}
	if (!j->failed && p->ncolumns == 0)
		dm_json_fail(j, "A profile has at least one column");
	dm_json_expect(j, '}');
}

static struct varlena *
parse_state(DmJson *j)
{
	DmProfile	p;

	read_json(j, &p);
	if (!j->failed && !dm_profile_valid(&p))
		dm_json_fail(j, "Counts must add up to the rows, and bins must be canonical");
	return j->failed ? NULL : dm_profile_pack(&p);
}

void
dm_profile_write_column_json(StringInfo buf, const DmProfileColumn *c)
{
	if (c->kind == DM_KIND_NUMBER)
	{
		appendStringInfoString(buf, "{\"kind\":\"number\",");
		dm_sketch_write_json(buf, &c->number);
	}
	else
	{
		appendStringInfoString(buf, "{\"kind\":\"category\",\"value_counts\":");
		dm_value_counts_write_json(buf, c->category);
	}
	appendStringInfoChar(buf, '}');
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmProfile	p;
	int			i;

	dm_profile_unpack(packed, &p);
	appendStringInfo(buf, "{\"rows\":" UINT64_FORMAT ",", p.rows);
	dm_grid_write_json(buf, &p.grid);
	appendStringInfoString(buf, "\"columns\":[");
	for (i = 0; i < p.ncolumns; i++)
	{
		if (i > 0)
			appendStringInfoChar(buf, ',');
		dm_profile_write_column_json(buf, &p.column[i]);
	}
	appendStringInfoString(buf, "]}");
}

static bool
valid_state(const struct varlena *packed)
{
	DmProfile	p;

	return read_packed(packed, &p) && dm_profile_valid(&p) &&
		dm_packed_equal(packed, dm_profile_pack(&p));
}

struct varlena *
dm_profile_pack_working(const DmWorking *w)
{
	DmProfile	p;

	unpack_working(w, &p);
	return dm_profile_pack(&p);
}

static struct varlena *
pack_state(const struct varlena *working)
{
	DmProfile	p;

	dm_profile_unpack(working, &p);
	return dm_profile_pack(&p);
}

/* An empty working form with the columns of a profile. */
static DmWorking *
working_like(const DmProfile *p)
{
	char	   *kinds = palloc((Size) p->ncolumns);
	int			i;

	for (i = 0; i < p->ncolumns; i++)
		kinds[i] = p->column[i].kind;
	return dm_working_new(DM_PROFILE, kinds, p->ncolumns, p->grid, true);
}

static void
check_same_columns(uint32 a, uint32 b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("profiles of %u and of %u columns cannot be merged", a, b)));
}

static void
check_same_kind(int column, uint32 a, uint32 b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column %d is a number in one profile and a category in the other",
						column + 1)));
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	DmProfile	p;
	DmWorking  *w;
	int			i;

	dm_profile_unpack(value, &p);
	w = state ? (DmWorking *) state : working_like(&p);
	check_same_columns(w->ncolumns, (uint32) p.ncolumns);
	w->rows = dm_add_count(w->rows, p.rows);
	for (i = 0; i < p.ncolumns; i++)
	{
		check_same_kind(i, w->slot[i].kind, (uint32) p.column[i].kind);
		if (p.column[i].kind == DM_KIND_NUMBER)
			w = dm_working_add_sketch(w, i, &p.column[i].number);
		else
			w = dm_working_add_category(w, i, p.column[i].category);
	}
	return (struct varlena *) w;
}

static struct varlena *
add_packed(const struct varlena *a, const struct varlena *b)
{
	DmProfile	first;
	DmProfile	second;
	DmProfile	sum;
	int			i;

	dm_profile_unpack(a, &first);
	dm_profile_unpack(b, &second);
	check_same_columns((uint32) first.ncolumns, (uint32) second.ncolumns);
	sum.rows = dm_add_count(first.rows, second.rows);
	sum.grid.max_bytes = Min(first.grid.max_bytes, second.grid.max_bytes);
	sum.grid.min_shift = Max(first.grid.min_shift, second.grid.min_shift);
	sum.ncolumns = first.ncolumns;
	sum.column = palloc0(sizeof(DmProfileColumn) * sum.ncolumns);
	for (i = 0; i < sum.ncolumns; i++)
	{
		DmProfileColumn *c = &sum.column[i];
		const DmProfileColumn *x = &first.column[i];
		const DmProfileColumn *y = &second.column[i];

		check_same_kind(i, (uint32) x->kind, (uint32) y->kind);
		c->kind = x->kind;
		if (c->kind == DM_KIND_NUMBER)
			dm_sketch_merge(&c->number, &x->number, &y->number);
		else
			c->category = dm_value_counts_pack(dm_value_counts_merge(
				dm_value_counts_merge(NULL, x->category), y->category));
	}
	return dm_profile_pack(&sum);
}

static const DmType profile_type = {
	DM_PROFILE, TYPE_NAME, print_state, parse_state, valid_state, pack_state, merge_state, NULL,
	add_packed
};

DM_TYPE_FUNCTIONS(profile, profile_type);

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
