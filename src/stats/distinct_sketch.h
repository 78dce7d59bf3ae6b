/*
 * distinct_sketch.h - how many distinct values there are, and how many of
 * them occur once.
 *
 * Up to DM_DISTINCT_EXACT distinct hashes are kept with their counts: exact.
 * Beyond, two summaries remain, both functions of the multiset of hashes:
 *
 *	 registers	HyperLogLog (Flajolet et al., AofA 2007) of 2^13 registers over
 *				64-bit hashes, read by Ertl's estimator ("New cardinality
 *				estimation algorithms for HyperLogLog sketches", 2017,
 *				algorithm 6): no bias, no correction tables, relative standard
 *				error 1.04 / sqrt(2^13) = 1.15 %
 *	 sample		the DM_DISTINCT_SAMPLE smallest hashes with their counts: a
 *				uniform sample of the distinct values (Cohen and Kaplan,
 *				"Summarizing data using bottom-k sketches", PODC 2007), whose
 *				counts are complete, since a hash that is among the smallest
 *				in the end has been so from its first row on
 *
 * Maxima, unions and minima are associative and commutative, so every split
 * and order of the same rows ends in the same summary.
 *
 * A sketch is a fixed struct beside an area that its owner keeps: neither
 * holds a pointer, nothing here allocates.
 */
#ifndef DATAMON_DISTINCT_SKETCH_H
#define DATAMON_DISTINCT_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DM_DISTINCT_EXACT 1024	/* distinct hashes, at most, kept exactly */
#define DM_DISTINCT_SAMPLE 256	/* smallest hashes kept beyond */
#define DM_DISTINCT_BITS 13
#define DM_DISTINCT_REGISTERS (1 << DM_DISTINCT_BITS)
#define DM_DISTINCT_MAX_RANK (64 - DM_DISTINCT_BITS + 1)
#define DM_DISTINCT_FIRST_SLOTS 16
#define DM_DISTINCT_LAST_SLOTS (2 * DM_DISTINCT_EXACT)
#define DM_DISTINCT_SAMPLE_SLOTS (4 * DM_DISTINCT_SAMPLE)

typedef struct DmHashCount
{
	uint64_t	hash;
	uint64_t	count;			/* 0: a free slot */
} DmHashCount;

typedef struct DmDistinct
{
	uint64_t	threshold;		/* hashes above are no longer in the table */
	uint32_t	slots;			/* of the table, a power of 2 */
	uint32_t	entries;
	uint32_t	estimated;		/* 0: exact; the registers are not there */
	uint32_t	unused;
} DmDistinct;

/* The table comes first in the area, the registers behind the sample's table. */
#define DM_DISTINCT_TABLE(area) ((DmHashCount *) (area))
#define DM_DISTINCT_RANKS(area) ((uint8_t *) ((DmHashCount *) (area) + DM_DISTINCT_SAMPLE_SLOTS))
#define DM_DISTINCT_AREA(slots) ((size_t) (slots) * sizeof(DmHashCount))

/* Part of the format of everything that keeps hashes. */
extern uint64_t dm_hash_bytes(const char *bytes, size_t n);
extern uint64_t dm_hash_word(uint64_t word);

extern void dm_distinct_init(DmDistinct *d, void *area, uint32_t slots);

/* Is there room for one more hash?  If not, move to twice the slots. */
extern bool dm_distinct_has_room(const DmDistinct *d);
extern void dm_distinct_move(DmDistinct *d, void *area, uint32_t slots, const void *old_area);

/* Count a hash some times more; there must be room. */
extern void dm_distinct_put(DmDistinct *d, void *area, uint64_t hash, uint64_t count);

/*
 * Turn to registers and sample; needs DM_DISTINCT_LAST_SLOTS.  Happens by
 * itself when there are too many hashes.
 */
extern void dm_distinct_estimate(DmDistinct *d, void *area);

/*
 * Add another's registers and sorted sample to one that estimates.  Sample
 * hashes must have been put by nobody else.
 */
extern void dm_distinct_add_ranks(DmDistinct *d, void *area, const uint8_t *ranks,
								  uint64_t threshold);

/*
 * What is kept, sorted by hash: all hashes, or the sample.  "out" has room
 * for the table's entries; returns how many remain.
 */
extern size_t dm_distinct_list(const DmDistinct *d, const void *area, DmHashCount *out);

/* The register that a hash belongs to, and its rank there. */
static inline uint32_t
dm_distinct_register(uint64_t hash)
{
	return (uint32_t) (hash >> (64 - DM_DISTINCT_BITS));
}

static inline uint8_t
dm_distinct_rank(uint64_t hash)
{
	return (uint8_t) (__builtin_clzll((hash << DM_DISTINCT_BITS) |
									  ((uint64_t) 1 << (DM_DISTINCT_BITS - 1))) + 1);
}

/* Count a hash once; true: done; false: dm_distinct_put has to. */
static inline bool
dm_distinct_note(const DmDistinct *d, void *area, uint64_t hash)
{
	uint8_t    *rank;

	if (!d->estimated || hash <= d->threshold)
		return false;
	rank = &DM_DISTINCT_RANKS(area)[dm_distinct_register(hash)];
	if (*rank < dm_distinct_rank(hash))
		*rank = dm_distinct_rank(hash);
	return true;
}

/* Ertl's estimate from the registers. */
extern double dm_distinct_estimate_ranks(const uint8_t *ranks);

/* 1.04 / sqrt(registers) */
#define DM_DISTINCT_ERROR 0.011490485194281396

#endif							/* DATAMON_DISTINCT_SKETCH_H */
