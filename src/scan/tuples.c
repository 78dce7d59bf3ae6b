/*
 * tuples.c - where the attributes of tuples lie, attribute by attribute for all
 * tuples of a page at once.
 *
 * That way round the loops have no branch that depends on the attribute, and
 * the next tuple does not wait for the length of a value in the one before.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"

#include "scan/tuples.h"

#define CACHE_LINE 64

/* Bitmap of a tuple that has none. */
const uint8 dm_no_nulls[(MaxHeapAttributeNumber + 7) / 8 + 1] = {
	[0 ... (MaxHeapAttributeNumber + 7) / 8] = 0xff
};

static uint8
alignment(char code)
{
	switch (code)
	{
		case 'd':
			return MAXIMUM_ALIGNOF - 1;
		case 'i':
			return sizeof(int) - 1;
		case 's':
			return sizeof(short) - 1;
		default:
			return 0;
	}
}

/* The offsets that heap_deform_tuple() would cache. */
static void
find_offsets(DmLayout *layout)
{
	int			offset = 0;
	int			i;

	for (i = 0; i < layout->natts; i++)
		layout->attribute[i].offset = -1;
	for (i = 0; i < layout->natts; i++)
	{
		DmAttribute *a = &layout->attribute[i];
		int			aligned = (offset + a->align) & ~(int) a->align;

		/* a varlena with a short header would not be aligned */
		if (a->length < 0 && aligned != offset)
			break;
		a->offset = aligned;
		layout->fixed = i + 1;
		if (a->length < 0)
			break;
		offset = aligned + a->length;
	}
}

/* A value that ALTER TABLE ... ADD COLUMN ... DEFAULT gave to older tuples, as if it were stored. */
static const char *
missing_value(TupleDesc desc, int i)
{
	Form_pg_attribute att = TupleDescAttr(desc, i);
	bool		isnull;
	Datum		value = getmissingattr(desc, i + 1, &isnull);
	Datum	   *cell;

	if (isnull)
		return NULL;
	if (!att->attbyval)
		return DatumGetPointer(value);
	cell = palloc0(sizeof(Datum));
	store_att_byval(cell, value, att->attlen);
	return (const char *) cell;
}

DmLayout *
dm_layout_new(TupleDesc desc, DmColumnReader *readers, int nreaders)
{
	DmLayout   *layout = palloc(sizeof(DmLayout));
	int			i;

	layout->natts = 0;
	layout->nreading = 0;
	layout->ahead = NULL;
	layout->fixed = 0;
	for (i = 0; i < nreaders; i++)
		layout->natts = Max(layout->natts, readers[i].column->attnum);
	layout->attribute = palloc0(sizeof(DmAttribute) * Max(layout->natts, 1));
	for (i = 0; i < layout->natts; i++)
	{
		layout->attribute[i].length = TupleDescAttr(desc, i)->attlen;
		layout->attribute[i].align = alignment(TupleDescAttr(desc, i)->attalign);
	}
	for (i = 0; i < nreaders; i++)
	{
		DmAttribute *a = &layout->attribute[readers[i].column->attnum - 1];

		if (a->reader == NULL)
		{
			layout->nreading++;
			a->reader = palloc(sizeof(DmColumnReader *) * nreaders);
			a->missing = missing_value(desc, readers[i].column->attnum - 1);
		}
		a->reader[a->nreaders++] = &readers[i];
	}
	find_offsets(layout);
	return layout;
}

/* Where a value begins at p or behind it, and where it ends. */
static inline const char *
begin_of(const char *p, int length, uintptr_t align)
{
	/* a byte that is not zero is no padding, but a short header */
	if (length == -1 && *(const uint8 *) p != 0)
		return p;
	return (const char *) (((uintptr_t) p + align) & ~align);
}

static inline const char *
end_of(const char *p, int length)
{
	if (length >= 0)
		return p + length;
	if (length == -1)
		return p + VARSIZE_ANY(p);
	return p + strlen(p) + 1;
}

static inline void
step_plainly(const char **at, const char **cursor, int n, int length, uintptr_t align)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		at[i] = begin_of(cursor[i], length, align);
		cursor[i] = end_of(at[i], length);
	}
}

/* One attribute further, in tuples without NULL. */
static void
step_without_nulls(DmLayout *layout, const DmAttribute *a, int n)
{
	/* constants make loops without tests of the length */
	if (a->length == -1)
		step_plainly(layout->at, layout->cursor, n, -1, a->align);
	else if (a->length == 8 && a->align == 7)
		step_plainly(layout->at, layout->cursor, n, 8, 7);
	else if (a->length == 4 && a->align == 3)
		step_plainly(layout->at, layout->cursor, n, 4, 3);
	else
		step_plainly(layout->at, layout->cursor, n, a->length, a->align);
}

/* The same where some may be NULL: values of fixed length take no branch. */
static inline void
step_fixed(DmLayout *layout, const DmTuples *t, int attribute, int length, uintptr_t align)
{
	int			byte = attribute >> 3;
	int			bit = attribute & 7;
	int			i;

	for (i = 0; i < t->n; i++)
	{
		uintptr_t	there = -(uintptr_t) ((t->bitmap[i][byte] >> bit) & 1);
		uintptr_t	p = (uintptr_t) layout->cursor[i];
		uintptr_t	begin = (p + align) & ~align;

		layout->at[i] = (const char *) (begin & there);
		layout->cursor[i] = (const char *) (((begin + length) & there) | (p & ~there));
	}
}

static void
step_varying(DmLayout *layout, const DmTuples *t, int attribute, int length, uintptr_t align)
{
	int			byte = attribute >> 3;
	int			bit = attribute & 7;
	int			i;

	for (i = 0; i < t->n; i++)
	{
		if ((t->bitmap[i][byte] >> bit) & 1)
		{
			layout->at[i] = begin_of(layout->cursor[i], length, align);
			layout->cursor[i] = end_of(layout->at[i], length);
		}
		else
			layout->at[i] = NULL;
	}
}

/* And where some tuples may end before the attribute. */
static void
step_short(DmLayout *layout, const DmTuples *t, int attribute)
{
	const DmAttribute *a = &layout->attribute[attribute];
	int			i;

	for (i = 0; i < t->n; i++)
	{
		if (attribute >= t->natts[i])
			layout->at[i] = a->missing;
		else if ((t->bitmap[i][attribute >> 3] >> (attribute & 7)) & 1)
		{
			layout->at[i] = begin_of(layout->cursor[i], a->length, a->align);
			layout->cursor[i] = end_of(layout->at[i], a->length);
		}
		else
			layout->at[i] = NULL;
	}
}

static void
step(DmLayout *layout, const DmTuples *t, int attribute)
{
	const DmAttribute *a = &layout->attribute[attribute];

	if (attribute >= t->least_natts)
		step_short(layout, t, attribute);
	else if (!t->bitmaps)
		step_without_nulls(layout, a, t->n);
	else if (a->length == 8 && a->align == 7)
		step_fixed(layout, t, attribute, 8, 7);
	else if (a->length >= 0)
		step_fixed(layout, t, attribute, a->length, a->align);
	else
		step_varying(layout, t, attribute, a->length, a->align);
}

/*
 * The next page, in as many parts as attributes are read: all at once the
 * loads that are wanted now would queue behind it.
 */
static inline void
fetch_ahead(DmLayout *layout)
{
	int			bytes = BLCKSZ / Max(layout->nreading, 1) + CACHE_LINE;
	int			i;

	if (layout->ahead == NULL)
		return;
	for (i = 0; i < bytes; i += CACHE_LINE)
		__builtin_prefetch(layout->ahead + i, 0, 3);
	layout->ahead += i;
}

/* Attributes that lie at the same place in every tuple. */
static int
read_fixed(DmLayout *layout, const DmTuples *t, int from)
{
	int			most = Min(layout->fixed, t->least_natts);
	int			a;
	int			r;
	int			i;

	for (a = 0; a < most; a++)
	{
		const DmAttribute *attribute = &layout->attribute[a];

		if (attribute->nreaders)
			fetch_ahead(layout);
		for (r = 0; r < attribute->nreaders; r++)
		{
			if (dm_reader_read_fixed(attribute->reader[r], t->data, attribute->offset, from, t->n))
				continue;
			for (i = 0; i < t->n; i++)
				layout->at[i] = t->data[i] + attribute->offset;
			dm_reader_read(attribute->reader[r], layout->at, from, t->n);
		}
	}
	if (most > 0 && most < layout->natts)
		for (i = 0; i < t->n; i++)
			layout->cursor[i] = end_of(t->data[i] + layout->attribute[most - 1].offset,
									   layout->attribute[most - 1].length);
	return most;
}

void
dm_layout_read(DmLayout *layout, const DmTuples *t, int from)
{
	int			a = 0;
	int			r;

	if (layout->nreading == 0)
		fetch_ahead(layout);
	if (!t->bitmaps)
		a = read_fixed(layout, t, from);
	if (a == 0)
		memcpy(layout->cursor, t->data, sizeof(char *) * t->n);
	for (; a < layout->natts; a++)
	{
		const DmAttribute *attribute = &layout->attribute[a];

		step(layout, t, a);
		if (attribute->nreaders)
			fetch_ahead(layout);
		for (r = 0; r < attribute->nreaders; r++)
			dm_reader_read(attribute->reader[r], layout->at, from, t->n);
	}
}
