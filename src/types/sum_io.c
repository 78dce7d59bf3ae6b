/*
 * sum_io.c - an exact sum as packed bytes and as text.
 */
#include "postgres.h"

#include "types/sum_io.h"

DmExactSum *
dm_sum_palloc(void)
{
	DmExactSum *s = palloc(DM_EXACT_SUM_BYTES(DM_SUM_LIMBS));

	dm_sum_init(s, DM_SUM_LIMBS);
	return s;
}

void
dm_sum_write(StringInfo buf, const DmExactSum *s)
{
	uint8		bytes[DM_SUM_LIMBS * 8];
	int			first;
	int			len = dm_sum_to_bytes(s, &first, bytes);

	dm_put_varint(buf, (uint64) len);
	if (len == 0)
		return;
	dm_put_varint(buf, (uint64) first);
	appendBinaryStringInfo(buf, (char *) bytes, len);
}

/*
 * The window has just the limbs that the sum needs: many sums are read only
 * to be added to another.
 */
DmExactSum *
dm_sum_read(DmReader *r)
{
	uint64		len = dm_get_varint(r);
	uint64		first = len > 0 ? dm_get_varint(r) : 0;
	const uint8 *bytes;
	DmExactSum *s;
	int			base;
	int			limbs;
	uint64		i;

	if (len > DM_SUM_LIMBS * 8 || first > DM_SUM_LIMBS * 8 || first + len > DM_SUM_LIMBS * 8)
		r->failed = true;
	bytes = r->failed ? NULL : dm_get_bytes(r, len);
	if (bytes == NULL || len == 0)
		return dm_sum_palloc();
	base = (int) first / 8;
	limbs = (int) ((first + len + 7) / 8) - base;
	s = palloc(DM_EXACT_SUM_BYTES(limbs));
	dm_sum_init(s, limbs);
	s->base = base;
	for (i = 0; i < len; i++)
		s->limb[(first + i) / 8 - base] |= (uint64) bytes[i] << (8 * ((first + i) % 8));
	/* the sign of the last byte fills the last limb */
	if ((bytes[len - 1] & 0x80) && (first + len) % 8 != 0)
		s->limb[limbs - 1] |= PG_UINT64_MAX << (8 * ((first + len) % 8));
	return s;
}

/* A sum as "hexadecimal integer@lowest byte"; the text round-trips. */
void
dm_sum_write_json(StringInfo buf, const char *name, const DmExactSum *s)
{
	uint8		bytes[DM_SUM_LIMBS * 8];
	int			first;
	int			len = dm_sum_to_bytes(s, &first, bytes);

	appendStringInfo(buf, "\"%s\":\"", name);
	while (len > 0)
		appendStringInfo(buf, "%02x", bytes[--len]);
	appendStringInfo(buf, "@%d\"", first);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

DmExactSum *
dm_sum_read_json(DmJson *j, const char *name)
{
	DmExactSum *s = dm_sum_palloc();
	uint8		bytes[DM_SUM_LIMBS * 8];
	uint8		back[DM_SUM_LIMBS * 8];
	int			back_first;
	char	   *text;
	char	   *at;
	char	   *end = NULL;
	size_t		len;
	size_t		i;
	long		first;

	dm_json_key(j, name);
	text = dm_json_string(j);
	if (j->failed)
		return s;
	at = strchr(text, '@');
	len = at ? (size_t) (at - text) : 1;
	first = at ? strtol(at + 1, &end, 10) : -1;
	if (at == NULL || len % 2 || len / 2 > sizeof(bytes) || at[1] < '0' || at[1] > '9' || *end ||
		first < 0 || first > DM_SUM_LIMBS * 8)
	{
		dm_json_fail(j, "Invalid sum");
		return s;
	}
	for (i = 0; i < len / 2; i++)
	{
		int			hi = hex_digit(text[len - 2 * i - 2]);
		int			lo = hex_digit(text[len - 2 * i - 1]);

		if (hi < 0 || lo < 0)
			dm_json_fail(j, "Invalid sum");
		bytes[i] = (uint8) (hi << 4 | lo);
	}
	len /= 2;
	if (!j->failed && (!dm_sum_from_bytes(s, (int) first, (int) len, bytes) ||
					   dm_sum_to_bytes(s, &back_first, back) != (int) len || back_first != first))
		dm_json_fail(j, "Invalid sum");
	return s;
}
