/*
 * describe.c - the states of every column of a query's result, in one scan.
 *
 * The query is parsed alone first, which tells its columns and that it is one
 * SELECT; then it is run as a subquery below aggregates.  What is put around
 * it names everything with its schema and uses no operator, so that it means
 * the same under the caller's search_path, which the query itself needs.
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

#include "base/citus.h"
#include "base/row.h"
#include "types/profile.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_describe_states);

/* Arguments of one profile() call; a function may have 100, one is the state. */
#define COLUMNS_PER_PROFILE 90

#define HINT "Give one statement that begins with SELECT, WITH, VALUES or TABLE, or a table's name."

typedef struct DescribedType
{
	Oid			type;
	const char *kind;
	const char *profile;		/* how the column is given to profile() */
	const char *quality;		/* how to column_quality(); NULL: not at all */
} DescribedType;

#define AS_IT_IS "q.c%d"
#define AS_TEXT "q.c%d::pg_catalog.text"

/*
 * Anybody may give a type of his own a cast to text that runs what he likes,
 * with the rights of whoever describes his table.  So types that are not the
 * server's own are written by their output functions: only a superuser can
 * make one.
 */
#define AS_OUTPUT "CASE WHEN q.c%1$d IS NOT DISTINCT FROM NULL THEN NULL ELSE pg_catalog.concat(q.c%1$d) END"

static const DescribedType known_types[] = {
	{INT2OID, "number", AS_IT_IS, AS_IT_IS},
	{INT4OID, "number", AS_IT_IS, AS_IT_IS},
	{INT8OID, "number", AS_IT_IS, AS_IT_IS},
	{FLOAT4OID, "number", AS_IT_IS, AS_IT_IS},
	{FLOAT8OID, "number", AS_IT_IS, AS_IT_IS},
	{NUMERICOID, "number", AS_IT_IS, AS_IT_IS},
	{DATEOID, "time", AS_IT_IS, AS_IT_IS},
	{TIMESTAMPOID, "time", AS_IT_IS, AS_IT_IS},
	{TIMESTAMPTZOID, "time", AS_IT_IS, AS_IT_IS},
	{TIMEOID, "time", AS_IT_IS, AS_TEXT},
	{INTERVALOID, "time", AS_IT_IS, AS_TEXT},
	{BOOLOID, "category", AS_IT_IS, NULL},
	{TEXTOID, "category", AS_TEXT, AS_TEXT},
	{VARCHAROID, "category", AS_TEXT, AS_TEXT},
	{BPCHAROID, "category", AS_TEXT, AS_TEXT},
	{NAMEOID, "category", AS_TEXT, AS_TEXT},
	{CHAROID, "category", AS_TEXT, AS_TEXT},
	{UUIDOID, "category", AS_TEXT, AS_TEXT},
};

static const DescribedType enum_type = {InvalidOid, "category", AS_IT_IS, NULL};
static const DescribedType other_type = {InvalidOid, "other", AS_TEXT, AS_TEXT};
static const DescribedType foreign_type = {InvalidOid, "other", AS_OUTPUT, AS_OUTPUT};

static const DescribedType *
described_type(Oid type)
{
	Oid			base = getBaseType(type);
	int			i;

	for (i = 0; i < (int) lengthof(known_types); i++)
		if (known_types[i].type == base)
			return &known_types[i];
	if (type_is_enum(base))
		return &enum_type;
	return base < FirstNormalObjectId ? &other_type : &foreign_type;
}

/* ---- what is described */

/* Does it begin like a query, rather than being a table's name? */
static bool
is_query(const char *s)
{
	static const char *const words[] = {"select", "with", "values", "table"};
	int			i;

	while (isspace((unsigned char) *s) || *s == '(' || strncmp(s, "--", 2) == 0 ||
		   strncmp(s, "/*", 2) == 0)
	{
		if (*s == '-')
			s += strcspn(s, "\n");
		else if (*s == '/')
			return true;		/* no name begins so; the parser finds the end */
		else
			s++;
	}
	for (i = 0; i < (int) lengthof(words); i++)
	{
		size_t		n = strlen(words[i]);

		if (pg_strncasecmp(s, words[i], n) == 0 && !isalnum((unsigned char) s[n]) && s[n] != '_' &&
			s[n] != '.' && s[n] != '$' && s[n] != '\0' && !IS_HIGHBIT_SET(s[n]))
			return true;
	}
	return false;
}

static char *
query_of_table(const char *name)
{
	Oid			relation = DatumGetObjectId(DirectFunctionCall1(regclassin, CStringGetDatum(name)));
	char	   *rel = get_rel_name(relation);

	if (rel == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", name)));
	return psprintf("SELECT * FROM %s",
					quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), rel));
}

/*
 * Columns of the query's result; it is parsed and analysed, not run.  What
 * follows the statement is cut off: it has to fit in parentheses.
 */
static TupleDesc
columns_of_query(char *query)
{
	SPIPlanPtr	plan = SPI_prepare(query, 0, NULL);
	List	   *sources = plan ? SPI_plan_get_plan_sources(plan) : NIL;
	CachedPlanSource *source = list_length(sources) == 1 ? linitial(sources) : NULL;
	Query	   *select = NULL;

	if (source && source->resultDesc && list_length(source->query_list) == 1)
		select = linitial_node(Query, source->query_list);
	if (select == NULL || select->commandType != CMD_SELECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("describe needs a table or a single SELECT"),
				 errhint(HINT)));
	if (select->stmt_len > 0)
		query[select->stmt_location + select->stmt_len] = '\0';
	return CreateTupleDescCopy(source->resultDesc);
}

/* ---- the statement around it */

static void
append_arguments(StringInfo buf, TupleDesc desc, int first, int last)
{
	int			i;

	for (i = first; i < last; i++)
	{
		if (i > first)
			appendStringInfoString(buf, ", ");
		appendStringInfo(buf, described_type(TupleDescAttr(desc, i)->atttypid)->profile, i + 1);
	}
}

static char *
statement(TupleDesc desc, const char *query)
{
	StringInfoData buf;
	int			i;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT ARRAY[");
	for (i = 0; i < desc->natts; i += COLUMNS_PER_PROFILE)
	{
		appendStringInfoString(&buf, i > 0 ? ", datamon.profile(" : "datamon.profile(");
		append_arguments(&buf, desc, i, Min(i + COLUMNS_PER_PROFILE, desc->natts));
		appendStringInfoChar(&buf, ')');
	}
	appendStringInfoString(&buf, "]::datamon.profile[], ARRAY[");
	for (i = 0; i < desc->natts; i++)
	{
		const char *quality = described_type(TupleDescAttr(desc, i)->atttypid)->quality;

		if (i > 0)
			appendStringInfoString(&buf, ", ");
		if (quality)
		{
			appendStringInfoString(&buf, "datamon.column_quality(");
			appendStringInfo(&buf, quality, i + 1);
			appendStringInfoChar(&buf, ')');
		}
		else
			appendStringInfoString(&buf, "NULL");
	}
	/* Citus would split profile(), which it cannot; behind OFFSET it brings the rows here. */
	appendStringInfoString(&buf, "]::datamon.column_quality[] FROM (");
	appendStringInfo(&buf, dm_has_citus() ? "SELECT * FROM (%s\n) AS r OFFSET 0" : "%s\n", query);
	appendStringInfoString(&buf, ") AS q(");
	for (i = 0; i < desc->natts; i++)
		appendStringInfo(&buf, "%sc%d", i > 0 ? ", " : "", i + 1);
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/* ---- its result */

typedef struct States
{
	Datum	   *value;
	bool	   *null;
	int			n;
} States;

static void
get_states(int column, States *out)
{
	bool		null;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);
	ArrayType  *array = DatumGetArrayTypeP(value);

	/* both types are varlena of double alignment */
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, 'd', &out->value, &out->null, &out->n);
}

static void
put_state(DmRow *row, const void *state)
{
	row->null[row->n] = state == NULL;
	row->value[row->n++] = PointerGetDatum(state);
}

/* Mean and deviation come from the profile's exact sums. */
static void
put_profile(DmRow *row, const DmProfileColumn *c)
{
	uint64		n = c && c->kind == DM_KIND_NUMBER ? dm_sketch_count(&c->number) : 0;

	put_state(row, c ? dm_profile_histogram(c) : NULL);
	put_state(row, c && c->kind == DM_KIND_CATEGORY ? c->category : NULL);
	dm_row_double(row, n > 0 ? dm_sketch_mean(&c->number) : NAN);
	dm_row_double(row, n > 1 ? dm_sketch_stddev(&c->number, n - 1) : NAN);
}

static void
put_columns(DmRowSet *rows, TupleDesc desc)
{
	States		profiles;
	States		qualities;
	DmProfile	profile = {0};
	bool		any = false;
	int			i;

	get_states(1, &profiles);
	get_states(2, &qualities);
	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		int			chunk = i / COLUMNS_PER_PROFILE;
		DmRow	   *row = &rows->row;

		if (i % COLUMNS_PER_PROFILE == 0)
		{
			any = !profiles.null[chunk];
			if (any)
				dm_profile_unpack((struct varlena *) PG_DETOAST_DATUM(profiles.value[chunk]), &profile);
		}
		dm_row_text(row, NameStr(att->attname));
		dm_row_text(row, format_type_with_typemod(att->atttypid, att->atttypmod));
		dm_row_text(row, format_type_be(getBaseType(att->atttypid)));
		dm_row_text(row, described_type(att->atttypid)->kind);
		dm_row_count(row, any ? (int64) profile.rows : 0);
		put_profile(row, any ? &profile.column[i % COLUMNS_PER_PROFILE] : NULL);
		put_state(row, qualities.null[i] ? NULL : DatumGetPointer(qualities.value[i]));
		dm_rows_put(rows);
	}
}

/* _describe_states(source text): a query, or the name of a table */
Datum
datamon_describe_states(PG_FUNCTION_ARGS)
{
	char	   *query;
	TupleDesc	desc;
	DmRowSet		rows;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("describe needs a table or a single SELECT"),
				 errhint(HINT)));
	query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	dm_rows_begin(fcinfo, &rows);
	if (!is_query(query))
		query = query_of_table(query);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	desc = columns_of_query(query);
	if (desc->natts > 0)
	{
		if (SPI_execute(statement(desc, query), true, 0) != SPI_OK_SELECT || SPI_processed != 1)
			elog(ERROR, "describing failed: %s", SPI_result_code_string(SPI_result));
		put_columns(&rows, desc);
	}
	SPI_finish();
	PG_RETURN_NULL();
}
