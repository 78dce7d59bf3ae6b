/*
 * type.c - what every mergeable type does alike.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/type.h"

struct varlena *
dm_type_pack(const struct varlena *value, const DmType *type)
{
	if (DM_IS_WORKING(value))
		return type->pack(value);
	return unconstify(struct varlena *, value);
}

Datum
dm_type_parse(FunctionCallInfo fcinfo, const char *text, const DmType *type)
{
	struct varlena *value;
	DmJson		j;

	dm_json_begin(&j, text, type->name, fcinfo->context);
	value = type->parse(&j);
	if (!dm_json_end(&j))
		PG_RETURN_NULL();
	if (value == NULL || !type->valid(value))
	{
		dm_json_fail(&j, "No data have this value");
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(value);
}

Datum
dm_type_in(FunctionCallInfo fcinfo, const DmType *type)
{
	return dm_type_parse(fcinfo, PG_GETARG_CSTRING(0), type);
}

Datum
dm_type_out(FunctionCallInfo fcinfo, const DmType *type)
{
	StringInfoData buf;

	initStringInfo(&buf);
	type->print(&buf, dm_type_pack(dm_getarg(fcinfo, 0, type->tag), type));
	PG_RETURN_CSTRING(buf.data);
}

Datum
dm_type_recv(FunctionCallInfo fcinfo, const DmType *type)
{
	struct varlena *value = dm_packed_recv((StringInfo) PG_GETARG_POINTER(0), type->tag,
										   type->name);

	if (!type->valid(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", type->name),
				 type->problem ? errdetail("%s.", type->problem(value)) : 0));
	PG_RETURN_POINTER(value);
}

Datum
dm_type_send(FunctionCallInfo fcinfo, const DmType *type)
{
	PG_RETURN_BYTEA_P(dm_packed_send(dm_type_pack(dm_getarg(fcinfo, 0, type->tag), type)));
}

Datum
dm_type_equal(FunctionCallInfo fcinfo, const DmType *type, bool equal)
{
	struct varlena *a = dm_type_pack(dm_getarg(fcinfo, 0, type->tag), type);
	struct varlena *b = dm_type_pack(dm_getarg(fcinfo, 1, type->tag), type);

	PG_RETURN_BOOL(dm_packed_equal(a, b) == equal);
}

Datum
dm_type_add(FunctionCallInfo fcinfo, const DmType *type)
{
	/* packed copies first: the arguments may not be changed */
	struct varlena *a = dm_type_pack(dm_getarg(fcinfo, 0, type->tag), type);
	struct varlena *b = dm_type_pack(dm_getarg(fcinfo, 1, type->tag), type);

	if (type->add)
		PG_RETURN_POINTER(type->add(a, b));
	PG_RETURN_POINTER(type->pack(type->merge(type->merge(NULL, a), b)));
}

Datum
dm_type_combine(FunctionCallInfo fcinfo, const DmType *type)
{
	struct varlena *state = NULL;

	dm_require_aggregate(fcinfo, "merge");
	if (!PG_ARGISNULL(0))
		state = dm_getarg(fcinfo, 0, type->tag);
	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	if (state && !DM_IS_WORKING(state))
		state = type->merge(NULL, state);
	PG_RETURN_POINTER(type->merge(state, dm_getarg(fcinfo, 1, type->tag)));
}

/* A copy: the state may go on to change, in a window or as a shared state. */
Datum
dm_type_final(FunctionCallInfo fcinfo, const DmType *type)
{
	struct varlena *state;

	dm_require_aggregate(fcinfo, type->name);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = dm_getarg(fcinfo, 0, type->tag);
	if (!DM_IS_WORKING(state))
		return PointerGetDatum(PG_DETOAST_DATUM_COPY(PointerGetDatum(state)));
	PG_RETURN_POINTER(type->pack(state));
}
