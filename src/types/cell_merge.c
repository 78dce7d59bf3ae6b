/*
 * cell_merge.c - one packed column from several, without a working form.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "types/cell_builder_internal.h"
#include "types/sum_io.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

static void
corrupt_column(void)
{
	dm_corrupt("profile");
}

static void
merge_numbers(DmCellBuilder *b, StringInfo out, const DmPackedColumn *column, int n)
{
	MemoryContext old = MemoryContextSwitchTo(b->rare);
	DmSketch	sum;
	DmSketch	next;
	DmReader	r;
	int			i;

	dm_cell_empty(b, &sum);
	sum.entry = palloc(sizeof(DmEntry));
	for (i = 0; i < n; i++)
	{
		DmSketch	both;

		dm_reader_init_bytes(&r, column[i].bytes, (size_t) (column[i].end - column[i].bytes));
		if (!dm_sketch_read(&r, &b->grid, &next))
			corrupt_column();
		dm_sketch_merge(&both, &sum, &next);
		sum = both;
	}
	MemoryContextSwitchTo(old);
	dm_sketch_write(out, &sum);
	MemoryContextReset(b->rare);
}

/* A packed value_counts, header and all, from what stands in a profile. */
static struct varlena *
read_counts(const DmPackedColumn *column)
{
	StringInfoData buf;
	DmReader	r;
	uint64		len;

	dm_reader_init_bytes(&r, column->bytes, (size_t) (column->end - column->bytes));
	len = dm_get_varint(&r);
	if (r.failed || len > (uint64) (r.end - r.pos))
		corrupt_column();
	dm_packed_begin(&buf, DM_VALUE_COUNTS);
	appendBinaryStringInfo(&buf, (const char *) r.pos, (int) len);
	return dm_packed_finish(&buf);
}

static void
merge_counts(DmCellBuilder *b, StringInfo out, const DmPackedColumn *column, int n)
{
	MemoryContext old = MemoryContextSwitchTo(b->rare);
	struct varlena *counts = NULL;
	Size		len;
	int			i;

	for (i = 0; i < n; i++)
		counts = dm_value_counts_merge(counts, read_counts(&column[i]));
	counts = dm_value_counts_pack(counts);
	MemoryContextSwitchTo(old);
	len = VARSIZE(counts) - DM_HEADER_SIZE;
	dm_put_varint(out, len);
	appendBinaryStringInfo(out, (char *) counts + DM_HEADER_SIZE, (int) len);
	MemoryContextReset(b->rare);
}

void
dm_cell_merge_columns(DmCellBuilder *b, StringInfo out, char kind, const DmPackedColumn *column,
					  int n)
{
	if (kind == DM_KIND_NUMBER)
		merge_numbers(b, out, column, n);
	else
		merge_counts(b, out, column, n);
}

void
dm_cell_skip_column(DmReader *r, char kind)
{
	if (kind == DM_KIND_NUMBER)
		dm_sketch_skip(r);
	else
		(void) dm_get_bytes(r, dm_get_varint(r));
}
