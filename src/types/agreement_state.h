/*
 * agreement_state.h - the ratings behind measures of agreement, counted.
 *
 * A row is up to three keys: an item, an annotator and a value.  Which of them
 * there are is the state's shape.  The working form is a log of rows, put in
 * order and counted when it is full; the packed form is that order.
 */
#ifndef DATAMON_TYPES_AGREEMENT_STATE_H
#define DATAMON_TYPES_AGREEMENT_STATE_H

#include "base/type.h"

#define AG_TYPE_NAME "agreement_state"

/* Columns of a row. */
enum
{
	AG_ITEM,
	AG_ANNOTATOR,				/* of pairs: the first label */
	AG_VALUE,					/* of pairs: the second */
	AG_COLUMNS
};

/* Which columns there are, as bits. */
typedef enum AgShape
{
	AG_ITEMS = 1 << AG_ITEM | 1 << AG_VALUE,
	AG_ANNOTATORS = 1 << AG_ITEM | 1 << AG_ANNOTATOR | 1 << AG_VALUE,
	AG_PAIRS = 1 << AG_ANNOTATOR | 1 << AG_VALUE
} AgShape;

/* What an aggregate that ends in a number was asked for; 0 in states that users make. */
typedef enum AgOption
{
	AG_NO_OPTION,
	AG_NONE,					/* weights */
	AG_LINEAR,
	AG_QUADRATIC,
	AG_NOMINAL,					/* metrics */
	AG_ORDINAL,
	AG_INTERVAL,
	AG_RATIO,
	AG_ICC1,
	AG_ICC2,
	AG_ICC3,
	AG_ICC1K,
	AG_ICC2K,
	AG_ICC3K,
	AG_OPTIONS
} AgOption;

/*
 * A key: text, or an integer within +-2^61, which is what the text of one is
 * read as: '12' and 12 are one key, '012' is another.
 */
typedef struct AgKey
{
	const char *text;			/* NULL: an integer */
	int64		number;
	uint32		len;
	uint32		id;
} AgKey;

#define AG_MAX_NUMBER ((INT64CONST(1) << 61) - 1)
#define AG_IS_NUMBER(v) ((v) >= -AG_MAX_NUMBER && (v) <= AG_MAX_NUMBER)

typedef struct AgWorking
{
	DmHeader	header;
	uint64		unused;			/* rows with a NULL */
	uint32		used;			/* bytes of the log */
	uint32		rows;			/* in the log */
	uint8		shape;			/* AgShape */
	uint8		option;			/* AgOption */
	uint8		log[FLEXIBLE_ARRAY_MEMBER];
} AgWorking;

/* All rows, counted: keys of a column ascend without repetition, as do rows. */
typedef struct AgTable
{
	AgShape		shape;
	AgOption	option;
	uint64		unused;
	uint32		n;
	uint32		nkeys[AG_COLUMNS];
	AgKey	   *key[AG_COLUMNS];
	uint32	   *id[AG_COLUMNS]; /* of every row */
	uint64	   *count;
} AgTable;

/* agreement_log.c */
extern AgKey dm_ag_text(const char *text, size_t len);
extern AgKey dm_ag_number(int64 v);
extern AgWorking *dm_ag_working(struct varlena *state, AgShape shape);
extern AgWorking *dm_ag_add(AgWorking *w, const AgKey *row, uint64 count);
extern void dm_ag_set_option(AgWorking *w, AgOption option);
extern struct varlena *dm_ag_merge(struct varlena *state, const struct varlena *value);
extern const uint8 *dm_ag_read_row(const AgWorking *w, const uint8 *pos, AgKey *row, uint64 *count);

/* agreement_table.c */
extern int	dm_ag_compare(const void *a, const void *b);
extern void dm_ag_table(const struct varlena *state, AgTable *t);

/* agreement_state.c */
extern bool dm_ag_unpack(const struct varlena *packed, AgTable *t);
extern const char *dm_ag_option_name(AgOption option);
extern AgOption dm_ag_option(const char *name, AgOption first, AgOption last);

/* The text of a key; "room" takes the digits of an integer. */
#define AG_DIGITS 24
extern const char *dm_ag_key_text(const AgKey *key, char *room, size_t *len);

#endif							/* DATAMON_TYPES_AGREEMENT_STATE_H */
