/*
 * model_row.h - a row in SQL as the features of a model.
 */
#ifndef DATAMON_TYPES_MODEL_ROW_H
#define DATAMON_TYPES_MODEL_ROW_H

#include "types/model.h"

/* Argument n as a row of features, NaN being what is missing. */
typedef const double *(*DmRowReader) (FunctionCallInfo fcinfo, int n, DmOpenModel *open);

/* float8[] in the order of the features; jsonb, and composite types, by their names. */
extern const double *dm_row_of_array(FunctionCallInfo fcinfo, int n, DmOpenModel *open);
extern const double *dm_row_of_json(FunctionCallInfo fcinfo, int n, DmOpenModel *open);
extern const double *dm_row_of_record(FunctionCallInfo fcinfo, int n, DmOpenModel *open);

#endif							/* DATAMON_TYPES_MODEL_ROW_H */
