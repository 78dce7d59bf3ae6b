/*
 * sum_working.h - between the working form of sum_state.h and its packed form.
 */
#ifndef DATAMON_TYPES_SUM_WORKING_H
#define DATAMON_TYPES_SUM_WORKING_H

#include "types/sum_state.h"

/* All sketches in such states are of this grid. */
extern const DmGrid dm_sum_grid;

extern void dm_sum_working_read(const DmSumWorking *w, const DmSumKind *kind, DmSumState *out);

/* The result replaces w. */
extern DmSumWorking *dm_sum_working_add(DmSumWorking *w, const DmSumKind *kind,
										const DmSumState *s);

#endif							/* DATAMON_TYPES_SUM_WORKING_H */
