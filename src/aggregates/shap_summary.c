/*
 * shap_summary.c - how the aggregate mean_abs_shap() takes a row.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/function.h"
#include "types/model_row.h"
#include "types/shap_summary.h"

static Datum
add_row(FunctionCallInfo fcinfo, DmRowReader row)
{
	DmShapWorking *w;
	DmOpenModel *open;

	dm_require_aggregate(fcinfo, "mean_abs_shap");
	if (PG_ARGISNULL(0))
		w = dm_shap_working_new();
	else
		w = (DmShapWorking *) dm_get_state(fcinfo, DM_SHAP_SUMMARY, "mean_abs_shap");
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		w->unused = dm_add_count(w->unused, 1);
		PG_RETURN_POINTER(w);
	}
	open = dm_model_open(fcinfo, 1);
	dm_model_explain(open, row(fcinfo, 2, open));
	PG_RETURN_POINTER(dm_shap_working_add(w, open));
}

DM_FUNCTION(shap_summary_trans, add_row(fcinfo, dm_row_of_array));
DM_FUNCTION(shap_summary_trans_json, add_row(fcinfo, dm_row_of_json));
