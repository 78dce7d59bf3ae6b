/*
 * citus.c - what datamon has to know of Citus, without its headers.
 *
 * Citus lists the tables whose rows lie in shards in pg_dist_partition, whose
 * first column is their oid, and keeps it under that name in pg_catalog.
 */
#include "base/citus.h"

#include "access/genam.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "access/transam.h"
#include "access/xlog.h"
#include "fmgr.h"
#include "utils/array.h"

#define CITUS_TABLES "pg_dist_partition"
#define CITUS_TABLES_INDEX "pg_dist_partition_logical_relid_index"
#define RELID_COLUMN 1

static bool
is_listed(Relation tables, Oid relid)
{
	Oid			index = get_relname_relid(CITUS_TABLES_INDEX, PG_CATALOG_NAMESPACE);
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&key, RELID_COLUMN, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(tables, index, OidIsValid(index), NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	return found;
}

bool
dm_has_citus(void)
{
	return OidIsValid(get_relname_relid(CITUS_TABLES, PG_CATALOG_NAMESPACE));
}

bool
dm_is_distributed(Oid relid)
{
	Oid			catalog = get_relname_relid(CITUS_TABLES, PG_CATALOG_NAMESPACE);
	Relation	tables;
	Oid			type;
	bool		found;

	if (!OidIsValid(catalog))
		return false;
	tables = table_open(catalog, AccessShareLock);
	type = TupleDescAttr(RelationGetDescr(tables), RELID_COLUMN - 1)->atttypid;
	if (type != REGCLASSOID && type != OIDOID)
		elog(ERROR, "unexpected layout of " CITUS_TABLES);
	found = is_listed(tables, relid);
	table_close(tables, AccessShareLock);
	return found;
}

PG_FUNCTION_INFO_V1(datamon_is_distributed);

/* _is_distributed(regclass) */
Datum
datamon_is_distributed(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(dm_is_distributed(PG_GETARG_OID(0)));
}

/* How far back a transaction id of 32 bits can be told from one to come. */
#define MOST_AGE 1000000000

/* What this node had not ended when its snapshot was taken. */
typedef struct Unseen
{
	bool		all;			/* nothing is known of then */
	TransactionId next;
	int32		age;			/* of the oldest of them */
} Unseen;

/* "seen" has a node's system identifier, the xmin of its snapshot, and so on. */
static void
look_for_this_node(ArrayType *seen, Unseen *out)
{
	uint64		next = U64FromFullTransactionId(ReadNextFullTransactionId());
	const int64 *v = (const int64 *) ARR_DATA_PTR(seen);
	int			n = ArrayGetNItems(ARR_NDIM(seen), ARR_DIMS(seen));
	int			i;

	out->all = true;
	out->next = (TransactionId) next;
	for (i = 0; i + 1 < n && !ARR_HASNULL(seen); i += 2)
		if ((uint64) v[i] == GetSystemIdentifier() && (uint64) v[i + 1] <= next &&
			next - (uint64) v[i + 1] <= MOST_AGE)
		{
			out->all = false;
			out->age = (int32) (next - (uint64) v[i + 1]);
		}
}

PG_FUNCTION_INFO_V1(datamon_is_unseen);

/*
 * _is_unseen(xmin xid, seen bigint[]): whether the node that has a row may not
 * have shown it when the snapshots were taken.  Runs on that node.
 */
Datum
datamon_is_unseen(PG_FUNCTION_ARGS)
{
	Unseen	   *unseen = fcinfo->flinfo->fn_extra;
	TransactionId xmin;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(true);
	/* The snapshots are the same for all rows of a query. */
	if (unseen == NULL)
	{
		unseen = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Unseen));
		look_for_this_node(PG_GETARG_ARRAYTYPE_P(1), unseen);
		fcinfo->flinfo->fn_extra = unseen;
	}
	xmin = DatumGetTransactionId(PG_GETARG_DATUM(0));
	PG_RETURN_BOOL(unseen->all ||
				   (TransactionIdIsNormal(xmin) && (int32) (unseen->next - xmin) <= unseen->age));
}
