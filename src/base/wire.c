/*
 * wire.c - the one reader and the one writer of packed bytes.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "base/checks.h"
#include "base/wire.h"

void
dm_reader_init_bytes(DmReader *r, const void *bytes, size_t len)
{
	r->pos = (const uint8 *) bytes;
	r->end = r->pos + len;
	r->failed = false;
}

void
dm_reader_init(DmReader *r, const void *value)
{
	dm_reader_init_bytes(r, (const char *) value + DM_HEADER_SIZE,
						 VARSIZE(value) - DM_HEADER_SIZE);
}

uint8
dm_get_u8(DmReader *r)
{
	if (r->pos >= r->end)
	{
		r->failed = true;
		return 0;
	}
	return *r->pos++;
}

/* LEB128; the shortest form only, so that equal values have equal bytes. */
uint64
dm_get_varint(DmReader *r)
{
	uint64		v = 0;
	int			shift;

	for (shift = 0; shift < 64; shift += 7)
	{
		uint8		b = dm_get_u8(r);

		if (shift == 63 && b > 1)
			break;
		v |= (uint64) (b & 0x7f) << shift;
		if ((b & 0x80) == 0)
		{
			if (b == 0 && shift > 0)
				break;
			return v;
		}
	}
	r->failed = true;
	return 0;
}

double
dm_get_double(DmReader *r)
{
	const uint8 *p = dm_get_bytes(r, 8);
	uint64		bits = 0;
	double		v;
	int			i;

	if (p == NULL)
		return 0;
	for (i = 0; i < 8; i++)
		bits = (bits << 8) | p[i];
	memcpy(&v, &bits, sizeof(v));
	return v;
}

const uint8 *
dm_get_bytes(DmReader *r, size_t len)
{
	const uint8 *p = r->pos;

	if ((size_t) (r->end - r->pos) < len)
	{
		r->failed = true;
		r->pos = r->end;
		return NULL;
	}
	r->pos += len;
	return p;
}

void
dm_put_u8(StringInfo buf, uint8 v)
{
	appendStringInfoChar(buf, (char) v);
}

void
dm_put_varint(StringInfo buf, uint64 v)
{
	uint8		out[DM_MOST_VARINT_BYTES];

	appendBinaryStringInfo(buf, (char *) out, (int) (dm_varint_to(out, v) - out));
}

void
dm_put_double(StringInfo buf, double v)
{
	uint64		bits;
	uint8		out[8];
	int			i;

	memcpy(&bits, &v, sizeof(bits));
	for (i = 0; i < 8; i++)
		out[i] = (uint8) (bits >> (56 - 8 * i));
	appendBinaryStringInfo(buf, (char *) out, 8);
}

void
dm_packed_begin(StringInfo buf, DmTypeTag tag)
{
	DmHeader	header = {0};

	header.tag = (uint8) tag;
	header.version = DM_FORMAT_VERSION;
	initStringInfo(buf);
	appendBinaryStringInfo(buf, (char *) &header, DM_HEADER_SIZE);
}

struct varlena *
dm_packed_finish(StringInfo buf)
{
	struct varlena *value = (struct varlena *) buf->data;

	SET_VARSIZE(value, buf->len);
	return value;
}

bytea *
dm_packed_send(const struct varlena *value)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, (const char *) value + VARHDRSZ, VARSIZE(value) - VARHDRSZ);
	return pq_endtypsend(&buf);
}

/*
 * Take a message's bytes as a value with a checked header.  The caller checks
 * the payload as strictly as the text input does: a client may send anything.
 */
struct varlena *
dm_packed_recv(StringInfo msg, DmTypeTag tag, const char *type_name)
{
	int			len = msg->len - msg->cursor;
	struct varlena *value;
	DmHeader   *header;

	if (len < (int) (DM_HEADER_SIZE - VARHDRSZ))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s: too short", type_name)));
	value = palloc(VARHDRSZ + len);
	SET_VARSIZE(value, VARHDRSZ + len);
	pq_copymsgbytes(msg, VARDATA(value), len);
	header = (DmHeader *) value;
	if (header->tag != (uint8) tag || header->flags != 0 || header->reserved != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s: bad header", type_name)));
	if (header->version != DM_FORMAT_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("version %d of type %s is not known", header->version, type_name),
				 errhint("This library reads version %d.", DM_FORMAT_VERSION)));
	return value;
}

void
dm_check_header(const struct varlena *value, DmTypeTag tag)
{
	const DmHeader *header = (const DmHeader *) value;

	if (VARSIZE(value) < DM_HEADER_SIZE || header->tag != (uint8) tag)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("value is not of the expected datamon type")));
	if (header->version != DM_FORMAT_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("format version %d is not known", header->version),
				 errhint("Install a datamon library that is at least as new as the data.")));
}

struct varlena *
dm_getarg(FunctionCallInfo fcinfo, int n, DmTypeTag tag)
{
	struct varlena *value = PG_DETOAST_DATUM(PG_GETARG_DATUM(n));

	dm_check_header(value, tag);
	return value;
}

struct varlena *
dm_get_state(FunctionCallInfo fcinfo, DmTypeTag tag, const char *name)
{
	struct varlena *state;

	dm_require_aggregate(fcinfo, name);
	state = dm_getarg(fcinfo, 0, tag);
	if (!DM_IS_WORKING(state))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("state of the aggregate %s is not in working form", name)));
	return state;
}

bool
dm_packed_equal(const struct varlena *a, const struct varlena *b)
{
	return VARSIZE(a) == VARSIZE(b) && memcmp(a, b, VARSIZE(a)) == 0;
}

void
dm_corrupt(const char *type_name)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("corrupted value of type %s", type_name)));
	pg_unreachable();
}
