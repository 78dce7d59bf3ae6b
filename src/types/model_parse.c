/*
 * model_parse.c - whose JSON it is.
 */
#include "postgres.h"

#include "types/model.h"
#include "types/model_json.h"

PG_FUNCTION_INFO_V1(datamon_model_parse);

#define HINT "Give what XGBoost's Booster.save_model('model.json') or LightGBM's Booster.dump_model() writes, " \
	"or {\"intercept\": ..., \"coef\": [...], \"mean\": [...]} of a linear model."

/* parse_model(json, rounds) */
Datum
datamon_model_parse(PG_FUNCTION_ARGS)
{
	int			rounds = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
	Jsonb	   *json;
	DmAt		root;
	DmAt		member;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	json = PG_GETARG_JSONB_P(0);
	root = dm_at_root(&json->root, "model", HINT);
	if (rounds < 0 || (rounds == 0 && !PG_ARGISNULL(1)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"rounds\" must be at least 1"),
				 errhint("It is how many rounds of boosting are used, such as best_iteration + 1; NULL is all.")));
	if (dm_at_try(&root, "learner", &member))
		PG_RETURN_POINTER(dm_model_pack(dm_model_from_xgboost(&json->root, rounds), "XGBoost model"));
	if (dm_at_try(&root, "tree_info", &member))
		PG_RETURN_POINTER(dm_model_pack(dm_model_from_lightgbm(&json->root, rounds), "LightGBM model"));
	if (dm_at_try(&root, "coef", &member))
		PG_RETURN_POINTER(dm_model_pack(dm_model_from_linear(&json->root), "linear model"));
	dm_at_fail(&root, "is no model that is known");
	PG_RETURN_NULL();
}
