/*
 * segment_changes.h - rows of (segment, numbers) as they came: what the search
 * for the causes of a change begins from.
 *
 * A row is a key and numbers.  The key has, for every dimension in order of its
 * name, name and value, each a varint of its length and its bytes; a value is
 * JSON of a scalar.  The numbers follow as big-endian doubles.  The working form
 * is a log of rows, each after a varint of the key's length; the packed form
 * has them in order of their bytes.
 */
#ifndef DATAMON_TYPES_SEGMENT_CHANGES_H
#define DATAMON_TYPES_SEGMENT_CHANGES_H

#include "base/type.h"
#include "stats/root_cause.h"

#define SC_TYPE_NAME "segment_changes"

/* What the numbers of a row are. */
typedef enum ScKind
{
	SC_EMPTY,					/* no row has said yet */
	SC_COUNTS,					/* actual, expected */
	SC_HISTORY,					/* actual, and earlier values */
	SC_RATES,					/* events and trials, reference events and trials */
	SC_KINDS
} ScKind;

#define SC_MOST_NUMBERS 1001

typedef struct ScWorking
{
	DmHeader	header;
	uint64		unused;			/* rows that lack a number or the segment */
	uint32		used;			/* bytes of the log */
	uint32		rows;			/* in the log */
	uint16		numbers;		/* of a row */
	uint8		kind;			/* ScKind */
	uint8		log[FLEXIBLE_ARRAY_MEMBER];
} ScWorking;

typedef struct ScRow
{
	const uint8 *key;
	uint32		key_len;
	const uint8 *numbers;		/* as they are stored */
} ScRow;

typedef struct ScTable
{
	ScKind		kind;
	int			numbers;
	uint64		unused;
	uint32		rows;
	ScRow	   *row;			/* in order */
} ScTable;

extern ScWorking *dm_sc_working(const struct varlena *state);

/* A row more; what the numbers are has to be what it was for the others. */
extern ScWorking *dm_sc_add(ScWorking *w, ScKind kind, const char *key, uint32 key_len, const double *numbers, int n);

/* Append a dimension to a key. */
extern void dm_sc_put_dimension(StringInfo key, const char *name, size_t name_len, const char *value,
								size_t value_len);

/* All rows of a value of either form. */
extern void dm_sc_table(const struct varlena *value, ScTable *t);
extern double dm_sc_number(const ScRow *row, int i);

extern const DmType dm_segment_changes_type;

#endif							/* DATAMON_TYPES_SEGMENT_CHANGES_H */
