/*
 * json.h - reader and writer of the types' text form.
 *
 * The text form is strict JSON with a fixed order of members.  Doubles are
 * written as the shortest digits that read back to the same bits, whatever
 * extra_float_digits says; NaN and infinities never appear.
 */
#ifndef DATAMON_JSON_H
#define DATAMON_JSON_H

#include "compat.h"

typedef struct DmJson
{
	const char *text;			/* the whole input, for messages */
	const char *pos;
	const char *type_name;
	struct Node *escontext;		/* soft errors, from 16 on; may be NULL */
	bool		failed;			/* set once, after which every call is a no-op */
} DmJson;

extern void dm_json_begin(DmJson *j, const char *text, const char *type_name,
						  struct Node *escontext);
extern bool dm_json_end(DmJson *j);		/* only white space may follow */
extern void dm_json_fail(DmJson *j, const char *detail);

extern bool dm_json_try(DmJson *j, char c);		/* consume c if it is next */
extern void dm_json_expect(DmJson *j, char c);
extern void dm_json_key(DmJson *j, const char *name);	/* "name": */
extern char *dm_json_string(DmJson *j); /* palloc'd, unescaped */
extern uint64 dm_json_count(DmJson *j); /* 0 .. 2^63-1 */
extern int64 dm_json_int(DmJson *j);
extern double dm_json_double(DmJson *j);		/* finite */
extern bool dm_json_bool(DmJson *j);

extern void dm_json_put_double(StringInfo buf, double v);
extern void dm_json_put_string(StringInfo buf, const char *s, size_t len);

#endif							/* DATAMON_JSON_H */
