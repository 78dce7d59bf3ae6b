/*
 * type.h - what every mergeable type does alike: in, out, recv, send, =, <>,
 * +, the merge aggregate and the final function of the aggregate that makes
 * it.  A type says in a DmType how it differs; DM_TYPE_FUNCTIONS makes the
 * entry points that sql/parts/type.sql.in declares.
 */
#ifndef DATAMON_BASE_TYPE_H
#define DATAMON_BASE_TYPE_H

#include "base/function.h"
#include "base/json.h"
#include "base/wire.h"

typedef struct DmType
{
	DmTypeTag	tag;
	const char *name;

	/* Text of a packed value. */
	void		(*print) (StringInfo buf, const struct varlena *packed);

	/*
	 * A packed value from text; what the reader does not see by itself it
	 * reports by dm_json_fail().  Has to end when the reader has failed.
	 * The result is then checked by valid(), unless NULL.
	 */
	struct varlena *(*parse) (DmJson *j);

	/* Are these bytes, whose header is right, what pack() can make? */
	bool		(*valid) (const struct varlena *packed);

	/* The packed form of a working form, which stays as it is. */
	struct varlena *(*pack) (const struct varlena *working);

	/*
	 * Add a value of either form to a working form, which may be changed in
	 * place or replaced; the first is NULL, "state" then being made anew.
	 */
	struct varlena *(*merge) (struct varlena *state, const struct varlena *value);

	/* What valid() has found wrong with the bytes; may be NULL. */
	const char *(*problem) (const struct varlena *packed);

	/* Sum of two packed values, where a working form is a detour; may be NULL. */
	struct varlena *(*add) (const struct varlena *a, const struct varlena *b);
} DmType;

/* The value of a text, for casts; soft errors as those of dm_type_in. */
extern Datum dm_type_parse(FunctionCallInfo fcinfo, const char *text, const DmType *type);
extern Datum dm_type_in(FunctionCallInfo fcinfo, const DmType *type);
extern Datum dm_type_out(FunctionCallInfo fcinfo, const DmType *type);
extern Datum dm_type_recv(FunctionCallInfo fcinfo, const DmType *type);
extern Datum dm_type_send(FunctionCallInfo fcinfo, const DmType *type);
extern Datum dm_type_equal(FunctionCallInfo fcinfo, const DmType *type, bool equal);
extern Datum dm_type_add(FunctionCallInfo fcinfo, const DmType *type);

/* Also the transition function of merge(). */
extern Datum dm_type_combine(FunctionCallInfo fcinfo, const DmType *type);
extern Datum dm_type_final(FunctionCallInfo fcinfo, const DmType *type);

/* Packed form of either form; a packed one is returned as it is. */
extern struct varlena *dm_type_pack(const struct varlena *value, const DmType *type);

#define DM_TYPE_FUNCTIONS(name, type) \
	DM_FUNCTION(name##_in, dm_type_in(fcinfo, &(type))); \
	DM_FUNCTION(name##_out, dm_type_out(fcinfo, &(type))); \
	DM_FUNCTION(name##_recv, dm_type_recv(fcinfo, &(type))); \
	DM_FUNCTION(name##_send, dm_type_send(fcinfo, &(type))); \
	DM_FUNCTION(name##_eq, dm_type_equal(fcinfo, &(type), true)); \
	DM_FUNCTION(name##_ne, dm_type_equal(fcinfo, &(type), false)); \
	DM_FUNCTION(name##_add, dm_type_add(fcinfo, &(type))); \
	DM_FUNCTION(name##_combine, dm_type_combine(fcinfo, &(type))); \
	DM_FUNCTION(name##_final, dm_type_final(fcinfo, &(type)))

#endif							/* DATAMON_BASE_TYPE_H */
