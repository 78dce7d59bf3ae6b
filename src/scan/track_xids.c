/*
 * track_xids.c - snapshots that outlive their time.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "utils/snapmgr.h"

#include "scan/track_state.h"

#define WRAP (UINT64CONST(1) << 32)

uint64
dm_xid_next(void)
{
	return U64FromFullTransactionId(ReadNextFullTransactionId());
}

/* The youngest id with these 32 bits that has been given out (or is the next). */
uint64
dm_xid_widen(TransactionId xid, uint64 next)
{
	uint64		wide = (next & ~(WRAP - 1)) | xid;

	if (!TransactionIdIsNormal(xid))
		return 0;
	if (wide > next)
		return wide < WRAP ? 0 : wide - WRAP;
	return wide;
}

static int
compare_ids(const void *a, const void *b)
{
	uint64		x = *(const uint64 *) a;
	uint64		y = *(const uint64 *) b;

	return (x > y) - (x < y);
}

static bool
has_id(const uint64 *id, uint32 n, uint64 wanted)
{
	uint32		low = 0;
	uint32		high = n;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (id[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && id[low] == wanted;
}

/*
 * Ids of this transaction from its first one to the snapshot's end: later ones
 * are new to the snapshot anyway.  Server functions list only those of one
 * level, so all ids between are asked for.
 */
static bool
own_ids(DmXids *out, uint64 next)
{
	TransactionId top = GetTopTransactionIdIfAny();
	uint64		id = TransactionIdIsValid(top) ? dm_xid_widen(top, next) : out->xmax;

	out->nown = 0;
	out->own = NULL;
	if (id >= out->xmax)
		return true;
	if (out->xmax - id > DM_OWN_XIDS * 64)
		return false;
	out->own = palloc(sizeof(uint64) * DM_OWN_XIDS);
	for (; id < out->xmax; id++)
	{
		TransactionId xid = (TransactionId) id;

		if (!TransactionIdIsNormal(xid) || !TransactionIdIsCurrentTransactionId(xid))
			continue;
		if (out->nown == DM_OWN_XIDS)
			return false;
		out->own[out->nown++] = id;
	}
	return true;
}

bool
dm_xids_of(Snapshot snapshot, DmXids *out)
{
	uint64		next = dm_xid_next();
	uint32		n = 0;
	uint32		i;

	if (snapshot->takenDuringRecovery)
		return false;
	out->xmin = dm_xid_widen(snapshot->xmin, next);
	out->xmax = dm_xid_widen(snapshot->xmax, next);
	out->overflowed = snapshot->suboverflowed;
	out->running = palloc(sizeof(uint64) * (snapshot->xcnt + Max(snapshot->subxcnt, 0) + 1));
	for (i = 0; i < snapshot->xcnt; i++)
		out->running[n++] = dm_xid_widen(snapshot->xip[i], next);
	if (!out->overflowed)
		for (i = 0; i < snapshot->subxcnt; i++)
			out->running[n++] = dm_xid_widen(snapshot->subxip[i], next);
	qsort(out->running, n, sizeof(uint64), compare_ids);
	out->nrunning = 0;
	for (i = 0; i < n; i++)
		if (out->running[i] >= out->xmin && out->running[i] < out->xmax &&
			(out->nrunning == 0 || out->running[out->nrunning - 1] != out->running[i]))
			out->running[out->nrunning++] = out->running[i];
	return out->xmin > 0 && out->xmax >= out->xmin && own_ids(out, next);
}

/* Of an id that has committed since, or had. */
DmXidVerdict
dm_xids_verdict(const DmXids *xids, uint64 xid)
{
	if (xid == 0)
		return DM_XID_DOUBTFUL;
	if (xids->nown > 0 && has_id(xids->own, xids->nown, xid))
		return DM_XID_DOUBTFUL;
	if (xid < xids->xmin)
		return DM_XID_OLD;
	if (xid >= xids->xmax)
		return DM_XID_NEW;
	if (xids->nrunning > 0 && has_id(xids->running, xids->nrunning, xid))
		return DM_XID_NEW;
	return xids->overflowed ? DM_XID_DOUBTFUL : DM_XID_OLD;
}

/* Top-level ids are never missing, so whatever "now" still sees running is compared. */
bool
dm_xids_precede(const DmXids *before, const DmXids *now)
{
	uint32		i;

	if (before->xmin > now->xmin || before->xmax > now->xmax || dm_xid_next() - before->xmin > WRAP / 2)
		return false;
	for (i = 0; i < now->nrunning; i++)
		if (dm_xids_verdict(before, now->running[i]) == DM_XID_OLD)
			return false;
	return true;
}
