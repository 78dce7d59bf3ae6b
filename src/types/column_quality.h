/*
 * column_quality.h - the quality of one column: what its rows lack, how long
 * its texts are, what they look like, how many distinct values there are.
 */
#ifndef DATAMON_TYPES_COLUMN_QUALITY_H
#define DATAMON_TYPES_COLUMN_QUALITY_H

#include "base/wire.h"
#include "stats/distinct_sketch.h"
#include "stats/text_class.h"

#define CQ_TYPE_NAME "column_quality"
#define DM_QUALITY_VALUE_BYTES 64	/* of the smallest and the largest text */

/* Values of different kinds are hashed differently and do not merge. */
typedef enum DmQualityKind
{
	DM_QUALITY_TEXT = 't',
	DM_QUALITY_FLOAT8 = 'f',
	DM_QUALITY_BIGINT = 'i',
	DM_QUALITY_NUMERIC = 'n',
	DM_QUALITY_TIME = 's'		/* microseconds */
} DmQualityKind;

typedef enum DmQualityCount
{
	DM_Q_NULLS,
	DM_Q_VALUES,				/* rows that are not NULL, NaN included */
	DM_Q_NAN,
	DM_Q_NEG_INF,
	DM_Q_POS_INF,
	DM_Q_ZEROS,
	DM_Q_NEGATIVES,				/* finite ones */
	DM_Q_COUNTS
} DmQualityCount;

/* Lengths are in characters; all of it is 0 while there is no text. */
typedef struct DmTexts
{
	uint64		of_class[DM_TEXT_CLASSES];
	uint64		min_length;
	uint64		max_length;
	uint64		length;			/* sum */
	uint64		squares[2];		/* sum of squares: low, high */
	uint8		min_bytes;
	uint8		max_bytes;
	char		min_value[DM_QUALITY_VALUE_BYTES];
	char		max_value[DM_QUALITY_VALUE_BYTES];
} DmTexts;

/* Everything but the distinct values. */
typedef struct DmQuality
{
	uint64		count[DM_Q_COUNTS];
	DmTexts		text;
	uint8		kind;			/* DmQualityKind */
} DmQuality;

/* What is kept of the distinct values, unpacked. */
typedef struct DmKept
{
	bool		exact;
	size_t		n;
	DmHashCount *entry;			/* ascending: all hashes, or the sample */
	uint8	   *rank;			/* DM_DISTINCT_REGISTERS, unless exact */
} DmKept;

/* Working form: this struct, and the area of the distinct values. */
typedef struct DmQualityWorking
{
	DmHeader	header;
	DmQuality	q;
	DmDistinct	distinct;
} DmQualityWorking;

#define DM_QUALITY_AREA(w) ((void *) ((char *) (w) + MAXALIGN(sizeof(DmQualityWorking))))

extern void dm_quality_unpack(const struct varlena *value, DmQuality *q, DmKept *kept);

/* For the aggregates: the working form of a state that may be NULL. */
extern DmQualityWorking *dm_quality_working(struct varlena *state, DmQualityKind kind);
extern DmQualityWorking *dm_quality_add_text(DmQualityWorking *w, const char *s, size_t n);
extern DmQualityWorking *dm_quality_add_hash(DmQualityWorking *w, uint64 hash, uint64 count);

/* Values that are not NaN: those which have been hashed. */
extern uint64 dm_quality_hashed(const DmQuality *q);

/* Distinct values, and how many occur once (NaN if there are none). */
extern double dm_quality_distinct(const DmQuality *q, const DmKept *kept);
extern double dm_quality_single_share(const DmKept *kept);

#endif							/* DATAMON_TYPES_COLUMN_QUALITY_H */
