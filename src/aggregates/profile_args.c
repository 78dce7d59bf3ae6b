/*
 * profile_args.c - how profile() reads arguments of many types.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "aggregates/profile_args.h"
#include "types/value_counts.h"

#define UNIX_EPOCH_SECONDS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (double) SECS_PER_DAY)

static const struct
{
	Oid			type;
	DmArgAs		as;
}			known_types[] =
{
	{FLOAT8OID, DM_ARG_FLOAT8},
	{FLOAT4OID, DM_ARG_FLOAT4},
	{INT2OID, DM_ARG_INT2},
	{INT4OID, DM_ARG_INT4},
	{INT8OID, DM_ARG_INT8},
	{NUMERICOID, DM_ARG_NUMERIC},
	{DATEOID, DM_ARG_DATE},
	{TIMESTAMPOID, DM_ARG_TIMESTAMP},
	{TIMESTAMPTZOID, DM_ARG_TIMESTAMP},
	{TIMEOID, DM_ARG_TIME},
	{INTERVALOID, DM_ARG_INTERVAL},
	{BOOLOID, DM_ARG_BOOL},
	{TEXTOID, DM_ARG_TEXT},
	{VARCHAROID, DM_ARG_TEXT},
	{BPCHAROID, DM_ARG_OUTPUT},
	{NAMEOID, DM_ARG_OUTPUT},
	{CHAROID, DM_ARG_OUTPUT},
	{UUIDOID, DM_ARG_OUTPUT},
};

static DmArgAs
arg_as(Oid type, int position)
{
	int			i;
	Oid			base = getBaseType(type);

	for (i = 0; i < (int) lengthof(known_types); i++)
		if (known_types[i].type == base)
			return known_types[i].as;
	if (type_is_enum(base))
		return DM_ARG_OUTPUT;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("profile cannot take argument %d of type %s", position, format_type_be(type)),
			 errhint("Cast it to double precision to profile it as a number, or to text to count "
					 "its values.")));
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
	args->as = palloc(sizeof(DmArgAs) * args->n);
	args->output = palloc0(sizeof(FmgrInfo) * args->n);
	for (i = 0; i < args->n; i++)
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i + 1);

		if (!OidIsValid(type))
			elog(ERROR, "could not determine the type of argument %d of profile", i + 1);
		args->as[i] = arg_as(type, i + 1);
		args->all_float8 &= args->as[i] == DM_ARG_FLOAT8;
		args->all_numbers &= args->as[i] < DM_ARG_BOOL;
		args->kinds[i] = args->as[i] >= DM_ARG_BOOL ? DM_KIND_CATEGORY : DM_KIND_NUMBER;
		if (args->as[i] == DM_ARG_OUTPUT)
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

/* Seconds since 1970-01-01 00:00:00. */
static double
timestamp_seconds(Timestamp t)
{
	if (TIMESTAMP_IS_NOBEGIN(t))
		return -INFINITY;
	if (TIMESTAMP_IS_NOEND(t))
		return INFINITY;
	return (double) t / USECS_PER_SEC + UNIX_EPOCH_SECONDS;
}

static double
date_seconds(DateADT d)
{
	if (DATE_IS_NOBEGIN(d))
		return -INFINITY;
	if (DATE_IS_NOEND(d))
		return INFINITY;
	return d * (double) SECS_PER_DAY + UNIX_EPOCH_SECONDS;
}

static double
interval_seconds(const Interval *i)
{
#ifdef INTERVAL_IS_NOBEGIN			/* infinite intervals: from 17 on */
	if (INTERVAL_IS_NOBEGIN(i))
		return -INFINITY;
	if (INTERVAL_IS_NOEND(i))
		return INFINITY;
#endif
	/* as EXTRACT(EPOCH FROM interval) */
	return i->time / (double) USECS_PER_SEC + i->day * (double) SECS_PER_DAY +
		(i->month / MONTHS_PER_YEAR) * (DAYS_PER_YEAR * SECS_PER_DAY) +
		(i->month % MONTHS_PER_YEAR) * ((double) DAYS_PER_MONTH * SECS_PER_DAY);
}

double
dm_profile_other_number(const DmProfileArgs *args, int i, Datum value)
{
	switch (args->as[i])
	{
		case DM_ARG_FLOAT4:
			return DatumGetFloat4(value);
		case DM_ARG_INT2:
			return DatumGetInt16(value);
		case DM_ARG_INT4:
			return DatumGetInt32(value);
		case DM_ARG_INT8:
			return (double) DatumGetInt64(value);
		case DM_ARG_DATE:
			return date_seconds(DatumGetDateADT(value));
		case DM_ARG_TIMESTAMP:
			return timestamp_seconds(DatumGetTimestamp(value));
		case DM_ARG_TIME:
			return DatumGetTimeADT(value) / (double) USECS_PER_SEC;
		case DM_ARG_INTERVAL:
			return interval_seconds(DatumGetIntervalP(value));
		default:
			elog(ERROR, "argument %d of profile is not a number", i + 1);
	}
	return 0;
}

DmWorking *
dm_profile_put_category(DmWorking *w, const DmProfileArgs *args, int i, const NullableDatum *arg)
{
	if (arg->isnull)
		return dm_working_put_category(w, i, NULL, 0);
	if (args->as[i] == DM_ARG_BOOL)
	{
		bool		b = DatumGetBool(arg->value);

		return dm_working_put_category(w, i, b ? "true" : "false", b ? 4 : 5);
	}
	if (args->as[i] == DM_ARG_TEXT)
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
