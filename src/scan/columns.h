/*
 * columns.h - what the SQL functions over scans share.
 */
#ifndef DATAMON_SCAN_COLUMNS_H
#define DATAMON_SCAN_COLUMNS_H

#include "utils/array.h"

#include "scan/scan.h"

/* Columns by their names, to be read as numbers of all bits. */
extern DmScanColumn *dm_scan_columns(Relation relation, ArrayType *names, int *n);

/* An error if there is an obstacle. */
extern void dm_scan_require(Relation relation, const DmScanColumn *columns, int n);
extern int	dm_check_significant_bits(int bits);

#endif							/* DATAMON_SCAN_COLUMNS_H */
