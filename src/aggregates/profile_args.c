/*
 * profile_args.c - how profile() reads arguments of many types.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "aggregates/profile_args.h"
#include "types/value_counts.h"

static DmValueType
arg_as(Oid type, int position)
{
	DmValueType as = dm_value_type(type);

	if (as == DM_VALUE_OTHER)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("profile cannot take argument %d of type %s", position, format_type_be(type)),
				 errhint("Cast it to double precision to profile it as a number, or to text to count "
						 "its values.")));
	return as;
}

DmProfileArgs *
dm_profile_args(FunctionCallInfo fcinfo)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	DmProfileArgs *args = palloc0(sizeof(DmProfileArgs));
	int			i;

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("profile takes its columns as separate arguments, not as a VARIADIC array")));
	args->n = PG_NARGS() - 1;
	args->all_float8 = true;
	args->all_numbers = true;
	args->kinds = palloc(args->n);
	args->as = palloc(sizeof(DmValueType) * args->n);
	args->output = palloc0(sizeof(FmgrInfo) * args->n);
	for (i = 0; i < args->n; i++)
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i + 1);

		if (!OidIsValid(type))
			elog(ERROR, "could not determine the type of argument %d of profile", i + 1);
		args->as[i] = arg_as(type, i + 1);
		args->all_float8 &= args->as[i] == DM_VALUE_FLOAT8;
		args->all_numbers &= DM_VALUE_IS_NUMBER(args->as[i]);
		args->kinds[i] = DM_VALUE_IS_NUMBER(args->as[i]) ? DM_KIND_NUMBER : DM_KIND_CATEGORY;
		if (args->as[i] == DM_VALUE_OUTPUT)
		{
			Oid			output;
			bool		is_varlena;

			getTypeOutputInfo(type, &output, &is_varlena);
			fmgr_info_cxt(output, &args->output[i], fcinfo->flinfo->fn_mcxt);
		}
	}
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = args;
	return args;
}

DmWorking *
dm_profile_put_category(DmWorking *w, const DmProfileArgs *args, int i, const NullableDatum *arg)
{
	if (arg->isnull)
		return dm_working_put_category(w, i, NULL, 0);
	if (args->as[i] == DM_VALUE_BOOL)
	{
		bool		b = DatumGetBool(arg->value);

		return dm_working_put_category(w, i, b ? "true" : "false", b ? 4 : 5);
	}
	if (args->as[i] == DM_VALUE_TEXT)
	{
		struct varlena *text = PG_DETOAST_DATUM_PACKED(arg->value);

		w = dm_working_put_category(w, i, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
		if ((Pointer) text != DatumGetPointer(arg->value))
			pfree(text);
		return w;
	}
	else
	{
		char	   *s = OutputFunctionCall(&args->output[i], arg->value);

		w = dm_working_put_category(w, i, s, strlen(s));
		pfree(s);
		return w;
	}
}
