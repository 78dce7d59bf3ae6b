/*
 * ids.c - stored values of one column to ids of its dictionary.
 *
 * Values that SQL calls equal get one id: their bytes are made canonical
 * first.  Where that costs a function call, a second dictionary knows what
 * the stored bytes became before.
 */
#include "postgres.h"

#include <math.h>

#include "access/tupmacs.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "scan/reader.h"
#include "stats/dyadic.h"

/* What left(x::text, 200) keeps. */
#define MOST_CHARACTERS 200

/* Digits and sign of an int8. */
#define MOST_DIGITS 20

/* Stored values whose bytes are remembered; further ones are converted each time. */
#define MOST_RAW 100000

#define HASH_MULTIPLIER UINT64CONST(0x9E3779B97F4A7C15)

/* A float as a category is its text; an integer needs no function for that. */
static void
output_begin(DmColumnReader *r)
{
	Oid			function;
	bool		is_varlena;

	r->id_by = DM_ID_OUTPUT;
	getTypeOutputInfo(r->base, &function, &is_varlena);
	fmgr_info(function, &r->function);
}

/* How the cast of a type to text goes; false: a user's own, which he would have to be checked for the right to call. */
static bool
find_cast(Oid type, DmIdBy *by, Oid *function)
{
	*function = InvalidOid;
	switch (find_coercion_pathway(TEXTOID, type, COERCION_EXPLICIT, function))
	{
		case COERCION_PATH_RELABELTYPE:
			*by = DM_ID_BYTES;
			return true;
		case COERCION_PATH_FUNC:
			*by = DM_ID_CAST;
			return *function < FirstNormalObjectId && get_func_nargs(*function) == 1;
		case COERCION_PATH_COERCEVIAIO:
			*by = DM_ID_OUTPUT;
			return true;
		default:
			return false;
	}
}

bool
dm_scan_has_cast(Oid type)
{
	Oid			function;
	DmIdBy		by;

	return find_cast(getBaseType(type), &by, &function);
}

/* An error of its own: the query door would take the same bytes. */
static void
text_begin(DmColumnReader *r)
{
	Oid			function = InvalidOid;
	bool		is_varlena;

	r->id_by = DM_ID_OUTPUT;
	if (r->column->as == DM_AS_CATEGORY && !r->column->as_text)
	{
		if (r->type == DM_VALUE_TEXT)
			r->id_by = DM_ID_BYTES;
		else if (r->type != DM_VALUE_OUTPUT)
			dm_reader_cannot(r, "category");
	}
	else
	{
		if (!find_cast(r->base, &r->id_by, &function))
			dm_reader_cannot(r, r->column->as == DM_AS_CATEGORY ? "category" : "dimension");
		r->cut = r->column->as == DM_AS_DIMENSION;
	}
	if (r->id_by == DM_ID_OUTPUT)
		getTypeOutputInfo(r->base, &function, &is_varlena);
	if (r->id_by != DM_ID_BYTES)
		fmgr_info(function, &r->function);
}

void
dm_ids_begin(DmColumnReader *r)
{
	/* kept where several tables are read into the same rows */
	if (r->column->dictionary == NULL)
		r->column->dictionary = dm_dictionary_new();
	switch (r->base)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case BOOLOID:
			if (r->column->as == DM_AS_CATEGORY && (r->base == FLOAT4OID || r->base == FLOAT8OID))
				output_begin(r);
			else
				r->id_by = DM_ID_WORD;
			break;
		case NUMERICOID:
			if (r->column->as == DM_AS_CATEGORY)
				output_begin(r);
			else
				r->id_by = DM_ID_NUMERIC;
			break;
		default:
			text_begin(r);
	}
	if (r->id_by == DM_ID_WORD)
	{
		r->direct = palloc0(sizeof(uint32) * DM_DIRECT_IDS);
		r->cache = palloc0(sizeof(DmIdCache) * DM_CACHED_IDS);
	}
	else if (r->id_by != DM_ID_BYTES)
	{
		r->raw = dm_dictionary_new();
		dm_dictionary_limit(r->raw, MOST_RAW);
	}
}

/* The dictionary begins again: no id that was given means anything any more. */
void
dm_ids_forget(DmColumnReader *r)
{
	dm_dictionary_forget(r->column->dictionary);
	r->last_id = 0;
	if (r->direct)
		memset(r->direct, 0, sizeof(uint32) * DM_DIRECT_IDS);
	if (r->cache)
		memset(r->cache, 0, sizeof(DmIdCache) * DM_CACHED_IDS);
	if (r->id_of_raw)
		memset(r->id_of_raw, 0, sizeof(uint32) * (Size) r->raw_room);
}

/* The id of a word that neither table knows. */
static uint32
new_word(DmColumnReader *r, uint64 word)
{
	char		text[MOST_DIGITS + 1];

	if (r->column->as == DM_AS_CATEGORY && r->base == BOOLOID)
		return dm_dictionary_id(r->column->dictionary, word ? "true" : "false", word ? 4 : 5);
	if (r->column->as == DM_AS_CATEGORY)
	{
		pg_lltoa((int64) word, text);
		return dm_dictionary_id(r->column->dictionary, text, strlen(text));
	}
	/* bytes of no integer: values that are known outlive a change of the column's type */
	if (r->base == BOOLOID)
		return dm_dictionary_id(r->column->dictionary, word ? "\0t" : "\0f", 2);
	return dm_dictionary_id(r->column->dictionary, (const char *) &word, sizeof(word));
}

static inline uint32
id_of_word(DmColumnReader *r, uint64 word)
{
	DmIdCache  *cached;

	if (likely(word < DM_DIRECT_IDS))
	{
		if (unlikely(r->direct[word] == 0))
			r->direct[word] = new_word(r, word);
		return r->direct[word];
	}
	cached = &r->cache[(word * HASH_MULTIPLIER) >> 56];
	if (unlikely(cached->word != word || cached->id == 0))
	{
		cached->word = word;
		cached->id = new_word(r, word);
	}
	return cached->id;
}

/* Floats by their bits: -0 is 0, and every NaN the same. */
static inline uint64
double_word(double x)
{
	return isnan(x) ? DM_NAN_BITS : dm_bits(x + 0.0);
}

static inline uint64
float_word(float x)
{
	uint32		bits;

	x = isnan(x) ? (float) NAN : x + 0.0f;
	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline uint64
word_at(const DmColumnReader *r, const char *p)
{
	switch (r->base)
	{
		case INT2OID:
			return (uint64) (int64) *(const int16 *) p;
		case INT4OID:
			return (uint64) (int64) *(const int32 *) p;
		case INT8OID:
			return (uint64) *(const int64 *) p;
		case FLOAT4OID:
			return float_word(*(const float *) p);
		case FLOAT8OID:
			return double_word(*(const double *) p);
		default:
			return *(const bool *) p ? 1 : 0;
	}
}

/* The rest of what is longer costs nobody an id of its own. */
static inline size_t
cut(const DmColumnReader *r, const char *bytes, size_t len)
{
	if (likely(len <= MOST_CHARACTERS) || !r->cut)
		return len;
	return (size_t) pg_mbcharcliplen(bytes, (int) len, MOST_CHARACTERS);
}

static uint32
id_of_bytes(DmColumnReader *r, const char *bytes, size_t len)
{
	len = cut(r, bytes, len);
	if (r->last_id != 0 && r->last_len == len && memcmp(r->last_bytes, bytes, len) == 0)
		return r->last_id;
	r->last_id = dm_dictionary_id(r->column->dictionary, bytes, len);
	r->last_bytes = dm_dictionary_bytes(r->column->dictionary, r->last_id, &r->last_len);
	return r->last_id;
}

static uint32
id_by_function(DmColumnReader *r, Datum value)
{
	struct varlena *v;
	char	   *s;

	if (r->id_by == DM_ID_OUTPUT)
	{
		s = OutputFunctionCall(&r->function, value);
		return id_of_bytes(r, s, strlen(s));
	}
	if (r->id_by == DM_ID_NUMERIC)
		v = (struct varlena *) DatumGetPointer(DirectFunctionCall1(numeric_trim_scale, value));
	else
		v = PG_DETOAST_DATUM_PACKED(FunctionCall1(&r->function, value));
	return id_of_bytes(r, VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v));
}

/* By what the stored bytes became before. */
static uint32
id_of_raw(DmColumnReader *r, const char *bytes, size_t len, Datum value)
{
	uint32		raw = dm_dictionary_id(r->raw, bytes, len);

	if (dm_dictionary_is_other(r->raw, raw))
		return id_by_function(r, value);
	if (raw > r->raw_room)
	{
		uint32		room = Max(64, raw * 2);
		uint32	   *ids = MemoryContextAllocExtended(GetMemoryChunkContext(r->raw),
													 sizeof(uint32) * (Size) room,
													 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

		if (r->id_of_raw)
		{
			memcpy(ids, r->id_of_raw, sizeof(uint32) * (Size) r->raw_room);
			pfree(r->id_of_raw);
		}
		r->id_of_raw = ids;
		r->raw_room = room;
	}
	if (r->id_of_raw[raw - 1] == 0)
		r->id_of_raw[raw - 1] = id_by_function(r, value);
	return r->id_of_raw[raw - 1];
}

static uint32
id_of(DmColumnReader *r, const char *p)
{
	if (r->length == -1)
	{
		struct varlena *v = PG_DETOAST_DATUM_PACKED(PointerGetDatum(p));

		if (r->id_by == DM_ID_BYTES)
			return id_of_bytes(r, VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v));
		return id_of_raw(r, VARDATA_ANY(v), VARSIZE_ANY_EXHDR(v), PointerGetDatum(v));
	}
	return id_of_raw(r, p, r->length == -2 ? strlen(p) : (size_t) r->length,
					 fetch_att(p, r->by_value, r->length));
}

void
dm_ids_read(DmColumnReader *r, const char *const *value, uint32 *id, int n)
{
	int			i;

	if (r->id_by == DM_ID_WORD)
	{
		for (i = 0; i < n; i++)
			id[i] = value[i] ? id_of_word(r, word_at(r, value[i])) : DM_NULL_ID;
		return;
	}
	for (i = 0; i < n; i++)
		id[i] = value[i] ? id_of(r, value[i]) : DM_NULL_ID;
}

bool
dm_ids_read_fixed(DmColumnReader *r, const char *const *base, int offset, uint32 *id, int n)
{
	int			i;

	if (r->id_by != DM_ID_WORD)
		return false;
	if (r->base == INT4OID)
		for (i = 0; i < n; i++)
			id[i] = id_of_word(r, (uint64) (int64) *(const int32 *) (base[i] + offset));
	else
		for (i = 0; i < n; i++)
			id[i] = id_of_word(r, word_at(r, base[i] + offset));
	return true;
}
