/*
 * relation.c - whether a relation may be, and can be, read page by page.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/tableam.h"
#include "catalog/catalog.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "base/citus.h"
#include "scan/scan.h"

/* attgenerated of a column that is computed as it is read: from 18 on. */
#define GENERATED_VIRTUAL 'v'

/* As the executor checks it: the whole relation, or each column; any column where none is named. */
static bool
may_select(Relation relation, const DmScanColumn *columns, int ncolumns)
{
	Oid			relid = RelationGetRelid(relation);
	int			i;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return true;
	if (ncolumns == 0)
		return pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
	for (i = 0; i < ncolumns; i++)
		if (pg_attribute_aclcheck(relid, columns[i].attnum, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			return false;
	return true;
}

const char *
dm_scan_privilege(Relation relation, const DmScanColumn *columns, int ncolumns)
{
	if (!may_select(relation, columns, ncolumns))
		aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(relation->rd_rel->relkind),
					   RelationGetRelationName(relation));
	if (check_enable_rls(RelationGetRelid(relation), InvalidOid, false) == RLS_ENABLED)
		return "row security is active";
	return NULL;
}

static const char *
kind_obstacle(Relation relation)
{
	if (relation->rd_rel->relkind != RELKIND_RELATION &&
		relation->rd_rel->relkind != RELKIND_MATVIEW)
		return "it is neither a table nor a materialized view";
	if (IsCatalogRelation(relation) || IsCatalogNamespace(RelationGetNamespace(relation)))
		return "it is a system catalog";
	if (dm_is_distributed(RelationGetRelid(relation)))
		return "Citus keeps its rows in shards";
	if (relation->rd_tableam != GetHeapamTableAmRoutine())
		return "its access method is not heap";
	if (RELATION_IS_OTHER_TEMP(relation))
		return "it is a temporary table of another session";
	if (!RelationIsScannable(relation))
		return "it has not been populated";
	return NULL;
}

const char *
dm_scan_storage(Relation relation, const DmScanColumn *columns, int ncolumns)
{
	TupleDesc	desc = RelationGetDescr(relation);
	const char *obstacle = kind_obstacle(relation);
	int			i;

	for (i = 0; i < ncolumns && obstacle == NULL; i++)
	{
		if (columns[i].attnum < 1 || columns[i].attnum > desc->natts ||
			TupleDescAttr(desc, columns[i].attnum - 1)->attisdropped)
			return "a column is a system column, or has been dropped";
		if (TupleDescAttr(desc, columns[i].attnum - 1)->attgenerated == GENERATED_VIRTUAL)
			return "a column is generated as it is read";
	}
	return obstacle;
}

const char *
dm_scan_obstacle(Relation relation, const DmScanColumn *columns, int ncolumns)
{
	const char *obstacle = dm_scan_storage(relation, columns, ncolumns);

	return obstacle ? obstacle : dm_scan_privilege(relation, columns, ncolumns);
}
