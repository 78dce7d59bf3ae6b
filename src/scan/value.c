/*
 * value.c - the value behind an id, as jsonb_build_object would show it.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "base/compat.h"
#include "scan/scan.h"

static void
put_string(JsonbValue *out, const char *bytes, size_t len)
{
	out->type = jbvString;
	out->val.string.val = (char *) bytes;
	out->val.string.len = (int) len;
}

/* A number as jsonb takes it; it knows neither NaN nor infinity. */
static void
put_number(JsonbValue *out, char *text)
{
	if (strpbrk(text, "NnIi") != NULL)
	{
		put_string(out, text, strlen(text));
		return;
	}
	out->type = jbvNumeric;
	out->val.numeric = DatumGetNumeric(DirectFunctionCall3(
		numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* The shortest digits, whatever the settings for output. */
static void
put_float(JsonbValue *out, Oid type, uint64 word)
{
	char	   *text = palloc(DOUBLE_SHORTEST_DECIMAL_LEN);
	double		x;

	if (type == FLOAT4OID)
	{
		uint32		bits = (uint32) word;
		float		f;

		memcpy(&f, &bits, sizeof(f));
		x = f;
		if (isfinite(f))
			(void) float_to_shortest_decimal_buf(f, text);
	}
	else
	{
		memcpy(&x, &word, sizeof(x));
		if (isfinite(x))
			(void) double_to_shortest_decimal_buf(x, text);
	}
	if (!isfinite(x))
		strlcpy(text, isnan(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity", DOUBLE_SHORTEST_DECIMAL_LEN);
	put_number(out, text);
}

static void
put_numeric(JsonbValue *out, const char *bytes, size_t len)
{
	struct varlena *v = palloc(VARHDRSZ + len);

	SET_VARSIZE(v, VARHDRSZ + len);
	memcpy(VARDATA(v), bytes, len);
	put_number(out, DatumGetCString(DirectFunctionCall1(numeric_out, PointerGetDatum(v))));
}

static void
put_word(JsonbValue *out, Oid type, const char *bytes)
{
	uint64		word;

	if (type == BOOLOID)
	{
		out->type = jbvBool;
		out->val.boolean = bytes[1] == 't';
		return;
	}
	memcpy(&word, bytes, sizeof(word));
	switch (type)
	{
		case FLOAT4OID:
		case FLOAT8OID:
			put_float(out, type, word);
			return;
		default:
			put_number(out, psprintf(INT64_FORMAT, (int64) word));
	}
}

/* {"other": true}: an object, which the value of no dimension is. */
static void
put_other(JsonbValue *out)
{
	Jsonb	   *value = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{\"other\": true}")));

	out->type = jbvBinary;
	out->val.binary.data = &value->root;
	out->val.binary.len = (int) VARSIZE(value) - VARHDRSZ;
}

void
dm_scan_value(const DmScanColumn *column, uint32 id, JsonbValue *out)
{
	const char *bytes;
	size_t		len;

	if (id == DM_NULL_ID)
	{
		out->type = jbvNull;
		return;
	}
	if (dm_dictionary_is_other(column->dictionary, id))
	{
		put_other(out);
		return;
	}
	bytes = dm_dictionary_bytes(column->dictionary, id, &len);
	if (column->as == DM_AS_CATEGORY)
	{
		put_string(out, bytes, len);
		return;
	}
	switch (column->type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case BOOLOID:
			put_word(out, column->type, bytes);
			break;
		case NUMERICOID:
			put_numeric(out, bytes, len);
			break;
		default:
			put_string(out, bytes, len);
	}
}
