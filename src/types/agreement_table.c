/*
 * agreement_table.c - the rows of an agreement_state in order, equal ones
 * joined.
 *
 * Keys are told apart by a hash table as they are read, then sorted once each;
 * rows are sorted by the keys' numbers, a counting sort a column.  Both forms
 * of a state, and every order of rows, come to the same table.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"

#include "base/checks.h"
#include "types/agreement_state.h"

/* Keys in the order of their first row, found by a hash of open addressing. */
typedef struct Keys
{
	AgKey	   *key;
	uint32		n;
	uint32		room;
	uint32	   *place;			/* twice as many as room: number of the key, plus 1 */
} Keys;

/* Integers first, by value; then text, by bytes. */
int
dm_ag_compare(const void *a, const void *b)
{
	const AgKey *x = a;
	const AgKey *y = b;
	int			c;

	if (x->text == NULL || y->text == NULL)
	{
		if (x->text != NULL || y->text != NULL)
			return x->text == NULL ? -1 : 1;
		return (x->number > y->number) - (x->number < y->number);
	}
	c = memcmp(x->text, y->text, Min(x->len, y->len));
	return c != 0 ? c : (x->len > y->len) - (x->len < y->len);
}

static inline bool
same_key(const AgKey *x, const AgKey *y)
{
	if (x->text == NULL || y->text == NULL)
		return x->text == y->text && x->number == y->number;
	return x->len == y->len && memcmp(x->text, y->text, x->len) == 0;
}

static inline uint32
hash_key(const AgKey *key)
{
	uint64		h = (uint64) key->number * UINT64CONST(0x9e3779b97f4a7c15);

	if (key->text)
		return hash_bytes((const unsigned char *) key->text, (int) key->len);
	return (uint32) (h >> 32);
}

static void
keys_init(Keys *k, uint32 room)
{
	k->n = 0;
	k->room = room;
	k->key = palloc_extended((Size) room * sizeof(AgKey), MCXT_ALLOC_HUGE);
	k->place = palloc_extended((Size) room * 2 * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static uint32 *
find(Keys *k, const AgKey *key)
{
	uint32		mask = 2 * k->room - 1;
	uint32		pos;

	for (pos = hash_key(key) & mask; k->place[pos] != 0; pos = (pos + 1) & mask)
		if (same_key(&k->key[k->place[pos] - 1], key))
			break;
	return &k->place[pos];
}

static void
keys_grow(Keys *k)
{
	Keys		larger;
	uint32		i;

	keys_init(&larger, k->room * 2);
	memcpy(larger.key, k->key, k->n * sizeof(AgKey));
	larger.n = k->n;
	for (i = 0; i < k->n; i++)
		*find(&larger, &k->key[i]) = i + 1;
	pfree(k->key);
	pfree(k->place);
	*k = larger;
}

static inline uint32
keys_add(Keys *k, const AgKey *key)
{
	uint32	   *place;

	/* rows of an item often follow each other */
	if (k->n > 0 && same_key(&k->key[k->n - 1], key))
		return k->n - 1;
	place = find(k, key);
	if (*place == 0)
	{
		if (k->n == k->room)
		{
			keys_grow(k);
			place = find(k, key);
		}
		k->key[k->n] = *key;
		k->key[k->n].id = k->n;
		*place = ++k->n;
	}
	return *place - 1;
}

/* Sort the keys, and number the rows anew. */
static void
sort_keys(Keys *k, uint32 *id, uint32 n)
{
	uint32	   *rank;
	bool		sorted = true;
	uint32		i;

	for (i = 1; i < k->n && sorted; i++)
		sorted = dm_ag_compare(&k->key[i - 1], &k->key[i]) < 0;
	if (sorted)
		return;
	qsort(k->key, k->n, sizeof(AgKey), dm_ag_compare);
	rank = palloc_extended(k->n * sizeof(uint32), MCXT_ALLOC_HUGE);
	for (i = 0; i < k->n; i++)
		rank[k->key[i].id] = i;
	for (i = 0; i < n; i++)
		id[i] = rank[id[i]];
	pfree(rank);
}

/* One stable pass: order by id what "order" lists. */
static void
sort_pass(const uint32 *id, uint32 nkeys, uint32 n, const uint32 *order, uint32 *sorted)
{
	uint32	   *start = palloc_extended(((Size) nkeys + 1) * sizeof(uint32),
										MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	uint32		i;

	for (i = 0; i < n; i++)
		start[id[i] + 1]++;
	for (i = 1; i < nkeys; i++)
		start[i] += start[i - 1];
	for (i = 0; i < n; i++)
		sorted[start[id[order[i]]]++] = order[i];
	pfree(start);
}

static void
sort_rows(AgTable *t)
{
	uint32	   *order = palloc_extended(t->n * sizeof(uint32), MCXT_ALLOC_HUGE);
	uint32	   *other = palloc_extended(t->n * sizeof(uint32), MCXT_ALLOC_HUGE);
	uint64	   *count = palloc_extended(t->n * sizeof(uint64), MCXT_ALLOC_HUGE);
	uint32		n = 0;
	uint32		i;
	int			c;

	for (i = 0; i < t->n; i++)
		order[i] = i;
	for (c = AG_COLUMNS - 1; c >= 0; c--)
		if (t->shape & 1 << c)
		{
			uint32	   *swap = order;

			sort_pass(t->id[c], t->nkeys[c], t->n, order, other);
			order = other;
			other = swap;
		}
	for (c = 0; c < AG_COLUMNS; c++)
		if (t->shape & 1 << c)
		{
			for (i = 0; i < t->n; i++)
				other[i] = t->id[c][order[i]];
			memcpy(t->id[c], other, t->n * sizeof(uint32));
		}
	for (i = 0; i < t->n; i++)
	{
		bool		same = i > 0;

		for (c = 0; c < AG_COLUMNS && same; c++)
			same = !(t->shape & 1 << c) || t->id[c][i] == t->id[c][n - 1];
		if (same)
		{
			count[n - 1] = dm_add_count(count[n - 1], t->count[order[i]]);
			continue;
		}
		for (c = 0; c < AG_COLUMNS; c++)
			if (t->shape & 1 << c)
				t->id[c][n] = t->id[c][i];
		count[n++] = t->count[order[i]];
	}
	pfree(order);
	pfree(other);
	pfree(t->count);
	t->count = count;
	t->n = n;
}

/* The sum of all counts is a bigint too. */
static void
check_total(const AgTable *t)
{
	uint64		total = t->unused;
	uint32		i;

	for (i = 0; i < t->n; i++)
		total = dm_add_count(total, t->count[i]);
}

static void
from_log(const AgWorking *w, AgTable *t)
{
	const uint8 *pos = w->log;
	uint32		n = Max(w->rows, 1);
	Keys		keys[AG_COLUMNS] = {0};
	AgKey		row[AG_COLUMNS];
	uint32		i;
	int			c;

	memset(t, 0, sizeof(*t));
	t->shape = w->shape;
	t->option = w->option;
	t->unused = w->unused;
	t->n = w->rows;
	t->count = palloc_extended(n * sizeof(uint64), MCXT_ALLOC_HUGE);
	for (c = 0; c < AG_COLUMNS; c++)
		if (t->shape & 1 << c)
		{
			keys_init(&keys[c], c == AG_ITEM ? 64 : 8);
			t->id[c] = palloc_extended(n * sizeof(uint32), MCXT_ALLOC_HUGE);
		}
	for (i = 0; i < t->n; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		pos = dm_ag_read_row(w, pos, row, &t->count[i]);
		for (c = 0; c < AG_COLUMNS; c++)
			if (t->shape & 1 << c)
				t->id[c][i] = keys_add(&keys[c], &row[c]);
	}
	for (c = 0; c < AG_COLUMNS; c++)
		if (t->shape & 1 << c)
		{
			sort_keys(&keys[c], t->id[c], t->n);
			pfree(keys[c].place);
			t->key[c] = keys[c].key;
			t->nkeys[c] = keys[c].n;
		}
	if (t->n > 0)
		sort_rows(t);
	check_total(t);
}

/* The table of either form; its keys may point into the state. */
void
dm_ag_table(const struct varlena *state, AgTable *t)
{
	if (DM_IS_WORKING(state))
		from_log((const AgWorking *) state, t);
	else if (!dm_ag_unpack(state, t))
		dm_corrupt(AG_TYPE_NAME);
}
