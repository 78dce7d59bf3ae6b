/*
 * agreement_log.c - the working form of agreement_state: a log of rows in one
 * flat varlena.
 *
 * A hash aggregate keeps one per group, and most groups are small: a row of
 * small integers takes three or four bytes, and nothing is looked up while rows
 * come.  A full log is put in order, which joins equal rows; only if that does
 * not halve it, a larger one is made.  The old one is left alone: it belongs
 * to the executor.
 *
 * A key is a varint: (zigzag << 2 | count follows << 1) of an integer,
 * (length << 2 | count follows << 1 | 1) and bytes of text.  Only the last key of a row
 * says that a count follows it; else the row counts once.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/checks.h"
#include "types/agreement_state.h"

/* With the allocator's header of some bytes, palloc gives powers of two. */
#define AG_FIRST_BYTES 256
#define AG_COMPACT_BYTES 8192	/* smaller logs just grow */
#define AG_VARINT_BYTES 10

#define AG_HEAD offsetof(AgWorking, log)

AgKey
dm_ag_number(int64 v)
{
	AgKey		key = {NULL, v, 0, 0};

	return key;
}

/* Digits as the server writes an integer, within the range of keys that are. */
static bool
read_number(const char *text, size_t len, int64 *number)
{
	bool		negative = len > 0 && text[0] == '-';
	size_t		i = negative ? 1 : 0;
	int64		v = 0;

	if (i == len || len > 20 || (text[i] == '0' && len > 1))
		return false;
	for (; i < len; i++)
	{
		if (text[i] < '0' || text[i] > '9' || v > AG_MAX_NUMBER / 10)
			return false;
		v = 10 * v + (text[i] - '0');
	}
	*number = negative ? -v : v;
	return v <= AG_MAX_NUMBER;
}

AgKey
dm_ag_text(const char *text, size_t len)
{
	AgKey		key = {text, 0, (uint32) len, 0};

	if (read_number(text, len, &key.number))
	{
		key.text = NULL;
		key.len = 0;
	}
	return key;
}

static AgWorking *
allocate(Size size)
{
	AgWorking  *w;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("agreement_state exceeds 1 GB"),
				 errhint("Aggregate fewer items at once, or name items and annotators by short keys.")));
	w = palloc(size);
	memset(w, 0, AG_HEAD);
	dm_header_working(w, DM_AGREEMENT_STATE, size);
	return w;
}

static void
copy_head(AgWorking *to, const AgWorking *from)
{
	to->unused = from->unused;
	to->shape = from->shape;
	to->option = from->option;
}

static Size
room_left(const AgWorking *w)
{
	return VARSIZE(w) - AG_HEAD - w->used;
}

/* The same rows, with room for so many bytes more. */
static AgWorking *
enlarge(AgWorking *w, Size more)
{
	Size		need = AG_HEAD + w->used + more;
	Size		size = VARSIZE(w);
	AgWorking  *larger;

	while (size < need)
		size *= 2;
	if (size > MaxAllocSize && need <= MaxAllocSize)
		size = MaxAllocSize;
	larger = allocate(size);
	copy_head(larger, w);
	larger->used = w->used;
	larger->rows = w->rows;
	memcpy(larger->log, w->log, w->used);
	return larger;
}

/* A log of a table's rows, in a block of the size given if they fit. */
static AgWorking *
from_table(const AgTable *t, Size size)
{
	AgWorking  *w = allocate(size);
	uint32		i;

	w->unused = t->unused;
	w->shape = (uint8) t->shape;
	w->option = (uint8) t->option;
	for (i = 0; i < t->n; i++)
	{
		AgKey		row[AG_COLUMNS];
		int			c;

		for (c = 0; c < AG_COLUMNS; c++)
			if (t->shape & 1 << c)
				row[c] = t->key[c][t->id[c][i]];
		w = dm_ag_add(w, row, t->count[i]);
	}
	return w;
}

/* Room for so many bytes more; at best by joining equal rows. */
static AgWorking *
make_room(AgWorking *w, Size more)
{
	if (w->used >= AG_COMPACT_BYTES && w->used >= more)
	{
		MemoryContext caller = CurrentMemoryContext;
		MemoryContext scratch = AllocSetContextCreate(caller, "agreement_state", ALLOCSET_DEFAULT_SIZES);
		AgWorking  *compact = NULL;
		AgTable		t;

		MemoryContextSwitchTo(scratch);
		dm_ag_table((struct varlena *) w, &t);
		MemoryContextSwitchTo(caller);
		if (t.n <= w->rows / 2)
			compact = from_table(&t, VARSIZE(w));
		MemoryContextDelete(scratch);
		if (compact && room_left(compact) >= Max(more, w->used / 4))
			return compact;
		if (compact)
			w = compact;
	}
	return enlarge(w, more);
}

static inline uint8 *
put_varint(uint8 *p, uint64 v)
{
	while (v >= 0x80)
	{
		*p++ = (uint8) (v | 0x80);
		v >>= 7;
	}
	*p++ = (uint8) v;
	return p;
}

static inline uint8 *
put_key(uint8 *p, const AgKey *key, bool counted)
{
	uint64		flag = counted ? 2 : 0;

	if (key->text == NULL)
		return put_varint(p, ((uint64) key->number << 1 ^ (uint64) (key->number >> 63)) << 2 | flag);
	p = put_varint(p, (uint64) key->len << 2 | flag | 1);
	memcpy(p, key->text, key->len);
	return p + key->len;
}

/* Add a row; the result replaces w. */
AgWorking *
dm_ag_add(AgWorking *w, const AgKey *row, uint64 count)
{
	Size		most = AG_COLUMNS * AG_VARINT_BYTES + AG_VARINT_BYTES;
	uint8	   *p;
	int			c;

	for (c = 0; c < AG_COLUMNS; c++)
		if (w->shape & 1 << c)
			most += row[c].len;
	if (room_left(w) < most)
		w = make_room(w, most);
	p = w->log + w->used;
	if (w->shape & 1 << AG_ITEM)
		p = put_key(p, &row[AG_ITEM], false);
	if (w->shape & 1 << AG_ANNOTATOR)
		p = put_key(p, &row[AG_ANNOTATOR], false);
	p = put_key(p, &row[AG_VALUE], count != 1);
	if (count != 1)
		p = put_varint(p, count);
	w->used = (uint32) (p - w->log);
	w->rows++;
	return w;
}

static inline const uint8 *
get_varint(const uint8 *p, uint64 *v)
{
	int			shift = 7;

	*v = *p & 0x7f;
	while (*p++ & 0x80)
	{
		*v |= (uint64) (*p & 0x7f) << shift;
		shift += 7;
	}
	return p;
}

/* The row at a position of the log; returns where the next begins. */
const uint8 *
dm_ag_read_row(const AgWorking *w, const uint8 *pos, AgKey *row, uint64 *count)
{
	uint64		v = 0;
	int			c;

	for (c = 0; c < AG_COLUMNS; c++)
	{
		if (!(w->shape & 1 << c))
			continue;
		pos = get_varint(pos, &v);
		if (v & 1)
		{
			row[c].text = (const char *) pos;
			row[c].len = (uint32) (v >> 2);
			row[c].number = 0;
			pos += row[c].len;
		}
		else
		{
			row[c].text = NULL;
			row[c].len = 0;
			row[c].number = (int64) (v >> 3) ^ -(int64) (v >> 2 & 1);
		}
	}
	*count = 1;
	if (v & 2)
		pos = get_varint(pos, count);
	return pos;
}

static void
check_shape(AgShape a, AgShape b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("agreement_states of different kinds cannot be merged"),
				 errhint("All must be of item and value, or of item, annotator and value, or of pairs of labels.")));
}

/* Weights, metric or form, of an aggregate that ends in a number. */
void
dm_ag_set_option(AgWorking *w, AgOption option)
{
	if (option == AG_NO_OPTION || w->option == option)
		return;
	if (w->option != AG_NO_OPTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights, metric or type must be the same for all rows of a group"),
				 errdetail("It was %s and is now %s.", dm_ag_option_name(w->option),
						   dm_ag_option_name(option))));
	w->option = (uint8) option;
}

/* The working form of a state: a new one for NULL, itself if it is one. */
AgWorking *
dm_ag_working(struct varlena *state, AgShape shape)
{
	AgWorking  *w;
	AgTable		t;

	if (state == NULL)
	{
		w = allocate(AG_FIRST_BYTES);
		w->shape = (uint8) shape;
		return w;
	}
	if (DM_IS_WORKING(state))
	{
		check_shape(((AgWorking *) state)->shape, shape);
		return (AgWorking *) state;
	}
	dm_ag_table(state, &t);
	check_shape(t.shape, shape);
	return from_table(&t, AG_FIRST_BYTES);
}

static AgWorking *
append_log(AgWorking *w, const AgWorking *from)
{
	if (room_left(w) < from->used)
		w = make_room(w, from->used);
	memcpy(w->log + w->used, from->log, from->used);
	w->used += from->used;
	w->rows += from->rows;
	return w;
}

struct varlena *
dm_ag_merge(struct varlena *state, const struct varlena *value)
{
	const AgWorking *from = (const AgWorking *) value;
	AgWorking  *w;
	AgTable		t;

	if (!DM_IS_WORKING(value))
	{
		dm_ag_table(value, &t);
		from = from_table(&t, AG_FIRST_BYTES);
	}
	w = dm_ag_working(state, from->shape);
	dm_ag_set_option(w, from->option);
	w->unused = dm_add_count(w->unused, from->unused);
	return (struct varlena *) append_log(w, from);
}
