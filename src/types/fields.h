/*
 * fields.h - one walk over the members of a state of fixed shape that reads
 * or writes its bytes or its text, so that the four cannot differ.
 */
#ifndef DATAMON_TYPES_FIELDS_H
#define DATAMON_TYPES_FIELDS_H

#include "base/json.h"
#include "base/wire.h"

typedef enum DmFieldsWay
{
	DM_READ_BYTES,
	DM_WRITE_BYTES,
	DM_READ_TEXT,
	DM_WRITE_TEXT
} DmFieldsWay;

typedef struct DmFields
{
	DmFieldsWay way;
	DmReader	reader;			/* of DM_READ_BYTES */
	DmJson	   *json;			/* of DM_READ_TEXT */
	StringInfo	buf;			/* of both that write */
	bool		first;			/* no comma before the next member */
	bool		bad;			/* something read cannot be: what was read is of no use */
} DmFields;

/* How a type visits the members of its state. */
typedef void (*DmFieldsWalk) (DmFields *f, void *state);

/* In text: a list of this name, or of none inside another. */
extern void dm_fields_open(DmFields *f, const char *name);
extern void dm_fields_close(DmFields *f);

/* A member; name NULL inside a list. What is greater than "most" in magnitude, or no number, cannot be. */
extern void dm_field_count(DmFields *f, const char *name, uint64 *v, uint64 most);
extern void dm_field_u32(DmFields *f, const char *name, uint32 *v, uint32 most);
extern void dm_field_u8(DmFields *f, const char *name, uint8 *v, uint8 most);
extern void dm_field_int(DmFields *f, const char *name, int64 *v);
extern void dm_field_double(DmFields *f, const char *name, double *v, double most);

/* The four ways as a type needs them. */
extern bool dm_fields_read(const struct varlena *packed, DmFieldsWalk walk, void *state);
extern struct varlena *dm_fields_pack(DmTypeTag tag, DmFieldsWalk walk, const void *state);
extern bool dm_fields_parse(DmJson *j, DmFieldsWalk walk, void *state);
extern void dm_fields_print(StringInfo buf, DmFieldsWalk walk, const void *state);

#endif							/* DATAMON_TYPES_FIELDS_H */
