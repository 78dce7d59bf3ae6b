/*
 * model.c - libFuzzer harness of the type model, which no aggregate makes.
 *
 * The first byte of an input says whether the others are its text or its
 * bytes.  What is accepted reads back, and its trees explain some rows.
 */
#include "postgres.h"

#include <math.h>
#include <setjmp.h>

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "types/model.h"
#include "fuzz.h"

extern Datum datamon_model_in(PG_FUNCTION_ARGS);
extern Datum datamon_model_out(PG_FUNCTION_ARGS);
extern Datum datamon_model_recv(PG_FUNCTION_ARGS);
extern int	LLVMFuzzerTestOneInput(const uint8 *data, size_t size);

static Datum
call(PGFunction function, Datum argument)
{
	LOCAL_FCINFO(fcinfo, 1);

	memset(fcinfo, 0, SizeForFunctionCallInfo(1));
	fcinfo->nargs = 1;
	fcinfo->args[0].value = argument;
	return function(fcinfo);
}

static void
explain_rows(const DmModel *m, const uint8 *data, size_t size)
{
	DmTrees		trees = {m->tree, m->trees, m->set, m->sets, m->features, m->outputs, m->single};
	void	   *work = palloc(dm_forest_work_bytes(&trees));
	size_t		bytes = dm_forest_bytes(&trees, work);
	double	   *row = palloc(sizeof(double) * (size_t) m->features);
	double	   *phi = palloc0(sizeof(double) * (size_t) m->features * (size_t) m->outputs);
	DmForest   *forest;
	int			n;
	int			i;

	if (bytes == 0)
		return;
	forest = dm_forest_build(&trees, palloc(bytes), work);
	for (n = 0; n < 3; n++)
	{
		for (i = 0; i < m->features; i++)
			row[i] = n == 0 ? (double) NAN : n == 1 ? i : data[(size_t) i % size] - 100.0;
		dm_forest_read(forest, row);
		for (i = 0; i < dm_forest_batches(forest); i++)
			dm_forest_explain(forest, i, phi, (size_t) m->features);
		for (i = 0; i < m->outputs; i++)
			phi[0] += dm_forest_sum(forest, i) + dm_forest_expected(forest, i);
	}
}

static void
one_input(const uint8 *data, size_t size)
{
	char	   *copy = palloc(size);
	struct varlena *value;
	struct varlena *again;
	const char *problem;
	DmModel    *m;

	memcpy(copy, data + 1, size - 1);
	copy[size - 1] = '\0';
	if (data[0] & 1)
	{
		StringInfoData message = {copy, (int) size - 1, (int) size, 0};

		value = (struct varlena *) DatumGetPointer(call(datamon_model_recv, PointerGetDatum(&message)));
	}
	else
		value = (struct varlena *) DatumGetPointer(call(datamon_model_in, CStringGetDatum(copy)));
	m = dm_model_unpack(value, &problem);
	again = (struct varlena *) DatumGetPointer(call(datamon_model_in, call(datamon_model_out, PointerGetDatum(value))));
	if (m == NULL || !dm_packed_equal(value, again))
		abort();
	if (m->kind == DM_MODEL_TREES && m->features < 5000 && m->outputs < 5000)
		explain_rows(m, data, size);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	if (size > 0 && setjmp(fuzz_error) == 0)
		one_input(data, size);
	fuzz_free_all();
	return 0;
}
