/*
 * sum_state.h - types whose values are counts, extremes, exact sums and,
 * where quantiles are wanted, histograms.
 *
 * moments, correlation_state and regression_state are made of this; a type
 * says in a DmSumKind what it counts and how a tile of rows adds up.
 *
 * Working form: rows wait in buffers, one a column, that grow fourfold up to a
 * tile.  Only a full tile makes sums (and histograms) come into being, so that
 * a group of few rows costs little more than its values.
 */
#ifndef DATAMON_TYPES_SUM_STATE_H
#define DATAMON_TYPES_SUM_STATE_H

#include "base/json.h"
#include "base/type.h"
#include "base/wire.h"
#include "stats/column.h"
#include "stats/exact_sum.h"
#include "types/sketch.h"

#define DM_SUM_COUNTS 8
#define DM_SUM_EXTREMES 2
#define DM_SUM_SUMS 12
#define DM_SUM_SKETCHES 2
#define DM_SUM_COLUMNS 2

/* Counts and extremes: what changes in place while a tile is added. */
typedef struct DmTally
{
	uint64		count[DM_SUM_COUNTS];	/* the first: rows that are used */
	double		extreme[DM_SUM_EXTREMES];
} DmTally;

/* An unpacked value; sums and sketches are not to be changed. */
typedef struct DmSumState
{
	DmTally		tally;
	DmExactSum *sum[DM_SUM_SUMS];
	DmSketch	sketch[DM_SUM_SKETCHES];
} DmSumState;

typedef struct DmSumKind
{
	DmTypeTag	tag;
	const char *name;
	int			counts;
	int			extremes;
	int			sums;
	int			sketches;
	int			columns;		/* doubles buffered for a row */
	int			limbs;			/* that nearly all sums get by with */
	const char *const *count_name;
	const char *const *extreme_name;
	const char *const *sum_name;
	const char *const *sketch_name;
	const double *no_extreme;	/* of no rows: +inf for a minimum, -inf for a maximum */

	/*
	 * Add n <= DM_TILE rows.  False if a window is too small: everything that
	 * was changed is then taken back, and the tile comes again.
	 */
	bool		(*add) (DmTally *tally, DmExactSum *const *sum, const double *const *column, int n);

	/* The values that go into a sketch; out has room for n. */
	void		(*sketched) (int sketch, const double *const *column, int n, double *out);

	/* Can rows have these sums?  Counts and bytes have been checked. */
	bool		(*plausible) (const DmSumState *s);
} DmSumKind;

typedef struct DmSumWorking
{
	DmHeader	header;
	uint32		fill;			/* rows in the buffers */
	uint32		capacity;		/* rows they hold */
	uint32		limbs;			/* of every sum; 0: no sums yet */
	uint32		buffer;			/* offsets from the start */
	uint32		sketches;		/* a working histogram of so many columns */
	uint32		sketch_room;	/* bytes there; 0: none yet */
	DmTally		tally;
} DmSumWorking;

extern DmSumWorking *dm_sum_working_new(const DmSumKind *kind);
extern DmSumWorking *dm_sum_working_make_room(DmSumWorking *w, const DmSumKind *kind);

/* For the transition functions: the state in argument 0, or a new one. */
extern DmSumWorking *dm_sum_working_arg(FunctionCallInfo fcinfo, const DmSumKind *kind);

/*
 * A row to be used: after this, the caller stores its columns at
 * dm_sum_place().  The result replaces w.
 */
static inline DmSumWorking *
dm_sum_working_row(DmSumWorking *w, const DmSumKind *kind)
{
	if (unlikely(w->fill == w->capacity))
		w = dm_sum_working_make_room(w, kind);
	w->tally.count[0]++;
	w->fill++;
	return w;
}

static inline double *
dm_sum_place(DmSumWorking *w, int column)
{
	return (double *) ((char *) w + w->buffer) + column * w->capacity + w->fill - 1;
}

/* Value of either form, unpacked. */
extern void dm_sum_state_read(const struct varlena *value, const DmSumKind *kind, DmSumState *out);

/* The sum of the counts from one to another, both included, of argument 0. */
extern Datum dm_sum_state_count(FunctionCallInfo fcinfo, const DmSumKind *kind, int first,
								int last);

/* The members of DmType, and such a type's entry points. */
extern void dm_sum_state_print(StringInfo buf, const struct varlena *packed, const DmSumKind *kind);
extern struct varlena *dm_sum_state_parse(DmJson *j, const DmSumKind *kind);
extern bool dm_sum_state_valid(const struct varlena *packed, const DmSumKind *kind);
extern struct varlena *dm_sum_state_pack(const struct varlena *working, const DmSumKind *kind);
extern struct varlena *dm_sum_state_merge(struct varlena *state, const struct varlena *value,
										  const DmSumKind *kind);

#define DM_SUM_TYPE(name, kind, tag) \
	static void \
	print_##name(StringInfo buf, const struct varlena *packed) \
	{ \
		dm_sum_state_print(buf, packed, &(kind)); \
	} \
	static struct varlena * \
	parse_##name(DmJson *j) \
	{ \
		return dm_sum_state_parse(j, &(kind)); \
	} \
	static bool \
	valid_##name(const struct varlena *packed) \
	{ \
		return dm_sum_state_valid(packed, &(kind)); \
	} \
	static struct varlena * \
	pack_##name(const struct varlena *working) \
	{ \
		return dm_sum_state_pack(working, &(kind)); \
	} \
	static struct varlena * \
	merge_##name(struct varlena *state, const struct varlena *value) \
	{ \
		return dm_sum_state_merge(state, value, &(kind)); \
	} \
	static const DmType name##_type = { \
		tag, #name, print_##name, parse_##name, valid_##name, pack_##name, merge_##name \
	}; \
	DM_TYPE_FUNCTIONS(name, name##_type)

#endif							/* DATAMON_TYPES_SUM_STATE_H */
