/*
 * fields.c - the members of a state as bytes and as text; see fields.h.
 */
#include "postgres.h"

#include <math.h>

#include "types/fields.h"

/* What comes before a member in text. */
static void
separate(DmFields *f, const char *name)
{
	if (f->way == DM_WRITE_TEXT)
	{
		if (!f->first)
			appendStringInfoChar(f->buf, ',');
		if (name)
			appendStringInfo(f->buf, "\"%s\":", name);
	}
	else if (f->way == DM_READ_TEXT)
	{
		if (!f->first)
			dm_json_expect(f->json, ',');
		if (name)
			dm_json_key(f->json, name);
	}
	f->first = false;
}

void
dm_fields_open(DmFields *f, const char *name)
{
	separate(f, name);
	if (f->way == DM_WRITE_TEXT)
		appendStringInfoChar(f->buf, '[');
	else if (f->way == DM_READ_TEXT)
		dm_json_expect(f->json, '[');
	f->first = true;
}

void
dm_fields_close(DmFields *f)
{
	if (f->way == DM_WRITE_TEXT)
		appendStringInfoChar(f->buf, ']');
	else if (f->way == DM_READ_TEXT)
		dm_json_expect(f->json, ']');
	f->first = false;
}

void
dm_field_count(DmFields *f, const char *name, uint64 *v, uint64 most)
{
	separate(f, name);
	switch (f->way)
	{
		case DM_READ_BYTES:
			*v = dm_get_varint(&f->reader);
			break;
		case DM_WRITE_BYTES:
			dm_put_varint(f->buf, *v);
			return;
		case DM_READ_TEXT:
			*v = dm_json_count(f->json);
			break;
		case DM_WRITE_TEXT:
			appendStringInfo(f->buf, UINT64_FORMAT, *v);
			return;
	}
	if (*v > most)
	{
		f->bad = true;
		*v = 0;
	}
}

void
dm_field_u32(DmFields *f, const char *name, uint32 *v, uint32 most)
{
	uint64		wide = *v;

	dm_field_count(f, name, &wide, most);
	*v = (uint32) wide;
}

void
dm_field_u8(DmFields *f, const char *name, uint8 *v, uint8 most)
{
	uint64		wide = *v;

	dm_field_count(f, name, &wide, most);
	*v = (uint8) wide;
}

/* As bytes 0, -1, 1, -2, ... are 0, 1, 2, 3, ... */
void
dm_field_int(DmFields *f, const char *name, int64 *v)
{
	uint64		folded;

	separate(f, name);
	switch (f->way)
	{
		case DM_READ_BYTES:
			folded = dm_get_varint(&f->reader);
			*v = (int64) (folded >> 1) ^ -(int64) (folded & 1);
			break;
		case DM_WRITE_BYTES:
			dm_put_varint(f->buf, ((uint64) *v << 1) ^ (*v < 0 ? PG_UINT64_MAX : 0));
			break;
		case DM_READ_TEXT:
			*v = dm_json_int(f->json);
			break;
		case DM_WRITE_TEXT:
			appendStringInfo(f->buf, INT64_FORMAT, *v);
			break;
	}
	/* text has no such number */
	if (*v == PG_INT64_MIN)
		f->bad = true;
}

void
dm_field_double(DmFields *f, const char *name, double *v, double most)
{
	separate(f, name);
	switch (f->way)
	{
		case DM_READ_BYTES:
			*v = dm_get_double(&f->reader);
			break;
		case DM_WRITE_BYTES:
			dm_put_double(f->buf, *v);
			return;
		case DM_READ_TEXT:
			*v = dm_json_double(f->json);
			break;
		case DM_WRITE_TEXT:
			dm_json_put_double(f->buf, *v);
			return;
	}
	if (!(fabs(*v) <= most))
	{
		f->bad = true;
		*v = 0;
	}
}

bool
dm_fields_read(const struct varlena *packed, DmFieldsWalk walk, void *state)
{
	DmFields	f = {DM_READ_BYTES};

	dm_reader_init(&f.reader, packed);
	walk(&f, state);
	return !f.bad && !f.reader.failed && f.reader.pos == f.reader.end;
}

struct varlena *
dm_fields_pack(DmTypeTag tag, DmFieldsWalk walk, const void *state)
{
	StringInfoData buf;
	DmFields	f = {DM_WRITE_BYTES};

	dm_packed_begin(&buf, tag);
	f.buf = &buf;
	walk(&f, unconstify(void *, state));
	return dm_packed_finish(&buf);
}

bool
dm_fields_parse(DmJson *j, DmFieldsWalk walk, void *state)
{
	DmFields	f = {DM_READ_TEXT};

	f.json = j;
	f.first = true;
	dm_json_expect(j, '{');
	walk(&f, state);
	dm_json_expect(j, '}');
	if (!j->failed && f.bad)
		dm_json_fail(j, "No data have this value");
	return !j->failed;
}

void
dm_fields_print(StringInfo buf, DmFieldsWalk walk, const void *state)
{
	DmFields	f = {DM_WRITE_TEXT};

	f.buf = buf;
	f.first = true;
	appendStringInfoChar(buf, '{');
	walk(&f, unconstify(void *, state));
	appendStringInfoChar(buf, '}');
}
