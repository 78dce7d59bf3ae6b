/*
 * sketch_io.c - text form of one numeric column.
 */
#include "postgres.h"

#include <math.h>

#include "types/sketch.h"
#include "types/sum_io.h"

void
dm_grid_write_json(StringInfo buf, const DmGrid *grid)
{
	appendStringInfo(buf, "\"max_bytes\":%u,\"significant_bits\":%u,", grid->max_bytes,
					 53 - grid->min_shift);
}

void
dm_grid_read_json(DmJson *j, DmGrid *grid)
{
	int64		max_bytes;
	int64		bits;

	dm_json_key(j, "max_bytes");
	max_bytes = dm_json_int(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "significant_bits");
	bits = dm_json_int(j);
	dm_json_expect(j, ',');
	if (!j->failed && (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES ||
					   bits < 1 || bits > 53))
		dm_json_fail(j, "max_bytes or significant_bits is out of range");
	grid->max_bytes = (uint32) max_bytes;
	grid->min_shift = (uint32) (53 - bits);
}

void
dm_sketch_write_json(StringInfo buf, const DmSketch *s)
{
	size_t		i;

	appendStringInfo(buf, "\"n\":" UINT64_FORMAT ",\"nulls\":" UINT64_FORMAT ",\"nan\":" UINT64_FORMAT
					 ",\"-inf\":" UINT64_FORMAT ",\"+inf\":" UINT64_FORMAT ",\"shift\":%d",
					 dm_sketch_count(s), s->nulls, s->nans, s->neg_inf, s->pos_inf, s->shift);
	if (s->n > 0)
	{
		appendStringInfoString(buf, ",\"min\":");
		dm_json_put_double(buf, s->min);
		appendStringInfoString(buf, ",\"max\":");
		dm_json_put_double(buf, s->max);
	}
	appendStringInfoString(buf, ",\"bins\":[");
	for (i = 0; i < s->n; i++)
	{
		double		edge = dm_key_near(s->entry[i].key, s->shift);

		/* the bins next to zero: any of their values names them, zero must not */
		if (edge == 0 && s->entry[i].key != 0)
			edge = dm_from_bits(1 | (s->entry[i].key < 0 ? DM_SIGN_BIT : 0));
		appendStringInfoString(buf, i ? ",[" : "[");
		dm_json_put_double(buf, edge);
		appendStringInfo(buf, "," UINT64_FORMAT "]", s->entry[i].count);
	}
	appendStringInfoChar(buf, ']');
	if (s->sum)
	{
		appendStringInfoChar(buf, ',');
		dm_sum_write_json(buf, "sum", s->sum);
		appendStringInfoChar(buf, ',');
		dm_sum_write_json(buf, "sum_of_squares", s->squares);
	}
}

static void
read_bins_json(DmJson *j, DmSketch *s)
{
	size_t		room = 64;

	s->entry = palloc(sizeof(DmEntry) * room);
	dm_json_key(j, "bins");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		double		edge;
		DmEntry    *e;

		if (s->n > 0)
			dm_json_expect(j, ',');
		if (s->n == room)
		{
			room *= 2;
			s->entry = repalloc(s->entry, sizeof(DmEntry) * room);
		}
		e = &s->entry[s->n];
		dm_json_expect(j, '[');
		edge = dm_json_double(j);
		dm_json_expect(j, ',');
		e->count = dm_json_count(j);
		dm_json_expect(j, ']');
		e->key = dm_key(edge, s->shift);
		if (!j->failed && edge != dm_key_near(e->key, s->shift) &&
			fabs(edge) != dm_from_bits(1))
			dm_json_fail(j, "Edge is not on the grid");
		s->n++;
	}
}

void
dm_sketch_read_json(DmJson *j, const DmGrid *grid, DmSketch *s)
{
	int64		shift;
	uint64		n;

	memset(s, 0, sizeof(*s));
	s->grid = *grid;
	s->min = INFINITY;
	s->max = -INFINITY;
	dm_json_key(j, "n");
	n = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "nulls");
	s->nulls = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "nan");
	s->nans = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "-inf");
	s->neg_inf = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "+inf");
	s->pos_inf = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "shift");
	shift = dm_json_int(j);
	s->shift = shift < 0 || shift > DM_MAX_SHIFT ? -1 : (int) shift;
	if (!j->failed && s->shift < 0)
		dm_json_fail(j, "Shift must be between 0 and 63");
	dm_json_expect(j, ',');
	if (!j->failed && n > 0)
	{
		dm_json_key(j, "min");
		s->min = dm_json_double(j) + 0.0;
		dm_json_expect(j, ',');
		dm_json_key(j, "max");
		s->max = dm_json_double(j) + 0.0;
		dm_json_expect(j, ',');
	}
	read_bins_json(j, s);
	if (!j->failed && dm_sketch_count(s) != n)
		dm_json_fail(j, "Counts of the bins do not add up to \"n\"");
	if (!j->failed && dm_json_try(j, ','))
	{
		s->sum = dm_sum_read_json(j, "sum");
		dm_json_expect(j, ',');
		s->squares = dm_sum_read_json(j, "sum_of_squares");
	}
}
