/*
 * rice.h - bits and Rice codes of packed columns, written and read a word at a
 * time.
 *
 * A code is a quotient in ones, a zero, and the low k bits.  A quotient of
 * DM_RICE_ESCAPE or more is that many ones, and 64 plain bits.  Bits go most
 * significant first; the last byte is filled up with zeros.
 */
#ifndef DATAMON_TYPES_RICE_H
#define DATAMON_TYPES_RICE_H

#include "base/wire.h"

#include "port/pg_bswap.h"

#define DM_RICE_ESCAPE 40

/* The longest code; a writer stores whole words, so it wants eight bytes more. */
#define DM_RICE_MOST_BYTES ((DM_RICE_ESCAPE + 64) / 8)
#define DM_BITS_SLACK 8

/* floor(log2(a / b)); 0 where that is less. */
static inline int
dm_rice_parameter(uint64 a, uint64 b)
{
	int			k;

	if (a < b)
		return 0;
	k = __builtin_clzll(b) - __builtin_clzll(a);
	return k - ((b << k) > a);
}

typedef struct DmBitWriter
{
	uint8	   *pos;			/* room has been made for everything */
	uint64		acc;			/* bits not yet passed over, from the top */
	int			bits;			/* in acc; never all of them between calls */
} DmBitWriter;

/*
 * The low n bits of v, 1 <= n <= 64; the others are zero.  Without a branch on
 * whether they fill the word: nothing would predict it.
 */
static pg_attribute_always_inline void
dm_put_bits(DmBitWriter *w, uint64 v, int n)
{
	uint64		top = v << (64 - n);
	uint64		rest = top << 1 << (63 - w->bits);
	int			bits = w->bits + n;
	uint64		word;

	w->acc |= top >> w->bits;
	word = pg_hton64(w->acc);
	memcpy(w->pos, &word, sizeof(word));
	w->pos += bits >> 6 << 3;
	w->acc = bits >= 64 ? rest : w->acc;
	w->bits = bits & 63;
}

/* Codes of more than a word, and escapes.  The writer is no pointer, or it would not stay in registers. */
static pg_noinline DmBitWriter
dm_put_long_rice(DmBitWriter w, uint64 v, int k)
{
	uint64		q = v >> k;

	if (q < DM_RICE_ESCAPE)
	{
		dm_put_bits(&w, ((UINT64CONST(1) << q) - 1) << 1, (int) q + 1);
		dm_put_bits(&w, v & ((UINT64CONST(1) << k) - 1), k);
		return w;
	}
	dm_put_bits(&w, (UINT64CONST(1) << DM_RICE_ESCAPE) - 1, DM_RICE_ESCAPE);
	dm_put_bits(&w, v, 64);
	return w;
}

static pg_attribute_always_inline void
dm_put_rice(DmBitWriter *w, uint64 v, int k)
{
	uint64		q = v >> k;

	if (unlikely(q >= (uint64) Min(DM_RICE_ESCAPE, 64 - k)))
		*w = dm_put_long_rice(*w, v, k);
	else
		dm_put_bits(w, ((UINT64CONST(2) << q) - 2) << k | (v & ((UINT64CONST(1) << k) - 1)),
					(int) q + 1 + k);
}

/* Where the last byte ends. */
static inline uint8 *
dm_bits_end(const DmBitWriter *w)
{
	uint64		word = pg_hton64(w->acc);

	memcpy(w->pos, &word, sizeof(word));
	return w->pos + (w->bits + 7) / 8;
}

typedef struct DmBitReader
{
	const uint8 *pos;
	const uint8 *end;
	uint64		acc;			/* unread bits, from the top */
	int			bits;
	bool		failed;			/* read past the end */
} DmBitReader;

static inline void
dm_bits_begin(DmBitReader *b, const DmReader *r)
{
	b->pos = r->pos;
	b->end = r->end;
	b->acc = 0;
	b->bits = 0;
	b->failed = false;
}

/* At least 56 bits, or all there are, and never 64: no shift may be of a whole word. */
static pg_attribute_always_inline void
dm_bits_refill(DmBitReader *b)
{
	if (likely(b->end - b->pos >= 8))
	{
		uint64		word;

		memcpy(&word, b->pos, sizeof(word));
		b->acc |= pg_ntoh64(word) >> b->bits;
		b->pos += (63 - b->bits) >> 3;
		b->bits |= 56;
		return;
	}
	while (b->bits < 56 && b->pos < b->end)
	{
		b->acc |= (uint64) *b->pos++ << (56 - b->bits);
		b->bits += 8;
	}
}

/* The next n <= 32 bits. */
static inline uint64
dm_get_bits(DmBitReader *b, int n)
{
	uint64		v;

	if (n == 0)
		return 0;
	if (b->bits < n)
	{
		dm_bits_refill(b);
		if (b->bits < n)
		{
			b->failed = true;
			return 0;
		}
	}
	v = b->acc >> (64 - n);
	b->acc <<= n;
	b->bits -= n;
	return v;
}

static inline uint64
dm_get_long_rice(DmBitReader *b, uint64 q, int k)
{
	uint64		upper;

	if (q >= DM_RICE_ESCAPE)
	{
		(void) dm_get_bits(b, DM_RICE_ESCAPE - 32);
		(void) dm_get_bits(b, 32);
		upper = dm_get_bits(b, 32);
		return upper << 32 | dm_get_bits(b, 32);
	}
	(void) dm_get_bits(b, Min((int) q + 1, 32));
	if (q + 1 > 32)
		(void) dm_get_bits(b, (int) q + 1 - 32);
	upper = k > 32 ? dm_get_bits(b, k - 32) << 32 : 0;
	return (q << k) | upper | dm_get_bits(b, Min(k, 32));
}

static pg_attribute_always_inline uint64
dm_get_rice(DmBitReader *b, int k)
{
	uint64		q;
	uint64		v;
	int			n;

	dm_bits_refill(b);
	/* what is behind the unread bits may be read again: never more than 56 ones are asked for */
	q = (uint64) __builtin_clzll(~b->acc | 1);
	n = (int) q + 1 + k;
	if (unlikely(q >= DM_RICE_ESCAPE || n > b->bits))
		return dm_get_long_rice(b, q, k);
	v = (b->acc << (q + 1)) >> 1 >> (63 - k);
	b->acc <<= n;
	b->bits -= n;
	return (q << k) | v;
}

/* Bytes that were looked at but not used go back; the rest of one is padding. */
static inline void
dm_bits_finish(const DmBitReader *b, DmReader *r)
{
	r->pos = b->pos - b->bits / 8;
	r->failed |= b->failed;
}

#endif							/* DATAMON_TYPES_RICE_H */
