/*
 * model_parse.c - whose JSON it is.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "types/model.h"
#include "types/model_json.h"

PG_FUNCTION_INFO_V1(datamon_model_parse);
PG_FUNCTION_INFO_V1(datamon_model_parse_text);

#define HINT "Give what XGBoost's Booster.save_model('model.json') or LightGBM's Booster.save_model() writes, " \
	"or {\"intercept\": ..., \"coef\": [...], \"mean\": [...]} of a linear model."

/* Argument n; 0 is all. */
static int
rounds_arg(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n))
		return 0;
	if (PG_GETARG_INT32(n) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"rounds\" must be at least 1"),
				 errhint("It is how many rounds of boosting are used, such as best_iteration + 1; NULL is all.")));
	return PG_GETARG_INT32(n);
}

static struct varlena *
parse(Jsonb *json, int rounds)
{
	DmAt		root = dm_at_root(&json->root, "model", HINT);
	DmAt		member;

	if (dm_at_try(&root, "learner", &member))
		return dm_model_pack(dm_model_from_xgboost(&json->root, rounds), "XGBoost model");
	if (dm_at_try(&root, "tree_info", &member))
		return dm_model_pack(dm_model_from_lightgbm(&json->root, rounds), "LightGBM model");
	if (dm_at_try(&root, "coef", &member))
		return dm_model_pack(dm_model_from_linear(&json->root), "linear model");
	dm_at_fail(&root, "is no model that is known");
	return NULL;
}

/*
 * XGBoost before 2.0 wrote NaN where a number is not used, and Python's json
 * writes NaN and Infinity, which are not JSON: null takes their place.
 */
static char *
only_json(const char *text)
{
	static const char *const words[] = {"NaN", "-NaN", "nan", "-nan", "Infinity", "-Infinity", "inf", "-inf"};
	StringInfoData buf;
	bool		quoted = false;

	initStringInfo(&buf);
	for (; *text; text++)
	{
		int			i;

		if (*text == '"')
			quoted = !quoted;
		else if (quoted && *text == '\\' && text[1])
			appendStringInfoChar(&buf, *text++);
		else if (!quoted && (*text == 'N' || *text == 'n' || *text == 'I' || *text == 'i' || *text == '-'))
		{
			for (i = 0; i < (int) lengthof(words); i++)
				if (strncmp(text, words[i], strlen(words[i])) == 0)
					break;
			if (i < (int) lengthof(words))
			{
				appendStringInfoString(&buf, "null");
				text += strlen(words[i]) - 1;
				continue;
			}
		}
		appendStringInfoChar(&buf, *text);
	}
	return buf.data;
}

/* parse_model(json, rounds) */
Datum
datamon_model_parse(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(parse(PG_GETARG_JSONB_P(0), rounds_arg(fcinfo, 1)));
}

/* parse_model(text, rounds) */
Datum
datamon_model_parse_text(PG_FUNCTION_ARGS)
{
	Datum		json;
	char	   *body;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	body = text_to_cstring(PG_GETARG_TEXT_PP(0));
	body += strspn(body, " \t\r\n");
	/* what LightGBM saves begins with a line "tree" */
	body = strncmp(body, "tree", 4) == 0 ? dm_lightgbm_text_to_json(body) : only_json(body);
	json = DirectFunctionCall1(jsonb_in, CStringGetDatum(body));
	PG_RETURN_POINTER(parse(DatumGetJsonbP(json), rounds_arg(fcinfo, 1)));
}
