/*
 * model_open.c - models as they are asked, kept for a transaction.
 *
 * A model comes as an argument with every row; to unpack it, and to arrange
 * its trees, takes far longer than to explain a row.  What lies out of line is
 * known by its pointer, which names one value as long as the transaction
 * lasts; what does not, by its bytes.
 */
#include "postgres.h"

#include "utils/memutils.h"


#include "types/model.h"

#define KEPT 4

/* Bytes of a forest: places in it are ints. */
#define MOST_BYTES ((Size) 2 << 30)

typedef struct Kept
{
	DmOpenModel open;
	struct varlena *bytes;		/* as they came, or a pointer's */
	Size		len;
	uint64		used;
} Kept;

static Kept *kept[KEPT];
static uint64 clock_of_use;
static MemoryContext owner;

static void
forget_all(void *arg)
{
	memset(kept, 0, sizeof(kept));
	owner = NULL;
}

static void
begin_transaction(void)
{
	MemoryContextCallback *callback;

	if (owner)
		return;
	owner = AllocSetContextCreate(TopTransactionContext, "datamon models", ALLOCSET_SMALL_SIZES);
	callback = MemoryContextAllocZero(owner, sizeof(MemoryContextCallback));
	callback->func = forget_all;
	MemoryContextRegisterResetCallback(owner, callback);
}

static Size
own_size(const struct varlena *value)
{
	if (VARATT_IS_EXTERNAL(value))
		return VARSIZE_EXTERNAL(value);
	return VARSIZE_ANY(value);
}

static void
arrange(Kept *k, const DmModel *m)
{
	DmTrees		trees = {m->tree, m->trees, m->set, m->sets, m->features, m->outputs, m->single};
	void	   *work;
	Size		bytes;

	work = palloc_extended(dm_forest_work_bytes(&trees), MCXT_ALLOC_HUGE);
	bytes = dm_forest_bytes(&trees, work);
	if (bytes == 0 || bytes > MOST_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("model is too large to be explained"),
				 bytes == 0 ?
				 errdetail("A path of a tree has splits by more than %d features.", DM_TREE_MOST_ON_PATH) :
				 errdetail("It would take %zu MB of memory.", bytes >> 20)));
	k->open.forest = dm_forest_build(&trees, MemoryContextAllocHuge(k->open.context, bytes), work);
	pfree(work);
}

/* All names in one piece, so that two models are compared at once. */
static void
join_names(DmOpenModel *open)
{
	StringInfoData buf;
	int			i;

	initStringInfo(&buf);
	for (i = 0; i < open->model->features; i++)
		appendBinaryStringInfo(&buf, open->model->feature[i].name, (int) strlen(open->model->feature[i].name) + 1);
	open->names = buf.data;
	open->names_length = (Size) buf.len;
}

static Kept *
open_model(struct varlena *value)
{
	MemoryContext context = AllocSetContextCreate(owner, "datamon model", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Kept	   *k = palloc0(sizeof(Kept));
	const char *problem;
	struct varlena *packed = PG_DETOAST_DATUM(PointerGetDatum(value));
	DmModel    *m;

	k->open.context = context;
	k->len = own_size(value);
	k->bytes = palloc_extended(k->len, MCXT_ALLOC_HUGE);
	memcpy(k->bytes, value, k->len);
	dm_check_header(packed, DM_MODEL);
	m = dm_model_unpack(packed, &problem);
	if (m == NULL)
		dm_corrupt(DM_MODEL_NAME);
	k->open.model = m;
	if (m->kind == DM_MODEL_TREES)
		arrange(k, m);
	join_names(&k->open);
	k->open.read = palloc(sizeof(double) * (Size) m->features);
	k->open.phi = palloc(sizeof(double) * (Size) (m->features + 1) * (Size) m->outputs);
	MemoryContextSwitchTo(old);
	return k;
}

/* Where a new one goes: a free place, or that of the one used least lately. */
static int
free_place(void)
{
	int			place = 0;
	int			i;

	for (i = 0; i < KEPT; i++)
	{
		if (kept[i] == NULL)
			return i;
		if (kept[i]->used < kept[place]->used)
			place = i;
	}
	return place;
}

DmOpenModel *
dm_model_open(FunctionCallInfo fcinfo, int n)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(n);
	Size		len;
	int			place;
	int			i;

	if (VARATT_IS_EXTERNAL(value) && !VARATT_IS_EXTERNAL_ONDISK(value))
		value = PG_DETOAST_DATUM(PointerGetDatum(value));
	len = own_size(value);
	begin_transaction();
	for (i = 0; i < KEPT; i++)
		if (kept[i] && kept[i]->len == len && memcmp(kept[i]->bytes, value, len) == 0)
		{
			kept[i]->used = ++clock_of_use;
			return &kept[i]->open;
		}
	place = free_place();
	if (kept[place])
	{
		MemoryContext context = kept[place]->open.context;

		kept[place] = NULL;
		MemoryContextDelete(context);
	}
	kept[place] = open_model(value);
	kept[place]->used = ++clock_of_use;
	return &kept[place]->open;
}
