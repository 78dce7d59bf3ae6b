/*
 * order.c - the order of gathered rows by their keys.
 *
 * What is sorted are words of 64 bits: the key above the row's outcome and its number.  The
 * key's bits are taken from its least field on.  When the word is full before
 * the key is, the rows are sorted by what fits, the key so far is replaced by
 * its rank, which needs no more bits than a row's number, and on it goes: one
 * sort for nearly all keys, a few for very wide ones.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"

#define DIGIT 11
#define OUTCOME_BITS 4

static int
bits_for(uint64 greatest)
{
	return greatest == 0 ? 0 : pg_leftmost_one_pos64(greatest) + 1;
}

/* One pass: stable by the bits from "low" on.  False: they are all the same. */
static bool
sort_by_digit(const uint64 *in, uint64 *out, int64 n, int low, int bits)
{
	int64		place[1 << DIGIT];
	uint64		mask = (UINT64CONST(1) << bits) - 1;
	int64		sum = 0;
	int64		i;

	CHECK_FOR_INTERRUPTS();
	memset(place, 0, sizeof(int64) << bits);
	for (i = 0; i < n; i++)
		place[in[i] >> low & mask]++;
	if (place[in[0] >> low & mask] == n)
		return false;
	for (i = 0; i <= (int64) mask; i++)
	{
		int64		count = place[i];

		place[i] = sum;
		sum += count;
	}
	for (i = 0; i < n; i++)
		out[place[in[i] >> low & mask]++] = in[i];
	return true;
}

static void
sort_words(CubeRows *r, int low, int high)
{
	int			passes = (high - low + DIGIT - 1) / DIGIT;

	for (; passes > 0; passes--)
	{
		int			bits = (high - low + passes - 1) / passes;

		if (sort_by_digit(r->order, r->spare, r->n, low, bits))
		{
			uint64	   *sorted = r->spare;

			r->spare = r->order;
			r->order = sorted;
		}
		low += bits;
	}
}

/* Ranks for sorted keys, back in the order of the rows.  Returns the bits of the largest. */
static int
replace_by_rank(CubeRows *r)
{
	int			low_bits = r->low_bits;
	uint64		low = (UINT64CONST(1) << low_bits) - 1;
	uint64		before = r->order[0] >> low_bits;
	uint64		rank = 0;
	uint64	   *ranked = r->spare;
	int64		i;

	for (i = 0; i < r->n; i++)
	{
		uint64		key = r->order[i] >> low_bits;

		rank += key != before;
		before = key;
		ranked[dm_cube_row_at(r, i)] = rank << low_bits | (r->order[i] & low);
	}
	r->spare = r->order;
	r->order = ranked;
	r->ranked = true;
	return bits_for(rank);
}

/* A field of the key, least first; "high" is where the word ends so far. */
static int
add_bits(CubeRows *r, int field, bool bucket, int bits, int high)
{
	int			done = 0;

	r->field[field].from = high;
	r->field[field].bits = bits;
	while (done < bits)
	{
		int			part = Min(bits - done, 64 - high);
		uint64		mask = part == 64 ? ~UINT64CONST(0) : (UINT64CONST(1) << part) - 1;
		int64		i = 0;
		int			k;

		if (part == 0)
		{
			sort_words(r, r->low_bits, high);
			high = r->low_bits + replace_by_rank(r);
			continue;
		}
		for (k = 0; i < r->n; k++)
		{
			const CubeChunk *c = r->chunk[k];
			int			n = (int) Min(r->n - i, CUBE_CHUNK);
			int			j;

			for (j = 0; j < n; j++, i++)
			{
				uint64		value;

				if (!bucket)
					value = c->id[field][j];
				else if (c->bucket == NULL)
					value = 1;
				else			/* no bucket comes first */
					value = c->bucket[j] == DM_NO_BUCKET ? 0 :
						(uint64) c->bucket[j] - (uint64) r->min_bucket + 1;
				r->order[i] |= (value >> done & mask) << high;
			}
		}
		done += part;
		high += part;
	}
	return high;
}

static void
make_room(DmCube *cube)
{
	CubeRows   *r = &cube->rows;
	Size		bytes;

	if (r->n <= r->order_room)
		return;
	if (r->order_room > 0)
	{
		pfree(r->order);
		pfree(r->spare);
	}
	r->order_room = Min(r->n + r->n / 4, r->limit); /* the next batch may be a bit larger */
	bytes = sizeof(uint64) * r->order_room;
	r->order = dm_cube_alloc(cube->context, bytes);
	r->spare = dm_cube_alloc(cube->context, bytes);
}

/* The row's number, and its outcome. */
static int
begin_words(DmCube *cube)
{
	CubeRows   *r = &cube->rows;
	int64		i = 0;
	int			k;
	int			j;

	r->index_bits = bits_for((uint64) r->n - 1);
	r->low_bits = r->index_bits + (cube->shape.outcome ? OUTCOME_BITS : 0);
	r->ranked = false;
	for (k = 0; i < r->n; k++)
	{
		const uint8 *outcome = r->chunk[k]->outcome;
		int			n = (int) Min(r->n - i, CUBE_CHUNK);

		for (j = 0; j < n; j++, i++)
			r->order[i] = (uint64) i |
				(cube->shape.outcome ? (uint64) outcome[j] << r->index_bits : 0);
	}
	return r->low_bits;
}

/* Afterwards equal keys are equal words but for their low bits. */
void
dm_cube_sort(DmCube *cube)
{
	CubeRows   *r = &cube->rows;
	int			high;
	int			d;

	if (r->n == 0)
		return;
	make_room(cube);
	high = begin_words(cube);
	for (d = cube->shape.ndimensions - 1; d >= 0; d--)
	{
		int			dimension = cube->sort_order[d];

		high = add_bits(r, dimension, false, bits_for(r->max_id[dimension]), high);
	}
	if (r->max_bucket > DM_NO_BUCKET)
		high = add_bits(r, cube->shape.ndimensions, true,
						bits_for((uint64) r->max_bucket - (uint64) r->min_bucket + 1), high);
	else
		r->field[cube->shape.ndimensions].bits = 0;
	sort_words(r, r->low_bits, high);
}

uint64
dm_cube_sort_range(DmCube *cube, int64 from, int64 to, uint32 mask)
{
	CubeRows   *r = &cube->rows;
	uint64	   *words = r->order + from;
	uint64	   *other = r->spare + from;
	uint64		all = 0;
	int			d;

	for (d = cube->shape.ndimensions - 1; d >= 0; d--)
	{
		CubeField	f = r->field[cube->sort_order[d]];
		int			low = f.from;
		int			high = f.from + f.bits;

		if (!(mask >> cube->sort_order[d] & 1) || f.bits == 0)
			continue;
		for (; low < high; low += DIGIT)
		{
			int			bits = Min(high - low, DIGIT);
			uint64	   *swap = words;

			all |= ((UINT64CONST(1) << bits) - 1) << low;
			if (!sort_by_digit(words, other, to - from, low, bits))
				continue;
			words = other;
			other = swap;
		}
	}
	if (words != r->order + from)
		memcpy(r->order + from, words, sizeof(uint64) * (to - from));
	return all;
}
