/*
 * model_json.h - somebody's JSON, with its place in every message.
 */
#ifndef DATAMON_TYPES_MODEL_JSON_H
#define DATAMON_TYPES_MODEL_JSON_H

#include "postgres.h"

#include "utils/jsonb.h"

#include "types/model.h"

/* A value, and how one gets to it. */
typedef struct DmAt
{
	const char *source;			/* "XGBoost model" */
	const char *hint;
	const char *path;			/* "learner.objective" */
	JsonbValue	value;
} DmAt;

extern DmAt dm_at_root(JsonbContainer *root, const char *source, const char *hint);
pg_noreturn extern void dm_at_fail(const DmAt *at, const char *problem);

/* A member; an error where it is missing, or false. */
extern DmAt dm_at(const DmAt *object, const char *name);
extern bool dm_at_try(const DmAt *object, const char *name, DmAt *member);

/* Length of an array, and its members. */
extern int	dm_at_length(const DmAt *array);
extern DmAt dm_at_nth(const DmAt *array, int i);

extern const char *dm_at_string(const DmAt *at);
extern double dm_at_number(const DmAt *at);		/* also as a string, or a boolean */
extern int	dm_at_int(const DmAt *at, int least, int most);

/*
 * All members of an array of numbers or booleans, null being NaN; *n is how
 * many, and has to be so if it is not negative.
 */
extern double *dm_at_numbers(const DmAt *array, int *n);

/* Of an array of ints of this range, so many. */
extern int *dm_at_ints(const DmAt *array, int *n, int least, int most);

/* The model in somebody's JSON; "rounds" of boosting at most, 0: all. */
extern DmModel *dm_model_from_xgboost(JsonbContainer *root, int rounds);
extern DmModel *dm_model_from_lightgbm(JsonbContainer *root, int rounds);
extern DmModel *dm_model_from_linear(JsonbContainer *root);

/* LightGBM's own text as its JSON; scribbles on the text. */
extern char *dm_lightgbm_text_to_json(char *text);

#endif							/* DATAMON_TYPES_MODEL_JSON_H */
