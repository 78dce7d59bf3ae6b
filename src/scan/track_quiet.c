/*
 * track_quiet.c - have rows been updated or deleted? As far as is known.
 *
 * The statistics are late and can be lost: what they say only decides whether
 * pages are looked at now or in turn.
 */
#include "postgres.h"

#include "pgstat.h"
#include "utils/rel.h"

#include "scan/track_internal.h"

/* Changes by this session that it has not reported. */
static bool
has_unreported(Oid relid)
{
	PgStat_TableStatus *own = find_tabstat_entry(relid);

	return own != NULL &&
		(own->trans != NULL || own->DATAMON_TUPLE_COUNT(updated) > 0 || own->DATAMON_TUPLE_COUNT(deleted) > 0);
}

/*
 * True if the counter is where it was at the last tick.  It is read before any
 * page is: a change that it has counted can be seen there.
 */
bool
dm_track_was_quiet(DmTrack *t)
{
	Oid			relid = RelationGetRelid(t->relation);
	PgStat_StatTabEntry *shared = pgstat_track_counts ? pgstat_fetch_stat_tabentry(relid) : NULL;

	if (shared == NULL)
		return false;
	t->now.counter_known = true;
	t->now.counter = (uint64) shared->tuples_updated + (uint64) shared->tuples_deleted;
	return t->old->counter_known && t->old->counter == t->now.counter && !has_unreported(relid);
}
