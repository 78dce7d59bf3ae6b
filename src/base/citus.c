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

#include "fmgr.h"

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
